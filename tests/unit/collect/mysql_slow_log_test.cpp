#include "unit/collect/mysql_slow_log_pieces.h"

namespace unjam {
namespace {

using namespace mysql_test;

TEST(MySqlSlowLog, StatementTextIsExact) {
  const std::string h = header();
  using namespace std::string_literals;
  expect_statements({
      {"one", h + "select 1;\n", {"select 1"}},
      {"two", h + "select 1;\n" + h + "select 2;\n", {"select 1", "select 2"}},
      {"banner in front", std::string(kBanner) + h + "select 1;\n", {"select 1"}},
      {"banner between",
       h + "select 1;\n" + std::string(kBanner) + h + "select 2;\n",
       {"select 1", "select 2"}},
      {"no final line feed", h + "select 1;\n" + h + "select 2;", {"select 1", "select 2"}},
      {"empty statement", h + ";\n" + h + "select 2;\n", {"", "select 2"}},
      {"lines", h + "select 1,\n\n  2\nfrom t;\n", {"select 1,\n\n  2\nfrom t"}},
      {"semicolons at line ends",
       h + "begin\nselect 1;\nselect 2;\nend;\n" + h + "x;\n",
       {"begin\nselect 1;\nselect 2;\nend", "x"}},
      {"lines of a header's words",
       h + "select 'a\nuse b;\nSET timestamp=1;\nTime x\nTcp port: 1\n# Time: 1\n';\n" + h + "x;\n",
       {"select 'a\nuse b;\nSET timestamp=1;\nTime x\nTcp port: 1\n# Time: 1\n'", "x"}},
      {"user's SET",
       h + "SET timestamp=1700000000;\n" + h + "x;\n",
       {"SET timestamp=1700000000", "x"}},
      {"NUL and bad UTF-8",
       h + "select '\0\xff\xfe'"s + ";\n" + h + "x;\n",
       {"select '\0\xff\xfe'"s, "x"}},
      {"CR LF in a statement", h + "select\r\n1;\n", {"select\r\n1"}},
      {"comment with an apostrophe behind",
       h + "select 1 -- it's\n;\n" + h + "x;\n",
       {"select 1 -- it's\n", "x"}},
      {"semicolon in a line comment",
       h + "select 1 -- it's;\n" + h + "x;\n" + h + "y # a;\n",
       {"select 1 -- it's", "x", "y # a"}},
      {"words of an administrator command",
       "# Query_time: 1\n# administrator command: x\nselect 1;\n" + h + "x;\n",
       {"# administrator command: x\nselect 1", "x"}},
      {"ends in a hash comment",
       h + "select 1 # 'a;\n" + h + "select 'x';\n",
       {"select 1 # 'a", "select 'x'"}},
      {"blank lines between events", h + "x;\n\n\n" + h + "y;\n\n", {"x", "y"}},
      {"NUL block between events", h + "x;\n" + std::string(5000, '\0') + h + "y;\n", {"x", "y"}},
      {"NUL block in front", std::string(70000, '\0') + h + "y;\n", {"y"}},
      {"NUL block behind garbage", "junk\n" + std::string(5, '\0') + h + "y;\n", {"y"}},
      {"byte order mark", "\xef\xbb\xbf" + h + "y;\n", {"y"}},
  });
}

TEST(MySqlSlowLog, WindowsLineEnds) {
  std::string log = std::string(kBanner) + header() + "select 1,\n2;\n" + header(2) + "select 3;\n";
  for (std::size_t at = 0; (at = log.find('\n', at)) != std::string::npos; at += 2) {
    log.insert(at, "\r");
  }
  EXPECT_EQ(read_all(*new_reader(), log).lines,
            (std::vector<std::string>{
                "statement at=2024-05-18T02:40:01.000000Z time=1000000 lock=0 sent=1 examined=2 "
                "thread=7 user=app host=web | select 1,\\x0d\\n2",
                "statement at=2024-05-18T02:40:02.000000Z time=2000000 lock=0 sent=1 examined=2 "
                "thread=7 user=app host=web | select 3"}));
}

TEST(MySqlSlowLog, ForgedEventsInLegalStatementsDoNotSplit) {
  std::vector<Case> cases;
  const auto add = [&](const char* name, const std::string& statement) {
    for (const std::string& h : {header(), old_header(), header(1, " Errno: 0 Killed: 0")}) {
      cases.push_back({name,
                       h + statement + ";\n" + h + "select 'next';\n" + h + "x;\n",
                       {statement, "select 'next'", "x"}});
      cases.push_back({name, h + statement + ";\n", {statement}});
    }
  };
  for (const std::string& forged : {kForged, kForgedWithSet}) {
    add("single quotes", "SELECT 'x;\n" + forged + "select 2'");
    add("double quotes", "SELECT \"it's x;\n" + forged + "select 2\"");
    add("back-ticks", "SELECT 1 AS `x;\n" + forged + "select 2`");
    add("comment", "SELECT 1 /* it's;\n" + forged + "select 2 */");
    add("two literals", "INSERT INTO t VALUES ('x;\n" + forged + "select 2;\n'), ('y;\n" + forged +
                            "select 3;\n')");
    add("many events", "SELECT 'x;\n" + forged + "select 2;\n" + forged + "select 3;\n" + forged +
                           "select \"4\";\n'");
    add("no semicolon in front", "SELECT 'x\n" + forged + "select 2'");
    add("banner", "SELECT 'x;\n" + std::string(kBanner) + forged + "select 2'");
    add("escaped quote", "SELECT 'x;\n" + forged + "select \\'2'");
  }
  add("comment lines", "SELECT 1\n" + kForged + ", 2");
  add("leading comment lines", kForged + "SELECT 1");
  add("not a header block", "SELECT 1\n;\n# Time: now\n# User@Host: x\n, 2");
  expect_statements(cases);
}

TEST(MySqlSlowLog, ErrorNumberTellsForgeriesFromSyntaxErrors) {
  // The forged statement ends evenly, as an attacker can make it.
  const std::string statement = "SELECT 'x;\n" + kForgedWithSet + "select 2 -- '";
  const std::string parsed = header(1, " Errno: 0");
  EXPECT_EQ(read_all(*new_reader(), parsed + statement + ";\n" + parsed + "y;\n").sql,
            (std::vector<std::string>{statement, "y"}));
  const std::string failed = header(1, " Errno: 1064");
  EXPECT_EQ(read_all(*new_reader(), failed + statement + ";\n" + parsed + "y;\n").sql,
            (std::vector<std::string>{"SELECT 'x", "select 2 -- '", "y"}));
}

TEST(MySqlSlowLog, ErrorNumberIsNoProofWithoutBackslashEscapes) {
  // With sql_mode NO_BACKSLASH_ESCAPES the first literal ends at its backslash.
  const std::string h = header(1, " Errno: 0");
  const std::string log = h + "SELECT 'C:\\';\n" + h + "select \"it's\";\n" + h + "x;\n";
  EXPECT_EQ(read_all(*new_reader(), log).sql,
            (std::vector<std::string>{"SELECT 'C:\\'", "select \"it's\"", "x"}));
}

TEST(MySqlSlowLog, LogThatEndsInsideOfAForgedEvent) {
  const std::string log = header() + "SELECT 'x;\n" + kForgedWithSet + "select 2";
  const auto reader = new_reader();
  EXPECT_EQ(read_all(*reader, log).sql, (std::vector<std::string>{"SELECT 'x"}));
  EXPECT_EQ(reader->skipped().count("doubtful event at the end"), 1U);
}

TEST(MySqlSlowLog, UnterminatedQuotesSwallowNoEvents) {
  std::vector<Case> cases;
  for (const std::string& h : {header(), old_header(), header(1, " Errno: 1064")}) {
    const std::string quoted = h + "select 'a', 'b';\n";
    for (const std::string open :
         {"SELECT 'oops", "SELECT \"oops", "SELECT `oops", "SELECT 1 /* oops"}) {
      cases.push_back({"last event", h + "x;\n" + h + open + ";\n", {"x", open}});
      cases.push_back({"quoted events follow",
                       h + open + ";\n" + quoted + quoted + h + "x;\n",
                       {open, "select 'a', 'b'", "select 'a', 'b'", "x"}});
      cases.push_back({"plain event follows", h + open + ";\n" + h + "x;\n", {open, "x"}});
      cases.push_back({"an apostrophe in a comment follows",
                       h + open + ";\n" + h + "select 1 -- it's\n;\n" + quoted + h + "x;\n",
                       {open, "select 1 -- it's\n", "select 'a', 'b'", "x"}});
      cases.push_back({"an apostrophe in double quotes follows",
                       h + open + ";\n" + h + "select \"it's\";\n" + quoted + h + "x;\n",
                       {open, "select \"it's\"", "select 'a', 'b'", "x"}});
      cases.push_back({"another one follows",
                       h + open + ";\n" + h + "x;\n" + h + open + ";\n" + quoted,
                       {open, "x", open, "select 'a', 'b'"}});
      cases.push_back({"a banner follows",
                       h + open + ";\n" + std::string(kBanner) + quoted,
                       {open, "select 'a', 'b'"}});
    }
  }
  // The back-tick, closed by a back-tick with a word behind it, and the comment, closed by none.
  expect_statements(cases);
  const Events events =
      read_all(*new_reader(), header() + "SELECT 'oops;\n" + header() + "select 'a';\n");
  EXPECT_EQ(events.partial, (std::vector<bool>{true, false}));
}

TEST(MySqlSlowLog, HalfStatementsEndWhereTheNextEventBegins) {
  const std::string h = header();
  const std::string banner(kBanner);
  expect_statements({
      {"cut by a shipper", h + "select a from t wh\n" + h + "x;\n", {"select a from t wh", "x"}},
      {"cut in a literal",
       h + "insert into t values ('abc\n" + h + "select 'b';\n" + h + "x;\n",
       {"insert into t values ('abc", "select 'b'", "x"}},
      {"banner on the half line",
       h + "select a from t wh" + banner + h + "x;\n",
       {"select a from t wh", "x"}},
      {"banner on the half line, at the end",
       h + "select a from t wh" + banner,
       {"select a from t wh"}},
      {"banner on a half literal",
       h + "select 'a" + banner + h + "select 'b';\n" + h + "x;\n",
       {"select 'a", "select 'b'", "x"}},
      {"Windows banner on the half line",
       h +
           "select a from C:\\Program Files\\MySQL\\bin\\mysqld.exe, Version: 5.7.9 (x). started "
           "with:\nTCP Port: 3306, Named Pipe: MySQL\nTime                 Id Command    "
           "Argument\n" +
           h + "x;\n",
       {"select a from ", "x"}},
      {"relative banner",
       h +
           "select amariadbd, Version: 11.8.9-MariaDB (x). started with:\nTcp port: "
           "0  Unix socket: s\nTime\t\t    Id Command\tArgument\n" +
           h + "x;\n",
       {"select a", "x"}},
      {"header on the half line",
       h + "select a from t wh" + h + "x;\n",
       {"select a from t wh", "x"}},
      {"at the end", h + "x;\n" + h + "select a from t wh", {"x", "select a from t wh"}},
      {"a whole line at the end",
       h + "x;\n" + h + "select a from t wh\n",
       {"x", "select a from t wh"}},
      {"half a header at the end", h + "x;\n# Time: 2024-05-18T02:40:00.00", {"x"}},
      {"half a header line at the end", h + "x;\n# Ti", {"x"}},
      {"half a banner at the end", h + "x;\n" + banner.substr(0, 90), {"x"}},
      {"only a header at the end", h + "x;\n" + h, {"x"}},
      {"a lost statement", h + h + "x;\n", {"x"}},
  });
  for (const std::string& log :
       {h + "select a wh\n" + h + "x;\n", h + "select a wh" + banner + h + "x;\n"}) {
    EXPECT_EQ(read_all(*new_reader(), log).partial, (std::vector<bool>{true, false}));
  }
}

TEST(MySqlSlowLog, SkipsAreCountedByReason) {
  const std::string h = header();
  struct Skip {
    const char* name;
    std::string log;
    std::size_t events;
    std::map<std::string, std::uint64_t> skipped;
  };
  const Skip cases[] = {
      {"nothing", h + "x;\n", 1, {}},
      {"only blank", "\n\n", 0, {}},
      {"starts in a statement", "where a = 1\n and b;\n" + h + "x;\n", 1, {{"no header", 1}}},
      {"no log at all", "hello\nworld\n", 0, {{"no header", 1}}},
      {"NUL bytes", std::string(100, '\0') + h + "x;\n", 1, {{"NUL bytes", 1}}},
      {"lost statement", h + h + "x;\n", 1, {{"no statement", 1}}},
      {"cut header", h + "x;\n" + h, 1, {{"cut header", 1}}},
      {"broken time",
       "# Query_time: 18446744073708.796870  Lock_time: 0\nSET timestamp=1;\nx;\n",
       1,
       {{"broken time", 1}}},
      {"negative time",
       h + "x;\n# Query_time: -5  Lock_time: 0\nSET timestamp=1;\ny;\n" + h + "z;\n",
       3,
       {{"broken time", 1}}},
      {"no Query_time",
       "# Time: 240518  2:40:00\n# User@Host: a[a] @ h []\n# Time: 240518  2:40:01\n" +
           old_header() + "x;\n",
       1,
       {{"no Query_time", 1}}},
  };
  for (const Skip& c : cases) {
    for (const std::size_t step : {std::size_t{1} << 20, std::size_t{1}, std::size_t{40}}) {
      const auto reader = new_reader();
      EXPECT_EQ(read_in_steps(*reader, c.log, step).sql.size(), c.events) << c.name;
      std::map<std::string, std::uint64_t> counts;
      for (const auto& [reason, skipped] : reader->skipped()) {
        counts[reason] = skipped.count;
        EXPECT_FALSE(skipped.sample.empty()) << c.name;
      }
      EXPECT_EQ(counts, c.skipped) << c.name << ", step " << step;
    }
  }
}

TEST(MySqlSlowLog, BrokenTimesAreAbsent) {
  const Events events = read_all(
      *new_reader(),
      "# User@Host: a[a] @ h []\n# Query_time: 18446744073708.796870.000036  Lock_time: 4294967295 "
      "Rows_sent: 18446744073709551615  Rows_examined: 3\nSET timestamp=1;\nx;\n");
  EXPECT_EQ(events.lines,
            (std::vector<std::string>{
                "statement at=1970-01-01T00:00:01.000000Z examined=3 user=a host=h | x"}));
}

TEST(MySqlSlowLog, AdministratorCommandsAreNoStatements) {
  const std::string log = header() + "# administrator command: Quit;\n" + header(2) +
                          "# administrator command: Close stmt;\n" + header(3) + "x;\n";
  EXPECT_EQ(
      read_all(*new_reader(), log).lines,
      (std::vector<std::string>{
          "admin at=2024-05-18T02:40:01.000000Z time=1000000 lock=0 thread=7 user=app host=web | "
          "# administrator command: Quit",
          "admin at=2024-05-18T02:40:02.000000Z time=2000000 lock=0 thread=7 user=app host=web | "
          "# administrator command: Close stmt",
          "statement at=2024-05-18T02:40:03.000000Z time=3000000 lock=0 sent=1 examined=2 thread=7 "
          "user=app host=web | x"}));
  // Without a SET line, and as a comment of a statement.
  const Events old = read_all(
      *new_reader(), "# Query_time: 1\n# administrator command: Ping;\n# Query_time: 1\nx;\n" +
                         header() + "# administrator command: Quit\nselect 1;\n" + header() +
                         "# administrator command: Quit;\nx;\n");
  EXPECT_EQ(old.kinds, (std::vector<EventKind>{EventKind::Admin, EventKind::Statement,
                                               EventKind::Statement, EventKind::Statement}));
}

TEST(MySqlSlowLog, ThrottleSummariesAreNoStatements) {
  const std::string text = "throttle:          5 'index not used' warning(s) suppressed.";
  const Events events = read_all(
      *new_reader(),
      "# Time: 2024-05-18T02:40:00.000000Z\n# User@Host: [] @  []  Id:    17\n# Query_time: 0.5  "
      "Lock_time: 0.1 Rows_sent: 0  Rows_examined: 0\nSET timestamp=1716000000;\n" +
          text + ";\n" + header() + text + ";\n");
  EXPECT_EQ(
      events.lines,
      (std::vector<std::string>{
          "throttle at=2024-05-18T02:40:00.000000Z time=500000 lock=100000 thread=17 | " + text,
          "statement at=2024-05-18T02:40:01.000000Z time=1000000 lock=0 sent=1 examined=2 thread=7 "
          "user=app host=web | " +
              text}));
}

TEST(MySqlSlowLog, DatabaseIsStateOfTheFile) {
  const auto event = [](std::string_view schema, std::string_view use, std::string_view sql) {
    return fmt::format("# User@Host: a[a] @ h []\n{}# Query_time: 1\n{}SET timestamp=1;\n{};\n",
                       schema, use, sql);
  };
  const std::string banner(kBanner);
  struct DatabaseCase {
    const char* name;
    std::string log;
    std::vector<std::string> databases;
  };
  const DatabaseCase cases[] = {
      {"carried over",
       event("", "", "1") + event("", "use a;\n", "2") + event("", "", "3") +
           event("", "use b;\n", "4") + event("", "", "5"),
       {"", "a", "a", "b", "b"}},
      {"quoted", event("", "use `a b`;\n", "1"), {"a b"}},
      {"raw, with a semicolon", event("", "use a;b;\n", "1"), {"a;b"}},
      {"Schema wins",
       event("# Schema: s  Last_errno: 0  Killed: 0\n", "use a;\n", "1") + event("", "", "2"),
       {"s", "a"}},
      {"empty Schema is none",
       event("# Schema:   Last_errno: 0  Killed: 0\n", "use a;\n", "1"),
       {""}},
      {"banner resets", event("", "use a;\n", "1") + banner + event("", "", "2"), {"a", ""}},
      {"a literal's use does not count",
       event("", "use a;\n", "select '\nuse b;\n'") + event("", "", "2"),
       {"a", "a"}},
  };
  class Databases final : public EventSink {
   public:
    void on_event(const LogEvent& event) override { names.emplace_back(event.database); }
    std::vector<std::string> names;
  };
  for (const DatabaseCase& c : cases) {
    const mysql_test::Padded log(c.log);
    Databases sink;
    new_reader()->read({log.view(), true, std::string_view::npos}, sink);
    EXPECT_EQ(sink.names, c.databases) << c.name;
  }
  const mysql_test::Padded log(event("", "", "1") + event("", "use b;\n", "2"));
  Databases sink;
  const auto mid_file = new_reader(Dialect::MySql, true);
  EXPECT_EQ(mid_file->database_state(), kInheritedDatabase);
  mid_file->read({log.view(), true, std::string_view::npos}, sink);
  EXPECT_EQ(sink.names, (std::vector<std::string>{std::string(kInheritedDatabase), "b"}));
  EXPECT_EQ(mid_file->database_state(), "b");
}

TEST(MySqlSlowLog, TimeIsWhenTheStatementEnded) {
  const std::string keys = "# Query_time: 2.5  Lock_time: 0\n";
  struct TimeCase {
    const char* name;
    std::string log;
    Dialect dialect;
    std::vector<const char*> at;
  };
  const std::string mariadb = "# Time: 240518  2:40:00\n# User@Host: a[a] @ h []\n" + keys +
                              "SET timestamp=1716000000;\nx;\n" + "# User@Host: a[a] @ h []\n" +
                              keys + "SET timestamp=1716000003;\nx;\n";
  const TimeCase cases[] = {
      {"ISO",
       "# Time: 2024-05-18T02:40:00.033083Z\n" + keys + "SET timestamp=1;\nx;\n",
       Dialect::MySql,
       {"2024-05-18T02:40:00.033083Z"}},
      {"5.6: SET is the end",
       mariadb,
       Dialect::MySql,
       {"2024-05-18T02:40:00.000000Z", "2024-05-18T02:40:03.000000Z"}},
      {"MariaDB: SET is the start",
       mariadb,
       Dialect::MariaDb,
       {"2024-05-18T02:40:02.500000Z", "2024-05-18T02:40:05.500000Z"}},
      {"8.0, short format",
       std::string(kBanner) + keys + "SET timestamp=1716000000;\nx;\n",
       Dialect::MySql,
       {"2024-05-18T02:40:02.500000Z"}},
      {"short format with End",
       "# Query_time: 2.5 Start: 2024-05-18T02:39:00.000000Z End: 2024-05-18T02:39:02.500000Z\n"
       "SET timestamp=1716000000;\nx;\n",
       Dialect::MySql,
       {"2024-05-18T02:39:02.500000Z"}},
      {"no SET line: inherited",
       "# Time: 070927  8:08:52\n" + keys + "x;\n" + keys + "y;\n",
       Dialect::MySql,
       {"2007-09-27T08:08:52.000000Z", "2007-09-27T08:08:52.000000Z"}},
      {"Percona on one line",
       "# Time: 071218 11:48:27 # User@Host: root[root] @ localhost []\n" + keys + "x;\n",
       Dialect::MySql,
       {"2007-12-18T11:48:27.000000Z"}},
      {"unknown", keys + "x;\n", Dialect::MySql, {nullptr}},
  };
  for (const TimeCase& c : cases) {
    const Events events = read_all(*new_reader(c.dialect), c.log);
    ASSERT_EQ(events.at.size(), c.at.size()) << c.name;
    for (std::size_t i = 0; i < c.at.size(); ++i) {
      EXPECT_EQ(events.at[i] ? format_time(*events.at[i]) : "", c.at[i] == nullptr ? "" : c.at[i])
          << c.name;
    }
  }
}

}  // namespace
}  // namespace unjam
