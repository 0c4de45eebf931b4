// Which events the records of a log make, written as text logs because those are easy to read.
#include "unit/collect/pg_log_reading.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct Case {
  std::string_view name;
  std::string_view log;  ///< `PID SEVERITY:  message`; lines that begin with a tab go on.
  std::vector<std::string> expected;
};

std::vector<std::string> events_of(std::string_view log) {
  DetectedFormat format{LogFormat::PgStderr, Dialect::PostgreSql, "%p "};
  return read_pg_log(*make_pg_reader(format, {}, false), log);
}

TEST(PgInterpreter, TurnsRecordsIntoEvents) {
  const Case cases[] = {
      {"simple protocol",
       "1 LOG:  duration: 25.587 ms  statement: SELECT 1;\n",
       {"statement 25587us sql=[SELECT 1;]"}},
      {"empty statement", "1 LOG:  duration: 0.001 ms  statement: \n", {"statement 1us"}},
      {"extended protocol",
       "1 LOG:  duration: 0.100 ms  parse <unnamed>: SELECT $1\n"
       "1 LOG:  duration: 0.200 ms  bind <unnamed>: SELECT $1\n"
       "1 DETAIL:  parameters: $1 = 'o''brien', $2 = NULL\n"
       "1 LOG:  duration: 0.300 ms  execute <unnamed>: SELECT $1\n"
       "1 DETAIL:  Parameters: $1 = 'a\n\tb, $2 = '\n"
       "1 LOG:  duration: 0.400 ms  execute fetch from <unnamed>/c: SELECT $1\n",
       {"parse 100us sql=[SELECT $1]",
        "bind 200us sql=[SELECT $1] parameters=[$1 = 'o''brien', $2 = NULL]",
        "statement 300us sql=[SELECT $1] parameters=[$1 = 'a\\nb, $2 = ']",
        "fetch 400us sql=[SELECT $1]"}},
      {"SQL EXECUTE has no bind values",
       "1 LOG:  duration: 0.300 ms  statement: EXECUTE p(1)\n1 DETAIL:  prepare: PREPARE p AS "
       "SELECT $1 = 2\n",
       {"statement 300us sql=[EXECUTE p(1)]"}},
      {"fast path",
       "1 LOG:  duration: 0.300 ms  fastpath function call: \"length\" (OID 1317)\n",
       {"statement 300us sql=[fastpath function call: \"length\" (OID 1317)]"}},
      {"verbose",
       "1 LOG:  00000: duration: 1.000 ms  statement: SELECT 1\n1 LOCATION:  exec_simple_query, "
       "postgres.c:1\n",
       {"statement 1000us sql=[SELECT 1]"}},
      {"bare duration, simple protocol",
       "1 LOG:  statement: SELECT 1\n2 LOG:  statement: SELECT 2\n1 LOG:  duration: 1.000 ms\n"
       "2 LOG:  duration: 2.000 ms\n",
       {"statement 1000us sql=[SELECT 1]", "statement 2000us sql=[SELECT 2]"}},
      {"bare durations, extended protocol",
       "1 LOG:  duration: 0.100 ms\n1 LOG:  duration: 0.200 ms\n1 LOG:  execute <unnamed>: SELECT "
       "$1\n"
       "1 DETAIL:  parameters: $1 = '5'\n1 LOG:  duration: 3.000 ms\n"
       "1 LOG:  duration: 0.300 ms\n1 LOG:  execute S_1: SELECT 2\n1 LOG:  duration: 4.000 ms\n",
       {"parse 100us sql=[SELECT $1]", "bind 200us sql=[SELECT $1]",
        "statement 3000us sql=[SELECT $1] parameters=[$1 = '5']", "bind 300us sql=[SELECT 2]",
        "statement 4000us sql=[SELECT 2]"}},
      {"bare durations that nothing explains",
       "1 LOG:  duration: 0.100 ms\n1 LOG:  duration: 0.200 ms\n1 LOG:  duration: 0.300 ms\n",
       {"statement 100us", "statement 200us", "statement 300us"}},
      {"log_statement without times",
       "1 LOG:  statement: SELECT 1\n1 LOG:  statement: SELECT 2\n",
       {"statement sql=[SELECT 1]", "statement sql=[SELECT 2]"}},
      {"an error ends a logged statement",
       "1 LOG:  statement: SELECT bad\n1 ERROR:  column \"bad\" does not exist at character 8\n"
       "1 STATEMENT:  SELECT bad\n1 LOG:  statement: SELECT 2\n1 LOG:  duration: 2.000 ms\n",
       {"error sql=[SELECT bad]", "statement 2000us sql=[SELECT 2]"}},
      {"an error that does not name its statement",
       "1 LOG:  statement: SELECT bad\n1 ERROR:  division by zero\n1 LOG:  duration: 9.000 ms  "
       "statement: SELECT 3\n",
       {"error sql=[SELECT bad]", "statement 9000us sql=[SELECT 3]"}},
      {"another session's error changes nothing",
       "1 LOG:  statement: SELECT 1\n2 ERROR:  division by zero\n2 STATEMENT:  SELECT 1\n1 LOG:  "
       "duration: 1.000 ms\n",
       {"error sql=[SELECT 1]", "statement 1000us sql=[SELECT 1]"}},
      {"a cancelled statement and its values",
       "1 ERROR:  canceling statement due to statement timeout\n"
       "1 CONTEXT:  while locking tuple (0,1)\n\tunnamed portal with parameters: $1 = 'x', $2 = "
       "'5'\n"
       "1 STATEMENT:  UPDATE t\n\t\tSET a = $1\n",
       {"error sql=[UPDATE t\\n\\tSET a = $1] parameters=[$1 = 'x', $2 = '5']"}},
      {"lock waits",
       "12 LOG:  process 12 still waiting for ShareLock on transaction 754 after 1000.120 ms\n"
       "12 DETAIL:  Processes holding the lock: 3, 4. Wait queue: 12, 5.\n"
       "12 CONTEXT:  while updating tuple (0,1) in relation \"t\"\n12 STATEMENT:  UPDATE t\n"
       "12 LOG:  process 12 acquired ShareLock on transaction 754 after 2000.001 ms at character "
       "8\n"
       "12 STATEMENT:  UPDATE t\n"
       "13 LOG:  process 13 could not obtain ShareLock on transaction 9\n"
       "13 DETAIL:  Process holding the lock: 3, Wait queue: .\n13 STATEMENT:  SELECT 1\n",
       {"lock_wait sql=[UPDATE t] waiting 1000120us mode=[ShareLock] object=[transaction 754] "
        "holder=3 holder=4 queue=12 queue=5",
        "lock_wait sql=[UPDATE t] acquired 2000001us mode=[ShareLock] object=[transaction 754]",
        "lock_wait sql=[SELECT 1] waiting 0us mode=[ShareLock] object=[transaction 9] holder=3"}},
      {"a deadlock is one event",
       "16 LOG:  process 16 detected deadlock while waiting for ShareLock on transaction 754 after "
       "1000.120 ms\n"
       "16 DETAIL:  Process holding the lock: 17. Wait queue: .\n16 STATEMENT:  UPDATE t SET a = "
       "2\n"
       "16 ERROR:  deadlock detected\n"
       "16 DETAIL:  Process 16 waits for ShareLock on transaction 754; blocked by process 17.\n"
       "\tProcess 17 waits for ExclusiveLock on tuple (0,1) of relation 9 of database 5; blocked "
       "by process 16.\n"
       "\tProcess 16: UPDATE t\n\tProcess 99: not a part\n\tSET a = 2\n\tProcess 17: UPDATE t SET "
       "a = 3\n"
       "16 HINT:  See server log for query details.\n16 STATEMENT:  UPDATE t\n\tProcess 99: not a "
       "part\n\tSET a = 2\n",
       {"deadlock sql=[UPDATE t\\nProcess 99: not a part\\nSET a = 2] {16 ShareLock on transaction "
        "754 by 17: "
        "UPDATE t\\nProcess 99: not a part\\nSET a = 2} {17 ExclusiveLock on tuple (0,1) of "
        "relation 9 of database 5 by 16: "
        "UPDATE t SET a = 3}"}},
      {"a deadlock whose ERROR is missing",
       "16 LOG:  process 16 detected deadlock while waiting for ShareLock on transaction 754 after "
       "1000.120 ms\n"
       "16 DETAIL:  Process holding the lock: 17. Wait queue: .\n16 STATEMENT:  UPDATE t\n",
       {"deadlock sql=[UPDATE t] {16 ShareLock on transaction 754 by 17: }"}},
      {"temporary file",
       "1 LOG:  temporary file: path \"base/pgsql_tmp/pgsql_tmp1.0\", size 8192000\n1 STATEMENT:  "
       "SELECT 1\n",
       {"temporary_file sql=[SELECT 1] bytes=8192000"}},
      {"noise",
       "9 LOG:  checkpoint starting: time\n9 LOG:  automatic vacuum of table \"a.b.c\": index "
       "scans: 1\n\tpages: 0\n"
       "1 LOG:  connection received: host=[local]\n1 WARNING:  x\n1 NOTICE:  duration: 5.000 ms  "
       "statement: SELECT 1\n"
       "1 LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,SELECT 1,<none>\n",
       {}},
      {"a duration that a function raised",
       "1 LOG:  duration: 5000.000 ms  statement: SELECT raised\n"
       "1 CONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE\n1 STATEMENT:  DO $$ $$\n",
       {}},
      {"German",
       "1 LOG:  Dauer: 2.942 ms  Anweisung: SELECT 1\n1 FEHLER:  Relation »x« existiert nicht bei "
       "Zeichen 15\n1 ANWEISUNG:  SELECT x\n",
       {"statement 2942us sql=[SELECT 1]", "error sql=[SELECT x]"}},
      {"Japanese",
       "1 LOG:  期間: 1.847 ミリ秒  実行 S_1: SELECT $1\n1 詳細:  パラメータ: $1 = '5'\n1 ERROR:  "
       "x\n1 文:  SELECT 2\n",
       {"statement 1847us sql=[SELECT $1] parameters=[$1 = '5']", "error sql=[SELECT 2]"}},
      {"Russian",
       "1 СООБЩЕНИЕ:  продолжительность: 2.123 мс, оператор: SELECT 1\n",
       {"statement 2123us sql=[SELECT 1]"}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(events_of(one.log), one.expected) << one.name;
  }
}

TEST(PgInterpreter, MergesPlansWithTheirStatements) {
  constexpr std::string_view kText =
      "1 LOG:  duration: 150.000 ms  plan:\n\tQuery Text: SELECT *\n\t  (cost=1)\n\tFROM big\n"
      "\tSeq Scan on big  (cost=0.00..1.00 rows=1 width=4)\n\t  Filter: (a = 1)\n";
  const std::string plan = "150000us sql=[SELECT *\\n  (cost=1)\\nFROM big]";
  const std::string statement =
      "1 LOG:  duration: 150.500 ms  statement: SELECT *\n\t  (cost=1)\n\tFROM big\n";
  const Case cases[] = {
      {"unmatched", kText, {"statement " + plan}},
      {"another statement follows", {}, {}},
  };
  EXPECT_EQ(events_of(cases[0].log), cases[0].expected);
  const std::vector<std::string> merged{
      "plan " + plan, "statement 150500us sql=[SELECT *\\n  (cost=1)\\nFROM big]"};
  EXPECT_EQ(events_of(std::string(kText) + statement), merged);
  // The plan of a portal that is closed after its time was written.
  const std::vector<std::string> late{merged[1], merged[0]};
  EXPECT_EQ(events_of(statement + std::string(kText)), late);
  // Another session's statement, and a statement that is too short to hold the plan.
  EXPECT_EQ(events_of(std::string(kText) + "2" + statement.substr(1)),
            (std::vector<std::string>{merged[1], "statement " + plan}));
  EXPECT_EQ(events_of(std::string(kText) + "1 LOG:  duration: 0.500 ms  statement: SELECT 1\n"),
            (std::vector<std::string>{"statement " + plan, "statement 500us sql=[SELECT 1]"}));
  // One string with two statements has two plans and one time.
  EXPECT_EQ(
      events_of(std::string(kText) + std::string(kText) +
                "1 LOG:  duration: 301.000 ms  statement: SELECT *\n\t  (cost=1)\n\tFROM big\n"),
      (std::vector<std::string>{"plan " + plan, "plan " + plan,
                                "statement 301000us sql=[SELECT *\\n  (cost=1)\\nFROM big]"}));
  // log_duration instead of log_min_duration_statement.
  EXPECT_EQ(events_of("1 LOG:  statement: SELECT *\n\t  (cost=1)\n\tFROM big\n" +
                      std::string(kText) + "1 LOG:  duration: 151.000 ms\n"),
            (std::vector<std::string>{
                "plan " + plan, "statement 151000us sql=[SELECT *\\n  (cost=1)\\nFROM big]"}));
}

TEST(PgInterpreter, ReadsPlansOfEveryFormat) {
  const std::pair<std::string_view, std::vector<std::string>> cases[] = {
      {"1 LOG:  duration: 1.000 ms  plan:\n\t{\n\t  \"Query Text\": \"SELECT \\\"a\\\"\\n\\tFROM "
       "\\u00e9\\ud83d\\ude00\",\n"
       "\t  \"Query Parameters\": \"$1 = 'x'\",\n\t  \"Plan\": {}\n\t}\n",
       {"statement 1000us sql=[SELECT \"a\"\\n\\tFROM é😀] parameters=[$1 = 'x']"}},
      {"1 LOG:  duration: 1.000 ms  plan:\n\tQuery Text: \"SELECT \\\"a\\\"\\n FROM b\"\n\tPlan: "
       "\n\t  Node Type: \"Result\"\n",
       {"statement 1000us sql=[SELECT \"a\"\\n FROM b]"}},
      {"1 LOG:  duration: 1.000 ms  plan:\n\t<explain "
       "xmlns=\"http://www.postgresql.org/2009/explain\">\n"
       "\t  <Query-Text>SELECT &lt;a&gt; &amp;&amp; &quot;b&quot;</Query-Text>\n\t  "
       "<Plan>\n\t</explain>\n",
       {"statement 1000us sql=[SELECT <a> && \"b\"]"}},
      {"1 LOG:  duration: 1.000 ms  plan:\n\tQuery Text: SELECT $1\n\tQuery Parameters: $1 = 'x'\n"
       "\tResult  (cost=0.00..0.01 rows=1 width=4) (actual time=0.001..0.001 rows=1 "
       "loops=1)\n\tQuery Identifier: 5\n",
       {"statement 1000us sql=[SELECT $1] parameters=[$1 = 'x']"}},
      {"1 LOG:  duration: 1.000 ms  plan:\n\tQuery Text: SELECT 1\n\tResult  (cost=0.00..0.01 "
       "rows=1 width=4)\n"
       "1 CONTEXT:  PL/pgSQL function f() line 1 at RETURN\n",
       {"plan 1000us sql=[SELECT 1] nested"}},
      {"1 WARNING:  duration: 1.000 ms  plan:\n\tQuery Text: SELECT 1\n\tResult  (cost=0.00..0.01 "
       "rows=1 width=4)\n",
       {"statement 1000us sql=[SELECT 1]"}},
  };
  for (const auto& [log, expected] : cases) {
    EXPECT_EQ(events_of(log), expected) << log;
  }
}

TEST(PgInterpreter, ManySessionsLoseNothing) {
  std::string log;
  for (int pid = 1; pid <= 10'000; ++pid) {
    log += std::to_string(pid) + " LOG:  statement: SELECT " + std::to_string(pid) + "\n";
  }
  EXPECT_EQ(events_of(log).size(), 10'000U);
}

}  // namespace
}  // namespace unjam
