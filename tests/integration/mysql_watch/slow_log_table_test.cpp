#include "integration/mysql_watch/server.h"
#include "unjam/base/error.h"
#include "unjam/watch/slow_log_table_collector.h"

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

Watch watch_table(const ServerAddress& address = TestServer::instance().watched()) {
  return {"slow-log-table:shop", Source::Log, [address](const CollectorState& state) {
            return make_slow_log_table_collector("shop", address, normalizer(), state);
          }};
}

constexpr const char* kOrders = "SELECT state FROM orders WHERE id = 7";
constexpr const char* kItems = "SELECT sku FROM items WHERE order_id IN (1, 2, 3)";

class SlowLogInATable : public testing::Test {
 protected:
  void SetUp() override {
    root_.execute("CREATE DATABASE IF NOT EXISTS shop");
    root_.execute("CREATE TABLE IF NOT EXISTS shop.orders (id INT PRIMARY KEY, state VARCHAR(20))");
    root_.execute(
        "CREATE TABLE IF NOT EXISTS shop.items (order_id INT, sku VARCHAR(20)) CHARSET utf8mb4");
    ASSERT_TRUE(root_.execute("SET GLOBAL log_output = 'TABLE'"));
    ASSERT_TRUE(root_.execute("SET GLOBAL slow_query_log = ON"));
    root_.execute("DROP TABLE IF EXISTS mysql.slow_log_backup");
    ASSERT_TRUE(root_.execute("TRUNCATE TABLE mysql.slow_log"));
  }
  void TearDown() override { root_.execute("SET GLOBAL log_output = 'FILE'"); }

  static void run(Application& shop, int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(shop.execute("SELECT state FROM orders WHERE id = " + std::to_string(i)));
    }
  }
  /// As mysql.rds_rotate_slow_log does it.
  void rotate() {
    root_.execute("DROP TABLE IF EXISTS mysql.slow_log_backup");
    ASSERT_TRUE(root_.execute("CREATE TABLE mysql.slow_log_new LIKE mysql.slow_log"));
    ASSERT_TRUE(
        root_.execute("RENAME TABLE mysql.slow_log TO mysql.slow_log_backup, "
                      "mysql.slow_log_new TO mysql.slow_log"));
    ASSERT_TRUE(root_.execute("GRANT SELECT ON mysql.slow_log_backup TO unjam@'%'"));
  }

  Application root_{""};
};

TEST_F(SlowLogInATable, HoldsWhatWasExecuted) {
  Application shop;
  run(shop, 12);
  ASSERT_TRUE(shop.execute("INSERT INTO items VALUES (1, 'it''s\n\t\\ \"日本\"'), (2, 'b')"));
  ASSERT_TRUE(shop.execute("/*controller:orders,action:show*/ SELECT SLEEP(0.2)"));
  Watch watch = watch_table();
  watch.poll();
  EXPECT_EQ(12U, watch.calls(kOrders));
  EXPECT_EQ(1U, watch.calls("INSERT INTO items VALUES (1, 'a'), (2, 'b')"));
  const Counts sleep = watch.counts("SELECT SLEEP(1)");
  EXPECT_EQ(1U, sleep.calls);
  EXPECT_LE(Duration(200'000), sleep.query_time);
  EXPECT_EQ(1U, sleep.rows_sent.sum);
  EXPECT_EQ("show", watch.attributes("SELECT SLEEP(1)", "tag:action").at(0).value);
  EXPECT_EQ("root", watch.attributes(kOrders, "user").at(0).value);
  EXPECT_EQ("shop", watch.attributes(kOrders, "database").at(0).value);
  run(shop, 3);
  watch.poll();
  watch.poll();
  EXPECT_EQ(15U, watch.calls(kOrders));
  for (const auto& [id, text] : watch.texts()) {
    EXPECT_EQ(std::string::npos, text.find("slow_log limit")) << "our own: " << text;
    EXPECT_EQ(std::string::npos, text.find("unjam")) << "our own: " << text;
  }
}

TEST_F(SlowLogInATable, ExactlyOnceOverRestartsAndDeaths) {
  constexpr int kThreads = 3;
  constexpr int kTimes = 400;
  std::atomic<int> running = kThreads;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&running] {
      Application shop;
      for (int j = 0; j < kTimes; ++j) {
        shop.execute("SELECT state FROM orders WHERE id = " + std::to_string(j));
        shop.execute("SELECT sku FROM items WHERE order_id IN (" + std::to_string(j) + ", 2)");
      }
      --running;
    });
  }
  Watch watch = watch_table();
  std::mt19937 random(4711);
  int polls = 0;
  while (running > 0 || polls < 30) {
    switch (random() % 3) {
      case 0:
        watch.poll_and_die();
        break;
      case 1:
        watch.restart();
        [[fallthrough]];
      default:
        watch.poll();
    }
    ++polls;
  }
  threads.clear();
  watch.poll();
  EXPECT_EQ(std::uint64_t{kThreads} * kTimes, watch.calls(kOrders));
  EXPECT_EQ(std::uint64_t{kThreads} * kTimes, watch.calls(kItems));
}

TEST_F(SlowLogInATable, MoreRowsThanOneReadTakes) {
  Application shop;
  run(shop, 1);
  // Copies of a logged row: the log cannot be filled faster than by statements otherwise.
  ASSERT_TRUE(root_.execute("SET GLOBAL slow_query_log = OFF"));
  ASSERT_TRUE(root_.execute("CREATE TABLE mysql.slow_log_new LIKE mysql.slow_log"));
  ASSERT_TRUE(
      root_.execute("INSERT INTO mysql.slow_log_new SELECT * FROM mysql.slow_log WHERE "
                    "sql_text LIKE '%FROM orders%'"));
  for (int i = 0; i < 15; ++i) {
    ASSERT_TRUE(root_.execute("INSERT INTO mysql.slow_log_new SELECT * FROM mysql.slow_log_new"));
  }
  root_.execute("DROP TABLE IF EXISTS mysql.slow_log_old");
  ASSERT_TRUE(
      root_.execute("RENAME TABLE mysql.slow_log TO mysql.slow_log_old, "
                    "mysql.slow_log_new TO mysql.slow_log"));
  root_.execute("DROP TABLE mysql.slow_log_old");
  ASSERT_TRUE(root_.execute("SET GLOBAL slow_query_log = ON"));
  Watch watch = watch_table();
  watch.poll_and_die();
  watch.poll();
  EXPECT_EQ(32'768U, watch.calls(kOrders));
}

TEST_F(SlowLogInATable, RotationLosesNothing) {
  Application shop;
  Watch watch = watch_table();
  run(shop, 5);
  watch.poll();
  run(shop, 4);
  rotate();
  run(shop, 3);
  watch.poll_and_die();
  watch.poll();
  EXPECT_EQ(12U, watch.calls(kOrders));
  run(shop, 2);
  rotate();
  watch.restart();
  run(shop, 1);
  watch.poll();
  EXPECT_EQ(15U, watch.calls(kOrders));
}

TEST_F(SlowLogInATable, TruncateDoublesNothing) {
  Application shop;
  Watch watch = watch_table();
  run(shop, 5);
  watch.poll();
  ASSERT_TRUE(root_.execute("TRUNCATE TABLE mysql.slow_log"));
  run(shop, 4);
  watch.poll();
  EXPECT_EQ(9U, watch.calls(kOrders));
  // The table is longer than before when it is looked at next.
  ASSERT_TRUE(root_.execute("TRUNCATE TABLE mysql.slow_log"));
  run(shop, 40);
  watch.restart();
  watch.poll();
  EXPECT_EQ(49U, watch.calls(kOrders));
}

TEST_F(SlowLogInATable, RowsRemovedFromTheFront) {
  Application shop;
  Watch watch = watch_table();
  run(shop, 10);
  watch.poll();
  ASSERT_TRUE(root_.execute("SET GLOBAL slow_query_log = OFF"));
  ASSERT_TRUE(root_.execute("CREATE TABLE mysql.slow_log_new LIKE mysql.slow_log"));
  ASSERT_TRUE(
      root_.execute("INSERT INTO mysql.slow_log_new SELECT * FROM mysql.slow_log LIMIT 6, "
                    "1000"));
  ASSERT_TRUE(
      root_.execute("RENAME TABLE mysql.slow_log TO mysql.slow_log_old, "
                    "mysql.slow_log_new TO mysql.slow_log"));
  root_.execute("DROP TABLE mysql.slow_log_old");
  ASSERT_TRUE(root_.execute("SET GLOBAL slow_query_log = ON"));
  run(shop, 3);
  watch.poll();
  EXPECT_EQ(13U, watch.calls(kOrders));
}

TEST_F(SlowLogInATable, TimesWrittenInAnyZone) {
  Application shop;
  Watch watch = watch_table();
  watch.poll();
  for (const char* const zone : {"+09:00", "-05:00", "+05:45", "SYSTEM"}) {
    ASSERT_TRUE(shop.execute(std::string("SET time_zone = '") + zone + "'"));
    run(shop, 1);
  }
  const TimePoint now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  watch.poll();
  EXPECT_EQ(4U, watch.calls(kOrders));
  const auto coverage = watch.coverage();
  ASSERT_TRUE(coverage);
  EXPECT_LT(now - std::chrono::minutes(10), coverage->first);
  EXPECT_GT(now + std::chrono::minutes(10), coverage->last);
}

TEST_F(SlowLogInATable, SaysWhatIsMissing) {
  root_.execute("DROP USER IF EXISTS poor@'%'");
  ASSERT_TRUE(root_.execute("CREATE USER poor@'%' IDENTIFIED BY 'secret'"));
  Watch watch = watch_table(TestServer::instance().watched_as("poor"));
  try {
    watch.poll();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(ErrorKind::Denied, error.kind());
    const std::string message = error.what();
    EXPECT_NE(std::string::npos, message.find("GRANT SELECT ON mysql.slow_log TO 'poor'@'%'"))
        << message;
  }
  ASSERT_TRUE(root_.execute("GRANT SELECT ON mysql.slow_log TO poor@'%'"));
  watch.poll();
  EXPECT_TRUE(watch.collector().health().warnings.empty());
  ASSERT_TRUE(root_.execute("SET GLOBAL log_output = 'FILE'"));
  ASSERT_TRUE(root_.execute("SET GLOBAL slow_query_log = OFF"));
  watch.poll();
  const auto warnings = watch.collector().health().warnings;
  ASSERT_EQ(2U, warnings.size());
  EXPECT_NE(std::string::npos, warnings[0].find("SET GLOBAL slow_query_log = ON"));
  EXPECT_NE(std::string::npos, warnings[1].find("SET GLOBAL log_output = 'TABLE'"));
  root_.execute("DROP USER poor@'%'");
}

}  // namespace
}  // namespace unjam
