#include "collect/slow_log_table.h"

#include "support/fake_session.h"
#include "unjam/base/error.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TimePoint time(const char* text) { return parse_time(text).value(); }

TEST(SlowLogPosition, Text) {
  SlowLogPosition position;
  EXPECT_EQ(position, parse_slow_log_position(to_text(position)));
  position = {12'345, 0xfedcba9876543210, true, time("2026-01-01T10:00:00.123456Z"), 0xab};
  EXPECT_EQ("1 12345 fedcba9876543210 backup 1767261600123456 00000000000000ab", to_text(position));
  EXPECT_EQ(position, parse_slow_log_position(to_text(position)));
  for (const char* const text :
       {"", "1", "2 1 a table 0 0", "1 -1 a table 0 0", "1 1 x table 0 0", "1 1 a other 0 0",
        "1 1 a table 0", "1 1 a table 0 0 ", "1 1 a table 0x 0", "1 1 a table 0 x",
        "1 99999999999999999999 a table 0 0"}) {
    EXPECT_EQ(std::nullopt, parse_slow_log_position(text)) << text;
  }
}

TEST(SlowLogTime, IsBetweenTwoLooks) {
  struct Case {
    const char* told;
    const char* expected;
  };
  for (const Case& each : {
           Case{"2026-01-01 10:00:05", "2026-01-01 10:00:05"},
           Case{"2026-01-01 19:00:05", "2026-01-01 10:00:05"},  // Tokyo
           Case{"2026-01-01 05:00:05", "2026-01-01 10:00:05"},  // New York
           Case{"2026-01-01 15:45:05", "2026-01-01 10:00:05"},  // Nepal
           Case{"2026-01-01 09:59:45", "2026-01-01 09:59:45"},  // within the tolerance
           Case{"2026-01-01 10:00:25", "2026-01-01 10:00:25"},
           Case{"2026-01-01 10:07:00", "2026-01-01 10:00:10"},  // fits nowhere
       }) {
    EXPECT_EQ(format_time(time(each.expected)),
              format_time(settle_time(time(each.told), time("2026-01-01 10:00:00"),
                                      time("2026-01-01 10:00:10"))))
        << each.told;
  }
  // Of what was there before the first look, only the future is wrong.
  EXPECT_EQ(time("2020-01-01 10:00:05"),
            settle_time(time("2020-01-01 10:00:05"), {}, time("2026-01-01 10:00:10")));
  EXPECT_EQ(time("2026-01-01 10:00:05"),
            settle_time(time("2026-01-01 19:00:05"), {}, time("2026-01-01 10:00:10")));
}

class Texts final : public EventSink {
 public:
  void on_event(const LogEvent& event) override { texts.emplace_back(event.sql); }
  std::vector<std::string> texts;
};

/// A server whose tables can be emptied, moved and broken between any two rows.
class SlowLog : public testing::Test {
 protected:
  SlowLog() {
    session.answer("@@global.slow_query_log", {{"2026-01-01 10:00:10.000000", "1", "TABLE"}});
    session.answer("FROM mysql.slow_log", [this](const std::string& sql) { return rows(sql); });
    session.answer("CURRENT_USER", {{"unjam@%"}});
    session.answer("information_schema.TABLES", [this](const std::string& /*sql*/) {
      return tables.contains("backup") ? std::vector<FakeRow>{{"1"}} : std::vector<FakeRow>{};
    });
  }

  void log(const std::string& table, int count) {
    for (int i = 0; i < count; ++i) {
      tables[table].push_back("SELECT " + std::to_string(++logged));
    }
  }
  std::vector<FakeRow> rows(const std::string& sql) {
    const std::string name = sql.find("slow_log_backup") != std::string::npos ? "backup" : "table";
    if (!tables.contains(name)) {
      throw Error(ErrorKind::Unsupported, "no such table");
    }
    std::size_t begin = 0;
    std::size_t count = tables[name].size();
    if (const std::size_t limit = sql.find(" LIMIT "); limit != std::string::npos) {
      begin = std::stoul(sql.substr(limit + 7));
      count = std::stoul(sql.substr(sql.find(", ", limit) + 2));
    }
    std::vector<FakeRow> found;
    for (std::size_t i = begin; i < tables[name].size() && i < begin + count; ++i) {
      found.push_back({"2026-01-01 10:00:05.000000", "app[app] @ web1 []", "00:00:01.5",
                       "00:00:00.25", "1", "2", "shop", "7", tables[name][i],
                       "2026-01-01 10:00:05.000000", std::nullopt});
    }
    return found;
  }
  /// Reads to the end, beginning anew with the position as a text each time.
  void read() {
    bool more = true;
    while (more) {
      SlowLogTable table(session, parse_slow_log_position(to_text(position)).value());
      more = table.read(sink);
      position = table.position();
    }
  }
  void expect_all() {
    std::vector<std::string> expected;
    for (int i = 1; i <= logged; ++i) {
      expected.push_back("SELECT " + std::to_string(i));
    }
    EXPECT_TRUE(expected == sink.texts)
        << expected.size() << " logged, " << sink.texts.size() << " read";
  }

  FakeSession session{{Engine::MySql, 80400, "8.4.0"}};
  std::map<std::string, std::vector<std::string>> tables{{"table", {}}};
  int logged = 0;
  SlowLogPosition position;
  Texts sink;
};

TEST_F(SlowLog, EachRowOnce) {
  read();
  for (const int count : {1, 0, 5, 199, 200, 201, 1000, 1}) {
    log("table", count);
    read();
    read();
  }
  expect_all();
}

TEST_F(SlowLog, RotationAtAnyPoint) {
  read();
  for (const int before : {0, 1, 250}) {
    for (const int between : {0, 1, 450}) {
      for (const int after : {0, 1, 300}) {
        log("table", before);
        read();
        log("table", between);
        tables["backup"] = std::move(tables["table"]);
        tables["table"].clear();
        log("table", after);
        read();
        expect_all();
      }
    }
  }
}

TEST_F(SlowLog, TruncateLosesOnlyWhatNobodyCanRead) {
  log("table", 10);
  read();
  tables["table"].clear();
  log("table", 3);
  read();
  tables["table"].clear();
  log("table", 30);
  read();
  expect_all();
}

TEST_F(SlowLog, RowsRemovedFromTheFront) {
  log("table", 300);
  read();
  tables["table"].erase(tables["table"].begin(), tables["table"].begin() + 290);
  log("table", 5);
  read();
  expect_all();
}

TEST_F(SlowLog, AFailureGivesNothingAndMovesNothing) {
  log("table", 20);
  read();
  log("table", 20);
  const SlowLogPosition before = position;
  // Not even when rows have come already.
  session.answer("LIMIT 19, ", [this](const std::string& sql) -> std::vector<FakeRow> {
    rows(sql);
    throw Error(ErrorKind::Unreachable, "gone");
  });
  SlowLogTable table(session, position);
  EXPECT_THROW(table.read(sink), Error);
  EXPECT_EQ(before, table.position());
  EXPECT_EQ(20U, sink.texts.size());
}

TEST_F(SlowLog, OwnStatementsAreLeftOut) {
  log("table", 1);
  tables["table"].emplace_back("/* unjam */ WITH unjam AS (SELECT 1) SELECT start_time");
  log("table", 1);
  read();
  expect_all();
}

TEST_F(SlowLog, LongRowsComeInSmallPortions) {
  for (int i = 0; i < 400; ++i) {
    tables["table"].push_back("SELECT '" + std::string(1 << 18, 'x') + "'");
  }
  read();
  EXPECT_EQ(400U, sink.texts.size());
  const auto asked = session.asked(" LIMIT ");
  ASSERT_LT(1U, asked.size());
  for (const std::string& sql : asked) {
    EXPECT_GE(201U, std::stoul(sql.substr(sql.find(", ", sql.find(" LIMIT ")) + 2))) << sql;
  }
}

TEST_F(SlowLog, AnEventHasWhatTheRowHas) {
  class Check final : public EventSink {
   public:
    void on_event(const LogEvent& event) override {
      EXPECT_EQ(EventKind::Statement, event.kind);
      EXPECT_EQ("app", event.user);
      EXPECT_EQ("web1", event.host);
      EXPECT_EQ("shop", event.database);
      EXPECT_EQ(Duration(1'500'000), event.query_time);
      EXPECT_EQ(Duration(250'000), event.lock_time);
      EXPECT_EQ(1U, event.rows_sent);
      EXPECT_EQ(2U, event.rows_examined);
      EXPECT_EQ(std::nullopt, event.rows_affected);
      EXPECT_EQ(7U, event.thread_id);
      EXPECT_EQ(time("2026-01-01 10:00:05"), event.at);
      ++events;
    }
    int events = 0;
  };
  log("table", 1);
  Check check;
  SlowLogTable table(session, {});
  EXPECT_FALSE(table.read(check));
  EXPECT_EQ(1, check.events);
}

}  // namespace
}  // namespace unjam
