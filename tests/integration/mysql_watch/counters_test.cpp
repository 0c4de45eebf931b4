#include "integration/mysql_watch/server.h"
#include "unjam/base/error.h"
#include "unjam/collect/statement_counters.h"
#include "unjam/watch/counter_collector.h"

#include <algorithm>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

Watch watch_counters(const ServerAddress& address = TestServer::instance().watched()) {
  TargetConfig target;
  target.name = "shop";
  target.address = address;
  return {"counters:shop", Source::Counters, [target](const CollectorState& state) {
            return make_counter_collector(target, normalizer(), state);
          }};
}

std::string message_of(const std::function<void()>& work, ErrorKind kind) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(kind, error.kind()) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

#define EXPECT_HAS(text, part) EXPECT_NE(std::string::npos, (text).find(part)) << (text)

class Counters : public testing::Test {
 protected:
  void SetUp() override {
    Application root("");
    root.execute("TRUNCATE TABLE performance_schema.events_statements_summary_by_digest");
    ASSERT_TRUE(root.execute("CREATE DATABASE IF NOT EXISTS shop"));
    ASSERT_TRUE(root.execute("DROP TABLE IF EXISTS shop.orders"));
    ASSERT_TRUE(root.execute("CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(20))"));
  }
  static void select(Application& application, int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(application.execute("SELECT state FROM orders WHERE id = " + std::to_string(i)));
    }
  }
};

constexpr const char* kSelect = "SELECT state FROM orders WHERE id = 7";

TEST_F(Counters, EqualWhatWasExecuted) {
  Application shop;
  shop.execute("DROP PROCEDURE IF EXISTS close_order");
  ASSERT_TRUE(shop.execute(
      "CREATE PROCEDURE close_order(IN which INT) UPDATE orders SET state = 'closed' WHERE id = "
      "which"));
  Watch watch = watch_counters();
  watch.poll();
  EXPECT_EQ(0U, watch.calls(kSelect)) << "what was there before is a baseline";

  select(shop, 25);
  for (int i = 1; i <= 8; ++i) {
    const std::string id = std::to_string(i);
    ASSERT_TRUE(
        shop.execute("INSERT INTO orders VALUES (" + id + ", 'open'), (10" + id + ", 'x')"));
  }
  EXPECT_FALSE(shop.execute("INSERT INTO orders VALUES (1, 'again'), (2, 'again')"));
  ASSERT_TRUE(shop.execute("SELECT COUNT(*) FROM orders WHERE state LIKE '%pe%'"));
  shop.prepared("SELECT id, state FROM orders WHERE id < ?", 6);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(shop.execute("CALL close_order(" + std::to_string(i) + ")"));
  }
  ASSERT_TRUE(shop.execute("SELECT SLEEP(0.2)"));
  watch.poll();

  EXPECT_EQ(25U, watch.calls(kSelect));
  EXPECT_EQ(9U, watch.calls("INSERT INTO orders VALUES (1, 'open'), (2, 'open')"));
  const Counts inserts = watch.counts("INSERT INTO orders VALUES (1, 'open'), (2, 'open')");
  EXPECT_EQ(1U, inserts.errors);
  EXPECT_EQ(16U, inserts.rows_affected.sum);
  const Counts scan = watch.counts("SELECT COUNT(*) FROM orders WHERE state LIKE '%pe%'");
  EXPECT_EQ(1U, scan.calls);
  EXPECT_EQ(1U, scan.without_index.sum);
  EXPECT_EQ(1U, scan.rows_sent.sum);
  EXPECT_LE(16U, scan.rows_examined.sum);
  if (TestServer::instance().is_mysql()) {
    EXPECT_EQ(6U, watch.calls("SELECT id, state FROM orders WHERE id < 3"));
  } else {
    const auto again = connect(TestServer::instance().watched());
    EXPECT_HAS(make_counter_source(*again)->poll().warnings.at(0), "binary protocol");
  }
  EXPECT_EQ(5U, watch.calls("CALL close_order(1)"));
  const Counts sleep = watch.counts("SELECT SLEEP(0.2)");
  EXPECT_EQ(1U, sleep.calls);
  EXPECT_LE(Duration(200'000), sleep.query_time);
  EXPECT_LE(Duration(200'000), sleep.query_time_max);
  const auto databases = watch.attributes(kSelect, "database");
  ASSERT_EQ(1U, databases.size());
  EXPECT_EQ("shop", databases[0].value);
  EXPECT_EQ(25U, databases[0].calls);

  select(shop, 3);
  watch.poll();
  EXPECT_EQ(28U, watch.calls(kSelect)) << "only what is new is added";
  watch.poll();
  EXPECT_EQ(28U, watch.calls(kSelect));
}

TEST_F(Counters, SamplesAreKeptWhereTheServerHasThem) {
  if (!TestServer::instance().is_mysql()) {
    GTEST_SKIP() << "MariaDB keeps no samples";
  }
  Watch watch = watch_counters();
  watch.poll();
  Application shop;
  ASSERT_TRUE(shop.execute("SELECT state FROM orders WHERE id = 4711"));
  watch.poll();
  const auto samples = watch.samples(kSelect);
  ASSERT_FALSE(samples.empty());
  EXPECT_EQ("SELECT state FROM orders WHERE id = ?", samples[0].sql) << "masked";
}

TEST_F(Counters, TruncateBetweenPolls) {
  Application shop;
  Watch watch = watch_counters();
  watch.poll();
  select(shop, 5);
  watch.poll();
  // MariaDB tells the second in which an entry was made.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  ASSERT_TRUE(
      shop.execute("TRUNCATE TABLE performance_schema.events_statements_summary_by_digest"));
  select(shop, 7);
  watch.poll();
  EXPECT_EQ(12U, watch.calls(kSelect));
}

TEST_F(Counters, GoOnAfterARestartOfTheCollector) {
  Application shop;
  Watch watch = watch_counters();
  watch.poll();
  select(shop, 5);
  watch.poll();
  select(shop, 4);
  watch.restart();
  watch.poll();
  EXPECT_EQ(9U, watch.calls(kSelect)) << "what happened in between counts";
}

TEST_F(Counters, GoOnAfterARestartOfTheServer) {
  Watch watch = watch_counters();
  watch.poll();
  {
    Application shop;
    select(shop, 5);
  }
  watch.poll();
  // A start is told in seconds, and two within a few of them are taken for one.
  std::this_thread::sleep_for(std::chrono::seconds(6));
  TestServer::instance().restart();
  Application shop;
  select(shop, 3);
  message_of([&] { watch.poll(); }, ErrorKind::Unreachable);
  watch.poll();
  EXPECT_EQ(8U, watch.calls(kSelect));
}

TEST_F(Counters, HistogramsOfTheHeaviest) {
  if (!TestServer::instance().is_mysql()) {
    GTEST_SKIP() << "MariaDB has no histograms";
  }
  Application shop;
  Watch watch = watch_counters();
  watch.poll();
  ASSERT_TRUE(shop.execute("SELECT SLEEP(0.1)"));
  watch.poll();
  ASSERT_TRUE(shop.execute("SELECT SLEEP(0.4)"));
  watch.poll();
  const Counts counts = watch.counts("SELECT SLEEP(1)");
  ASSERT_EQ(2U, counts.calls);
  ASSERT_EQ(2U, counts.histogram.count());
  EXPECT_LE(Duration(95'000), counts.histogram.quantile(0.1));
  EXPECT_GE(Duration(300'000), counts.histogram.quantile(0.1));
  EXPECT_LE(Duration(380'000), counts.histogram.quantile(0.9));
}

TEST_F(Counters, ErrorsByNumber) {
  Application shop;
  ASSERT_TRUE(shop.execute("INSERT INTO orders VALUES (1, 'once')"));
  Watch watch = watch_counters();
  watch.poll();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(shop.execute("INSERT INTO orders VALUES (1, 'again')"));
  }
  EXPECT_FALSE(shop.execute("SELEC nothing"));
  watch.poll();
  std::map<std::string, std::uint64_t> by_code;
  for (const ErrorTotal& error : watch.errors()) {
    by_code[error.code] += error.count;
  }
  if (TestServer::instance().is_mysql()) {
    EXPECT_EQ(3U, by_code["1062"]);
    EXPECT_EQ(1U, by_code["1064"]);
  }
  EXPECT_EQ(3U, watch.counts("INSERT INTO orders VALUES (1, 'again')").errors);
}

TEST_F(Counters, OwnStatementsAreNotReported) {
  Watch watch = watch_counters();
  watch.poll();
  for (int i = 0; i < 4; ++i) {
    watch.poll();
    const auto session = connect(TestServer::instance().watched());
    check_server(*session);
    session->query("SELECT ?", std::vector<std::string>{"1"}, [](const Row& /*row*/) {});
  }
  watch.poll();
  Application root("");
  EXPECT_NE("0", root.value("SELECT COUNT(*) FROM "
                            "performance_schema.events_statements_summary_by_digest WHERE "
                            "DIGEST_TEXT LIKE '%events_statements_summary_by_digest%'"))
      << "the server has counted them";
  for (const auto& [id, text] : watch.texts()) {
    EXPECT_EQ(std::string::npos, text.find("unjam")) << text;
    EXPECT_EQ(std::string::npos, text.find("performance_schema.setup")) << text;
  }
  double server_time = 0;
  for (const auto& [name, value] : watch.collector().health().numbers) {
    server_time += name == "server_time_us" ? value : 0;
  }
  EXPECT_LT(0, server_time) << "what polling costs is known";
}

TEST_F(Counters, MissingGrantsAreNamedAndMended) {
  Application root("");
  root.execute("DROP USER IF EXISTS poor@'%'");
  ASSERT_TRUE(root.execute("CREATE USER poor@'%' IDENTIFIED BY 'secret'"));
  const ServerAddress address = TestServer::instance().watched_as("poor");
  Watch watch = watch_counters(address);
  const std::string message = message_of([&] { watch.poll(); }, ErrorKind::Denied);
  const std::string grant =
      "GRANT SELECT ON performance_schema.events_statements_summary_by_digest TO 'poor'@'%'";
  EXPECT_HAS(message, grant);
  ASSERT_TRUE(root.execute(grant));
  watch.poll();
  if (TestServer::instance().is_mysql()) {
    Application shop;
    select(shop, 3);
    watch.poll();
    std::string all;
    for (const std::string& warning : watch.collector().health().warnings) {
      all += warning + "\n";
    }
    EXPECT_HAS(all, "GRANT SELECT ON performance_schema.events_statements_histogram_by_digest");
    EXPECT_HAS(all, "GRANT SELECT ON performance_schema.events_errors_summary_global_by_error");
  }
  // Everything that doctor says is missing goes away by what it says.
  for (int round = 0; round < 2; ++round) {
    const auto session = connect(address);
    for (const ServerCheck& check : check_server(*session)) {
      if (check.mend.starts_with("GRANT")) {
        EXPECT_EQ(0, round) << check.what;
        EXPECT_FALSE(check.lost.empty());
        std::string statement = check.mend;
        statement.pop_back();
        EXPECT_TRUE(root.execute(statement)) << statement;
      }
    }
  }
  root.execute("DROP USER poor@'%'");
}

TEST_F(Counters, DoctorUnderTheDocumentedGrants) {
  const auto session = connect(TestServer::instance().watched());
  std::vector<std::string> said;
  for (const ServerCheck& check : check_server(*session)) {
    EXPECT_NE(ServerCheck::State::Missing, check.state) << check.what;
    EXPECT_FALSE(check.mend.starts_with("GRANT")) << check.mend;
    EXPECT_EQ(check.state == ServerCheck::State::Ok, check.lost.empty()) << check.what;
    EXPECT_EQ(check.state == ServerCheck::State::Ok, check.mend.empty()) << check.what;
    said.push_back(check.what);
  }
  EXPECT_LE(12U, said.size());
}

TEST_F(Counters, DoctorNamesWhatIsOff) {
  Application root("");
  const auto consumer = [&](const char* on) {
    return root.execute(std::string("UPDATE performance_schema.setup_consumers SET ENABLED = '") +
                        on + "' WHERE NAME = 'statements_digest'");
  };
  ASSERT_TRUE(consumer("NO"));
  ASSERT_TRUE(root.execute("SET GLOBAL slow_query_log = OFF"));
  const auto session = connect(TestServer::instance().watched());
  const std::string message =
      message_of([&] { make_counter_source(*session); }, ErrorKind::Unsupported);
  EXPECT_HAS(message, "WHERE NAME = 'statements_digest'");
  int mended = 0;
  for (const ServerCheck& check : check_server(*session)) {
    if (check.what == "consumer statements_digest is on" || check.what == "slow query log is on") {
      EXPECT_NE(ServerCheck::State::Ok, check.state) << check.what;
      EXPECT_TRUE(root.execute(check.mend.substr(0, check.mend.find(';')))) << check.mend;
      ++mended;
    }
  }
  EXPECT_EQ(2, mended);
  EXPECT_EQ("YES", root.value("SELECT ENABLED FROM performance_schema.setup_consumers WHERE NAME = "
                              "'statements_digest'"));
  EXPECT_EQ("1", root.value("SELECT @@global.slow_query_log"));
  EXPECT_NO_THROW(make_counter_source(*session));
}

/// The server runs with performance_schema=OFF.
TEST(NoPerformanceSchema, IsNamed) {
  const auto session = connect(TestServer::instance().watched());
  const std::string message =
      message_of([&] { make_counter_source(*session); }, ErrorKind::Unsupported);
  EXPECT_HAS(message, "performance_schema=ON under [mysqld] in my.cnf");
  bool named = false;
  for (const ServerCheck& check : check_server(*session)) {
    named |= check.state == ServerCheck::State::Missing &&
             check.mend.find("performance_schema=ON") != std::string::npos;
  }
  EXPECT_TRUE(named);
}

/// The server runs with performance_schema_digests_size=60.
TEST(FullDigestTable, IsOtherQueriesAndAWarning) {
  Application root("");
  ASSERT_TRUE(
      root.execute("TRUNCATE TABLE performance_schema.events_statements_summary_by_digest"));
  Watch watch = watch_counters();
  watch.poll();
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(root.execute("SELECT 1 AS column_" + std::to_string(i)));
  }
  watch.poll();
  const auto texts = watch.texts();
  FingerprintId id;
  for (const auto& [each, text] : texts) {
    id = text == "(other queries)" ? each : id;
  }
  ASSERT_NE(0U, id.value);
  EXPECT_LE(140U, watch.counts(id).calls);
  EXPECT_GE(210U, watch.counts(id).calls);
  const auto warnings = watch.collector().health().warnings;
  ASSERT_FALSE(warnings.empty());
  EXPECT_HAS(warnings.back(), "performance_schema_digests_size=10000");
}

/// Printed, not asserted: the bar is 50 ms of client CPU time for a poll of 10,000 digests.
TEST(TenThousandDigests, CostOfAPoll) {
  Application root("");
  ASSERT_TRUE(
      root.execute("TRUNCATE TABLE performance_schema.events_statements_summary_by_digest"));
  const std::uint64_t size =
      std::stoull(root.value("SELECT @@global.performance_schema_digests_size"));
  const std::uint64_t digests = std::min<std::uint64_t>(size - 50, 10'000);
  const auto session = connect(TestServer::instance().watched());
  const auto source = make_counter_source(*session);
  for (const char* const which : {"first, with texts", "all of them used again", "a quiet one"}) {
    for (std::uint64_t i = 0; i < digests && std::string(which) != "a quiet one"; ++i) {
      root.execute("SELECT 1 AS column_number_" + std::to_string(i) + ", 2 AS b, 3 AS c");
    }
    if (std::string(which) == "a quiet one") {
      std::this_thread::sleep_for(std::chrono::seconds(4));
      source->poll();
      std::this_thread::sleep_for(std::chrono::seconds(4));
    }
    const std::clock_t begin = std::clock();
    const CounterSnapshot snapshot = source->poll();
    const double ms = static_cast<double>(std::clock() - begin) * 1000 / CLOCKS_PER_SEC;
    std::printf(
        "poll, %s: %zu rows, %.1f ms of client CPU time; the poll before cost the server "
        "%lld us\n",
        which, snapshot.rows.size(), ms, static_cast<long long>(snapshot.server_time.count()));
    if (std::string(which) != "a quiet one") {
      EXPECT_LE(digests, snapshot.rows.size());
    }
  }
}

}  // namespace
}  // namespace unjam
