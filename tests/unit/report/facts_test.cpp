#include "report/facts.h"

#include "unit/report/sample_report.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(Facts, LoadIsQueryTimePerWallTime) {
  AnalysisReport report;
  report.totals.query_time = std::chrono::seconds(30);
  EXPECT_FALSE(load(report));
  ReportInput input;
  input.first = TimePoint(std::chrono::seconds(100));
  input.last = TimePoint(std::chrono::seconds(110));
  report.inputs = {input, ReportInput{}};
  ASSERT_TRUE(load(report));
  EXPECT_DOUBLE_EQ(*load(report), 3.0);
  report.inputs[0].last = report.inputs[0].first;
  EXPECT_FALSE(load(report));
}

TEST(Facts, SpanCoversEveryInput) {
  AnalysisReport report = sample_report();
  report.inputs[1].last = *parse_time("2024-05-19T00:00:00Z");
  const auto span = time_span(report);
  ASSERT_TRUE(span);
  EXPECT_EQ(format_time(span->begin), "2024-05-18T02:00:00.033083Z");
  EXPECT_EQ(format_time(span->end), "2024-05-19T00:00:00.000000Z");
  EXPECT_FALSE(time_span(empty_report()));
}

TEST(Facts, LoadIsOfTheWindow) {
  AnalysisReport report = sample_report();
  report.totals.query_time = std::chrono::seconds(90);
  report.totals.events = 1000;
  report.window =
      TimeRange{*parse_time("2024-05-18T03:00:00Z"), *parse_time("2024-05-18T03:01:00Z")};
  EXPECT_DOUBLE_EQ(load(report).value_or(0), 1.5);
  EXPECT_EQ(span_line(report, Language::English),
            "2024-05-18 03:00:00 to 03:01:00 UTC (1 m) · 1.0 k of 45.7 k records");
  EXPECT_NE(span_line(report, Language::Japanese).find("45.7 k レコード中 1.0 k レコード"),
            std::string::npos);
  ASSERT_TRUE(input_span(report));
  EXPECT_EQ(format_time(input_span(report)->end), "2024-05-18T14:00:00.000000Z");
}

TEST(Facts, TopOfIsSortedAndShared) {
  const std::map<std::string, std::uint64_t> counts = {{"a", 1}, {"b", 6}, {"c", 1}, {"d", 2}};
  const auto top = top_of(counts, 3);
  ASSERT_EQ(top.size(), 3U);
  EXPECT_EQ(top[0].name, "b");
  EXPECT_DOUBLE_EQ(top[0].share, 0.6);
  EXPECT_EQ(top[1].name, "d");
  EXPECT_EQ(top[2].name, "a");
  EXPECT_TRUE(top_of({}, 3).empty());
}

TEST(Facts, OthersHaveAShareOnlyWhereItAddsUp) {
  AnalysisReport report = sample_report();
  EXPECT_NEAR(share_of_others(report).value_or(-1), 0.331, 0.001);
  report.ranked_by = "calls";
  EXPECT_NEAR(share_of_others(report).value_or(-1), 1348.0 / 45600, 1e-9);
  report.ranked_by = "p95";
  EXPECT_FALSE(share_of_others(report));
  report.ranked_by = "time";
  report.grouped_by = "table";
  EXPECT_FALSE(share_of_others(report)) << "one statement counts for several";
  report.grouped_by = "fingerprint";
  report.other = {};
  EXPECT_FALSE(share_of_others(report));
}

}  // namespace
}  // namespace unjam
