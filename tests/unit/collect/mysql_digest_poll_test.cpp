#include "collect/mysql_digest_poll.h"

#include "support/fake_session.h"
#include "unjam/base/error.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

/// A MySQL 8.4 with these entries.
class DigestPoll : public testing::Test {
 protected:
  DigestPoll() {
    session.answer("@@global.performance_schema", {{"1"}});
    session.answer("@@global.performance_schema_digests_size", {{"10000", "1024", "1024"}});
    session.answer("NOW(6)",
                   [this](const std::string& /*sql*/) { return std::vector<FakeRow>{{now}}; });
    session.answer("'Uptime'", {{"2026-01-01 10:00:00", "3600"}});
    session.answer("CURRENT_USER", {{"unjam@%"}});
    session.answer("FROM performance_schema.events_statements_summary_by_digest WHERE LAST_SEEN",
                   [this](const std::string& sql) { return entries(sql); });
  }

  struct Digest {
    std::optional<std::string> text;
    std::string since = "2026-01-01 09:30:00.000000";
    std::uint64_t calls = 1;
    std::uint64_t picoseconds = 5'000'000;
  };

  /// Texts are given when all are asked for, or when `gives_texts`.
  std::vector<FakeRow> entries(const std::string& sql) const {
    const bool all = sql.find("IF(FIRST_SEEN >= '1970") != std::string::npos;
    std::vector<FakeRow> rows;
    for (const auto& [digest, entry] : digests) {
      const auto time = std::to_string(entry.picoseconds);
      rows.push_back({"shop", digest, std::to_string(entry.calls), time, time, "2000000", "1", "2",
                      "3", "4", "5", "6", entry.since,
                      all || gives_texts ? entry.text : std::nullopt, std::nullopt, std::nullopt,
                      std::nullopt});
    }
    return rows;
  }

  FakeSession session{{Engine::MySql, 80400, "8.4.0"}};
  std::string now = "2026-01-01 10:00:00.000000";
  bool gives_texts = false;
  std::map<std::string, Digest> digests{{"aa", {"SELECT ?"}}};
};

TEST_F(DigestPoll, UnitsAndTimes) {
  const CounterSnapshot snapshot = make_mysql_digest_poll(session)->poll();
  EXPECT_EQ("2026-01-01T10:00:00.000000Z", format_time(snapshot.at));
  EXPECT_EQ("2026-01-01T09:00:00.000000Z", format_time(snapshot.server_start.value()));
  EXPECT_TRUE(snapshot.complete);
  ASSERT_EQ(1U, snapshot.rows.size());
  const CounterRow& row = snapshot.rows[0];
  EXPECT_EQ("aa/shop", row.key);
  EXPECT_EQ("SELECT ?", row.text);
  EXPECT_EQ("shop", row.database);
  EXPECT_EQ("2026-01-01T09:30:00.000000Z", format_time(row.since.value()));
  EXPECT_EQ(Duration(5), row.counts.query_time);
  EXPECT_EQ(Duration(5), row.counts.query_time_max);
  EXPECT_EQ(2U, row.counts.lock_time.sum);
  EXPECT_EQ(1U, row.counts.errors);
  EXPECT_EQ(2U, row.counts.rows_affected.sum);
  EXPECT_EQ(3U, row.counts.rows_sent.sum);
  EXPECT_EQ(4U, row.counts.rows_examined.sum);
  EXPECT_EQ(5U, row.counts.temporary_tables_on_disk.sum);
  EXPECT_EQ(6U, row.counts.without_index.sum);
  EXPECT_FALSE(row.counts.bytes_sent.told);
}

TEST_F(DigestPoll, TextIsToldOnce) {
  const auto source = make_mysql_digest_poll(session);
  source->poll();
  now = "2026-01-01 10:00:10.000000";
  gives_texts = true;
  const CounterSnapshot second = source->poll();
  EXPECT_FALSE(second.complete);
  EXPECT_EQ("", second.rows.at(0).text);
}

TEST_F(DigestPoll, OnlyWhatWasUsedSinceThePollBefore) {
  const auto source = make_mysql_digest_poll(session);
  source->poll();
  now = "2026-01-01 10:00:10.000000";
  source->poll();
  now = "2026-01-01 10:00:20.000000";
  source->poll();
  const auto asked = session.asked("WHERE LAST_SEEN >= ");
  ASSERT_EQ(3U, asked.size());
  EXPECT_NE(std::string::npos, asked[0].find("LAST_SEEN >= '1970-01-02 00:00:00'"));
  EXPECT_NE(std::string::npos, asked[1].find("LAST_SEEN >= '2026-01-01 09:59:58.000000'"));
  EXPECT_NE(std::string::npos, asked[2].find("LAST_SEEN >= '2026-01-01 10:00:08.000000'"));
  for (const std::string& sql : asked) {
    EXPECT_EQ(std::string::npos, sql.find("ORDER BY"));
    EXPECT_EQ(std::string::npos, sql.find("JOIN"));
  }
}

TEST_F(DigestPoll, AllAreReadWhenTheServersClockWentBack) {
  const auto source = make_mysql_digest_poll(session);
  source->poll();
  now = "2026-01-01 08:00:00.000000";
  EXPECT_TRUE(source->poll().complete);
  now = "2026-01-01 08:00:10.000000";
  EXPECT_FALSE(source->poll().complete);
}

TEST_F(DigestPoll, AnUnknownEntryWithoutTextMakesAllBeReadAgain) {
  const auto source = make_mysql_digest_poll(session);
  source->poll();
  now = "2026-01-01 10:00:10.000000";
  digests["bb"] = {"UPDATE `t` SET `a` = ?"};  // as if made before the poll before
  const CounterSnapshot snapshot = source->poll();
  EXPECT_TRUE(snapshot.complete);
  ASSERT_EQ(2U, snapshot.rows.size());
  EXPECT_EQ("UPDATE `t` SET `a` = ?", snapshot.rows[1].text);
}

TEST_F(DigestPoll, ATextOfAPollThatFailedIsToldByTheNext) {
  const auto source = make_mysql_digest_poll(session);
  source->poll();
  now = "2026-01-01 10:00:10.000000";
  gives_texts = true;
  digests["bb"] = {"UPDATE `t` SET `a` = ?"};
  session.fail("events_errors_summary_global_by_error", ErrorKind::Unreachable);
  EXPECT_THROW(source->poll(), Error);
  session.answer("events_errors_summary_global_by_error", {{"1062", "ER_DUP_ENTRY", "3"}});
  const CounterSnapshot snapshot = source->poll();
  ASSERT_EQ(2U, snapshot.rows.size());
  EXPECT_EQ("", snapshot.rows[0].text);
  EXPECT_EQ("UPDATE `t` SET `a` = ?", snapshot.rows[1].text);
  ASSERT_EQ(1U, snapshot.errors.size());
}

TEST_F(DigestPoll, WarningsAmongTheErrorsAreLeftOut) {
  session.answer("events_errors_summary_global_by_error", {{"1287", "ER_WARN_DEPRECATED", "9"},
                                                           {"1265", "WARN_DATA_TRUNCATED", "9"},
                                                           {"1062", "ER_DUP_ENTRY", "3"}});
  const CounterSnapshot snapshot = make_mysql_digest_poll(session)->poll();
  ASSERT_EQ(1U, snapshot.errors.size());
  EXPECT_EQ("1062", snapshot.errors[0].code);
  EXPECT_EQ(3U, snapshot.errors[0].count);
}

TEST_F(DigestPoll, AMissingRightIsAskedForOnce) {
  session.fail("events_errors_summary_global_by_error", ErrorKind::Denied);
  session.fail("events_statements_histogram_by_digest", ErrorKind::Denied);
  const auto source = make_mysql_digest_poll(session);
  source->poll();
  const CounterSnapshot snapshot = source->poll();
  EXPECT_EQ(1U, session.asked("events_errors_summary_global_by_error").size());
  EXPECT_EQ(1U, session.asked("events_statements_histogram_by_digest").size());
  ASSERT_EQ(2U, snapshot.warnings.size());
  EXPECT_NE(std::string::npos,
            snapshot.warnings[1].find("GRANT SELECT ON performance_schema.events_errors_summary_"
                                      "global_by_error TO 'unjam'@'%'"));
}

TEST_F(DigestPoll, OwnStatementsAreServerTime) {
  digests["own"] = {"WITH `unjam` AS ( SELECT ? ) SELECT NOW (?)", "2026-01-01 09:30:00.000000", 1,
                    70'000'000};
  const auto source = make_mysql_digest_poll(session);
  CounterSnapshot snapshot = source->poll();
  EXPECT_EQ(1U, snapshot.rows.size());
  EXPECT_EQ(Duration(0), snapshot.server_time);
  digests["own"].picoseconds += 30'000'000;
  snapshot = source->poll();
  EXPECT_EQ(1U, snapshot.rows.size());
  EXPECT_EQ(Duration(30), snapshot.server_time);
}

TEST_F(DigestPoll, WhatAPreparedStatementExecutesIsThatStatement) {
  digests = {{"a", {"EXECUTE SELECT ?"}}, {"b", {"EXECUTE `name`"}}, {"c", {"PREPARE SELECT ?"}}};
  const CounterSnapshot snapshot = make_mysql_digest_poll(session)->poll();
  ASSERT_EQ(3U, snapshot.rows.size());
  EXPECT_EQ("SELECT ?", snapshot.rows[0].text);
  EXPECT_EQ("EXECUTE `name`", snapshot.rows[1].text);
  EXPECT_EQ("PREPARE SELECT ?", snapshot.rows[2].text);
}

TEST_F(DigestPoll, WorkForHistogramsIsBounded) {
  for (int i = 0; i < 9'000; ++i) {
    digests["d" + std::to_string(i)] = {"SELECT `c" + std::to_string(i) + "`"};
  }
  const auto source = make_mysql_digest_poll(session);
  for (int i = 0; i < 9; ++i) {
    for (auto& [digest, entry] : digests) {
      ++entry.calls;
      entry.picoseconds += 1'000'000;
    }
    source->poll();
  }
  const auto many = session.asked("events_statements_histogram_by_digest").size();
  EXPECT_LE(2U, many);
  EXPECT_GE(5U, many) << "9,000 entries are walked for each";
}

TEST_F(DigestPoll, ServersThatCannot) {
  const auto message_of = [](FakeSession& server) -> std::string {
    try {
      make_mysql_digest_poll(server);
    } catch (const Error& error) {
      EXPECT_EQ(ErrorKind::Unsupported, error.kind());
      return error.what();
    }
    return "nothing";
  };
  session.answer("@@global.performance_schema_digests_size", {{"0", "1024", "1024"}});
  EXPECT_NE(std::string::npos, message_of(session).find("performance_schema_digests_size=10000"));
  session.answer("SELECT @@global.performance_schema", {{"0"}});
  EXPECT_NE(std::string::npos, message_of(session).find("performance_schema=ON"));
  FakeSession old({Engine::MySql, 50744, "5.7.44"});
  EXPECT_NE(std::string::npos, message_of(old).find("5.7.44 is too old"));
  FakeSession old_mariadb({Engine::MariaDb, 100500, "10.5.0-MariaDB"});
  EXPECT_NE(std::string::npos, message_of(old_mariadb).find("too old"));
}

}  // namespace
}  // namespace unjam
