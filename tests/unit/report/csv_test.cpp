#include "unit/report/sample_report.h"
#include "unjam/report/render.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// Records of quoted and bare fields (RFC 4180 with line feeds).
std::vector<std::vector<std::string>> parse(const std::string& csv) {
  std::vector<std::vector<std::string>> records(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t at = 0; at < csv.size(); ++at) {
    std::string& field = records.back().back();
    if (quoted && csv[at] == '"') {
      if (at + 1 < csv.size() && csv[at + 1] == '"') {
        field += csv[++at];
      } else {
        quoted = false;
      }
    } else if (!quoted && csv[at] == '"') {
      quoted = true;
    } else if (!quoted && csv[at] == ',') {
      records.back().emplace_back();
    } else if (!quoted && csv[at] == '\n') {
      records.emplace_back(1);
    } else {
      field += csv[at];
    }
  }
  records.pop_back();
  return records;
}

TEST(Csv, EveryRowHasEveryColumn) {
  for (const std::string text : {"=cmd()", "a\nb", "\"", "\",\"", "\r\n,", "@x", "\xFF"}) {
    const auto records = parse(render_csv(report_with_text(text)));
    ASSERT_EQ(records.size(), 5U) << text;
    for (const auto& record : records) {
      EXPECT_EQ(record.size(), records[0].size()) << text;
    }
    EXPECT_FALSE(records[1][2].starts_with('=') || records[1][2].starts_with('@'));
  }
}

TEST(Csv, AbsentIsEmpty) {
  const auto records = parse(render_csv(untimed_report()));
  ASSERT_EQ(records.size(), 2U);
  for (std::size_t at = 0; at < records[0].size(); ++at) {
    if (records[0][at].starts_with("query_time") || records[0][at].starts_with("rows") ||
        records[0][at].starts_with("lock") || records[0][at] == "first_seen") {
      EXPECT_EQ(records[1][at], "") << records[0][at];
    }
  }
  EXPECT_EQ(parse(render_csv(empty_report())).size(), 1U);
}

}  // namespace
}  // namespace unjam
