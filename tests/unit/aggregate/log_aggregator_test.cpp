#include "unjam/aggregate/log_aggregator.h"

#include "support/default_fingerprints.h"
#include "unjam/collect/log_reader.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

const TimePoint kMinute{std::chrono::seconds(1'700'000'040)};

/// An event whose text owns its padding.
class Sent {
 public:
  explicit Sent(std::string sql, int milliseconds = 10, int second = 0) : text_(std::move(sql)) {
    size_ = text_.size();
    text_.append(kScanPadding, ' ');
    event.query_time = std::chrono::milliseconds(milliseconds);
    event.at = kMinute + std::chrono::seconds(second);
  }
  const LogEvent& get() {
    event.sql = std::string_view(text_).substr(0, size_);
    return event;
  }
  LogEvent event;

 private:
  std::string text_;
  std::size_t size_;
};

LogAggregator make(bool mask = true) {
  LogAggregator result(default_fingerprints().normalizer(), Dialect::MySql, {"shop", mask});
  result.set_now(kMinute + std::chrono::seconds(30));
  return result;
}

std::map<Attribute, std::uint64_t> attributes_of(const ClassDelta& delta) {
  std::map<Attribute, std::uint64_t> result;
  for (const AttributeCount& count : delta.attributes) {
    result[count.attribute] += count.calls;
  }
  return result;
}

TEST(LogAggregator, SlicesByMinuteAndClass) {
  LogAggregator seen = make();
  EXPECT_TRUE(seen.empty());
  Sent first("select * from t where id = 1 /*action:show*/", 10, 1);
  first.event.user = "app";
  first.event.database = "shop";
  first.event.rows_examined = 7;
  seen.on_event(first.get());
  seen.on_event(Sent("select * from t where id = 2", 30, 59).get());
  seen.on_event(Sent("select * from t where id = 3", 5, 60).get());
  seen.on_event(Sent("delete from t", 5, 60).get());
  seen.on_event(Sent("select * from t where id = 4", 40, 2).get());
  const Flush flush = seen.take();
  ASSERT_EQ(flush.slices.size(), 2U);
  EXPECT_EQ(flush.slices[0].minute, kMinute);
  EXPECT_EQ(flush.slices[0].target, "shop");
  ASSERT_EQ(flush.slices[0].classes.size(), 1U);
  const ClassDelta& delta = flush.slices[0].classes[0];
  EXPECT_EQ(delta.counts.calls, 3U);
  EXPECT_EQ(delta.counts.query_time, std::chrono::milliseconds(80));
  EXPECT_EQ(delta.counts.query_time_max, std::chrono::milliseconds(40));
  EXPECT_EQ(delta.counts.histogram.count(), 3U);
  EXPECT_EQ(delta.counts.rows_examined.sum, 7U);
  EXPECT_FALSE(delta.counts.rows_sent.told);
  EXPECT_EQ(attributes_of(delta),
            (std::map<Attribute, std::uint64_t>{
                {{"user", "app"}, 1}, {{"database", "shop"}, 1}, {{"tag:action", "show"}, 1}}));
  EXPECT_EQ(flush.slices[1].minute, kMinute + std::chrono::seconds(60));
  EXPECT_EQ(flush.slices[1].classes.size(), 2U);
  EXPECT_EQ(flush.texts.size(), 2U);
  EXPECT_TRUE(seen.empty());

  seen.on_event(Sent("select * from t where id = 5").get());
  const Flush next = seen.take();
  EXPECT_EQ(next.slices.at(0).classes.at(0).counts.calls, 1U);
  EXPECT_EQ(next.slices[0].classes[0].id, delta.id);
  EXPECT_TRUE(next.texts.empty()) << "a text is told once";
}

TEST(LogAggregator, AnEventWithoutATimeTakesTheCallers) {
  LogAggregator seen = make();
  Sent sent("select 1");
  sent.event.at.reset();
  seen.on_event(sent.get());
  EXPECT_EQ(seen.take().slices.at(0).minute, kMinute);
}

TEST(LogAggregator, SamplesAreTheSlowestTheNewestAndARandomOneMasked) {
  LogAggregator seen = make();
  for (int i = 0; i < 50; ++i) {
    seen.on_event(Sent("select 'secret" + std::to_string(i) + "'", i == 20 ? 900 : 10).get());
  }
  Flush flush = seen.take();
  ASSERT_GE(flush.samples.size(), 2U);
  ASSERT_LE(flush.samples.size(), 3U);
  EXPECT_EQ(flush.samples[0].query_time, Duration(std::chrono::milliseconds(900)));
  for (const ClassSample& sample : flush.samples) {
    EXPECT_TRUE(sample.masked);
    EXPECT_EQ(sample.sql, "select ?");
  }
  seen.on_event(Sent("select 'x'", 10).get());
  EXPECT_TRUE(seen.take().samples.empty()) << "not due, and not slower";
  seen.on_event(Sent("select 'x'", 901).get());
  EXPECT_EQ(seen.take().samples.size(), 1U) << "slower";

  LogAggregator raw = make(false);
  raw.on_event(Sent("select 'kept'").get());
  flush = raw.take();
  ASSERT_EQ(flush.samples.size(), 1U) << "one execution is one sample";
  EXPECT_EQ(flush.samples[0].sql, "select 'kept'");
  EXPECT_FALSE(flush.samples[0].masked);
}

TEST(LogAggregator, ErrorsByStatementAndCode) {
  LogAggregator seen = make();
  for (int i = 0; i < 3; ++i) {
    Sent sent("update t set a = " + std::to_string(i));
    sent.event.kind = EventKind::Error;
    sent.event.error = "23505";
    sent.event.severity = "ERROR";
    const std::string message = "duplicate key value " + std::to_string(i);
    sent.event.message = message;
    seen.on_event(sent.get());
  }
  Sent failed("update t set a = 9");
  failed.event.error = "1213";
  seen.on_event(failed.get());
  Sent unknown("");
  unknown.event.kind = EventKind::Error;
  unknown.event.error = "57P01";
  seen.on_event(unknown.get());
  const Flush flush = seen.take();
  ASSERT_EQ(flush.errors.size(), 3U);
  std::map<std::string, std::uint64_t> counts;
  for (const ErrorDelta& error : flush.errors) {
    counts[error.code] = error.count;
    EXPECT_EQ(error.id == FingerprintId{}, error.code == "57P01");
  }
  EXPECT_EQ(counts,
            (std::map<std::string, std::uint64_t>{{"23505", 3}, {"1213", 1}, {"57P01", 1}}));
  const Counts& of_class = flush.slices.at(0).classes.at(0).counts;
  EXPECT_EQ(of_class.errors, 4U);
  EXPECT_EQ(of_class.calls, 1U) << "an error without a time is no call";
}

TEST(LogAggregator, AKeyHasABoundedNumberOfValues) {
  LogAggregator seen = make();
  for (int i = 0; i < 100; ++i) {
    const std::string host = "10.0.0." + std::to_string(i);
    Sent sent("select 1 /*job:J" + std::to_string(i) + "*/");
    sent.event.host = host;
    seen.on_event(sent.get());
  }
  const Flush flush = seen.take();
  std::map<std::string, std::size_t> distinct;
  std::map<std::string, std::uint64_t> calls;
  for (const AttributeCount& count : flush.slices.at(0).classes.at(0).attributes) {
    ++distinct[count.attribute.key];
    calls[count.attribute.key] += count.calls;
  }
  EXPECT_EQ(distinct["host"], ClassDelta::kMaxAttributes);
  EXPECT_EQ(distinct["tag:job"], ClassDelta::kMaxAttributes);
  EXPECT_EQ(calls["host"], 100U);
  EXPECT_EQ(calls["tag:job"], 100U);
}

TEST(LogAggregator, AFloodOfClassesFillsAFlushAndLosesNothing) {
  LogAggregator seen = make();
  std::uint64_t calls = 0;
  std::set<std::uint64_t> ids;
  std::size_t flushes = 0;
  const auto take = [&] {
    EXPECT_LE(seen.bytes(), 2 * LogAggregator::kMaxBytes);
    for (const Slice& slice : seen.take().slices) {
      for (const ClassDelta& delta : slice.classes) {
        calls += delta.counts.calls;
        ids.insert(delta.id.value);
      }
    }
    ++flushes;
  };
  constexpr int kClasses = 100'000;
  for (int i = 0; i < kClasses; ++i) {
    seen.on_event(Sent("select * from t" + std::to_string(i) + "_x").get());
    if (seen.full()) {
      take();
    }
  }
  take();
  EXPECT_EQ(calls, std::uint64_t{kClasses});
  EXPECT_EQ(ids.size(), std::size_t{kClasses});
  EXPECT_GT(flushes, 3U);
}

TEST(LogAggregator, TheInheritedDatabaseIsTheCallersOrUnknown) {
  LogAggregator seen = make();
  Sent sent("select 1");
  sent.event.database = kInheritedDatabase;
  seen.on_event(sent.get());
  EXPECT_TRUE(seen.take().slices.at(0).classes.at(0).attributes.empty());
  seen.set_inherited_database("shop");
  seen.on_event(sent.get());
  EXPECT_EQ(seen.take().slices.at(0).classes.at(0).attributes.at(0).attribute,
            (Attribute{"database", "shop"}));
}

}  // namespace
}  // namespace unjam
