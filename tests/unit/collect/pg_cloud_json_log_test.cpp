#include "collect/pg_containers.h"
#include "unit/collect/pg_container_check.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

std::string cloudsql(const std::string& text) {
  return R"({"insertId":"s=1","labels":{"INSTANCE_UID":"x"},"logName":"projects/p/logs/postgres.log",)"
         R"("receiveTimestamp":"2024-05-18T02:40:05Z","resource":{"labels":{"database_id":"p:i"},)"
         R"("type":"cloudsql_database"},"severity":"INFO","textPayload":")" +
         text + R"(","timestamp":"2024-05-18T02:40:01.037Z"})" + "\n";
}

std::string prefix(int second, int number = 1) {
  return fmt::format("2024-05-18 02:40:{:02}.037 UTC [2224]: [{}-1] db=shop,user=etl ", second,
                     number);
}

std::string cnpg(int second, const std::string& message) {
  return fmt::format(
      R"({{"level":"info","ts":"2024-05-18T02:40:01.1Z","logger":"postgres","msg":"record",)"
      R"("logging_pod":"c-1","record":{{"log_time":"2024-05-18 02:40:{:02}.037 UTC",)"
      R"("user_name":"etl","database_name":"shop","process_id":"2224",)"
      R"("connection_from":"10.0.0.39:42224","session_id":"66480fa0.8b0","session_line_num":"1",)"
      R"("command_tag":"SELECT","session_start_time":"2024-05-18 01:40:00 UTC",)"
      R"("virtual_transaction_id":"90/1","transaction_id":"0","error_severity":"LOG",)"
      R"("sql_state_code":"00000","message":"duration: 1.500 ms  statement: {}",)"
      R"("application_name":"app","backend_type":"client backend","query_id":"0"}}}})"
      "\n",
      second, message);
}

std::string shown(int second, const std::string& sql, const std::string& host = "") {
  return fmt::format("statement|2024-05-18T02:40:{:02}.037000Z|2224|etl@shop/{}|1500|{}", second,
                     host, sql);
}

std::string shown_cnpg(int second, const std::string& sql) {
  return shown(second, sql, "10.0.0.39");
}

struct Case {
  const char* name;
  std::string text;
  std::vector<std::string> events;
};

TEST(PgCloudSql, Reads) {
  const std::string log = "LOG:  duration: 1.500 ms  statement: ";
  const std::vector<Case> cases{
      {"nothing", "", {}},
      {"one entry per message",
       cloudsql(prefix(1) + log + "select 1") + cloudsql(prefix(2) + log + "select 2"),
       {shown(1, "select 1"), shown(2, "select 2")}},
      {"lines in one entry",
       cloudsql(prefix(1) + log + R"(select \"a\"\n\tfrom t\n\t\twhere b)") +
           cloudsql(prefix(2) + log + "x"),
       {shown(1, "select \"a\"\nfrom t\n\twhere b"), shown(2, "x")}},
      {"lines in one entry, tabs lost",
       cloudsql(prefix(1) + log + R"(select a\nzzz t\n\n  where b)") +
           cloudsql(prefix(2) + log + "x"),
       {shown(1, "select a\nzzz t\n\n  where b"), shown(2, "x")}},
      {"one entry per line",
       cloudsql(prefix(1) + log + "select a") + cloudsql("\\tfrom t") + cloudsql("\\twhere b") +
           cloudsql(prefix(2) + log + "x"),
       {shown(1, "select a\nfrom t\nwhere b"), shown(2, "x")}},
      {"one entry per line, tabs lost",
       cloudsql(prefix(1) + log + "select a") + cloudsql("zzz t") + cloudsql("where b") +
           cloudsql(prefix(2) + log + "x"),
       {shown(1, "select a\nzzz t\nwhere b"), shown(2, "x")}},
      {"wrapped by Docker, split by it",
       R"({"log":")" + prefix(1) + log +
           R"(select ","stream":"stderr","time":"2024-05-18T02:40:01Z"})" + "\n" +
           R"({"log":"1\n","stream":"stderr","time":"2024-05-18T02:40:01Z"})" + "\n",
       {shown(1, "select 1")}},
      {"text in jsonPayload",
       R"({"jsonPayload":{"message":")" + prefix(1) + log +
           R"(select 1"},"timestamp":"2024-05-18T02:40:01Z"})",
       {shown(1, "select 1")}},
      {"jsonlog in jsonPayload",
       R"({"timestamp":"2024-05-18T02:40:01.037Z","jsonPayload":{"user":"etl","dbname":"shop","pid":2224,)"
       R"("error_severity":"LOG","message":"duration: 1.500 ms  statement: select 1"}})",
       {shown(1, "select 1")}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Delivered delivered = read_whole(make_pg_cloudsql_reader, c.text);
    EXPECT_EQ(delivered.events, c.events);
    EXPECT_TRUE(delivered.skipped.empty());
  }
}

TEST(PgCloudSql, SecondaryEntriesBelongToTheirMessage) {
  const std::string text =
      cloudsql(prefix(1, 3) + "ERROR:  canceling statement due to statement timeout") +
      cloudsql(prefix(1, 4) + "STATEMENT:  select pg_sleep(9)") +
      cloudsql(prefix(2, 5) + "LOG:  duration: 1.500 ms  execute S_1: select $1") +
      cloudsql(prefix(2, 6) + "DETAIL:  parameters: $1 = '7'");
  const std::vector<std::string> events = read_whole(make_pg_cloudsql_reader, text).events;
  ASSERT_EQ(events.size(), 2U);
  EXPECT_TRUE(events[0].starts_with(
      "error|2024-05-18T02:40:01.037000Z|2224|etl@shop/|-1|select pg_sleep(9)"))
      << events[0];
  EXPECT_EQ(events[1],
            shown(2, "select $1").replace(shown(2, "").size() - 5, 4, "1500") + "|$1 = '7'");
}

TEST(PgCloudSql, OtherPrefixesAreFound) {
  std::string text;
  for (int i = 1; i < 9; ++i) {
    text += cloudsql(
        fmt::format("2024-05-18 02:40:0{}.037 UTC [2224] etl@shop LOG:  duration: 1.500 ms  "
                    "statement: select {}",
                    i, i));
  }
  const std::vector<std::string> events = read_whole(make_pg_cloudsql_reader, text).events;
  ASSERT_EQ(events.size(), 8U);
  EXPECT_EQ(events[7], shown(8, "select 8"));
}

std::string cloudsql_sample() {
  std::string text;
  for (int i = 1; i < 6; ++i) {
    text += cloudsql(prefix(i) + "LOG:  duration: 1.500 ms  statement: select " +
                     std::to_string(i) + R"(\n\tfrom t)");
    text += cloudsql("\\twhere a = 'x'");
  }
  return text;
}

std::string cnpg_sample() {
  return cnpg(1, "select 1") +
         R"({"level":"info","ts":"2024-05-18T02:40:01Z","msg":"started"})"
         "\n" +
         cnpg(2, R"(select \"a\"\nfrom t)") + "broken {\n" + cnpg(3, "select 3");
}

TEST(PgCloudJson, WindowsDoNotMatter) {
  for (const auto& [make, text] :
       {std::pair<MakeReader, std::string>{make_pg_cloudsql_reader, cloudsql_sample()},
        std::pair<MakeReader, std::string>{make_pg_cnpg_reader, cnpg_sample()}}) {
    const Delivered whole = read_whole(make, text);
    ASSERT_GE(whole.events.size(), 3U);
    for (std::size_t step = 1; step < 900; step = step * 3 / 2 + 1) {
      EXPECT_EQ(read_in_windows(make, text, step), whole) << step;
    }
  }
}

TEST(PgCloudJson, TwoReadersMeet) {
  for (const auto& [make, text] :
       {std::pair<MakeReader, std::string>{make_pg_cloudsql_reader, cloudsql_sample()},
        std::pair<MakeReader, std::string>{make_pg_cnpg_reader, cnpg_sample()}}) {
    const Delivered whole = read_whole(make, text);
    for (std::size_t near = 0; near <= text.size(); near += 3) {
      std::size_t split = 0;
      EXPECT_EQ(read_in_two(make, text, near, split), whole) << near << " " << split;
    }
  }
}

TEST(PgCloudJson, CutAnywhereInventsNothing) {
  for (const auto& [make, text] :
       {std::pair<MakeReader, std::string>{make_pg_cloudsql_reader, cloudsql_sample()},
        std::pair<MakeReader, std::string>{make_pg_cnpg_reader, cnpg_sample()}}) {
    const std::vector<std::string> events = read_whole(make, text).events;
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const Delivered cut = read_whole(make, text.substr(0, size));
      ASSERT_LE(cut.events.size(), events.size()) << size;
      for (std::size_t i = 0; i + 1 < cut.events.size(); ++i) {
        EXPECT_EQ(cut.events[i], events[i]) << size;
      }
    }
  }
}

TEST(PgCnpg, Reads) {
  const Delivered delivered = read_whole(make_pg_cnpg_reader, cnpg_sample());
  EXPECT_EQ(delivered.events, (std::vector<std::string>{shown_cnpg(1, "select 1"),
                                                        shown_cnpg(2, "select \"a\"\nfrom t"),
                                                        shown_cnpg(3, "select 3")}));
  EXPECT_EQ(delivered.skipped, (std::map<std::string, std::uint64_t>{{"no PostgreSQL record", 1},
                                                                     {"not a json line", 1}}));
}

TEST(PgCnpg, Nested) {
  std::string plain = cnpg(1, "a");
  plain.pop_back();
  const std::vector<std::string> expected{shown_cnpg(1, "a")};
  EXPECT_EQ(
      read_whole(make_pg_cnpg_reader, R"({"jsonPayload":)" + plain + R"(,"timestamp":"x"})").events,
      expected);
  EXPECT_EQ(
      read_whole(make_pg_cnpg_reader, "2024-05-18T02:40:01.037Z stdout F " + plain + "\n").events,
      expected);
  const std::size_t record = plain.find(R"({"log_time")");
  EXPECT_EQ(read_whole(make_pg_cnpg_reader, R"({"record":)" + plain.substr(record)).events,
            expected);
}

TEST(PgCloudJson, IsRecognised) {
  EXPECT_TRUE(looks_like_pg_cloudsql(cloudsql_sample()));
  EXPECT_TRUE(looks_like_pg_cloudsql(cloudsql_sample().substr(200))) << "starts inside a record";
  EXPECT_TRUE(looks_like_pg_cnpg(cnpg_sample()));
  EXPECT_TRUE(looks_like_pg_cnpg(cnpg_sample().substr(200))) << "starts inside a record";
  EXPECT_FALSE(looks_like_pg_cloudsql(cnpg_sample()));
  EXPECT_FALSE(looks_like_pg_cnpg(cloudsql_sample()));
  EXPECT_FALSE(looks_like_pg_json(cnpg_sample()));
  EXPECT_FALSE(looks_like_pg_json(cloudsql_sample()));
  EXPECT_FALSE(looks_like_pg_cloudsql(cloudsql("hello") + cloudsql("# Query_time: 1")));
}

}  // namespace
}  // namespace unjam
