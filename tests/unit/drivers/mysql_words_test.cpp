#include "drivers/mysql_words.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(MySqlVersion, Texts) {
  struct Case {
    const char* text;
    Engine engine;
    int number;
  };
  for (const Case& each : {
           Case{"9.7.4-2", Engine::MySql, 90704},
           Case{"8.0.36-28", Engine::MySql, 80036},
           Case{"8.0.35-0ubuntu0.22.04.1-log", Engine::MySql, 80035},
           Case{"5.6.24", Engine::MySql, 50624},
           Case{"8.0.mysql_aurora.3.05.2", Engine::MySql, 80000},
           Case{"10.11.19-MariaDB-0+deb12u1-log", Engine::MariaDb, 101119},
           Case{"5.5.5-10.6.4-MariaDB", Engine::MariaDb, 100604},
           Case{"11.4.2-MARIADB-ubu2404", Engine::MariaDb, 110402},
           Case{"", Engine::MySql, 0},
           Case{"unknown", Engine::MySql, 0},
           Case{"9999999999.1", Engine::MySql, 0},
       }) {
    const ServerVersion version = parse_mysql_version(each.text);
    EXPECT_EQ(each.engine, version.engine) << each.text;
    EXPECT_EQ(each.number, version.number) << each.text;
    EXPECT_EQ(each.text, version.text);
  }
}

TEST(MySqlMark, OnlyOnSelects) {
  const ServerVersion mysql = parse_mysql_version("8.4.0");
  EXPECT_EQ("/* unjam */ WITH unjam AS (SELECT 1) SELECT a FROM b",
            mark_as_own(mysql, "SELECT a FROM b"));
  EXPECT_EQ("/* unjam */ SHOW STATUS", mark_as_own(mysql, "SHOW STATUS"));
  EXPECT_EQ("/* unjam */ SELECT a", mark_as_own(parse_mysql_version("5.6.24"), "SELECT a"))
      << "there are no table expressions in 5.6";
  EXPECT_TRUE(supports_mark(parse_mysql_version("10.6.4-MariaDB")));
  EXPECT_FALSE(supports_mark(parse_mysql_version("10.1.48-MariaDB")));
}

TEST(MySqlErrors, KindsAndRemedies) {
  struct Case {
    int code;
    ErrorKind kind;
    const char* part;
  };
  ServerAddress address;
  address.host = "db1";
  address.user = "unjam";
  address.password = Secret("geheim");
  for (const Case& each : {
           Case{1045, ErrorKind::Denied, "check user and password"},
           Case{1044, ErrorKind::Denied, "deploy/grants"},
           Case{1142, ErrorKind::Denied, "deploy/grants"},
           Case{1143, ErrorKind::Denied, "deploy/grants"},
           Case{1227, ErrorKind::Denied, "deploy/grants"},
           Case{1049, ErrorKind::Unsupported, "(1049)"},
           Case{1146, ErrorKind::Unsupported, "MySQL 8.0"},
           Case{1054, ErrorKind::Unsupported, "MySQL 8.0"},
           Case{1064, ErrorKind::Unsupported, "(1064)"},
           Case{1040, ErrorKind::Unreachable, "max_connections"},
           Case{1205, ErrorKind::Unreachable, "lock"},
           Case{1969, ErrorKind::Unreachable, "statement_timeout"},
           Case{3024, ErrorKind::Unreachable, "statement_timeout"},
           Case{2002, ErrorKind::Unreachable, "check host and port"},
           Case{2003, ErrorKind::Unreachable, "check host and port"},
           Case{2005, ErrorKind::Unreachable, "check the host"},
           Case{2006, ErrorKind::Unreachable, "gone"},
           Case{2013, ErrorKind::Unreachable, "gone"},
           Case{2026, ErrorKind::Unreachable, "check tls and ca"},
           Case{2059, ErrorKind::Denied, "MARIADB_PLUGIN_DIR"},
           Case{2999, ErrorKind::Unreachable, "(2999)"},
           Case{0, ErrorKind::Unreachable, "words"},
       }) {
    const Error error = mysql_error(address, "connecting", each.code, "words of the server.\n");
    const std::string message = error.what();
    EXPECT_EQ(each.kind, error.kind()) << message;
    EXPECT_NE(std::string::npos, message.find(each.part)) << message;
    EXPECT_EQ(0U, message.find("mysql://unjam@db1:3306: connecting failed: words of the server"))
        << message;
    EXPECT_EQ(std::string::npos, message.find("geheim")) << message;
    EXPECT_EQ(std::string::npos, message.find('\n')) << message;
  }
}

TEST(MySqlErrors, HostileWordsAreOneShortLine) {
  const std::string words = "\x1b[31mred\n\r\t" + std::string(100'000, 'x');
  const std::string message = mysql_error(ServerAddress(), "asking", 1064, words).what();
  EXPECT_GT(1000U, message.size());
  for (const char c : message) {
    EXPECT_LE(0x20, static_cast<unsigned char>(c));
  }
}

}  // namespace
}  // namespace unjam
