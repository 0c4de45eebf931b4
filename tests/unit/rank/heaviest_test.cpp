#include "unjam/rank/heaviest.h"

#include "support/default_fingerprints.h"

#include <numeric>
#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

class Heaviest : public testing::Test {
 protected:
  void send(std::string sql, int milliseconds, int second = 0, std::uint64_t examined = 0) {
    const std::size_t size = sql.size();
    sql.append(kScanPadding, ' ');
    LogEvent event;
    event.sql = std::string_view(sql).substr(0, size);
    event.query_time = std::chrono::milliseconds(milliseconds);
    event.at = TimePoint(std::chrono::seconds(1'700'000'000 + second));
    event.rows_examined = examined;
    event.rows_sent = 1;
    seen_.on_event(event);
  }

  AnalysisReport rank(RankOptions options) { return rank_heaviest(seen_, options, nullptr); }

  Aggregator seen_{default_fingerprints(), Dialect::MySql, AggregateOptions()};
};

TEST_F(Heaviest, ByEachMeasure) {
  send("select a from often", 1, 0, 5);
  send("select a from often", 1, 1, 5);
  send("select a from slow", 100, 2, 1);
  send("select a from reader", 10, 3, 9999);
  const struct {
    RankBy by;
    const char* first;
  } cases[] = {
      {RankBy::Time, "slow"}, {RankBy::Calls, "often"},         {RankBy::Max, "slow"},
      {RankBy::P95, "slow"},  {RankBy::RowsExamined, "reader"}, {RankBy::RowsRatio, "reader"}};
  for (const auto& c : cases) {
    RankOptions options;
    options.by = c.by;
    const AnalysisReport report = rank(options);
    ASSERT_EQ(report.queries.size(), 3U);
    EXPECT_EQ(report.queries[0].text, std::string("select a from ") + c.first) << to_string(c.by);
  }
}

TEST_F(Heaviest, TheRestIsOtherQueries) {
  for (const char* table : {"a", "b", "c", "d"}) {
    send(std::string("select x from t_") + table, 10);
  }
  RankOptions options;
  options.top = 1;
  const AnalysisReport report = rank(options);
  EXPECT_EQ(report.queries.size(), 1U);
  EXPECT_DOUBLE_EQ(report.queries[0].share.value_or(0), 0.25);
  EXPECT_EQ(report.other.rows, 3U);
  EXPECT_EQ(report.other.calls, 3U);
  EXPECT_EQ(report.other.query_time, std::chrono::milliseconds(30));
  EXPECT_EQ(report.totals.fingerprints, 4U);
}

TEST_F(Heaviest, PercentilesStayBetweenMinAndMax) {
  for (int i = 0; i < 10; ++i) {
    send("select 1 from t", 777);
  }
  const ReportQuery query = rank({}).queries[0];
  EXPECT_EQ(query.p50, std::chrono::milliseconds(777));
  EXPECT_EQ(query.p99, std::chrono::milliseconds(777));
  EXPECT_NEAR(query.query_time_stddev_s.value(), 0.0, 1e-6);
}

TEST_F(Heaviest, TrendsHoldAllQueryTime) {
  for (int i = 0; i < 500; ++i) {
    send("select 1 from t", 10, i * 7);
  }
  const AnalysisReport report = rank({});
  for (const Trend* trend : {&report.trend, &report.queries[0].trend}) {
    EXPECT_NEAR(std::accumulate(trend->query_time_s.begin(), trend->query_time_s.end(), 0.0), 5.0,
                1e-3);
  }
}

TEST_F(Heaviest, WindowIsTheLogCutToTheTimeAskedFor) {
  const auto second = [](int s) { return TimePoint(std::chrono::seconds(1'700'000'000 + s)); };
  send("select 1 from t", 10, 0);
  send("select 1 from t", 10, 100);
  const struct {
    std::optional<TimePoint> since, until;
    int begin, end;
  } cases[] = {{std::nullopt, std::nullopt, 0, 100},
               {second(20), std::nullopt, 20, 100},
               {second(-20), second(30), 0, 30},
               {second(20), second(500), 20, 100}};
  for (const auto& c : cases) {
    RankOptions options;
    options.since = c.since;
    options.until = c.until;
    const AnalysisReport report = rank(options);
    ASSERT_TRUE(report.window);
    EXPECT_EQ(report.window->begin, second(c.begin));
    EXPECT_EQ(report.window->end, second(c.end));
    EXPECT_EQ(report.trend.begin, second(c.begin));
  }
  RankOptions later;
  later.since = second(200);
  EXPECT_FALSE(rank(later).window);
}

TEST_F(Heaviest, ByTable) {
  send("select * from a join b on a.x = b.x", 10);
  send("select * from a", 10);
  send("select 1", 10);
  RankOptions options;
  options.rows = RankRows::Tables;
  const AnalysisReport report = rank(options);
  ASSERT_EQ(report.queries.size(), 3U);
  EXPECT_EQ(report.queries[0].text, "a");
  EXPECT_EQ(report.queries[0].calls, 2U);
  EXPECT_EQ(report.queries[0].fingerprints, 2U);
  EXPECT_NEAR(report.queries[0].share.value_or(0), 2.0 / 3.0, 1e-9)
      << "of all query time, each statement once";
}

TEST_F(Heaviest, OfGroupsNothingIsInvented) {
  AggregateOptions by_user;
  by_user.group_by = GroupBy::User;
  seen_ = Aggregator(default_fingerprints(), Dialect::MySql, by_user);
  send("select * from a", 10);
  send("select * from b", 10);
  RankOptions options;
  options.rows = RankRows::Groups;
  const AnalysisReport report = rank(options);
  ASSERT_EQ(report.queries.size(), 1U);
  EXPECT_FALSE(report.totals.fingerprints);
  EXPECT_FALSE(report.queries[0].fingerprints);
  EXPECT_FALSE(report.queries[0].dialect);
  EXPECT_TRUE(report.queries[0].tables.empty());
}

TEST_F(Heaviest, OnlyWhatAddsUpHasShares) {
  send("select a from t", 10, 0, 5);
  for (const RankBy by : {RankBy::Time, RankBy::Calls, RankBy::RowsExamined}) {
    RankOptions options;
    options.by = by;
    EXPECT_EQ(rank(options).queries[0].share, 1.0) << to_string(by);
  }
  for (const RankBy by : {RankBy::P50, RankBy::P95, RankBy::P99, RankBy::Max, RankBy::Mean,
                          RankBy::RowsRatio, RankBy::Errors}) {
    RankOptions options;
    options.by = by;
    EXPECT_FALSE(rank(options).queries[0].share) << to_string(by);
  }
}

TEST_F(Heaviest, WhatTellsNothingComesLast) {
  EXPECT_TRUE(told_measures(seen_).empty());
  LogEvent untold;
  std::string sql = "select 1 from quiet" + std::string(kScanPadding, ' ');
  untold.sql = std::string_view(sql).substr(0, sql.size() - kScanPadding);
  untold.query_time = std::chrono::seconds(100);
  seen_.on_event(untold);
  EXPECT_EQ(told_measures(seen_),
            (std::vector{RankBy::Time, RankBy::Calls, RankBy::P50, RankBy::P95, RankBy::P99,
                         RankBy::Max, RankBy::Mean, RankBy::Errors}));
  send("select 1 from told", 1);
  RankOptions options;
  options.by = RankBy::RowsExamined;
  const AnalysisReport report = rank(options);
  EXPECT_EQ(report.queries[0].text, "select ? from told");
  EXPECT_EQ(report.unmeasured, 1U);
}

TEST_F(Heaviest, SamplesAreMasked) {
  send("select * from a where name = 'secret'", 10);
  EXPECT_EQ(rank({}).queries[0].sample->sql.find("secret"), std::string::npos);
  RankOptions options;
  options.show_literals = true;
  EXPECT_NE(rank(options).queries[0].sample->sql.find("secret"), std::string::npos);
}

TEST_F(Heaviest, NothingSeen) {
  const AnalysisReport report = rank({});
  EXPECT_TRUE(report.queries.empty());
  EXPECT_TRUE(report.trend.query_time_s.empty());
}

TEST(RankBy, NamesGoBothWays) {
  EXPECT_EQ(parse_rank_by("load"), RankBy::Time);
  EXPECT_EQ(parse_rank_by("p99"), RankBy::P99);
  EXPECT_FALSE(parse_rank_by("beauty"));
  EXPECT_NE(rank_by_names().find("calls"), std::string::npos);
}

}  // namespace
}  // namespace unjam
