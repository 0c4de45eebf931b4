#include "unjam/rank/class_report.h"

#include "unit/rank/stored_history.h"
#include "unjam/base/error.h"

#include <numeric>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const TimePoint kNow = *parse_time("2026-11-22T12:00:00Z");

TopOptions last(Duration length) {
  TopOptions options;
  options.range = {kNow - length, kNow};
  return options;
}

std::string complaint(const StoreReader& store, std::string_view prefix) {
  try {
    find_class(store, prefix);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    return error.what();
  }
  return "";
}

TEST(FindClass, ByUniquePrefix) {
  StoredHistory history;
  for (int n = 0; n < 40; ++n) {
    history.add("shop", Source::Log, kNow, "select " + std::to_string(n), 1, seconds(1));
  }
  const StoreReader& store = history.reader();
  const FingerprintId id = fingerprint_id("select 7");
  const std::string hex = id.hex();
  EXPECT_EQ(find_class(store, hex), id);
  EXPECT_EQ(find_class(store, hex.substr(0, 10)), id);
  std::string upper = hex;
  for (char& c : upper) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  EXPECT_EQ(find_class(store, upper), id);
  // Forty ids share their first of sixteen digits with others.
  bool ambiguous = false;
  for (const char digit : std::string("0123456789abcdef")) {
    ambiguous |=
        complaint(store, std::string(1, digit)).find("begins several ids") != std::string::npos;
  }
  EXPECT_TRUE(ambiguous);
  EXPECT_NE(complaint(store, "ffffffffffffffff").find("no query class"), std::string::npos);
  for (const char* wrong : {"", "xyz", "0123456789abcdef0", "12 34", "\x1b[31m"}) {
    EXPECT_NE(complaint(store, wrong).find("not a fingerprint id"), std::string::npos) << wrong;
  }
}

TEST(DescribeClass, NumbersOriginsSamplesAndErrors) {
  StoredHistory history;
  const FingerprintId id = fingerprint_id("select q");
  ClassDelta& logged =
      history.add("a", Source::Log, kNow - minutes(9), "select q", 5, milliseconds(30));
  logged.attributes.push_back({{"tag:job", "DigestJob"}, 5, milliseconds(150)});
  logged.attributes.push_back({{"host", "10.0.0.1"}, 5, milliseconds(150)});
  ClassDelta& counted =
      history.add("a", Source::Counters, kNow - minutes(9), "select q", 50, milliseconds(30));
  counted.attributes.push_back({{"user", "app"}, 50, milliseconds(1500)});
  history.add("b", Source::Log, kNow - minutes(8), "select q", 10, milliseconds(300));
  history.add("b", Source::Log, kNow - minutes(8), "select other", 1, seconds(4));
  Flush& flush = history.flush();
  flush.errors.push_back({"a", Source::Log, kNow - minutes(7), "1213", "", "Deadlock", id, 3});
  flush.errors.push_back({"a", Source::Log, kNow - minutes(6), "1205", "", "Timeout", id, 4});
  flush.samples.push_back(
      {"a", id, "select 4711", false, "", seconds(1), kNow - minutes(5), {{"tag:job", "X"}}});
  const ClassReport described = describe_class(history.reader(), id, last(hours(1)), nullptr);
  ASSERT_EQ(described.report.queries.size(), 1U);
  const ReportQuery& query = described.report.queries[0];
  EXPECT_EQ(query.calls, 60U);
  EXPECT_EQ(query.query_time, milliseconds(4500));
  EXPECT_NEAR(*query.share, 4.5 / 8.5, 1e-9);
  // Counters know the user, only the log the rest.
  EXPECT_EQ(query.users.at("app"), 50U);
  EXPECT_EQ(query.hosts.at("10.0.0.1"), 5U);
  EXPECT_EQ(query.tags.at("job").at("DigestJob"), 5U);
  ASSERT_EQ(described.targets.size(), 2U);
  EXPECT_EQ(described.targets[0].target, "b");
  EXPECT_EQ(described.targets[1].source, Source::Counters);
  EXPECT_EQ(described.targets[1].calls, 50U);
  ASSERT_EQ(described.samples.size(), 1U);
  EXPECT_TRUE(described.samples[0].sample.masked);
  EXPECT_EQ(described.samples[0].sample.sql.find("4711"), std::string::npos);
  ASSERT_EQ(described.report.errors.size(), 2U);
  EXPECT_EQ(described.report.errors[0].code, "1205");
  EXPECT_EQ(described.report.totals.errors, 7U);
  const auto count = [](std::uint64_t sum, const LatencyBar& bar) { return sum + bar.count; };
  EXPECT_EQ(
      std::accumulate(described.latency.begin(), described.latency.end(), std::uint64_t{0}, count),
      15U)
      << "what the logs tell";
  EXPECT_EQ(described.latency_source, Source::Log);
}

TEST(DescribeClass, ComparedAndQuiet) {
  StoredHistory history;
  history.add("a", Source::Log, kNow - hours(100), "old", 1, seconds(1));
  history.add("a", Source::Log, kNow - hours(40), "q", 1000, milliseconds(100));
  history.add("a", Source::Log, kNow - hours(2), "q", 3000, milliseconds(100));
  ClassReport described =
      describe_class(history.reader(), fingerprint_id("q"), last(hours(24)), nullptr);
  EXPECT_EQ(described.report.queries[0].comparison.value().verdict, Verdict::Worse);
  EXPECT_EQ(described.report.queries[0].comparison->calls_before, 1000U);
  described = describe_class(history.reader(), fingerprint_id("old"), last(hours(24)), nullptr);
  EXPECT_EQ(described.report.queries[0].calls, 0U);
  EXPECT_EQ(described.report.queries[0].text, "old");
  EXPECT_FALSE(described.report.queries[0].comparison);
  EXPECT_TRUE(described.latency.empty());
}

TEST(LatencyBars, OneTwoFive) {
  Histogram histogram;
  histogram.add(microseconds(1500));
  histogram.add(microseconds(1700));
  histogram.add(milliseconds(70));
  const std::vector<LatencyBar> bars = latency_bars(histogram);
  ASSERT_EQ(bars.size(), 6U);
  EXPECT_EQ(bars.front().lower, milliseconds(1));
  EXPECT_EQ(bars.front().upper, milliseconds(2));
  EXPECT_EQ(bars.front().count, 2U);
  EXPECT_EQ(bars.back().lower, milliseconds(50));
  EXPECT_EQ(bars.back().count, 1U);
  for (std::size_t at = 1; at < bars.size(); ++at) {
    EXPECT_EQ(bars[at].lower, bars[at - 1].upper);
  }
  EXPECT_TRUE(latency_bars(Histogram()).empty());
  Histogram zero;
  zero.add(microseconds(0), 3);
  EXPECT_EQ(latency_bars(zero).at(0).count, 3U);
  Histogram longest;
  longest.add(hours(24 * 300));
  EXPECT_EQ(latency_bars(longest).size(), 1U);
}

}  // namespace
}  // namespace unjam
