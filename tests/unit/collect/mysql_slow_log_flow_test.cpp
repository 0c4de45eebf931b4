// How the reader moves through a log: flavours, stops, resuming, long and hostile input.
#include "unit/collect/mysql_slow_log_pieces.h"

namespace unjam {
namespace {

using namespace mysql_test;

TEST(MySqlSlowLog, RateLimitsErrorsAndRoutines) {
  const auto lines = [](std::string_view keys) {
    return read_all(*new_reader(), fmt::format("# User@Host: a[a] @ h []\n{}# Query_time: 1\n"
                                               "SET timestamp=0;\nx;\n",
                                               keys))
        .lines.at(0);
  };
  const std::string base = "statement at=1970-01-01T00:00:00.000000Z time=1000000 user=a host=h";
  EXPECT_EQ(lines("# Log_slow_rate_type: query  Log_slow_rate_limit: 10\n"), base + " rate=10 | x");
  EXPECT_EQ(lines("# Log_slow_rate_type: session  Log_slow_rate_limit: 10\n"), base + " | x");
  EXPECT_EQ(lines("# Log_slow_rate_type: query  Log_slow_rate_limit: 18446744073709551615\n"),
            base + " | x");
  EXPECT_EQ(lines("# Schema: s  Last_errno: 1213  Killed: 0\n"), base + " db=s error=1213 | x");
  EXPECT_EQ(lines("# Schema: s  Last_errno: 0  Killed: 0\n"), base + " db=s | x");
  EXPECT_EQ(lines("# Schema: s  Last_errno: 0  Killed: 1317\n"), base + " db=s error=1317 | x");
  EXPECT_EQ(lines("# Stored_routine: db.p\n"), base + " nested | x");
  EXPECT_EQ(lines("# Frobnicated: yes\n#\n# explain: 1\tSIMPLE\n#\n"), base + " | x");
}

TEST(MySqlSlowLog, TiDb) {
  const Events events = read_all(
      *new_reader(),
      "# Time: 2019-08-14T09:26:59.487776265+08:00\n# Txn_start_ts: 410450924122144769\n"
      "# User@Host: root[root] @ localhost [127.0.0.1]\n# Conn_ID: 3086\n# Query_time: 1.5\n# DB: "
      "test\n"
      "# Is_internal: false\n# Digest: 42a1c8\n# Prev_stmt: it's;\n# Succ: true\nuse test;\n"
      "select * from t;\n");
  EXPECT_EQ(events.lines, (std::vector<std::string>{
                              "statement at=2019-08-14T01:26:59.487776Z time=1500000 thread=3086 "
                              "user=root host=localhost db=test | select * from t"}));
}

TEST(MySqlSlowLog, StopsWhereItIsTold) {
  const std::string h = header();
  const mysql_test::Padded log(h + "a;\n" + h + "b;\n" + h + "c;\n");
  const std::size_t event = h.size() + 3;
  for (std::size_t stop = 0; stop <= log.view().size(); ++stop) {
    Events events;
    const std::size_t used = new_reader()->read({log.view(), true, stop}, events);
    EXPECT_EQ(used, (stop + event - 1) / event * event) << stop;
    EXPECT_EQ(events.sql.size(), used / event) << stop;
  }
}

TEST(MySqlSlowLog, FindsRecordsFromAnywhere) {
  const std::string h = header();
  const std::string log = h + "a\n# comment\n;\n" + h + "b;\n" + h + "c;\n";
  const std::size_t second = h.size() + 14;
  const std::size_t third = second + h.size() + 3;
  for (std::size_t from = 0; from < log.size(); ++from) {
    const std::size_t found = new_reader()->find_record(std::string_view(log).substr(from));
    const std::size_t expected = from == 0        ? 0
                                 : from <= second ? second
                                 : from <= third  ? third
                                                  : log.size();
    EXPECT_EQ(found == std::string_view::npos ? log.size() : from + found, expected) << from;
  }
}

TEST(MySqlSlowLog, LongStatements) {
  std::string values = "insert into t values ('";
  while (values.size() < 5'000'000) {
    values += "it''s \\' x;\n# no header\n";
  }
  values += "')";
  const std::string log = header() + values + ";\n" + header() + "x;\n";
  EXPECT_EQ(read_all(*new_reader(), log).sql, (std::vector<std::string>{values, "x"}));
  EXPECT_EQ(read_in_steps(*new_reader(), log, 1'000'003).sql,
            (std::vector<std::string>{values, "x"}));
}

TEST(MySqlSlowLog, WorkStaysLinear) {
  // Each of these took minutes if every event made the reader look far ahead again.
  const std::string h = old_header();
  for (const std::string& body : {std::string("select 'oops;\n"), std::string("select /* oops;\n"),
                                  std::string("select \"oops\n# Time: \n# Time: \n;\n")}) {
    std::string log;
    while (log.size() < 1'000'000) {
      log += h + body;
    }
    const auto begin = std::chrono::steady_clock::now();
    const Events events = read_all(*new_reader(), log);
    EXPECT_FALSE(events.sql.empty());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60)) << body;
  }
  for (const std::string& line :
       {std::string("# Time: \n"), std::string("# Query_time: 1\n"), std::string("#\n"),
        std::string(";\n"), std::string("\n"), std::string("use a;\n")}) {
    std::string log = h;
    while (log.size() < 1'000'000) {
      log += line;
    }
    const auto begin = std::chrono::steady_clock::now();
    read_all(*new_reader(), log);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60)) << line;
  }
}

}  // namespace
}  // namespace unjam
