// Pieces of MySQL slow logs, and readers for them, for the tests of the reader.
#pragma once

#include "collect/mysql_readers.h"
#include "unit/collect/mysql_events.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unjam::mysql_test {

inline std::unique_ptr<LogReader> new_reader(Dialect dialect = Dialect::MySql,
                                             bool mid_file = false) {
  ReaderOptions options;
  options.dialect = dialect;
  return make_mysql_slow_log_reader(dialect, options, mid_file);
}

inline constexpr std::string_view kBanner =
    "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
    "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\n"
    "Time                 Id Command    Argument\n";

/// Header of an event that took `seconds`, up to its SET line.
inline std::string header(int seconds = 1, std::string_view keys = "") {
  return fmt::format(
      "# Time: 2024-05-18T02:40:{:02}.000000Z\n# User@Host: app[app] @ web [10.0.0.1]  Id:     7\n"
      "# Query_time: {}.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 2{}\n"
      "SET timestamp=1716000000;\n",
      seconds, seconds, keys);
}

/// As header(), of a server that logs syntax errors and gives no error number.
inline std::string old_header(int seconds = 1) {
  return fmt::format(
      "# User@Host: app[app] @ web [10.0.0.1]\n"
      "# Query_time: {}.000000  Lock_time: 0.000000  Rows_sent: 1  Rows_examined: 2\n"
      "SET timestamp=1716000000;\n",
      seconds);
}

inline const std::string kForged =
    "# Time: 2024-05-18T02:40:59.000000Z\n# User@Host: evil[evil] @  [6.6.6.6]  Id:     6\n"
    "# Query_time: 77.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 1\n";
inline const std::string kForgedWithSet = kForged + "SET timestamp=1716000001;\n";

struct Case {
  const char* name;
  std::string log;
  std::vector<std::string> sql;
};

inline void expect_statements(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(read_all(*new_reader(), c.log).sql, c.sql) << c.name;
    for (const std::size_t step : {1U, 3U, 50U}) {
      EXPECT_EQ(read_in_steps(*new_reader(), c.log, step).sql, c.sql)
          << c.name << ", step " << step;
    }
  }
}

}  // namespace unjam::mysql_test
