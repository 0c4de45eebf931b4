#include "unjam/model/histogram.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(Histogram, QuantilesAreWithinTheStatedError) {
  std::mt19937_64 random(3);
  std::lognormal_distribution<double> times(10.0, 3.0);
  std::vector<std::int64_t> values;
  Histogram histogram;
  for (int i = 0; i < 50'000; ++i) {
    values.push_back(static_cast<std::int64_t>(times(random)));
    histogram.add(Duration(values.back()));
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()))) - 1;
    const auto exact = static_cast<double>(values[rank]);
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q).count()), exact,
                exact * Histogram::kRelativeError + 0.5)
        << q;
  }
}

TEST(Histogram, SmallValuesAreExact) {
  for (int us = 0; us < 64; ++us) {
    Histogram histogram;
    histogram.add(Duration(us));
    EXPECT_EQ(histogram.quantile(0.5), Duration(us));
  }
}

TEST(Histogram, MergeEqualsAddingAll) {
  std::mt19937 random(5);
  Histogram all;
  Histogram parts[3];
  for (int i = 0; i < 3000; ++i) {
    const Duration value(1 << (random() % 30));
    all.add(value);
    parts[i % 3].add(value);
  }
  Histogram merged;
  for (const Histogram& part : parts) {
    merged.merge(part);
  }
  EXPECT_EQ(merged.count(), all.count());
  const auto a = merged.buckets();
  const auto b = all.buckets();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].lower, b[i].lower);
    EXPECT_EQ(a[i].count, b[i].count);
  }
}

TEST(Histogram, ListsAndDenseRangesTellTheSame) {
  std::mt19937 random(7);
  for (const int size : {1, 2, 9, 200, 256, 257, 1000}) {
    Histogram one_by_one;
    std::map<std::int64_t, std::uint64_t> counts;
    std::vector<std::int64_t> values;
    for (int i = 0; i < size; ++i) {
      values.push_back(static_cast<std::int64_t>(random() % 60));  // exact buckets
      one_by_one.add(Duration(values.back()));
      ++counts[values.back()];
    }
    Histogram at_once;
    for (const auto& [value, count] : counts) {
      at_once.add(Duration(value), count);
    }
    Histogram dense;
    dense.add(Duration(0), 1000);
    dense.add(Duration(1'000'000), 1000);
    Histogram sum = dense;
    sum.merge(one_by_one);
    EXPECT_EQ(sum.count(), 2000U + static_cast<std::uint64_t>(size));
    dense.merge(sum);
    EXPECT_EQ(dense.count(), 4000U + static_cast<std::uint64_t>(size));
    std::sort(values.begin(), values.end());
    for (const double q : {0.0, 0.1, 0.5, 0.95, 1.0}) {
      const double rank = std::max(std::ceil(q * size), 1.0);
      const Duration expected(values[static_cast<std::size_t>(rank) - 1]);
      EXPECT_EQ(one_by_one.quantile(q), expected) << size << " " << q;
      EXPECT_EQ(at_once.quantile(q), expected) << size << " " << q;
    }
    const auto buckets = one_by_one.buckets();
    ASSERT_EQ(buckets.size(), counts.size());
    auto count = counts.begin();
    for (const Histogram::Bucket& bucket : buckets) {
      EXPECT_EQ(bucket.lower, Duration(count->first));
      EXPECT_EQ(bucket.count, count->second);
      ++count;
    }
  }
}

TEST(Histogram, ClampsWhatIsOutOfRange) {
  Histogram histogram;
  histogram.add(Duration(-5));
  histogram.add(Duration::max());
  EXPECT_EQ(histogram.quantile(0.0), Duration(0));
  EXPECT_GT(histogram.quantile(1.0), std::chrono::days(200));
  EXPECT_EQ(histogram.count(), 2U);
}

TEST(Histogram, ABucketIsStoredByItsNumber) {
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    EXPECT_EQ(Histogram::bucket_of(Histogram::lower_of(bucket)), bucket);
    EXPECT_EQ(Histogram::bucket_of(Histogram::lower_of(bucket + 1) - Duration(1)), bucket);
  }
}

TEST(Histogram, EmptyAndCopied) {
  Histogram empty;
  EXPECT_EQ(empty.quantile(0.5), Duration(0));
  EXPECT_TRUE(empty.buckets().empty());
  Histogram one;
  one.add(Duration(7), 3);
  empty.merge(one);
  const Histogram copy = empty;
  EXPECT_EQ(copy.count(), 3U);
  EXPECT_EQ(copy.quantile(1.0), Duration(7));
}

}  // namespace
}  // namespace unjam
