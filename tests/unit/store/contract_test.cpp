// What every store does.
#include "unit/store/any_store.h"
#include "unjam/store/store.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kStart{std::chrono::sys_days(std::chrono::year(2026) / 5 / 14) + hours(2) +
                           minutes(40)};
constexpr TimeRange kAlways{kStart - days(30), kStart + days(30)};

ClassDelta delta(std::uint64_t id, std::uint64_t calls, std::int64_t us) {
  ClassDelta result;
  result.id = {id};
  result.counts.calls = calls;
  result.counts.query_time = Duration(us);
  result.counts.query_time_max = Duration(us / 2);
  result.counts.rows_examined.add(7 * calls);
  result.counts.histogram.add(Duration(us / 2), calls);
  return result;
}

Flush flush_of(const std::string& collector, std::uint64_t sequence, std::vector<Slice> slices) {
  Flush flush;
  flush.collector = collector;
  flush.sequence = sequence;
  flush.slices = std::move(slices);
  return flush;
}

class StoreContract : public ::testing::TestWithParam<const char*> {
 protected:
  void apply(const Flush& flush) { store_->writer().apply({&flush, 1}); }
  const StoreReader& reader() { return store_->reader(); }
  std::uint64_t calls_of(std::uint64_t id, const StoreScope& scope) {
    const FingerprintId classes[] = {{id}};
    return reader().totals(scope, Detail::Load, classes)[0].counts.calls;
  }

  std::unique_ptr<AnyStore> store_ = make_any_store(GetParam());
};

TEST_P(StoreContract, SumsSlicesOfOneSourceOverTargetsAndMinutes) {
  apply(flush_of("log:a", 1, {{"a", Source::Log, kStart, {delta(1, 2, 300), delta(2, 1, 50)}}}));
  apply(flush_of("log:a", 2, {{"a", Source::Log, kStart, {delta(1, 3, 500)}}}));
  apply(flush_of("log:b", 1, {{"b", Source::Log, kStart + minutes(1), {delta(1, 4, 700)}}}));
  apply(flush_of("counters:a", 1, {{"a", Source::Counters, kStart, {delta(1, 100, 9000)}}}));

  const std::vector<FingerprintId> ids = {{2}, {1}, {9}};
  const auto some = reader().totals({kAlways, {}, Source::Log}, Detail::Full, ids);
  ASSERT_EQ(some.size(), 3U);
  EXPECT_EQ(some[0].counts.calls, 1U);
  EXPECT_EQ(some[1].counts.calls, 9U);
  EXPECT_EQ(some[1].counts.query_time, Duration(1500));
  EXPECT_EQ(some[1].counts.query_time_max, Duration(350));
  EXPECT_EQ(some[1].counts.rows_examined, (OptionalSum{63, true}));
  EXPECT_EQ(some[1].counts.rows_sent, (OptionalSum{0, false}));
  EXPECT_EQ(some[1].counts.histogram.count(), 9U);
  EXPECT_EQ(some[2].id, FingerprintId{9});
  EXPECT_EQ(some[2].counts.calls, 0U);
  EXPECT_EQ(reader().totals({kAlways, {}, Source::Log}, Detail::Load).size(), 2U);
  EXPECT_EQ(calls_of(1, {kAlways, {"a"}, Source::Log}), 5U);
  EXPECT_EQ(calls_of(1, {kAlways, {"b", "a"}, Source::Counters}), 100U);
  EXPECT_TRUE(reader().totals({kAlways, {"c"}, Source::Log}, Detail::Load).empty());
}

TEST_P(StoreContract, RangesAreHalfOpenAndWidenedToMinutes) {
  apply(flush_of("log:a", 1,
                 {{"a", Source::Log, kStart, {delta(1, 1, 10)}},
                  {"a", Source::Log, kStart + minutes(1), {delta(1, 2, 10)}}}));
  const struct {
    TimePoint begin;
    TimePoint end;
    std::uint64_t calls;
  } cases[] = {
      {kStart, kStart + minutes(1), 1},
      {kStart + minutes(1), kStart + minutes(2), 2},
      {kStart + seconds(59), kStart + seconds(61), 3},
      {kStart - minutes(5), kStart, 0},
      {kStart + minutes(2), kStart + minutes(9), 0},
      {kStart, kStart, 0},
      {kStart + minutes(9), kStart, 0},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(calls_of(1, {{test.begin, test.end}, {}, Source::Log}), test.calls)
        << format_time(test.begin);
  }
}

TEST_P(StoreContract, AFlushCountsOnceAndKeepsItsCheckpoints) {
  Flush flush = flush_of("log:a", 1, {{"a", Source::Log, kStart, {delta(1, 1, 10)}}});
  flush.checkpoints = {{"file", "12"}, {"other", std::string("x\0y", 3)}};
  EXPECT_EQ(store_->writer().last_sequence("log:a"), 0U);
  apply(flush);
  apply(flush);
  store_->reopen();
  ASSERT_EQ(store_->writer().checkpoints("log:a").size(), 2U);
  EXPECT_EQ(store_->writer().checkpoints("log:a")[1].state, std::string("x\0y", 3));
  flush.checkpoints = {{"file", "20"}, {"other", ""}};
  apply(flush);
  EXPECT_EQ(store_->writer().checkpoints("log:a").size(), 2U);
  flush.sequence = 2;
  const Flush twice[] = {flush, flush};
  store_->writer().apply(twice);
  EXPECT_EQ(store_->writer().last_sequence("log:a"), 2U);
  EXPECT_EQ(store_->writer().last_sequence("log:b"), 0U);
  const std::vector<Checkpoint> checkpoints = store_->writer().checkpoints("log:a");
  ASSERT_EQ(checkpoints.size(), 1U);
  EXPECT_EQ(checkpoints[0].key, "file");
  EXPECT_EQ(checkpoints[0].state, "20");
  EXPECT_TRUE(store_->writer().checkpoints("log:b").empty());
  EXPECT_EQ(calls_of(1, {kAlways, {}, Source::Log}), 2U);
}

TEST_P(StoreContract, PartsThatCutAMinuteShareItAndLoseNothing) {
  apply(flush_of("log:a", 1, {{"a", Source::Log, kStart, {delta(1, 10, 1001)}}}));
  const FingerprintId ids[] = {{1}};
  const StoreScope scope{{kStart + seconds(15), kStart + seconds(45)}, {}, Source::Log};
  for (const std::size_t slices : {1U, 2U, 3U, 7U}) {
    const auto points = reader().history(scope, Detail::Sums, ids, slices);
    ASSERT_EQ(points[0].size(), slices);
    Counts sum;
    for (const HistoryPoint& point : points[0]) {
      sum.merge(point.counts);
      EXPECT_NEAR(static_cast<double>(point.counts.query_time.count()),
                  1001.0 / static_cast<double>(slices), 1.0);
    }
    EXPECT_EQ(sum.calls, 10U);
    EXPECT_EQ(sum.query_time, Duration(1001));
    EXPECT_EQ(sum.rows_examined.sum, 70U);
    const auto whole = reader().history(scope, Detail::Full, ids, slices);
    EXPECT_EQ(whole[0][slices / 2].counts.histogram.count(), 10U);
    Duration all{0};
    for (const HistoryPoint& point : reader().history(scope, slices)) {
      all += point.counts.query_time;
    }
    EXPECT_EQ(all, Duration(1001));
  }
}

TEST_P(StoreContract, SamplesAreTheSlowestTheNewestAndSome) {
  for (int i = 0; i < 200; ++i) {
    ClassSample sample;
    sample.target = "a";
    sample.id = {1};
    sample.sql = "SELECT " + std::to_string(i);
    sample.query_time = Duration((i * 37) % 200);
    sample.at = kStart + minutes(2 * i);
    sample.attributes = {{"user", "u\xff"}};
    Flush flush = flush_of("log:a", static_cast<std::uint64_t>(i + 1), {});
    flush.samples = {sample};
    apply(flush);
  }
  const std::vector<ClassSample> samples = reader().samples({1}, "a");
  ASSERT_EQ(samples.size(), 10U);
  EXPECT_EQ(samples[0].query_time, Duration(199));
  EXPECT_EQ(samples[3].query_time, Duration(196));
  EXPECT_EQ(samples[0].target, "a");
  EXPECT_TRUE(samples[0].masked);
  EXPECT_EQ(samples[0].attributes[0].value, "u\xff");
  EXPECT_EQ(samples[4].at, kStart + minutes(398));
  EXPECT_EQ(reader().samples({1}).size(), 10U);
  EXPECT_TRUE(reader().samples({1}, "b").empty());
  EXPECT_TRUE(reader().samples({2}).empty());
}

TEST_P(StoreContract, FindsClassesByTheFirstDigits) {
  apply(flush_of("log:a", 1,
                 {{"a",
                   Source::Log,
                   kStart,
                   {delta(0x0123456789abcdef, 1, 1), delta(0x0124000000000000, 1, 1),
                    delta(0xfedcba9876543210, 1, 1)}}}));
  const struct {
    const char* prefix;
    std::size_t limit;
    std::vector<FingerprintId> found;
  } cases[] = {
      {"012", 9, {{0x0123456789abcdef}, {0x0124000000000000}}},
      {"012", 1, {{0x0123456789abcdef}}},
      {"0123456789abcdef", 9, {{0x0123456789abcdef}}},
      {"f", 9, {{0xfedcba9876543210}}},
      {"3", 9, {}},
      {"xyz", 9, {}},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(reader().find(test.prefix, test.limit), test.found) << test.prefix;
  }
}

INSTANTIATE_TEST_SUITE_P(All, StoreContract, ::testing::Values("memory", "sqlite"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace unjam
