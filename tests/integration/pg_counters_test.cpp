// Counters of a real PostgreSQL server against what was executed on it.
#include "integration/pg_test_server.h"
#include "unjam/base/error.h"
#include "unjam/watch/log_collector.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

std::string with(int number, std::string sql) {
  for (std::size_t at = 0; (at = sql.find('#', at)) != std::string::npos;) {
    sql.replace(at, 1, std::to_string(number));
  }
  return sql;
}

std::string repeat(int times, const std::string& sql) {
  std::string all;
  for (int i = 1; i <= times; ++i) {
    all += with(i, sql) + ";\n";
  }
  return all;
}

/// Statements with # for a number, and how often they are executed.
struct Work {
  std::string sql;
  int times;
};
const std::vector<Work> kWork = {
    {"SELECT * FROM orders WHERE id = #", 25},
    {"SELECT id FROM orders WHERE customer_id IN (#, 2, 3) AND state = 'open#' ORDER BY id LIMIT 3",
     7},
    {"INSERT INTO items (order_id, sku, amount) VALUES (#, 'it''s #', 1), (#, 'b', 2)", 11},
    {"UPDATE orders SET state = 'paid', note = NULL WHERE id = #", 15},
    {"WITH gone AS (DELETE FROM items WHERE order_id = # RETURNING id) SELECT count(*) FROM gone",
     3},
    {"SELECT note FROM orders WHERE id=# /*application='Shop',controller='orders'*/", 6},
    {"SELECT pg_sleep(0.0#)", 3},
};

std::string workload() {
  std::string all;
  for (const Work& work : kWork) {
    all += repeat(work.times, work.sql);
  }
  return all;
}

class PgCounters : public testing::Test {
 protected:
  void SetUp() override { server.run("SELECT pg_stat_statements_reset();"); }
  const PgTestServer server;
};

TEST_F(PgCounters, CallsEqualExecutions) {
  Watch watch(server.address());
  watch.poll();
  for (int round = 1; round <= 2; ++round) {
    server.run(workload(), "shop");
    watch.poll();
    for (const Work& work : kWork) {
      EXPECT_EQ(round * work.times, static_cast<int>(watch.calls(with(1, work.sql)))) << work.sql;
    }
  }
  const Counts selected = watch.counts(with(1, kWork[0].sql));
  EXPECT_EQ((OptionalSum{50, true}), selected.rows_sent);
  EXPECT_FALSE(selected.rows_affected.told);
  EXPECT_GT(selected.query_time.count(), 0);
  EXPECT_EQ((OptionalSum{2 * 11 * 2, true}), watch.counts(with(1, kWork[2].sql)).rows_affected);
  const Counts slept = watch.counts(with(1, kWork[6].sql));
  EXPECT_GE(slept.query_time, 2 * std::chrono::milliseconds(60));
  EXPECT_GE(slept.query_time_max, std::chrono::milliseconds(30));
  // psql connects to "shop" as postgres.
  const auto id = Watch::normalizer().fingerprint(Dialect::PostgreSql, with(1, kWork[0].sql)).id;
  for (const auto& [key, value] : {std::pair{"database", "shop"}, std::pair{"user", "postgres"}}) {
    const auto totals = watch.store().attributes(Watch::everything(Source::Counters), key, id);
    ASSERT_EQ(1U, totals.size()) << key;
    EXPECT_EQ(value, totals[0].value);
    EXPECT_EQ(50U, totals[0].calls);
  }
}

TEST_F(PgCounters, EveryClassHasItsTextAndNoneIsOurs) {
  Watch watch(server.address());
  for (int i = 0; i < 5; ++i) {
    watch.poll();
    server.run(workload(), "shop");
  }
  watch.poll();
  for (const std::string& text : watch.texts()) {
    EXPECT_NE("(no text)", text);
    EXPECT_EQ(std::string::npos, text.find("pg_stat_statements")) << text;
  }
  EXPECT_TRUE(watch.health().warnings.empty()) << watch.health().warnings.front();
  EXPECT_GT(watch.number("server_time_us"), 0);
  EXPECT_GT(watch.number("entries"), 5);
}

TEST_F(PgCounters, LogTextAndCounterTextAreOneClass) {
  Watch watch(server.address());
  watch.poll();
  server.run(workload(), "shop");
  watch.poll();
  LogConfig log;
  log.path = server.folder() + "/log/pg.csv";
  const auto collector = make_log_collector("shop", log, Watch::normalizer(), {});
  std::set<FingerprintId> logged;
  bool more = true;
  for (int i = 0; i < 100 && more; ++i) {
    const TimePoint now{std::chrono::hours(24 * 365 * 50) + std::chrono::seconds(2 * i)};
    if (const auto flush = collector->poll(now, more)) {
      for (const Slice& slice : flush->slices) {
        for (const ClassDelta& delta : slice.classes) {
          logged.insert(delta.id);
        }
      }
    }
  }
  for (const Work& work : kWork) {
    const auto id = Watch::normalizer().fingerprint(Dialect::PostgreSql, with(1, work.sql)).id;
    EXPECT_TRUE(logged.contains(id)) << work.sql;
    EXPECT_GT(watch.calls(with(1, work.sql)), 0U) << work.sql;
  }
}

TEST_F(PgCounters, StatisticsResetBetweenPolls) {
  Watch watch(server.address());
  watch.poll();
  server.run(repeat(10, kWork[0].sql), "shop");
  watch.poll();
  server.run(repeat(4, kWork[0].sql), "shop");  // not seen before the reset: gone
  server.run("SELECT pg_stat_statements_reset();");
  server.run(repeat(20, kWork[0].sql), "shop");  // more than before: only `since` tells
  watch.poll();
  if (server.major() >= 14) {
    EXPECT_EQ(30U, watch.calls(with(1, kWork[0].sql)));
  } else {
    EXPECT_LE(20U, watch.calls(with(1, kWork[0].sql)));  // 13 does not tell when it was reset
    EXPECT_GE(30U, watch.calls(with(1, kWork[0].sql)));
  }
}

TEST_F(PgCounters, ResetOfOneEntry) {
  Watch watch(server.address());
  watch.poll();
  server.run(repeat(10, kWork[0].sql) + repeat(10, kWork[3].sql), "shop");
  watch.poll();
  server.run(
      "SELECT pg_stat_statements_reset(0, 0, queryid) FROM pg_stat_statements WHERE query "
      "LIKE 'SELECT * FROM orders WHERE id = %';");
  server.run(repeat(3, kWork[0].sql) + repeat(3, kWork[3].sql), "shop");
  watch.poll();
  EXPECT_EQ(13U, watch.calls(with(1, kWork[0].sql)));
  EXPECT_EQ(13U, watch.calls(with(1, kWork[3].sql)));
}

TEST_F(PgCounters, ServerRestartKeepsStatistics) {
  Watch watch(server.address());
  watch.poll();
  server.run(repeat(10, kWork[0].sql), "shop");
  watch.poll();
  server.run(repeat(5, kWork[0].sql), "shop");
  server.restart();
  server.run(repeat(2, kWork[0].sql), "shop");
  EXPECT_THROW(watch.poll(), Error) << "the old session";
  watch.poll();
  EXPECT_EQ(17U, watch.calls(with(1, kWork[0].sql)));
}

TEST_F(PgCounters, ServerCrashLosesStatistics) {
  Watch watch(server.address());
  watch.poll();
  server.run(repeat(10, kWork[0].sql), "shop");
  watch.poll();
  server.restart("QUIT");
  server.run(repeat(6, kWork[0].sql), "shop");
  EXPECT_THROW(watch.poll(), Error) << "the old session";
  watch.poll();
  EXPECT_EQ(16U, watch.calls(with(1, kWork[0].sql)));
}

TEST_F(PgCounters, UnjamRestartsAndCountsOnce) {
  server.run(repeat(9, kWork[0].sql), "shop");  // before unjam's first poll
  Watch watch(server.address());
  watch.poll();
  EXPECT_EQ(0U, watch.all_calls());
  server.run(repeat(10, kWork[0].sql), "shop");
  watch.poll();
  watch.restart_unjam();
  watch.poll();
  EXPECT_EQ(10U, watch.calls(with(1, kWork[0].sql)));
  server.run(repeat(4, kWork[0].sql) + repeat(2, kWork[3].sql), "shop");  // while unjam is down
  watch.restart_unjam();
  watch.poll();
  watch.poll();
  EXPECT_EQ(14U, watch.calls(with(1, kWork[0].sql)));
  EXPECT_EQ(2U, watch.calls(with(1, kWork[3].sql)));
}

TEST_F(PgCounters, EvictedEntriesAreNeverCountedTwice) {
  server.restart("INT", {"pg_stat_statements.max=100"});
  Watch watch(server.address());
  watch.poll();
  const auto columns = [](int count) {
    std::string list = "id";
    for (int i = 0; i < count; ++i) {
      list += ", note";
    }
    return "SELECT " + list + " FROM orders WHERE id = 1";
  };
  std::map<int, std::uint64_t> executed;
  for (int round = 0; round < 12; ++round) {
    std::string sql;
    for (int kind = round * 20; kind < round * 20 + 60; ++kind) {
      for (int i = 0; i < 1 + kind % 3; ++i) {
        sql += columns(kind) + ";\n";
        ++executed[kind];
      }
    }
    server.run(sql, "shop");
    watch.poll();
  }
  std::uint64_t counted = 0;
  std::uint64_t all = 0;
  for (const auto& [kind, times] : executed) {
    EXPECT_LE(watch.calls(columns(kind)), times) << kind;
    counted += watch.calls(columns(kind));
    all += times;
  }
  EXPECT_GT(counted, all / 2);
  const auto warnings = watch.health().warnings;
  if (server.major() >= 14) {
    ASSERT_EQ(1U, warnings.size());
    EXPECT_NE(std::string::npos, warnings[0].find("pg_stat_statements.max = 200")) << warnings[0];
  }
  server.restart();
}

}  // namespace
}  // namespace unjam
