#include "unjam/aggregate/counter_delta.h"

#include "unit/aggregate/counter_snapshots.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using namespace std::chrono_literals;

constexpr auto kSelect = "SELECT * FROM orders WHERE id = ?";

struct Step {
  CounterSnapshot snapshot;
  std::uint64_t calls;  ///< That it adds, over all classes.
  std::int64_t time_us;
};

struct Case {
  const char* name;
  std::vector<Step> steps;
};

CounterSnapshot with(CounterSnapshot made, const std::function<void(CounterSnapshot&)>& change) {
  change(made);
  return made;
}

TimePoint at(int seconds) { return kStart + std::chrono::seconds(seconds); }

std::vector<Case> cases() {
  const auto first = snapshot(at(0), {row("a", 10, 100us, at(-50), kSelect)});
  const auto pg = [](CounterSnapshot made, std::optional<TimePoint> reset = {}) {
    made.dialect = Dialect::PostgreSql;
    made.reset_at = reset;
    made.server_start = at(-1000);
    return made;
  };
  const auto partial = [](CounterSnapshot made) {
    made.complete = false;
    return made;
  };
  const auto started = [](CounterSnapshot made, TimePoint when) {
    made.server_start = when;
    return made;
  };
  constexpr std::int64_t kWrap = 18'446'744'073'709;
  return {
      {"the first snapshot is a baseline", {{first, 0, 0}}},
      {"growth counts", {{first, 0, 0}, {snapshot(at(10), {row("a", 13, 160us, at(-50))}), 3, 60}}},
      {"nothing new", {{first, 0, 0}, {snapshot(at(10), {row("a", 10, 100us, at(-50))}), 0, 0}}},
      {"a new entry counts fully",
       {{first, 0, 0},
        {snapshot(at(10), {row("a", 10, 100us, at(-50)), row("b", 4, 8us, at(5), "SELECT 1")}), 4,
         8}}},
      {"a new entry without a time counts fully",
       {{first, 0, 0},
        {snapshot(at(10), {row("a", 10, 100us, at(-50)), row("b", 4, 8us, {}, "SELECT 1")}), 4,
         8}}},
      {"an entry unseen in partial snapshots, older than the first, is a baseline",
       {{partial(first), 0, 0},
        {partial(snapshot(at(10), {row("b", 4, 8us, at(-60), "SELECT 1")})), 0, 0},
        {partial(snapshot(at(20), {row("b", 5, 9us, at(-60))})), 1, 1}}},
      {"an entry unseen in partial snapshots, younger than the first, counts fully",
       {{partial(first), 0, 0},
        {partial(snapshot(at(10), {row("b", 4, 8us, at(1), "SELECT 1")})), 4, 8}}},
      {"missing in a partial snapshot is not evicted",
       {{first, 0, 0},
        {partial(snapshot(at(10), {})), 0, 0},
        {snapshot(at(20), {row("a", 11, 110us, at(-50))}), 1, 10}}},
      {"evicted and made again, below its last counts",
       {{first, 0, 0}, {snapshot(at(10), {row("a", 3, 30us, {}, kSelect)}), 3, 30}}},
      {"evicted and made again, above its last counts",
       {{first, 0, 0}, {snapshot(at(10), {row("a", 12, 130us, at(2))}), 12, 130}}},
      {"evicted, gone for a poll, made again above its last counts",
       {{first, 0, 0},
        {snapshot(at(10), {}), 0, 0},
        {snapshot(at(20), {row("a", 12, 130us, {}, kSelect)}), 12, 130}}},
      {"made again with more calls but less time",
       {{pg(snapshot(at(0), {row("a", 10, 100us, {}, kSelect)})), 0, 0},
        {pg(snapshot(at(10), {row("a", 11, 90us)})), 11, 90}}},
      {"reset of everything, above the last counts",
       {{pg(snapshot(at(0), {row("a", 10, 100us, {}, kSelect)}), at(-100)), 0, 0},
        {pg(snapshot(at(10), {row("a", 15, 200us)}), at(3)), 15, 200},
        {pg(snapshot(at(20), {row("a", 16, 230us)}), at(3)), 1, 30}}},
      {"the clock stepped back and then everything was reset",
       {{pg(snapshot(at(0), {row("a", 10, 100us, {}, kSelect)}), at(-100)), 0, 0},
        {pg(snapshot(at(-900), {row("a", 15, 200us)}), at(-910)), 15, 200}}},
      {"the server's clock stepped back",
       {{first, 0, 0},
        {snapshot(at(-3600), {row("a", 11, 110us, at(-50))}), 1, 10},
        {snapshot(at(-3590),
                  {row("a", 11, 110us, at(-50)), row("b", 1, 7us, at(-3595), "SELECT 1")}),
         1, 7}}},
      {"a clock stepped back under an entry made again",
       {{first, 0, 0}, {snapshot(at(-3600), {row("a", 4, 40us, at(-3610))}), 4, 40}}},
      {"a MySQL server started anew and its entries outgrew the last ones",
       {{started(first, at(-500)), 0, 0},
        {started(snapshot(at(60), {row("a", 50, 500us)}), at(30)), 50, 500}}},
      {"a server's start is told a second off",
       {{started(first, at(-500)), 0, 0},
        {started(snapshot(at(10), {row("a", 11, 110us, at(-50))}), at(-499)), 1, 10}}},
      {"a PostgreSQL server kept its statistics over a restart",
       {{pg(snapshot(at(0), {row("a", 10, 100us, {}, kSelect)}), at(-100)), 0, 0},
        {started(pg(snapshot(at(60), {row("a", 12, 120us)}), at(-100)), at(30)), 2, 20}}},
      {"a PostgreSQL server crashed and lost them",
       {{pg(snapshot(at(0), {row("a", 10, 100us, {}, kSelect)}), at(-100)), 0, 0},
        {started(pg(snapshot(at(60), {row("a", 12, 120us)}), at(30)), at(30)), 12, 120}}},
      {"time wraps",
       {{snapshot(at(0), {row("a", 10, Duration(kWrap - 5), at(-50), kSelect)}), 0, 0},
        {snapshot(at(10), {row("a", 12, 20us, at(-50))}), 2, 25}}},
      {"time wraps for a source that forgot the first wrap",
       {{snapshot(at(0), {row("a", 10, Duration(kWrap + 5), at(-50), kSelect)}), 0, 0},
        {snapshot(at(10), {row("a", 12, 20us, at(-50))}), 2, 15}}},
      {"sums of one entry that go back a little and come again",
       {{snapshot(at(0), {row("a", 10, Duration(kWrap - 5), at(-50), kSelect)}), 0, 0},
        {snapshot(at(10), {row("a", 9, Duration(kWrap - 9), at(-50))}), 0, 0},
        {snapshot(at(20), {row("a", 11, Duration(kWrap - 2), at(-50))}), 1, 3}}},
      {"calls wrap",
       {{snapshot(at(0), {row("a", UINT64_MAX - 1, 100us, at(-50), kSelect)}), 0, 0},
        {snapshot(at(10), {row("a", 3, 120us, at(-50))}), 5, 20}}},
      {"two entries of one class are summed",
       {{snapshot(at(0), {row("a", 10, 100us, {}, kSelect),
                          row("b", 20, 200us, {}, "select * from orders where id=5")}),
         0, 0},
        {snapshot(at(10), {row("a", 11, 110us), row("b", 22, 260us)}), 3, 70}}},
      {"a key twice in a snapshot is one entry",
       {{first, 0, 0},
        {snapshot(at(10), {row("a", 11, 110us, at(-50)), row("a", 2, 20us, at(-50))}), 1, 10}}},
      {"statements that did not fit the server's table",
       {{with(first, [](CounterSnapshot& made) { made.rows = {row("", 5, 50us, at(-50))}; }), 0, 0},
        {snapshot(at(10), {row("", 9, 95us, at(-50))}), 4, 45}}},
  };
}

std::pair<std::uint64_t, std::int64_t> total(const Flush& flush) {
  std::pair<std::uint64_t, std::int64_t> sum;
  for (const Slice& slice : flush.slices) {
    for (const ClassDelta& change : slice.classes) {
      sum.first += change.counts.calls;
      sum.second += change.counts.query_time.count();
    }
  }
  return sum;
}

TEST(CounterDelta, CountsWhatIsNew) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    CounterDelta counters = delta();
    for (std::size_t i = 0; i < c.steps.size(); ++i) {
      SCOPED_TRACE(i);
      const Flush flush = counters.advance(c.steps[i].snapshot, c.steps[i].snapshot.at);
      EXPECT_EQ(std::pair(c.steps[i].calls, c.steps[i].time_us), total(flush));
    }
  }
}

TEST(CounterDelta, CountsTheSameWhenRestartedBeforeEverySnapshot) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    Sums sums;
    for (std::size_t i = 0; i < c.steps.size(); ++i) {
      SCOPED_TRACE(i);
      const Flush flush = delta(sums).advance(c.steps[i].snapshot, c.steps[i].snapshot.at);
      EXPECT_EQ(std::pair(c.steps[i].calls, c.steps[i].time_us), total(flush));
      for (const Checkpoint& checkpoint : flush.checkpoints) {
        sums.checkpoints[checkpoint.key] = checkpoint.state;
      }
    }
  }
}

TEST(CounterDelta, SlicesAreOfTheMinuteOfThePoll) {
  CounterDelta counters = delta();
  counters.advance(snapshot(at(0), {}), at(0));
  const Flush flush =
      counters.advance(snapshot(at(10), {row("a", 1, 5us, {}, kSelect)}), at(3 * 60 + 59));
  ASSERT_EQ(1U, flush.slices.size());
  EXPECT_EQ("shop", flush.slices[0].target);
  EXPECT_EQ(Source::Counters, flush.slices[0].source);
  EXPECT_EQ(at(3 * 60), flush.slices[0].minute);
}

TEST(CounterDelta, OnlyWhatChangedIsCheckpointed) {
  CounterDelta counters = delta();
  EXPECT_EQ(3U, counters
                    .advance(snapshot(at(0), {row("a", 1, 5us, {}, kSelect),
                                              row("b", 1, 5us, {}, "SELECT 1")}),
                             at(0))
                    .checkpoints.size());
  EXPECT_EQ(0U, counters.advance(snapshot(at(10), {row("a", 1, 5us), row("b", 1, 5us)}), at(10))
                    .checkpoints.size());
  EXPECT_EQ(1U, counters.advance(snapshot(at(20), {row("a", 2, 6us), row("b", 1, 5us)}), at(20))
                    .checkpoints.size());
  const Flush flush = counters.advance(snapshot(at(30), {row("a", 2, 6us)}), at(30));
  ASSERT_EQ(1U, flush.checkpoints.size());
  EXPECT_EQ("", flush.checkpoints[0].state);
  EXPECT_EQ(1U, counters.entries());
}

TEST(CounterDelta, TextGoesOutOnceWithTheFirstNumbers) {
  Sums sums;
  CounterDelta counters = delta();
  const auto advance = [&](std::vector<CounterRow> rows, int second) {
    const Flush flush = counters.advance(snapshot(at(second), std::move(rows)), at(second));
    sums.apply(flush);
    return flush.texts.size();
  };
  EXPECT_EQ(0U, advance({row("a", 1, 5us, {}, kSelect), row("b", 1, 5us, {}, "SELECT 1")}, 0));
  EXPECT_EQ(1U, advance({row("a", 2, 6us), row("b", 1, 5us)}, 10));
  EXPECT_EQ("select * from orders where id = ?", sums.texts.at(id_of(kSelect)));
  EXPECT_EQ(0U, advance({row("a", 3, 7us), row("b", 1, 5us)}, 20));
  // A new source reads texts again; what was sent is not sent again, what was not still comes.
  counters = delta(sums);
  EXPECT_EQ(0U, advance({row("a", 4, 8us, {}, kSelect), row("b", 1, 5us, {}, "SELECT 1")}, 30));
  EXPECT_EQ(1U, advance({row("a", 4, 8us), row("b", 2, 6us)}, 40));
}

TEST(CounterDelta, OtherQueriesHaveAFixedText) {
  Sums sums;
  CounterDelta counters = delta();
  sums.apply(counters.advance(snapshot(at(0), {row("", 1, 5us)}), at(0)));
  sums.apply(counters.advance(snapshot(at(10), {row("", 4, 9us)}), at(10)));
  const FingerprintId id = fingerprint_id(CounterDelta::kOtherQueries);
  EXPECT_EQ(3U, sums.of(id).calls);
  EXPECT_EQ("(other queries)", sums.texts.at(id));
}

TEST(CounterDelta, EverySumIsAnIncrementAndUntoldStaysUntold) {
  auto before = row("a", 10, 100us, at(-50), kSelect);
  before.counts.lock_time.add(7);
  before.counts.rows_examined.add(1000);
  before.counts.rows_sent.add(20);
  before.counts.rows_affected.add(UINT64_MAX);  // as some servers count -1
  before.counts.errors = 2;
  auto after = row("a", 12, 130us, at(-50));
  after.counts.lock_time.add(9);
  after.counts.rows_examined.add(1500);
  after.counts.rows_sent.add(22);
  after.counts.rows_affected.add(3);
  after.counts.errors = 5;
  CounterDelta counters = delta();
  counters.advance(snapshot(at(0), {before}), at(0));
  const Flush flush = counters.advance(snapshot(at(10), {after}), at(10));
  const Counts& counts = flush.slices.at(0).classes.at(0).counts;
  EXPECT_EQ((OptionalSum{2, true}), counts.lock_time);
  EXPECT_EQ((OptionalSum{500, true}), counts.rows_examined);
  EXPECT_EQ((OptionalSum{2, true}), counts.rows_sent);
  EXPECT_EQ((OptionalSum{4, true}), counts.rows_affected);
  EXPECT_EQ((OptionalSum{0, false}), counts.bytes_sent);
  EXPECT_EQ((OptionalSum{0, false}), counts.blocks_read);
  EXPECT_EQ(3U, counts.errors);
}

TEST(CounterDelta, AMaximumCountsOnlyWhenItGrew) {
  const auto advance = [](CounterDelta& counters, std::uint64_t calls, Duration longest) {
    CounterRow made = row("a", calls, std::chrono::seconds(calls), {}, kSelect);
    made.counts.query_time_max = longest;
    const Flush flush = counters.advance(snapshot(at(0), {made}), at(0));
    return flush.slices.empty() ? Duration(-1)
                                : flush.slices[0].classes.at(0).counts.query_time_max;
  };
  CounterDelta counters = delta();
  EXPECT_EQ(-1us, advance(counters, 10, 900us));
  EXPECT_EQ(0us, advance(counters, 12, 900us));
  EXPECT_EQ(950us, advance(counters, 14, 950us));
  EXPECT_EQ(40us, advance(counters, 3, 40us)) << "made again";
}

TEST(CounterDelta, TheTimeOfASingleExecutionIsKnown) {
  CounterDelta counters = delta();
  const auto advance = [&](std::uint64_t calls, Duration time) {
    auto made = snapshot(at(0), {row("a", calls, time, {}, kSelect)});
    made.dialect = Dialect::PostgreSql;
    return counters.advance(made, at(0));
  };
  advance(10, 1000us);
  const Flush one = advance(11, 1050us);
  const Counts& counts = one.slices.at(0).classes.at(0).counts;
  EXPECT_EQ(50us, counts.query_time_max);
  EXPECT_EQ(1U, counts.histogram.count());
  EXPECT_EQ(50us, counts.histogram.quantile(1));
  const Flush two = advance(13, 1090us);
  EXPECT_TRUE(two.slices.at(0).classes.at(0).counts.histogram.empty());
}

TEST(CounterDelta, TimesBecomeAHistogram) {
  using Times = std::vector<CounterRow::TimeClass>;
  struct Poll {
    const char* name;
    std::uint64_t calls;
    Times times;
    std::uint64_t expected;
  };
  const std::vector<Poll> polls = {
      {"baseline", 10, {{100us, 4}, {1000us, 6}}, 0},
      {"grown", 13, {{100us, 5}, {1000us, 6}, {5000us, 2}}, 3},
      {"not read", 14, {}, 0},
      {"read again", 15, {{100us, 6}, {1000us, 7}, {5000us, 2}}, 2},
      {"the histogram alone was truncated", 17, {{1000us, 2}}, 2},
      {"the entry was made again", 3, {{10us, 3}}, 3},
  };
  CounterDelta counters = delta();
  Sums sums;
  for (const Poll& poll : polls) {
    SCOPED_TRACE(poll.name);
    auto made = row("a", poll.calls, std::chrono::milliseconds(poll.calls), {}, kSelect);
    made.times = poll.times;
    const Flush flush = counters.advance(snapshot(at(0), {made}), at(0));
    const std::uint64_t added =
        flush.slices.empty() ? 0 : flush.slices[0].classes.at(0).counts.histogram.count();
    EXPECT_EQ(poll.expected, added);
    sums.apply(flush);
    counters = delta(sums);
  }
  // An entry that was counted from its beginning before its times were read.
  auto made = row("b", 2, 20us, at(5), "SELECT 1");
  counters.advance(snapshot(at(10), {made}), at(10));
  made.times = {{10us, 2}};
  const Flush flush = counters.advance(snapshot(at(20), {made}), at(20));
  const Counts& counts = flush.slices.at(0).classes.at(0).counts;
  EXPECT_EQ(0U, counts.calls);
  EXPECT_EQ(2U, counts.histogram.count());
  EXPECT_NEAR(9.8, static_cast<double>(counts.histogram.quantile(0.5).count()), 1);
}

TEST(CounterDelta, DatabasesAndUsersAreAttributes) {
  CounterDelta counters = delta();
  counters.advance(snapshot(at(0), {}), at(0));
  std::vector<CounterRow> rows;
  for (int i = 0; i < 40; ++i) {
    auto made = row("k" + std::to_string(i), 1, 10us, {}, kSelect);
    made.database = i < 2 ? "shop" : "tenant" + std::to_string(i);
    made.user = "app";
    rows.push_back(made);
  }
  const Flush flush = counters.advance(snapshot(at(10), rows), at(10));
  std::map<Attribute, std::uint64_t> calls;
  for (const AttributeCount& count : flush.slices.at(0).classes.at(0).attributes) {
    calls[count.attribute] += count.calls;
  }
  EXPECT_EQ(ClassDelta::kMaxAttributes + 1, calls.size());
  EXPECT_EQ(40U, (calls[{"user", "app"}]));
  EXPECT_EQ(2U, (calls[{"database", "shop"}]));
  EXPECT_EQ(40U - 2 - 30, (calls[{"database", "(other)"}]));
}

TEST(CounterDelta, SamplesAreMaskedUnlessAskedFor) {
  auto made = row("a", 1, 10us, {}, kSelect);
  made.sample = "SELECT * FROM orders WHERE id = 4711 /*controller='orders',request_id='77'*/";
  made.sample_at = at(7);
  made.sample_time = 12us;
  made.database = "shop";
  for (const bool mask : {true, false}) {
    CounterDelta counters = delta({}, mask);
    counters.advance(snapshot(at(0), {}), at(0));
    const Flush flush = counters.advance(snapshot(at(10), {made}), at(10));
    ASSERT_EQ(1U, flush.samples.size());
    const ClassSample& sample = flush.samples[0];
    EXPECT_EQ(id_of(kSelect), sample.id);
    EXPECT_EQ(mask, sample.masked);
    EXPECT_EQ(!mask, sample.sql.find("4711") != std::string::npos) << sample.sql;
    EXPECT_EQ(at(7), sample.at);
    EXPECT_EQ(12us, sample.query_time);
    EXPECT_EQ((std::vector<Attribute>{{"tag:controller", "orders"}, {"database", "shop"}}),
              sample.attributes);
  }
}

TEST(CounterDelta, ASampleOfABaselineComesWithTheFirstNumbers) {
  CounterDelta counters = delta();
  auto made = row("a", 1, 10us, {}, "SELECT $1 /*job='Digest'*/");
  EXPECT_TRUE(counters.advance(snapshot(at(0), {made}), at(0)).samples.empty());
  const Flush flush = counters.advance(snapshot(at(10), {row("a", 2, 20us)}), at(10));
  ASSERT_EQ(1U, flush.samples.size());
  EXPECT_EQ((std::vector<Attribute>{{"tag:job", "Digest"}}), flush.samples[0].attributes);
  EXPECT_TRUE(counters.advance(snapshot(at(20), {row("a", 3, 30us)}), at(20)).samples.empty());
}

TEST(CounterDelta, Errors) {
  const auto errors = [](TimePoint start, std::vector<ErrorCounter> counted) {
    CounterSnapshot made = snapshot(at(0), {});
    made.server_start = start;
    made.errors = std::move(counted);
    return made;
  };
  CounterDelta counters = delta();
  Sums sums;
  const auto advance = [&](const CounterSnapshot& made) {
    const Flush flush = counters.advance(made, at(61));
    sums.apply(flush);
    counters = delta(sums);
    std::uint64_t sum = 0;
    for (const ErrorDelta& error : flush.errors) {
      EXPECT_EQ(at(60), error.minute);
      EXPECT_EQ(Source::Counters, error.source);
      sum += error.count;
    }
    return sum;
  };
  EXPECT_EQ(0U, advance(errors(at(-90), {{"1213", "ER_LOCK_DEADLOCK", 5}}))) << "baseline";
  EXPECT_EQ(2U, advance(errors(at(-90), {{"1213", "ER_LOCK_DEADLOCK", 7}})));
  EXPECT_EQ(4U, advance(errors(at(-90), {{"1213", "", 8}, {"1062", "ER_DUP_ENTRY", 3}})));
  EXPECT_EQ(1U, advance(errors(at(-90), {{"1213", "", 1}, {"1062", "", 3}}))) << "truncated";
  EXPECT_EQ(9U, advance(errors(at(50), {{"1213", "", 5}, {"1062", "", 4}}))) << "restarted";
}

TEST(CounterDelta, DamagedCheckpointsMakeABaseline) {
  Sums sums;
  sums.apply(delta().advance(snapshot(at(0), {row("a", 10, 100us, {}, kSelect)}), at(0)));
  for (auto& [key, good] : sums.checkpoints) {
    for (std::size_t length = 0; length < good.size(); ++length) {
      Sums damaged = sums;
      damaged.checkpoints[key] = length == 0 ? "\x02" + good.substr(1) : good.substr(0, length);
      CounterDelta counters = delta(damaged);
      const auto next = snapshot(at(10), {row("a", 12, 120us, {}, kSelect)});
      const auto counted = total(counters.advance(next, at(10)));
      EXPECT_LE(counted.first, 2U) << key << " cut at " << length;
      const auto later = snapshot(at(20), {row("a", 15, 150us)});
      EXPECT_EQ(3U, total(counters.advance(later, at(20))).first);
    }
  }
}

}  // namespace
}  // namespace unjam
