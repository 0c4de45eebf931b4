// Logs that are older than what is kept: their numbers go as soon as they came, and what goes must
// not take with it what comes next.
#include "unit/store/any_store.h"
#include "unjam/store/store.h"

#include <chrono>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unjam {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr TimePoint kNow{std::chrono::sys_days(std::chrono::year(2026) / 5 / 14) + hours(9)};

StoreScope whole_time() { return {{TimePoint(Duration(0)), kNow + days(1000)}, {}, Source::Log}; }

/// Sequence n: a minute of one class, with attributes of three keys, more of each than are kept.
Flush crowded(std::uint64_t sequence, TimePoint minute) {
  Flush flush;
  flush.collector = "log:a";
  flush.sequence = sequence;
  ClassDelta delta;
  delta.id = {7};
  delta.counts.calls = 3 * ClassDelta::kMaxAttributes;
  delta.counts.query_time = Duration(delta.counts.calls * 10);
  for (const char* key : {"host", "user", "tag:job"}) {
    for (std::size_t i = 0; i + 1 < ClassDelta::kMaxAttributes; ++i) {
      delta.attributes.push_back(
          {{key, fmt::format("{} {}", sequence / 3 % 3 == 0 ? "" : key, sequence * 5 + i)},
           1 + i % 3,
           Duration(10 + i)});
    }
    delta.attributes.push_back({{key, "(other)"}, 2, Duration(20)});
  }
  flush.slices = {{"a", Source::Log, minute, {delta}}};
  return flush;
}

TEST(StoreOldLogs, NumbersOfAttributesThatWentAreNotMistakenForOthers) {
  StoreOptions options;
  options.keep_days = days(30);
  const std::unique_ptr<AnyStore> store = make_any_store("sqlite", options);
  std::uint64_t sequence = 0;
  for (int round = 0; round < 12; ++round) {
    // Time goes on, so that names go again and again.
    const TimePoint now = kNow + days(7 * round);
    for (int day = 0; day < 3; ++day) {
      for (int minute = 0; minute < 8; ++minute) {
        const Flush flush =
            crowded(++sequence, now - days(day == 2 ? 1 : 200 - round * 9 - day) - minutes(minute));
        store->writer().apply({&flush, 1});
      }
      ASSERT_NO_THROW(maintain_all(store->writer(), now)) << round;
    }
    for (const char* key : {"host", "user", "tag:job"}) {
      std::uint64_t calls = 0;
      for (const AttributeTotal& total : store->reader().attributes(
               {{now - days(2), now}, {}, Source::Log}, key, FingerprintId{7})) {
        EXPECT_TRUE(total.value == "(other)" || total.value.starts_with(' ') ||
                    total.value.starts_with(key))
            << total.value;
        calls += total.calls;
      }
      std::uint64_t expected = 2;
      for (std::size_t i = 0; i + 1 < ClassDelta::kMaxAttributes; ++i) {
        expected += 1 + i % 3;
      }
      EXPECT_EQ(calls, 8 * expected) << key << round;
    }
  }
}

TEST(StoreOldLogs, AnAttributeThatIsToldTwiceIsOne) {
  const std::unique_ptr<AnyStore> store = make_any_store("sqlite");
  Flush flush = crowded(1, kNow);
  flush.slices[0].classes[0].attributes = {{{"user", "a"}, 1, Duration(10)},
                                           {{"user", "b"}, 2, Duration(20)},
                                           {{"user", "a"}, 3, Duration(30)}};
  store->writer().apply({&flush, 1});
  const auto users = store->reader().attributes(whole_time(), "user", FingerprintId{7});
  ASSERT_EQ(users.size(), 2U);
  EXPECT_EQ(users[0].value, "a");
  EXPECT_EQ(users[0].calls, 4U);
  EXPECT_EQ(users[0].query_time, Duration(40));
}

TEST(StoreOldLogs, BytesOfKeysAndValuesAreNotMixedUp) {
  const std::unique_ptr<AnyStore> store = make_any_store("sqlite");
  Flush flush = crowded(1, kNow);
  const std::string nul(1, '\0');
  flush.slices[0].classes[0].attributes = {{{"tag:a" + nul + "b", "c"}, 1, Duration(10)},
                                           {{"tag:a", "b" + nul + "c"}, 2, Duration(20)}};
  store->writer().apply({&flush, 1});
  EXPECT_EQ(store->reader().attribute_keys(whole_time(), {7}).size(), 2U);
}

ClassText text_of(FingerprintId id) { return {id, "SELECT ?", Dialect::MySql}; }

/// Collectors send a text once in their lives.
TEST(StoreOldLogs, ATextOutlivesTheNumbersItCameWith) {
  for (const bool reopened : {false, true}) {
    SCOPED_TRACE(reopened);
    StoreOptions options;
    options.keep_days = days(60);
    const std::unique_ptr<AnyStore> store = make_any_store("sqlite", options);
    Flush old = crowded(1, kNow - days(700));
    old.texts = {text_of({7})};
    store->writer().apply({&old, 1});
    maintain_all(store->writer(), kNow);
    maintain_all(store->writer(), kNow + days(20));
    if (reopened) {
      store->reopen();
      maintain_all(store->writer(), kNow + days(40));
    }
    Flush recent = crowded(2, kNow + days(40));
    if (reopened) {
      // Nobody would have sent its text, so that nothing of it may be left.
      EXPECT_FALSE(store->reader().text({7}));
      recent.texts = {text_of({7})};
    }
    store->writer().apply({&recent, 1});
    maintain_all(store->writer(), kNow + days(41));
    ASSERT_TRUE(store->reader().text({7}));
    EXPECT_EQ(store->reader().text({7})->text, "SELECT ?");
    EXPECT_EQ(store->reader().totals(whole_time(), Detail::Load).size(), 1U);
  }
}

/// Numbers of a class that went are never those of another one.
TEST(StoreOldLogs, ClassesThatWentLeaveNothingToOthers) {
  StoreOptions options;
  options.keep_days = days(30);
  const std::unique_ptr<AnyStore> store = make_any_store("sqlite", options);
  Flush old = crowded(1, kNow - days(100));
  old.texts = {text_of({7})};
  ClassSample sample;
  sample.target = "a";
  sample.id = {7};
  sample.sql = "SELECT 7";
  sample.at = kNow - days(100);
  old.samples = {sample};
  store->writer().apply({&old, 1});
  maintain_all(store->writer(), kNow);
  store->reopen();
  maintain_all(store->writer(), kNow + days(8));
  Flush other = crowded(2, kNow);
  other.slices[0].classes[0].id = {8};
  store->writer().apply({&other, 1});
  EXPECT_FALSE(store->reader().text({8}));
  EXPECT_TRUE(store->reader().samples({8}).empty());
  EXPECT_TRUE(store->reader().find("0000000000000007", 5).empty());
}

}  // namespace
}  // namespace unjam
