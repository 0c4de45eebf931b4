#include "report/text_page.h"
#include "report/unicode.h"
#include "unit/report/sample_report.h"
#include "unjam/report/render.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

namespace unjam {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

TEST(TextPage, FitCountsColumns) {
  EXPECT_EQ(fit("abc", 5), "abc  ");
  EXPECT_EQ(fit("abc", 5, Align::Right), "  abc");
  EXPECT_EQ(fit("abcdef", 4), "abc…");
  EXPECT_EQ(fit("在庫管理", 8), "在庫管理");
  EXPECT_EQ(fit("在庫管理", 6), "在庫… ");
  EXPECT_EQ(fit("在庫管理", 7), "在庫管…");
  EXPECT_EQ(fit("abc", 0), "");
  EXPECT_EQ(fit("在", 1), "…");
}

TEST(TextPage, WrapsAtBlanksAndBetweenWideCharacters) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap("one two three", 8), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("abcdefghijkl", 8), (Lines{"abcdefgh", "ijkl"}));
  EXPECT_EQ(wrap("在庫を管理する", 8), (Lines{"在庫を管", "理する"}));
  EXPECT_EQ(wrap("在庫管理。次", 8), (Lines{"在庫管", "理。次"}));
  EXPECT_EQ(wrap("", 8), (Lines{""}));
}

TEST(TextPage, WrapNeverExceedsTheWidthAndLosesNothing) {
  const std::string text = "a bb 在庫 cccccccccccccccccc 管理する。d （e） f";
  for (std::size_t columns = 8; columns < 40; ++columns) {
    std::string all;
    for (const std::string& line : wrap(text, columns)) {
      EXPECT_LE(display_width(line), columns);
      all += line;
    }
    std::erase(all, ' ');
    std::string expected = text;
    std::erase(expected, ' ');
    EXPECT_EQ(all, expected);
  }
}

TEST(Text, FitsItsColumns) {
  for (const Language language : {Language::English, Language::Japanese}) {
    for (const int columns : {60, 72, 100, 140}) {
      for (const std::string& line :
           lines_of(render_text(sample_report(), {language, false, columns}))) {
        EXPECT_LE(display_width(line), static_cast<std::size_t>(columns)) << line;
      }
    }
  }
}

TEST(Text, RankingIsAlignedInEveryLanguage) {
  for (const Language language : {Language::English, Language::Japanese}) {
    const auto lines = lines_of(render_text(sample_report(), {language, false, 100}));
    std::vector<std::size_t> ends;
    for (const std::string& line : lines) {
      const std::size_t percent = line.find(" %  ");
      if (percent != std::string::npos && ends.size() < 3) {
        ends.push_back(display_width(line.substr(0, percent)));
      }
    }
    ASSERT_EQ(ends.size(), 3U);
    EXPECT_EQ(ends[0], ends[1]);
    EXPECT_EQ(ends[1], ends[2]);
  }
}

TEST(Text, ColourOnlyWhenAskedFor) {
  EXPECT_EQ(render_text(sample_report(), {Language::English, false, 100}).find('\x1b'),
            std::string::npos);
  const std::string coloured = render_text(sample_report(), {Language::English, true, 100});
  EXPECT_NE(coloured.find("\x1b[1m"), std::string::npos);
}

TEST(Text, PeakHasADayWhereThereAreSeveral) {
  AnalysisReport report = sample_report();
  report.trend = {*parse_time("2024-05-18T20:00:00Z"), std::chrono::hours(1), {1, 1, 7200, 1}};
  EXPECT_NE(render_text(report, {}).find("peak 2 at 22:00:00"), std::string::npos);
  report.trend.slice = std::chrono::hours(2);
  EXPECT_NE(render_text(report, {}).find("peak 1 at 2024-05-19 00:00:00"), std::string::npos);
}

TEST(Text, AFilterThatLetsNothingThroughIsNoWrongFormat) {
  AnalysisReport report = sample_report();
  report.queries.clear();
  report.totals = {};
  report.errors.clear();
  report.lock_waits.clear();
  report.deadlocks.clear();
  report.temporary_files.clear();
  const std::string said =
      "45.7 k records read (2024-05-18 02:00:00 to 14:00:00 UTC), none passes the filter.";
  EXPECT_TRUE(render_text(report, {}).starts_with(said)) << render_text(report, {});
  EXPECT_NE(render_html(report, Language::English).find(said), std::string::npos);
  EXPECT_NE(render_markdown(report, Language::English).find("none passes the filter"),
            std::string::npos);
  EXPECT_EQ(render_text(report, {}).find("--format"), std::string::npos);
  EXPECT_NE(render_text(report, {Language::Japanese, false, 100}).find("フィルターを通る"),
            std::string::npos);
}

TEST(Text, ErrorsAndLockTimeAreToldInEveryMedium) {
  const AnalysisReport report = sample_report();
  EXPECT_NE(render_text(report, {}).find("1213 × 12"), std::string::npos);
  EXPECT_NE(render_markdown(report, Language::English).find("`1213` × 12"), std::string::npos);
  EXPECT_NE(render_markdown(report, Language::English).find("lock time: **5.0 s**"),
            std::string::npos);
  const std::string html = render_html(report, Language::English);
  EXPECT_NE(html.find("1213 × 12"), std::string::npos);
  EXPECT_NE(html.find("<dt>Lock time</dt><dd>5.0 s</dd>"), std::string::npos);
}

TEST(Text, TheMeasureThatRanksIsShown) {
  const struct {
    const char* by;
    const char* column;
    const char* value;
  } cases[] = {{"p50", "p50", "212 ms"},
               {"p99", "p99", "4.4 s"},
               {"lock", "lock time", "3.2 s"},
               {"rows", "rows examined", "4.5 M"},
               {"rows-sent", "rows sent", "12.3 k"},
               {"ratio", "rows examined / rows sent", "366"},
               {"errors", "errors", "15"},
               {"bytes", "bytes sent", "98.8 MB"}};
  for (const auto& c : cases) {
    AnalysisReport report = sample_report();
    report.ranked_by = c.by;
    for (ReportQuery& query : report.queries) {
      query.share.reset();
    }
    for (const int columns : {60, 100}) {
      const auto lines = lines_of(render_text(report, {Language::English, false, columns}));
      const auto title = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
        return line.starts_with("Top queries by");
      });
      ASSERT_LT(title + 2, lines.end());
      EXPECT_EQ(*title, std::string("Top queries by ") + c.column);
      EXPECT_NE(title[1].find(std::string(c.column) + ' '), std::string::npos) << title[1];
      EXPECT_EQ(title[1].find("share"), std::string::npos) << title[1];
      EXPECT_NE(title[2].find(c.value), std::string::npos) << title[2];
    }
    for (const std::string& all :
         {render_text(report, {}), render_markdown(report, Language::English),
          render_html(report, Language::English)}) {
      EXPECT_NE(all.find(std::string(c.column) + ' ' + c.value), std::string::npos) << c.by;
    }
    for (const std::string& all : {render_text(report, {Language::Japanese, false, 100}),
                                   render_html(report, Language::Japanese)}) {
      EXPECT_EQ(all.find("rows-sent"), std::string::npos);
      EXPECT_EQ(all.find("ratio 3"), std::string::npos);
    }
  }
}

TEST(Text, TheRestIsCalledWhatRowsAre) {
  AnalysisReport report = sample_report();
  report.grouped_by = "user";
  report.totals.fingerprints.reset();
  report.other.rows = 1;
  for (ReportQuery& query : report.queries) {
    query.fingerprints.reset();
  }
  const std::string text = render_text(report, {});
  EXPECT_NE(text.find("other users (1)"), std::string::npos);
  EXPECT_NE(text.find("users 5"), std::string::npos);
  EXPECT_EQ(text.find("query classes"), std::string::npos);
  EXPECT_NE(render_text(report, {Language::Japanese, false, 100}).find("その他のユーザー (1)"),
            std::string::npos);
  EXPECT_NE(render_html(report, Language::English).find("Other users (1)"), std::string::npos);
  EXPECT_NE(render_markdown(report, Language::English).find("other users"), std::string::npos);
}

TEST(Text, EmptySaysSo) {
  EXPECT_TRUE(render_text(empty_report(), {}).starts_with("No statements found in empty.log."));
  EXPECT_TRUE(render_text(AnalysisReport{}, {}).starts_with("No statements found"));
}

TEST(Text, ErrorsWithoutStatementsAreStillShown) {
  AnalysisReport report = empty_report();
  report.errors = sample_report().errors;
  report.totals.errors = 21;
  const std::string text = render_text(report, {});
  EXPECT_NE(text.find("deadlock detected"), std::string::npos);
}

TEST(Text, UntimedQueriesHaveNoTimes) {
  const std::string text = render_text(untimed_report(), {});
  EXPECT_EQ(text.find("µs"), std::string::npos);
  EXPECT_EQ(text.find("p95"), std::string::npos);
  EXPECT_NE(text.find("does not tell execution times"), std::string::npos);
}

TEST(Text, OddWidthsAreTakenAsTheyAre) {
  for (const int columns : {-5, 0, 1, 39, 100'000}) {
    EXPECT_NE(render_text(sample_report(), {Language::English, false, columns}).find("orders"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace unjam
