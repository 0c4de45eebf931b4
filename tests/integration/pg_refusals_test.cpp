// What a real PostgreSQL server refuses, and whether the remedy that unjam names is one.
#include "integration/pg_test_server.h"
#include "unjam/base/error.h"
#include "unjam/collect/statement_counters.h"

#include <csignal>
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

class PgRefusals : public testing::Test {
 protected:
  const PgTestServer server;
};

std::optional<Error> failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_F(PgRefusals, ConnectionsThatAreRefused) {
  struct Case {
    const char* name;
    std::function<void(ServerAddress&)> change;
    ErrorKind kind;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"wrong password", [](auto& address) { address.password = Secret("s3cr3t"); },
       ErrorKind::Denied, "check user and password"},
      {"no password", [](auto& address) { address.password = {}; }, ErrorKind::Denied,
       "set password of the target"},
      {"unknown role", [](auto& address) { address.user = "nobody"; }, ErrorKind::Denied,
       "check user and password"},
      {"no line in pg_hba.conf", [](auto& address) { address.user = "stranger"; },
       ErrorKind::Denied, "pg_hba.conf"},
      {"unknown database", [](auto& address) { address.database = "nowhere"; },
       ErrorKind::Unsupported, "check database of the target"},
      {"nobody listens", [](auto& address) { address.port = 1; }, ErrorKind::Unreachable,
       "check host and port"},
      {"unknown host", [](auto& address) { address.host = "db.invalid"; }, ErrorKind::Unreachable,
       "check the host"},
      {"no such socket", [](auto& address) { address.socket = "/nowhere"; }, ErrorKind::Unreachable,
       "check host and port, or the socket folder"},
      {"no TLS", [](auto& address) { address.tls = Tls::Require; }, ErrorKind::Denied, "ssl = on"},
      {"no TLS to verify", [](auto& address) { address.tls = Tls::VerifyFull; }, ErrorKind::Denied,
       "ssl = on"},
      {"no certificates",
       [](auto& address) {
         address.tls = Tls::VerifyFull;
         address.ca_file = "/nowhere/ca.pem";
       },
       ErrorKind::Usage, "/nowhere/ca.pem"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ServerAddress address = server.address();
    c.change(address);
    const auto failure = failure_of([&] { connect(address); });
    ASSERT_TRUE(failure.has_value());
    const std::string message = failure->what();
    EXPECT_EQ(c.kind, failure->kind()) << message;
    EXPECT_TRUE(contains(message, c.says)) << message;
    EXPECT_TRUE(contains(message, address.display())) << message;
    EXPECT_FALSE(contains(message, "s3cr3t") || contains(message, "change-me")) << message;
    EXPECT_FALSE(contains(message, "\n")) << message;
  }
}

TEST_F(PgRefusals, SessionsAreReadOnlyAndImpatient) {
  const auto session = connect(server.address());
  const auto setting = [&](const std::string& name) {
    std::string value;
    session->query("SELECT current_setting($1)", std::array{name},
                   [&](const Row& row) { value = row.text(0).value_or("NULL"); });
    return value;
  };
  EXPECT_EQ("unjam", setting("application_name"));
  EXPECT_EQ("on", setting("default_transaction_read_only"));
  EXPECT_EQ("5s", setting("statement_timeout"));
  EXPECT_EQ("1s", setting("lock_timeout"));
  EXPECT_EQ("1min", setting("idle_in_transaction_session_timeout"));
  EXPECT_EQ(server.major(), session->version().number / 10000);
  EXPECT_TRUE(session->version().text.starts_with(std::to_string(server.major())));
  EXPECT_TRUE(failure_of(
      [&] { session->query("CREATE TABLE public.mine (id int)", {}, [](const Row& /*row*/) {}); }));
}

TEST_F(PgRefusals, StatementsThatFail) {
  server.run("CREATE TABLE IF NOT EXISTS secret (id int);");
  ServerAddress address = server.address();
  address.statement_timeout = std::chrono::milliseconds(200);
  const auto session = connect(address);
  struct Case {
    const char* sql;
    ErrorKind kind;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"SELECT * FROM public.secret", ErrorKind::Denied, "deploy/grants/postgresql.sql"},
      {"SELECT * FROM nothing", ErrorKind::Unsupported, "42P01"},
      {"SELECT pg_sleep(5)", ErrorKind::Unreachable, "statement_timeout"},
      {"SELECT pg_terminate_backend(pg_backend_pid())", ErrorKind::Unreachable, "connection"},
      {"SELECT 1", ErrorKind::Unreachable, "ended"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sql);
    const auto failure = failure_of([&] { session->query(c.sql, {}, [](const Row& /*row*/) {}); });
    ASSERT_TRUE(failure.has_value());
    EXPECT_EQ(c.kind, failure->kind()) << failure->what();
    EXPECT_TRUE(contains(failure->what(), c.says)) << failure->what();
  }
}

TEST_F(PgRefusals, AServerThatHangsIsGivenUp) {
  ServerAddress address = server.address();
  address.statement_timeout = std::chrono::milliseconds(300);
  const auto session = connect(address);
  int pid = 0;
  session->query("SELECT pg_backend_pid()", {},
                 [&](const Row& row) { pid = static_cast<int>(row.integer(0).value_or(0)); });
  if (::kill(pid, SIGSTOP) != 0) {
    GTEST_SKIP() << "may not stop the server's process";
  }
  const auto failure =
      failure_of([&] { session->query("SELECT 1", {}, [](const Row& /*row*/) {}); });
  ::kill(pid, SIGCONT);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(ErrorKind::Unreachable, failure->kind());
  EXPECT_TRUE(contains(failure->what(), "did not answer")) << failure->what();
}

TEST_F(PgRefusals, ValuesAreReadAsTheyAre) {
  const auto session = connect(server.address());
  session->query("SELECT NULL::text, '', 18446744073709551615, 0.1::float8, 'é'", {},
                 [](const Row& row) {
                   EXPECT_FALSE(row.text(0).has_value());
                   EXPECT_FALSE(row.integer(0).has_value());
                   EXPECT_EQ("", row.text(1));
                   EXPECT_EQ(UINT64_MAX, row.integer(2));
                   EXPECT_EQ(0.1, row.real(3));
                   EXPECT_EQ("é", row.text(4));
                   EXPECT_THROW(row.integer(4), Error);
                   EXPECT_THROW(row.text(5), Error);
                 });
}

TEST_F(PgRefusals, MissingExtension) {
  server.run("DROP EXTENSION IF EXISTS pg_stat_statements;", "bare");
  ServerAddress address = server.address();
  address.database = "bare";
  Watch watch(address);
  const auto failure = failure_of([&] { watch.poll(); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(ErrorKind::Unsupported, failure->kind());
  EXPECT_TRUE(contains(failure->what(), "CREATE EXTENSION pg_stat_statements;")) << failure->what();
  EXPECT_FALSE(contains(failure->what(), "restart")) << failure->what();
  server.run(
      "CREATE SCHEMA IF NOT EXISTS \"Odd \"\" schema\"; GRANT USAGE ON SCHEMA \"Odd \"\" "
      "schema\" TO unjam; CREATE EXTENSION pg_stat_statements SCHEMA \"Odd \"\" schema\";",
      "bare");
  watch.poll();
  EXPECT_GT(watch.number("entries"), 0);
}

TEST_F(PgRefusals, ModuleThatIsNotLoaded) {
  server.restart("INT", {"shared_preload_libraries=''"});
  Watch watch(server.address());
  const auto failure = failure_of([&] { watch.poll(); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(ErrorKind::Unsupported, failure->kind());
  EXPECT_TRUE(contains(failure->what(),
                       "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';"))
      << failure->what();
  EXPECT_TRUE(contains(failure->what(), "restart the server")) << failure->what();
  server.restart();
  watch.poll();
}

TEST_F(PgRefusals, MissingRole) {
  server.run("REVOKE pg_monitor FROM unjam; SELECT pg_stat_statements_reset();");
  server.run("SELECT 1 FROM orders LIMIT 1;", "shop");
  Watch watch(server.address());
  watch.poll();
  const auto warnings = watch.health().warnings;
  ASSERT_EQ(1U, warnings.size());
  const std::string grant = "GRANT pg_read_all_stats TO \"unjam\";";
  EXPECT_TRUE(contains(warnings[0], grant)) << warnings[0];
  server.run(grant);
  watch.poll();
  EXPECT_TRUE(watch.health().warnings.empty());
  // What was hidden from the first poll is a baseline, not news.
  EXPECT_EQ(0U, watch.calls("SELECT 1 FROM orders LIMIT 1"));
  server.run("SELECT 1 FROM orders LIMIT 1;", "shop");
  watch.poll();
  EXPECT_EQ(1U, watch.calls("SELECT 1 FROM orders LIMIT 1"));
  server.run("REVOKE pg_read_all_stats FROM unjam; GRANT pg_monitor TO unjam;");
}

std::vector<ServerCheck> checks(const ServerAddress& address) {
  const auto session = connect(address);
  return check_server(*session);
}

TEST_F(PgRefusals, DoctorFindsNothingOnAServerThatIsSetUp) {
  for (const ServerCheck& check : checks(server.address())) {
    EXPECT_EQ(ServerCheck::State::Ok, check.state) << check.what << ": " << check.lost;
    EXPECT_EQ("", check.lost);
    EXPECT_EQ("", check.mend);
  }
}

TEST_F(PgRefusals, WhatDoctorPrintsMendsTheServer) {
  server.run("REVOKE pg_monitor FROM unjam; DROP EXTENSION pg_stat_statements;");
  server.restart("INT",
                 {"shared_preload_libraries=auto_explain", "session_preload_libraries=''",
                  "log_destination=stderr", "log_line_prefix='%t '", "log_lock_waits=off",
                  "log_temp_files=-1", "log_min_duration_statement=-1", "track_io_timing=off"});
  // Without pg_monitor some settings are hidden, and what is not loaded has none: look again.
  std::string all;
  for (int look = 0; look < 3; ++look) {
    std::string statements;
    for (const ServerCheck& check : checks(server.address())) {
      if (check.state != ServerCheck::State::Ok) {
        EXPECT_NE("", check.lost) << check.what;
        EXPECT_NE("", check.mend) << check.what;
        statements += check.mend + "\n";
      }
    }
    all += statements;
    server.run(statements);
    server.restart("KEEP");
  }
  for (const char* const part :
       {"shared_preload_libraries = 'auto_explain', 'pg_stat_statements'", "CREATE EXTENSION",
        "pg_monitor", "log_line_prefix", "log_lock_waits", "log_temp_files",
        "log_min_duration_statement", "track_io_timing"}) {
    EXPECT_TRUE(contains(all, part)) << part << "\n" << all;
  }
  for (const ServerCheck& check : checks(server.address())) {
    EXPECT_EQ(ServerCheck::State::Ok, check.state) << check.what << ": " << check.lost;
  }
  server.restart();
}

}  // namespace
}  // namespace unjam
