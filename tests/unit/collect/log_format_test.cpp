#include "unjam/collect/log_reader.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

constexpr LogFormat kAllFormats[] = {LogFormat::MySqlSlow,      LogFormat::MySqlSlowTable,
                                     LogFormat::PgStderr,       LogFormat::PgCsv,
                                     LogFormat::PgJson,         LogFormat::PgSyslog,
                                     LogFormat::PgCloudSqlJson, LogFormat::PgCnpgJson};

TEST(LogFormat, NamesAreUniqueAndReadBack) {
  for (const LogFormat format : kAllFormats) {
    EXPECT_FALSE(to_string(format).empty());
    EXPECT_EQ(parse_log_format(to_string(format)), format);
  }
  EXPECT_EQ(parse_log_format("mysql"), std::nullopt);
  EXPECT_EQ(parse_log_format(""), std::nullopt);
}

TEST(LogFormat, EveryFormatHasAReader) {
  for (const LogFormat format : kAllFormats) {
    EXPECT_NE(make_log_reader({format, Dialect::MySql, std::nullopt}, {}), nullptr)
        << to_string(format);
  }
}

TEST(EventKind, WordsOfTheJsonLines) {
  EXPECT_EQ(to_string(EventKind::Statement), "statement");
  EXPECT_EQ(to_string(EventKind::LockWait), "lock_wait");
  EXPECT_EQ(to_string(EventKind::TemporaryFile), "temporary_file");
  EXPECT_EQ(to_string(EventKind::Fetch), "fetch");
}

const std::string kHeader =
    "# Time: 2024-05-18T02:40:00.033083Z\n# User@Host: app[app] @  [10.0.0.20]  Id:  1464\n"
    "# Query_time: 0.001830  Lock_time: 0.000059 Rows_sent: 416  Rows_examined: 1107328\n"
    "SET timestamp=1716000000;\n";
const std::string kMariaHeader =
    "# User@Host: app[app] @  [10.0.0.20]\n# Thread_id: 1464  Schema: shop  QC_hit: No\n"
    "# Query_time: 0.001830  Lock_time: 0.000059  Rows_sent: 416  Rows_examined: 1107328\n"
    "SET timestamp=1716000000;\n";
const std::string kTail =
    "Tcp port: 3306  Unix socket: /run/mysqld/mysqld.sock\nTime                 Id Command    "
    "Argument\n";
const std::string kBanner = "/usr/sbin/mysqld, Version: 8.0.36 (x). started with:\n" + kTail;
const std::string kMariaBanner =
    "/usr/sbin/mariadbd, Version: 10.11.6-MariaDB-log (MariaDB Server). started with:\n" + kTail;
const std::string kRow =
    "2024-05-18 02:40:00.033083\tapp[app] @ web "
    "[10.0.0.1]\t00:00:02.000731\t00:00:00.000059\t3\t7\tshop\t0"
    "\t0\t1\tselect 1\t12";
const std::string kPgLine =
    "2024-05-18 02:40:00.037 UTC [123] LOG:  duration: 1.000 ms  statement: select 1\n";
const std::string kPgCsvLine =
    "2024-05-18 02:40:00.037 UTC,\"u\",\"d\",123,\"[local]\",6648143f.7b,1,\"SELECT\",2024-05-18 "
    "02:39:00 "
    "UTC,3/4,0,LOG,00000,\"duration: 1.000 ms  statement: select '\n";

struct Case {
  const char* name;
  std::string head;
  std::optional<LogFormat> format;
  Dialect dialect = Dialect::MySql;
};

std::string with_crlf(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.insert(at, "\r");
  }
  return text;
}

TEST(DetectLogFormat, MySqlFamily) {
  const Case cases[] = {
      {"header", kHeader + "select 1;\n", LogFormat::MySqlSlow},
      {"banner", kBanner + kHeader + "select 1;\n", LogFormat::MySqlSlow},
      {"banner alone", kBanner, LogFormat::MySqlSlow},
      {"MariaDB banner", kMariaBanner + kHeader, LogFormat::MySqlSlow, Dialect::MariaDb},
      {"MariaDB header", kMariaHeader + "select 1;\n", LogFormat::MySqlSlow, Dialect::MariaDb},
      {"MariaDB words in a statement", kHeader + "select '\n# a  QC_hit: No\n';\n",
       LogFormat::MySqlSlow},
      {"CR LF", with_crlf(kBanner + kHeader + "select 1;\n"), LogFormat::MySqlSlow},
      {"byte order mark", "\xef\xbb\xbf" + kHeader + "select 1;\n", LogFormat::MySqlSlow},
      {"NUL block", std::string(1000, '\0') + kHeader + "select 1;\n", LogFormat::MySqlSlow},
      {"starts in a statement", "where a = 1\nand b = 2;\n" + kHeader + "select 1;\n",
       LogFormat::MySqlSlow},
      {"starts in a header", "# Query_time: 0.1\nSET timestamp=1;\nselect 1;\n" + kHeader + "x;\n",
       LogFormat::MySqlSlow},
      {"long statement", kHeader + "insert into t values (" + std::string(100'000, '1'),
       LogFormat::MySqlSlow},
      {"binary text", kHeader + "select '" + std::string(5000, '\x01') + "';\n",
       LogFormat::MySqlSlow},
      {"PostgreSQL lines in a statement", kHeader + "select '\n" + kPgLine + kPgLine + "';\n",
       LogFormat::MySqlSlow},
      {"table", kRow + "\n", LogFormat::MySqlSlowTable},
      {"table without line feed", kRow, LogFormat::MySqlSlowTable},
      {"MariaDB table", kRow + "\t0\n", LogFormat::MySqlSlowTable, Dialect::MariaDb},
      {"table with names", "start_time\tuser_host\n" + kRow + "\n", LogFormat::MySqlSlowTable},
  };
  for (const Case& c : cases) {
    const auto detected = detect_log_format(c.head);
    ASSERT_TRUE(detected) << c.name;
    EXPECT_EQ(detected->format, c.format) << c.name;
    EXPECT_EQ(detected->dialect, c.dialect) << c.name;
  }
}

TEST(DetectLogFormat, PostgreSqlThatHoldsMySqlText) {
  const Case cases[] = {
      {"stderr", kPgLine + kHeader + kPgLine, LogFormat::PgStderr},
      {"csv", kPgCsvLine + kHeader + "'\",,,,,,,,,\"psql\",\"client backend\",,0\n",
       LogFormat::PgCsv},
  };
  for (const Case& c : cases) {
    const auto detected = detect_log_format(c.head);
    ASSERT_TRUE(detected) << c.name;
    EXPECT_EQ(detected->format, c.format) << c.name;
  }
}

TEST(DetectLogFormat, OthersAreDescribedInOneLine) {
  struct Unknown {
    const char* name;
    std::string head;
    const char* words;
  };
  using namespace std::string_literals;
  const Unknown cases[] = {
      {"empty", "", "empty"},
      {"blank", "\n\n", "blanks"},
      {"gzip", "\x1f\x8b\x08\x00\x00"s, "gzip"},
      {"binary", "\x01\x02\x03\x04 select \x05\x06"s, "binary"},
      {"header in binary",
       "\x01\x02\x03\x04"s + std::string(2000, '\x02') + "\n" + kHeader + "x;\n", "binary"},
      {"text", "hello \x1b[31mworld\nmore", "\"hello ?[31mworld\""},
      {"general log", kBanner + "2024-05-18T02:40:00.033083Z\t    8 Query\tselect 1\n",
       "general query log"},
      {"error log", "2024-05-18T02:40:00.033083Z 0 [System] [MY-010116] [Server] starting\n",
       "error log"},
  };
  for (const Unknown& c : cases) {
    EXPECT_FALSE(detect_log_format(c.head)) << c.name;
    const std::string text = describe_unknown_format(c.head);
    EXPECT_NE(text.find(c.words), std::string::npos) << c.name << ": " << text;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char ch) {
      return ch >= ' ' && ch <= '~';
    })) << c.name;
  }
}

}  // namespace
}  // namespace unjam
