#include "unjam/aggregate/query_class.h"

#include "unjam/aggregate/names.h"

#include <algorithm>
#include <map>
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

TEST(NameCounts, CountsEachName) {
  NameCounts counts;
  for (NameId i = 0; i < 10'000; ++i) {
    counts.add(1000 + i * i % 100);
  }
  std::uint64_t sum = 0;
  for (const auto& [name, count] : counts.entries()) {
    std::uint64_t expected = 0;
    for (NameId i = 0; i < 10'000; ++i) {
      expected += static_cast<std::uint64_t>(name == 1000 + i * i % 100);
    }
    EXPECT_EQ(count, expected) << name;
    sum += count;
  }
  EXPECT_EQ(sum, 10'000U);
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

TEST(Names, TellsLengthsAndEndsApart) {
  Names names;
  std::map<NameId, std::string> known;
  for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 7U, 8U, 9U, 15U, 16U, 17U, 40U, 300U}) {
    std::string name(size, 'a');
    known[names.intern(name)] = name;
    for (std::size_t i = 0; i < size; ++i) {
      name[i] = 'b';
      known[names.intern(name)] = name;
      name[i] = 'a';
    }
  }
  EXPECT_EQ(known.size(), names.size() - 1);
  for (const auto& [id, name] : known) {
    EXPECT_EQ(names.text(id), name);
    EXPECT_EQ(names.intern(name), id);
  }
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

TEST(TimeSeries, AnExecutionLoadsTheTimeItTook) {
  const auto at = [](int second) { return TimePoint(std::chrono::seconds(second)); };
  TimeSeries series;
  series.add_run(at(1000), std::chrono::seconds(290));
  series.add_run(at(1040), std::chrono::milliseconds(500));
  const double width = std::chrono::duration<double>(series.slice()).count();
  double sum = 0;
  for (const float value : series.values()) {
    sum += static_cast<double>(value);
    EXPECT_LE(static_cast<double>(value), width + 0.5) << "one session is a load of one";
  }
  EXPECT_NEAR(sum, 290.5, 1e-3);
  EXPECT_LE(series.begin(), at(710));
  EXPECT_GT(series.begin() + series.slice(), at(710));
}

TEST(TimeSeries, AnExecutionThatEndsWithASliceStaysInIt) {
  TimeSeries series;
  const TimePoint boundary(series.slice() * 1000);
  series.add_run(boundary, series.slice());
  ASSERT_EQ(series.values().size(), 1U);
  EXPECT_EQ(series.begin(), boundary - series.slice());
  series.add_run(boundary, Duration(0));
  EXPECT_EQ(series.values().size(), 2U);
}

}  // namespace
}  // namespace unjam
