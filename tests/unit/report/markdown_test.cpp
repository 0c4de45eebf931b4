#include "unit/report/sample_report.h"
#include "unjam/report/render.h"

#include <sstream>

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// `markdown` without fenced blocks, code spans and <code>: what a tracker reads as markup.
std::string outside_code(const std::string& markdown) {
  std::istringstream in(markdown);
  std::string fence;
  std::string rest;
  for (std::string line; std::getline(in, line);) {
    if (!fence.empty()) {
      fence = line == fence ? "" : fence;
      continue;
    }
    if (line.starts_with("```")) {
      fence = line.substr(0, line.find_first_not_of('`'));
      continue;
    }
    for (std::size_t at = 0; at < line.size();) {
      if (line[at] == '\\') {
        at += 2;
      } else if (line[at] == '`') {
        const std::size_t end = std::min(line.find_first_not_of('`', at), line.size());
        std::size_t close = end;
        std::size_t run = 0;
        while (close < line.size()) {
          const std::size_t begin = line.find('`', close);
          EXPECT_NE(begin, std::string::npos) << line;
          if (begin == std::string::npos) {
            return rest;
          }
          close = std::min(line.find_first_not_of('`', begin), line.size());
          run = close - begin;
          if (run == end - at) {
            break;
          }
        }
        at = close;
      } else if (line.compare(at, 6, "<code>") == 0) {
        at = line.find("</code>", at);
        EXPECT_NE(at, std::string::npos) << line;
      } else {
        rest += line[at++];
      }
    }
    rest += '\n';
  }
  EXPECT_EQ(fence, "");
  return rest;
}

TEST(Markdown, LogTextIsNeverMarkup) {
  for (const std::string text :
       {"EVIL", "`EVIL`", "``` \n# EVIL", "````\nEVIL\n````", "|EVIL|", "</code>EVIL", "`|`EVIL`|`",
        "\\|EVIL\\`", "[EVIL](x)", "<img EVIL>", "@EVIL", "</details>EVIL", "~~~\nEVIL"}) {
    AnalysisReport report = report_with_text(text);
    report.notes.clear();
    for (ReportInput& input : report.inputs) {
      input.format.clear();
    }
    for (ReportQuery& query : report.queries) {
      query.lint.clear();
    }
    EXPECT_EQ(outside_code(render_markdown(report, Language::English)).find("EVIL"),
              std::string::npos)
        << text;
  }
}

TEST(Markdown, TableRowsHaveEveryCell) {
  const std::string markdown = render_markdown(report_with_text("a|b\\|c\\"), Language::English);
  std::istringstream in(markdown);
  std::size_t expected = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with('|')) {
      expected = 0;
      continue;
    }
    std::size_t bars = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
      bars += line[at] == '|' && (at == 0 || line[at - 1] != '\\') ? 1U : 0U;
    }
    expected = expected == 0 ? bars : expected;
    EXPECT_EQ(bars, expected) << line;
  }
}

TEST(Markdown, EmptySaysSo) {
  EXPECT_NE(render_markdown(empty_report(), Language::English)
                .find("No statements found in `empty.log`."),
            std::string::npos);
}

}  // namespace
}  // namespace unjam
