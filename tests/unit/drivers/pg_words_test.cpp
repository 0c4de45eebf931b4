#include "drivers/pg_words.h"

#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

ServerAddress address() {
  ServerAddress made;
  made.engine = Engine::PostgreSql;
  made.host = "db1";
  made.user = "unjam";
  made.password = Secret("pass'wo\\rd");
  return made;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(PgWords, Refusals) {
  struct Case {
    const char* message;
    ErrorKind kind;
    const char* remedy;
  };
  for (const Case& c : {
           Case{"FATAL:  password authentication failed for user \"unjam\"\n", ErrorKind::Denied,
                "check user and password"},
           Case{"FATAL:  ユーザー\"unjam\"のパスワード認証に失敗しました", ErrorKind::Denied,
                "check user and password"},
           Case{"FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"unjam\"",
                ErrorKind::Denied, "SELECT pg_reload_conf()"},
           Case{"FATAL:  role \"unjam\" does not exist", ErrorKind::Denied, "check user"},
           Case{"FATAL:  database \"shop\" does not exist", ErrorKind::Unsupported,
                "check database"},
           Case{"FATAL:  データベース\"shop\"は存在しません", ErrorKind::Unsupported,
                "check database"},
           Case{"FATAL:  sorry, too many clients already", ErrorKind::Unreachable,
                "max_connections"},
           Case{"FATAL:  the database system is starting up", ErrorKind::Unreachable,
                "tried again"},
           Case{"server does not support SSL, but SSL was required", ErrorKind::Denied, "ssl = on"},
           Case{"SSL error: certificate verify failed", ErrorKind::Denied, "ca"},
           Case{"server certificate for \"a\" does not match host name \"b\"", ErrorKind::Denied,
                "verify-full"},
           Case{"FATAL:  unsupported startup parameter: options", ErrorKind::Unsupported, "pooler"},
           Case{"something that nobody has seen yet", ErrorKind::Unreachable, "server runs"},
       }) {
    SCOPED_TRACE(c.message);
    const Error error = pg_connect_error(address(), c.message);
    EXPECT_EQ(c.kind, error.kind());
    EXPECT_TRUE(contains(error.what(), c.remedy)) << error.what();
    EXPECT_TRUE(std::string(error.what()).starts_with("postgresql://unjam@db1")) << error.what();
  }
}

TEST(PgWords, StatementsThatFail) {
  struct Case {
    const char* sqlstate;
    ErrorKind kind;
  };
  for (const Case& c :
       {Case{"28P01", ErrorKind::Denied}, Case{"28000", ErrorKind::Denied},
        Case{"3D000", ErrorKind::Unsupported}, Case{"42501", ErrorKind::Denied},
        Case{"42P01", ErrorKind::Unsupported}, Case{"57014", ErrorKind::Unreachable},
        Case{"57P01", ErrorKind::Unreachable}, Case{"57P03", ErrorKind::Unreachable},
        Case{"08006", ErrorKind::Unreachable}, Case{"53300", ErrorKind::Unreachable},
        Case{"22P05", ErrorKind::Unsupported}, Case{"55P03", ErrorKind::Unreachable},
        Case{"XX000", ErrorKind::Unsupported}, Case{"", ErrorKind::Unreachable}}) {
    const Error error =
        pg_statement_error(address(), c.sqlstate, "ERROR:  words\nDETAIL:  more\x07");
    EXPECT_EQ(c.kind, error.kind()) << c.sqlstate;
    EXPECT_TRUE(contains(error.what(), c.sqlstate));
    EXPECT_FALSE(contains(error.what(), "\n") || contains(error.what(), "\x07"));
  }
}

TEST(PgWords, ConnectionStrings) {
  ServerAddress made = address();
  made.tls = Tls::VerifyFull;
  made.statement_timeout = std::chrono::milliseconds(1500);
  const std::string text = pg_connection_string(made, "/etc/ca.pem");
  for (const char* const part :
       {"host='db1'", "port='5432'", "dbname='postgres'", R"(password='pass\'wo\\rd')",
        "sslmode='verify-full'", "sslrootcert='/etc/ca.pem'", "application_name='unjam'",
        "connect_timeout='5'", "-c statement_timeout=1500",
        "-c default_transaction_read_only=on"}) {
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  }
  made.socket = "/run/postgresql";
  const std::string local = pg_connection_string(made, {});
  EXPECT_TRUE(contains(local, "host='/run/postgresql'")) << local;
  EXPECT_TRUE(contains(local, "sslmode='disable'")) << local;
}

TEST(PgWords, TheMarkSurvivesEitherEnd) {
  const std::string sent = mark_as_own_pg("SELECT 1");
  EXPECT_TRUE(sent.starts_with("/* unjam */"));
  EXPECT_TRUE(is_marked_as_own_pg(sent));
  EXPECT_TRUE(is_marked_as_own_pg("SELECT $1 /* unjam */"));
  EXPECT_FALSE(is_marked_as_own_pg("SELECT $1 /* unjam */ FROM t"));
}

}  // namespace
}  // namespace unjam
