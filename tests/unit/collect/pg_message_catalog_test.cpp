#include "collect/pg_message_catalog.h"

#include "collect/pg_severity.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct MessageCase {
  std::string_view text;
  PgMessageKind kind;
  std::int64_t micros;  ///< -1: none.
  std::string_view name;
  std::string_view sql;
};

TEST(PgMessageCatalog, KnowsStatementsInManyLanguages) {
  using enum PgMessageKind;
  const MessageCase cases[] = {
      {"duration: 1.250 ms  statement: SELECT 1", DurationStatement, 1250, "", "SELECT 1"},
      {"duration: 1.250 ms  parse <unnamed>: SELECT 1", DurationParse, 1250, "<unnamed>",
       "SELECT 1"},
      {"duration: 1.250 ms  bind S_1/C_2: SELECT 1", DurationBind, 1250, "S_1/C_2", "SELECT 1"},
      {"duration: 1.250 ms  execute S_1: SELECT ': '", DurationExecute, 1250, "S_1", "SELECT ': '"},
      {"duration: 1.250 ms  execute fetch from S_1/C_2: SELECT 1", DurationFetch, 1250, "S_1/C_2",
       "SELECT 1"},
      {"duration: 0.001 ms", DurationAlone, 1, "", ""},
      {"duration: 86400000.123 ms", DurationAlone, 86'400'000'123, "", ""},
      {"duration: 5.000 ms  plan:\nQuery Text: SELECT 1", DurationPlan, 5000, "",
       "Query Text: SELECT 1"},
      {"statement: ", Statement, -1, "", ""},
      {"execute fetch from a/b: SELECT 1", Fetch, -1, "a/b", "SELECT 1"},
      {"execute <unnamed>: SELECT 1", Execute, -1, "<unnamed>", "SELECT 1"},
      {"Dauer: 2.942 ms  Anweisung: SELECT 1", DurationStatement, 2942, "", "SELECT 1"},
      {"Dauer: 2.942 ms  Binden <unnamed>: SELECT $1", DurationBind, 2942, "<unnamed>",
       "SELECT $1"},
      {"Dauer: 2.942 ms", DurationAlone, 2942, "", ""},
      {"期間: 1.847 ミリ秒  文: SELECT 1", DurationStatement, 1847, "", "SELECT 1"},
      {"期間: 1.847 ミリ秒  パース<unnamed> : SELECT 1", DurationParse, 1847, "<unnamed>",
       "SELECT 1"},
      {"期間: 1.847 ミリ秒  実行 S_1: SELECT 1", DurationExecute, 1847, "S_1", "SELECT 1"},
      {"продолжительность: 2.123 мс, оператор: SELECT 1", DurationStatement, 2123, "", "SELECT 1"},
      {"продолжительность: 2.123 мс  выполнение a: SELECT 1", DurationExecute, 2123, "a",
       "SELECT 1"},
      {"durée : 3.000 ms, instruction : SELECT 1", DurationStatement, 3000, "", "SELECT 1"},
      {"duración: 3.000 ms  sentencia: SELECT 1", DurationStatement, 3000, "", "SELECT 1"},
      {"durata: 3.000 ms  istruzione: SELECT 1", DurationStatement, 3000, "", "SELECT 1"},
      {"duração: 3.000 ms  comando: SELECT 1", DurationStatement, 3000, "", "SELECT 1"},
      {"varaktighet 3.000 ms", DurationAlone, 3000, "", ""},
      {"실행시간: 3.000 ms  명령 구문: SELECT 1", DurationStatement, 3000, "", "SELECT 1"},
      {"耗时: 3.000 ms  语句: SELECT 1", DurationStatement, 3000, "", "SELECT 1"},
      // A language that the catalogue lacks.
      {"süre: 3.000 milisaniye", Unknown, -1, "", ""},
      {"kesto: 3.000 ms  lause: SELECT 1", DurationStatement, 3000, "", "SELECT 1"},
      {"kesto: 3.000 ms", DurationAlone, 3000, "", ""},
      // Not durations.
      {"duration: 1.25 ms", Unknown, -1, "", ""},
      {"duration: 1.250 m", Unknown, -1, "", ""},
      {"duration: 1.250 ms  stat", Unknown, -1, "", ""},
      {"duration: 99999999999999999999.000 ms", Unknown, -1, "", ""},
      {"checkpoint complete: wrote 5 buffers (0.0%); 0 WAL file(s) added", Unknown, -1, "", ""},
      {"", Unknown, -1, "", ""},
  };
  for (const MessageCase& one : cases) {
    const PgMessage found = find_pg_message(one.text);
    EXPECT_EQ(found.kind, one.kind) << one.text;
    EXPECT_EQ(found.elapsed ? found.elapsed->count() : -1, one.micros) << one.text;
    EXPECT_EQ(found.name, one.name) << one.text;
    EXPECT_EQ(found.sql, one.sql) << one.text;
  }
}

TEST(PgMessageCatalog, KnowsLocksInManyLanguages) {
  using enum PgMessageKind;
  struct Case {
    std::string_view text;
    PgMessageKind kind;
    std::uint64_t pid;
    std::string_view mode, object;
    std::int64_t micros;
  };
  const Case cases[] = {
      {"process 12 still waiting for ShareLock on transaction 754 after 1000.123 ms", StillWaiting,
       12, "ShareLock", "transaction 754", 1'000'123},
      {"process 12 acquired ExclusiveLock on tuple (0,1) of relation 9 of database 5 after 2.000 "
       "ms",
       Acquired, 12, "ExclusiveLock", "tuple (0,1) of relation 9 of database 5", 2000},
      {"process 12 avoided deadlock for ShareLock on transaction 7 by rearranging queue order "
       "after "
       "1.001 ms",
       DeadlockAvoided, 12, "ShareLock", "transaction 7", 1001},
      {"Prozess 12 wartet immer noch auf ShareLock-Sperre auf Transaktion 754 nach 1000,123 ms",
       StillWaiting, 12, "ShareLock", "Transaktion 754", 1'000'123},
      {"プロセス12は1.001 ms後にトランザクション 7上のShareLockを獲得しました", Acquired, 12,
       "ShareLock", "トランザクション 7", 1001},
      {"进程 12 等待 1.001 毫秒后，仍在等待 事务 7 上的 ShareLock", StillWaiting, 12, "ShareLock",
       "事务 7", 1001},
  };
  for (const Case& one : cases) {
    const PgMessage found = find_pg_message(one.text);
    EXPECT_EQ(found.kind, one.kind) << one.text;
    EXPECT_EQ(found.pid, one.pid) << one.text;
    EXPECT_EQ(found.mode, one.mode) << one.text;
    EXPECT_EQ(found.object, one.object) << one.text;
    EXPECT_EQ(found.elapsed ? found.elapsed->count() : -1, one.micros) << one.text;
  }
}

TEST(PgMessageCatalog, KnowsSqlstates) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"canceling statement due to statement timeout", "57014"},
      {"canceling statement due to lock timeout", "55P03"},
      {"could not serialize access due to concurrent update", "40001"},
      {"deadlock detected", "40P01"},
      {"duplicate key value violates unique constraint \"a\"", "23505"},
      {"column \"a\" of relation \"b\" does not exist", "42703"},
      {"storniere Anfrage wegen Zeitüberschreitung der Anfrage", "57014"},
      {"デッドロックを検出しました", "40P01"},
      {"my own error", ""},
      {"", ""},
  };
  for (const auto& [text, sqlstate] : cases) {
    EXPECT_EQ(find_sqlstate(text), sqlstate) << text;
  }
}

TEST(PgSeverity, ReadsWords) {
  struct Case {
    std::string_view text;
    std::size_t length;
    PgSeverity severity;
  };
  const Case cases[] = {
      {"LOG:  x", 6, PgSeverity::Log},
      {"DEBUG5:  x", 9, PgSeverity::Notice},
      {"FEHLER:  x", 9, PgSeverity::Error},
      {"文:  x", 6, PgSeverity::Statement},
      {"ОПЕРАТОР:  x", 19, PgSeverity::Statement},
      {"INSTRUCTION :  x", 15, PgSeverity::Statement},
      {"LOG: x", 0, PgSeverity::Other},
      {"LOGS:  x", 0, PgSeverity::Other},
      {"LOG", 0, PgSeverity::Other},
      {"", 0, PgSeverity::Other},
  };
  for (const Case& one : cases) {
    const PgSeverityWord word = read_severity(one.text);
    EXPECT_EQ(word.length, one.length) << one.text;
    if (one.length > 0) {
      EXPECT_EQ(word.severity, one.severity) << one.text;
    }
  }
  EXPECT_EQ(parse_severity("FATAL"), PgSeverity::Fatal);
  EXPECT_EQ(parse_severity("DEBUG1"), PgSeverity::Notice);
  EXPECT_EQ(parse_severity("?"), std::nullopt);
}

}  // namespace
}  // namespace unjam
