#include "unjam/aggregate/aggregator.h"

#include "support/default_fingerprints.h"
#include "unjam/collect/log_reader.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// An event whose text owns its padding.
class Sent {
 public:
  explicit Sent(std::string sql, int milliseconds = 10) : text_(std::move(sql)) {
    size_ = text_.size();
    text_.append(kScanPadding, ' ');
    event.query_time = std::chrono::milliseconds(milliseconds);
    event.at = TimePoint(std::chrono::seconds(1'700'000'000));
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

Aggregator make(AggregateOptions options = {}) {
  return {default_fingerprints(), Dialect::MySql, std::move(options)};
}

std::uint64_t count_of(const Aggregator& seen, const NameCounts& counts, std::string_view name) {
  for (const auto& [id, count] : counts.entries()) {
    if (seen.names().text(id) == name) {
      return count;
    }
  }
  return 0;
}

TEST(Aggregator, OneClassPerFingerprint) {
  Aggregator seen = make();
  seen.on_event(Sent("select * from t where id = 1", 10).get());
  seen.on_event(Sent("SELECT * FROM t WHERE id = 22", 30).get());
  seen.on_event(Sent("select 1", 5).get());
  ASSERT_EQ(seen.classes().size(), 2U);
  const QueryClass& first = *seen.classes()[0];
  EXPECT_EQ(first.calls, 2U);
  EXPECT_EQ(first.query_time, std::chrono::milliseconds(40));
  EXPECT_EQ(first.query_time_min, std::chrono::milliseconds(10));
  EXPECT_EQ(first.query_time_max, std::chrono::milliseconds(30));
  EXPECT_EQ(first.sample->sql, "SELECT * FROM t WHERE id = 22");
  EXPECT_EQ(seen.totals().statements, 3U);
  EXPECT_EQ(seen.totals().query_time, std::chrono::milliseconds(45));
}

TEST(Aggregator, OnlyStatementsAreCalls) {
  Aggregator seen = make();
  for (const EventKind kind :
       {EventKind::Statement, EventKind::Admin, EventKind::Throttle, EventKind::Parse,
        EventKind::Bind, EventKind::Fetch, EventKind::Plan, EventKind::Error, EventKind::LockWait,
        EventKind::TemporaryFile, EventKind::Deadlock}) {
    Sent sent("select 1", 10);
    sent.event.kind = kind;
    seen.on_event(sent.get());
  }
  const Totals& totals = seen.totals();
  EXPECT_EQ(totals.events, 7U);
  EXPECT_EQ(totals.statements, 1U);
  EXPECT_EQ(totals.event_time, std::chrono::milliseconds(70));
  EXPECT_EQ(totals.query_time, std::chrono::milliseconds(20))
      << "the statement and its later fetch";
  EXPECT_EQ(totals.admin, 1U);
  EXPECT_EQ(totals.throttled, 1U);
  EXPECT_EQ(totals.errors, 1U);
  EXPECT_EQ(totals.lock_waits, 1U);
  EXPECT_EQ(totals.deadlocks, 1U);
  EXPECT_EQ(totals.temporary_files, 1U);
  ASSERT_EQ(seen.classes().size(), 1U);
  EXPECT_EQ(seen.classes()[0]->calls, 1U);
}

TEST(Aggregator, CountsTagsButNotPerCallOnes) {
  Aggregator seen = make();
  seen.on_event(Sent("select 1 /*action:show,controller:users*/").get());
  seen.on_event(Sent("select 2 /*action='show',traceparent='00-aa-bb-01'*/").get());
  ASSERT_EQ(seen.classes().size(), 1U);
  const NameCounts& tags = seen.classes()[0]->tags;
  EXPECT_EQ(count_of(seen, tags, std::string_view("action\0show", 11)), 2U);
  EXPECT_EQ(count_of(seen, tags, std::string_view("controller\0users", 16)), 1U);
  EXPECT_EQ(tags.entries().size(), 2U);
}

TEST(Aggregator, Filters) {
  AggregateOptions options;
  options.filter.users = {"app"};
  options.filter.since = TimePoint(std::chrono::seconds(1'700'000'000));
  options.filter.tags = {{"job", "Digest"}};
  Aggregator seen = make(options);
  Sent good("select 1 /*job:Digest*/");
  good.event.user = "app";
  Sent other_user("select 1 /*job:Digest*/");
  other_user.event.user = "root";
  Sent other_job("select 1 /*job:Other*/");
  other_job.event.user = "app";
  Sent too_early("select 1 /*job:Digest*/");
  too_early.event.user = "app";
  too_early.event.at = TimePoint(std::chrono::seconds(1'600'000'000));
  for (Sent* sent : {&good, &other_user, &other_job, &too_early}) {
    seen.on_event(sent->get());
  }
  EXPECT_EQ(seen.totals().statements, 1U);
  EXPECT_EQ(seen.events_seen(), 4U);
}

TEST(Aggregator, MergeResolvesTheInheritedDatabase) {
  Aggregator left = make();
  Aggregator right = make();
  Sent sent("select 1");
  sent.event.database = kInheritedDatabase;
  right.on_event(sent.get());
  left.on_event(Sent("select 2").get());
  left.merge(std::move(right), "shop");
  ASSERT_EQ(left.classes().size(), 1U);
  EXPECT_EQ(left.classes()[0]->calls, 2U);
  EXPECT_EQ(count_of(left, left.classes()[0]->databases, "shop"), 1U);
}

TEST(Aggregator, TraceContextsAreNotTags) {
  Aggregator seen = make();
  const auto send = [&seen](std::string_view comment, std::string_view flags) {
    seen.on_event(Sent("select 1 /*" + std::string(comment) +
                       ",traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-" +
                       std::string(flags) + "'*/")
                      .get());
  };
  for (const std::string_view flags : {"00", "01", "a0"}) {
    send("action='show',controller='carts'", flags);
    send("action='open", flags);
    send("app:shop", flags);
  }
  ASSERT_EQ(seen.classes().size(), 1U);
  const NameCounts& tags = seen.classes()[0]->tags;
  EXPECT_EQ(count_of(seen, tags, std::string_view("action\0show", 11)), 3U);
  EXPECT_EQ(count_of(seen, tags, std::string_view("controller\0carts", 16)), 3U);
  // Marginalia's format: all of it is one value.
  EXPECT_EQ(tags.entries().size(), 5U);
}

TEST(Aggregator, FindsBursts) {
  Aggregator seen = make();
  for (int i = 0; i < 20; ++i) {
    Sent sent("select * from t where id = " + std::to_string(i));
    sent.event.thread_id = 5;
    seen.on_event(sent.get());
  }
  Sent other("select 2 from dual");
  other.event.thread_id = 5;
  seen.on_event(other.get());
  EXPECT_EQ(seen.classes()[0]->burst_max, 20U);
  EXPECT_EQ(seen.classes()[1]->burst_max, 1U);
}

TEST(Aggregator, SamplesAreBoundedInAll) {
  Aggregator seen = make();
  const std::string filler(15'000, 'x');
  for (int i = 0; i < 6'000; ++i) {
    std::string name;
    for (int n = i; n > 0; n /= 26) {
      name += static_cast<char>('a' + n % 26);
    }
    seen.on_event(Sent("select '" + filler + "' from t_" + name, i).get());
  }
  std::size_t bytes = 0;
  for (const auto& row : seen.classes()) {
    bytes += row->sample ? row->sample->sql.size() : 0;
  }
  EXPECT_LE(bytes, Aggregator::kMaxSampleBytes);
  EXPECT_GT(seen.samples_dropped(), 0U);
  EXPECT_TRUE(seen.classes().back()->sample) << "the heaviest keep theirs";
  EXPECT_EQ(seen.totals().statements, 6'000U);
}

TEST(Aggregator, GroupsByUser) {
  AggregateOptions options;
  options.group_by = GroupBy::User;
  Aggregator seen = make(options);
  for (const char* user : {"app", "root", "app"}) {
    Sent sent("select 1");
    sent.event.user = user;
    seen.on_event(sent.get());
  }
  ASSERT_EQ(seen.classes().size(), 2U);
  EXPECT_EQ(seen.classes()[0]->text, "app");
  EXPECT_EQ(seen.classes()[0]->calls, 2U);
}

}  // namespace
}  // namespace unjam
