// Whatever was rolled up, expired and restarted in between, SQLite answers what the store in memory
// does, which keeps every slice as it came.
#include "unit/store/answers.h"
#include "unit/store/any_store.h"
#include "unit/store/random_flushes.h"
#include "unjam/store/memory_store.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
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

std::vector<FingerprintId> some_classes(RandomFlushes& random) {
  std::vector<FingerprintId> classes = {random.some_class(), {12345}};
  for (int i = 0; i < 3; ++i) {
    classes.push_back(random.some_class());
  }
  return classes;
}

/// Everything is kept in full detail, so that every answer must be exact.
class StoreAnswers : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(StoreAnswers, AnswersStayTheSame) {
  StoreOptions options;
  options.keep_minutes = options.keep_hours = options.keep_days = days(1000);
  const std::unique_ptr<MemoryStore> truth = make_memory_store();
  const std::unique_ptr<AnyStore> store = make_any_store("sqlite", options);
  RandomFlushes random(GetParam());
  for (int day = 0; day < 24; ++day) {
    SCOPED_TRACE(day);
    const TimePoint now = kStart + days(day);
    std::vector<Flush> flushes;
    for (int i = 0; i < 12; ++i) {
      // Some of it is late, by days or weeks.
      const auto late = days(random.below(4) == 0 ? random.below(20) : 0);
      flushes.push_back(random.next(now - late - hours(8), now - late));
    }
    store->writer().apply(flushes);
    truth->apply(flushes);
    if (random.below(2) == 0) {
      store->writer().maintain(now + seconds(random.below(5000)));
    } else {
      EXPECT_FALSE(maintain_all(store->writer(), now + hours(random.below(40))).more);
    }
    if (random.below(4) == 0) {
      store->reopen();
    }
    // One hour or one day a part, so that no period is cut.
    const bool by_hour = random.below(2) == 0;
    const Duration part = by_hour ? Duration(hours(1)) : Duration(days(1));
    const auto parts = static_cast<int>(1 + random.below(by_hour ? 60 : 40));
    const TimePoint begin =
        std::chrono::floor<days>(kStart - days(22)) + static_cast<int>(random.below(10)) * part;
    StoreScope scope{{begin, begin + parts * part}, {}, Source::Log};
    if (random.below(2) == 0) {
      scope.targets = {"target 1", "target 3"};
    }
    if (random.below(2) == 0) {
      scope.source = Source::Counters;
    }
    const std::vector<FingerprintId> classes = some_classes(random);
    const auto points = static_cast<std::size_t>(parts);
    ASSERT_EQ(answers(store->reader(), scope, classes, points),
              answers(*truth, scope, classes, points));
    // Any minutes: no histories, because these cut periods.
    scope.range.begin = random.some_minute(kStart - days(23), kStart + days(23));
    scope.range.end = scope.range.begin + minutes(random.below(30000));
    ASSERT_EQ(answers(store->reader(), scope, classes, 0), answers(*truth, scope, classes, 0));
  }
  EXPECT_FALSE(maintain_all(store->writer(), kStart + days(60)).more);
  const StoreScope all{
      {std::chrono::floor<days>(kStart - days(40)), std::chrono::floor<days>(kStart + days(70))},
      {},
      Source::Log};
  const std::vector<FingerprintId> classes = some_classes(random);
  EXPECT_EQ(answers(store->reader(), all, classes, 110), answers(*truth, all, classes, 110));
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreAnswers, ::testing::Range<std::uint64_t>(1, 7));

TEST(StoreRollUp, DaysKeepHistogramsAndTimesOfAttributesWithinTheStatedError) {
  const std::unique_ptr<MemoryStore> truth = make_memory_store();
  const std::unique_ptr<AnyStore> store = make_any_store("sqlite");
  RandomFlushes random(11);
  std::vector<Flush> flushes;
  for (int i = 0; i < 60; ++i) {
    flushes.push_back(random.next(kStart - days(3), kStart));
  }
  store->writer().apply(flushes);
  truth->apply(flushes);
  maintain_all(store->writer(), kStart + days(20));
  const StoreScope all{{kStart - days(9), kStart + days(9)}, {}, Source::Log};
  const std::vector<FingerprintId> classes = some_classes(random);
  const auto exact = truth->totals(all, Detail::Full, classes);
  const auto kept = store->reader().totals(all, Detail::Full, classes);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    for (const double q : {0.0, 0.01, 0.5, 0.95, 0.99, 1.0}) {
      const auto expected = static_cast<double>(exact[i].counts.histogram.quantile(q).count());
      // Both are approximations: within the error of a day, and that of a minute.
      EXPECT_NEAR(static_cast<double>(kept[i].counts.histogram.quantile(q).count()), expected,
                  expected * (0.024 + Histogram::kRelativeError) + 1)
          << q;
    }
  }
  const auto by_place = [](const AttributeTotal& a, const AttributeTotal& b) {
    return std::pair(a.value, a.id) < std::pair(b.value, b.id);
  };
  auto exact_users = truth->attributes(all, "user");
  auto kept_users = store->reader().attributes(all, "user");
  ASSERT_EQ(kept_users.size(), exact_users.size());
  std::sort(exact_users.begin(), exact_users.end(), by_place);
  std::sort(kept_users.begin(), kept_users.end(), by_place);
  for (std::size_t i = 0; i < exact_users.size(); ++i) {
    const auto expected = static_cast<double>(exact_users[i].query_time.count());
    EXPECT_NEAR(static_cast<double>(kept_users[i].query_time.count()), expected,
                expected * 0.01 + 1);
  }
}

/// Weeks lose their sums and histograms early: days tell these then, to whichever range.
TEST(StoreRollUp, OldWeeksHoldTheLoadAloneAndNothingIsMissed) {
  const std::unique_ptr<MemoryStore> truth = make_memory_store();
  const std::unique_ptr<AnyStore> store = make_any_store("sqlite");
  RandomFlushes random(13);
  for (int round = 0; round < 12; ++round) {
    std::vector<Flush> flushes;
    for (int i = 0; i < 15; ++i) {
      // Some of it is late for weeks that are thinned already.
      flushes.push_back(random.next(kStart - days(150), kStart - days(1)));
    }
    store->writer().apply(flushes);
    truth->apply(flushes);
    EXPECT_FALSE(maintain_all(store->writer(), kStart + days(round)).more);
  }
  const std::vector<FingerprintId> classes = some_classes(random);
  for (int i = 0; i < 60; ++i) {
    const TimePoint begin =
        std::chrono::floor<days>(random.some_minute(kStart - days(150), kStart - days(10)));
    const StoreScope scope{{begin, begin + days(1 + random.below(150))}, {}, Source::Log};
    const auto exact = truth->totals(scope, Detail::Full, classes);
    const auto kept = store->reader().totals(scope, Detail::Full, classes);
    for (std::size_t at = 0; at < classes.size(); ++at) {
      EXPECT_EQ(describe(kept[at].counts), describe(exact[at].counts));
      EXPECT_EQ(kept[at].counts.histogram.count(), exact[at].counts.histogram.count());
    }
  }
}

/// What is past its retention is answered for the whole hours and days around it.
TEST(StoreRetention, RangesAreWidenedToWhatIsKept) {
  StoreOptions options;
  options.keep_minutes = days(2);
  options.keep_hours = days(10);
  options.keep_days = days(60);
  const std::unique_ptr<MemoryStore> truth = make_memory_store();
  const std::unique_ptr<AnyStore> store = make_any_store("sqlite", options);
  RandomFlushes random(7);
  const TimePoint now = kStart + hours(1);
  std::uint64_t expired = 0;
  for (int round = 0; round < 10; ++round) {
    std::vector<Flush> flushes;
    for (int i = 0; i < 40; ++i) {
      flushes.push_back(random.next(now - days(28), now));
    }
    store->writer().apply(flushes);
    truth->apply(flushes);
    const Maintenance done = maintain_all(store->writer(), now);
    EXPECT_FALSE(done.more);
    EXPECT_EQ(done.dropped_for_space, 0U);
    expired += done.expired;
  }
  EXPECT_GT(expired, 0U);
  store->reopen();
  for (int i = 0; i < 100; ++i) {
    StoreScope asked{{random.some_minute(now - days(27), now), {}}, {}, Source::Log};
    asked.range.end = asked.range.begin + minutes(1 + random.below(20000));
    StoreScope kept = asked;
    const auto widen = [&](auto period, Duration keep) {
      const TimePoint from = std::chrono::floor<decltype(period)>(now - keep);
      if (kept.range.begin < from) {
        kept.range.begin = std::chrono::floor<decltype(period)>(kept.range.begin);
      }
      if (kept.range.end < from) {
        kept.range.end = std::chrono::ceil<decltype(period)>(kept.range.end);
      }
    };
    widen(hours(1), options.keep_minutes);
    widen(days(1), options.keep_hours);
    const std::vector<FingerprintId> classes = some_classes(random);
    ASSERT_EQ(answers(store->reader(), asked, classes, 0), answers(*truth, kept, classes, 0))
        << format_time(asked.range.begin) << " " << format_time(asked.range.end);
  }
}

}  // namespace
}  // namespace unjam
