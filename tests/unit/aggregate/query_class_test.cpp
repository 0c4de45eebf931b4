#include "unjam/aggregate/query_class.h"

#include "unjam/aggregate/names.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TimePoint at_second(std::int64_t second) { return TimePoint(std::chrono::seconds(second)); }

double total(const TimeSeries& series) {
  return std::accumulate(series.values().begin(), series.values().end(), 0.0);
}

TEST(TimeSeries, StaysSmallAndLosesNothing) {
  TimeSeries series;
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    series.add(at_second(1'700'000'000 + static_cast<std::int64_t>(random() % 1'000'000)), 1.0);
    ASSERT_LE(series.values().size(), TimeSeries::kMaxSlices);
  }
  EXPECT_DOUBLE_EQ(total(series), 1000.0);
}

TEST(TimeSeries, MergeIsTheSameInEitherOrder) {
  TimeSeries a;
  TimeSeries b;
  a.add(at_second(1'700'000'000), 2.0);
  for (int i = 0; i < 100; ++i) {
    b.add(at_second(1'700'000'000 + i * 1000), 1.0);
  }
  TimeSeries ab = a;
  ab.merge(b);
  TimeSeries ba = b;
  ba.merge(a);
  EXPECT_TRUE(std::ranges::equal(ab.values(), ba.values()));
  EXPECT_EQ(ab.begin(), ba.begin());
  EXPECT_DOUBLE_EQ(total(ab), 102.0);
}

TEST(TimeSeries, TimesBeforeTheFirstOne) {
  TimeSeries series;
  series.add(at_second(1000), 1.0);
  series.add(at_second(-1000), 1.0);
  EXPECT_DOUBLE_EQ(total(series), 2.0);
  EXPECT_LE(series.begin(), at_second(-1000));
}

TEST(NameCounts, FirstNameThenOthers) {
  NameCounts counts;
  EXPECT_TRUE(counts.empty());
  counts.add(7);
  counts.add(9, 2);
  counts.add(7);
  const auto entries = counts.entries();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0], (std::pair<NameId, std::uint64_t>{7, 2}));
  EXPECT_EQ(entries[1], (std::pair<NameId, std::uint64_t>{9, 2}));
}

TEST(NameCounts, ManyNamesAreBounded) {
  NameCounts counts;
  for (NameId name = 1; name <= 2000; ++name) {
    counts.add(name);
  }
  const auto entries = counts.entries();
  EXPECT_LE(entries.size(), NameCounts::kMaxNames + 1);
  std::uint64_t sum = 0;
  for (const auto& entry : entries) {
    sum += entry.second;
  }
  EXPECT_EQ(sum, 2000U);
}

TEST(Names, InternsOnce) {
  Names names;
  const NameId a = names.intern("alice");
  const NameId b = names.intern("bob");
  EXPECT_NE(a, b);
  EXPECT_EQ(names.intern("alice"), a);
  EXPECT_EQ(names.text(b), "bob");
  EXPECT_EQ(names.text(names.intern("")), "");
}

}  // namespace
}  // namespace unjam
