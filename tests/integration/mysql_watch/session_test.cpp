#include "unjam/drivers/session.h"

#include "integration/mysql_watch/server.h"
#include "unjam/base/error.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

struct Failure {
  ErrorKind kind;
  std::string message;
};

std::optional<Failure> failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return Failure{error.kind(), error.what()};
  }
  return std::nullopt;
}

void expect_failure(const std::function<void()>& work, ErrorKind kind, const std::string& part) {
  const auto failure = failure_of(work);
  ASSERT_TRUE(failure) << "nothing was thrown; expected: " << part;
  EXPECT_EQ(kind, failure->kind) << failure->message;
  EXPECT_NE(std::string::npos, failure->message.find(part)) << failure->message;
  EXPECT_EQ(std::string::npos, failure->message.find("wrong-secret")) << failure->message;
}

const auto kIgnore = [](const Row& /*row*/) {};

TEST(MySqlSession, ValuesAndParameters) {
  const auto session = connect(TestServer::instance().watched());
  EXPECT_EQ(TestServer::instance().is_mysql() ? Engine::MySql : Engine::MariaDb,
            session->version().engine);
  EXPECT_LT(80000, session->version().number);
  int rows = 0;
  session->query("SELECT 18446744073709551615, NULL, 1.5, '日本', ''", {}, [&](const Row& row) {
    ++rows;
    EXPECT_EQ(UINT64_MAX, row.integer(0));
    EXPECT_FALSE(row.text(1));
    EXPECT_FALSE(row.integer(1));
    EXPECT_EQ(1.5, row.real(2));
    EXPECT_EQ("日本", row.text(3));
    EXPECT_EQ("", row.text(4));
    EXPECT_THROW(row.integer(3), Error);
    EXPECT_THROW(row.text(5), Error);
  });
  const std::vector<std::string> parameters{"it's \\ \"?\"", "", "7"};
  session->query("SELECT ?, ?, ? + 1", parameters, [&](const Row& row) {
    ++rows;
    EXPECT_EQ(parameters[0], row.text(0));
    EXPECT_EQ("", row.text(1));
    EXPECT_EQ(8.0, row.real(2));
  });
  EXPECT_EQ(2, rows);
  session->query("SELECT 1 LIMIT 0", {}, kIgnore);
}

TEST(MySqlSession, AnErrorWhileRowsComeLeavesTheSessionUsable) {
  const auto session = connect(TestServer::instance().watched());
  expect_failure(
      [&] {
        session->query("SELECT 1 UNION SELECT 2", {}, [](const Row& /*row*/) {
          throw Error(ErrorKind::Corrupt, "by the reader");
        });
      },
      ErrorKind::Corrupt, "by the reader");
  int rows = 0;
  session->query("SELECT 1", {}, [&](const Row& /*row*/) { ++rows; });
  EXPECT_EQ(1, rows);
}

TEST(MySqlSession, IsReadOnlyInUtcAndNamed) {
  const auto session = connect(TestServer::instance().administrator());
  session->query("SELECT @@session.time_zone, @@session.lock_wait_timeout", {}, [](const Row& row) {
    EXPECT_EQ("+00:00", row.text(0));
    EXPECT_EQ(1U, row.integer(1));
  });
  Application root("");
  ASSERT_TRUE(root.execute("CREATE DATABASE IF NOT EXISTS shop"));
  expect_failure([&] { session->query("CREATE TABLE shop.never (i INT)", {}, kIgnore); },
                 ErrorKind::Unsupported, "READ ONLY");
  std::string name;
  session->query(
      "SELECT ATTR_VALUE FROM performance_schema.session_account_connect_attrs WHERE ATTR_NAME = "
      "'program_name' AND PROCESSLIST_ID = CONNECTION_ID()",
      {}, [&](const Row& row) { name = *row.text(0); });
  EXPECT_EQ("unjam", name);
}

TEST(MySqlSession, FailuresToConnect) {
  const ServerAddress good = TestServer::instance().watched();
  ServerAddress address = good;
  address.password = Secret("wrong-secret");
  expect_failure([&] { connect(address); }, ErrorKind::Denied, "check user and password");
  address = good;
  address.user = "nobody";
  expect_failure([&] { connect(address); }, ErrorKind::Denied, "check user and password");
  address = good;
  address.host = "no-such-host.invalid";
  expect_failure([&] { connect(address); }, ErrorKind::Unreachable, "check the host");
  address = good;
  address.port = 1;
  expect_failure([&] { connect(address); }, ErrorKind::Unreachable, "check host and port");
  address = good;
  address.socket = "/tmp/no-such-socket";
  expect_failure([&] { connect(address); }, ErrorKind::Unreachable, "the socket");
  address = good;
  address.tls = Tls::VerifyFull;
  address.ca_file = "/tmp/no-such-authority.pem";
  expect_failure([&] { connect(address); }, ErrorKind::Usage, "set ca to");
  address = good;
  address.tls = Tls::VerifyCa;
  address.ca_file.clear();
  expect_failure([&] { connect(address); }, ErrorKind::Unreachable, "check tls and ca");
}

TEST(MySqlSession, TlsAsAskedFor) {
  if (!TestServer::instance().is_mysql()) {
    GTEST_SKIP() << "this MariaDB has no certificate";
  }
  const auto cipher = [](Session& session) {
    std::string value;
    session.query("SHOW STATUS LIKE 'Ssl_cipher'", {},
                  [&](const Row& row) { value = row.text(1).value_or(""); });
    return value;
  };
  ServerAddress address = TestServer::instance().watched();
  EXPECT_NE("", cipher(*connect(address)));
  address.tls = Tls::Require;
  EXPECT_NE("", cipher(*connect(address)));
  // The certificate that MySQL makes for itself names no host.
  address.tls = Tls::VerifyFull;
  expect_failure([&] { connect(address); }, ErrorKind::Unreachable, "check tls and ca");
  // The grants in deploy/ require TLS.
  address.tls = Tls::Off;
  EXPECT_TRUE(failure_of([&] { connect(address); }));
}

TEST(MySqlSession, FailuresOfStatements) {
  const auto session = connect(TestServer::instance().watched());
  expect_failure([&] { session->query("SELECT 1 FROM mysql.user", {}, kIgnore); },
                 ErrorKind::Denied, "grant it as deploy/grants");
  const auto administrator = connect(TestServer::instance().administrator());
  expect_failure([&] { administrator->query("SELECT 1 FROM mysql.nothing", {}, kIgnore); },
                 ErrorKind::Unsupported, "(1146)");
  expect_failure([&] { administrator->query("SELECT nothing FROM mysql.user", {}, kIgnore); },
                 ErrorKind::Unsupported, "(1054)");
}

TEST(MySqlSession, StatementsThatTakeTooLongAreEnded) {
  ServerAddress address = TestServer::instance().administrator();
  address.statement_timeout = std::chrono::milliseconds(300);
  const auto session = connect(address);
  expect_failure(
      [&] {
        session->query(
            "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, "
            "information_schema.COLUMNS c WHERE a.COLUMN_NAME > b.DATA_TYPE",
            {}, kIgnore);
      },
      ErrorKind::Unreachable, "statement_timeout");
}

TEST(MySqlSession, AConnectionThatWasKilled) {
  const auto session = connect(TestServer::instance().watched());
  std::string id;
  session->query("SELECT CONNECTION_ID()", {}, [&](const Row& row) { id = *row.text(0); });
  Application root("");
  ASSERT_TRUE(root.execute("KILL " + id));
  const auto failure = failure_of([&] { session->query("SELECT 1", {}, kIgnore); });
  ASSERT_TRUE(failure);
  EXPECT_EQ(ErrorKind::Unreachable, failure->kind) << failure->message;
}

TEST(MySqlSession, ThreadsHaveSessionsOfTheirOwn) {
  std::vector<std::jthread> threads;
  std::atomic<int> rows = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&rows] {
      for (int j = 0; j < 3; ++j) {
        const auto session = connect(TestServer::instance().administrator());
        session->query("SELECT 1", {}, [&rows](const Row& /*row*/) { ++rows; });
      }
    });
  }
  threads.clear();
  EXPECT_EQ(12, rows);
}

}  // namespace
}  // namespace unjam
