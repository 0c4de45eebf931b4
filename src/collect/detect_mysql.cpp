// Detection of MySQL-family slow logs by content.

#include "collect/mysql_boundary.h"
#include "collect/mysql_readers.h"

#include <algorithm>

namespace unjam {
namespace {

bool is_blank(char c) { return c == '\n' || c == '\r' || c == '\0' || c == ' ' || c == '\t'; }

/// The general query log begins with the same banner, but goes on with other lines.
bool is_general_log(std::string_view behind_banner) {
  std::size_t lines = 0;
  while (!behind_banner.empty() && lines < 100) {
    const std::string_view line = behind_banner.substr(0, behind_banner.find('\n'));
    behind_banner.remove_prefix(std::min(line.size() + 1, behind_banner.size()));
    if (line.starts_with("# ")) {
      return false;
    }
    for (const std::string_view command : {" Connect\t", " Query\t", " Quit\t", "\tQuery\t"}) {
      if (line.find(command) != std::string_view::npos) {
        return true;
      }
    }
    ++lines;
  }
  return false;
}

std::string_view line_at(std::string_view head, std::size_t at) {
  std::string_view line = head.substr(at, head.find('\n', at) - at);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

/// Only MariaDB writes this key with a small h.
bool has_mariadb_keys(std::string_view header) {
  for (std::size_t at = 0; at < header.size() && header[at] == '#';) {
    const std::string_view line = line_at(header, at);
    if (line.find("  QC_hit: ") != std::string_view::npos) {
      return true;
    }
    const std::size_t next = header.find('\n', at);
    at = next == std::string_view::npos ? header.size() : next + 1;
  }
  return false;
}

std::optional<MySqlDetection> detect_slow_log(std::string_view head) {
  const char* const begin = head.data();
  const char* const end = begin + head.size();
  std::optional<MySqlDetection> found;
  const char* line = begin;
  const char* no_header_until = begin;
  while (line < end) {
    const auto offset = static_cast<std::size_t>(line - begin);
    if (*line == '#') {
      if (line >= no_header_until &&
          probe_header(line, end, false, &no_header_until) == Probe::Yes) {
        if (!found) {
          found = MySqlDetection{{LogFormat::MySqlSlow, Dialect::MySql, std::nullopt}, offset};
        }
        if (has_mariadb_keys(head.substr(offset))) {
          found->format.dialect = Dialect::MariaDb;
        }
        return found;
      }
    } else if (probe_banner(line, end, false) == Probe::Yes) {
      if (is_general_log(
              {banner_end(line, end), static_cast<std::size_t>(end - banner_end(line, end))})) {
        return std::nullopt;
      }
      const bool mariadb = line_at(head, offset).find("MariaDB") != std::string_view::npos;
      return MySqlDetection{
          {LogFormat::MySqlSlow, mariadb ? Dialect::MariaDb : Dialect::MySql, std::nullopt},
          offset};
    }
    line = next_line(line, end);
  }
  return std::nullopt;
}

}  // namespace

std::optional<MySqlDetection> detect_mysql_format(std::string_view head) {
  const auto first =
      static_cast<std::size_t>(std::find_if_not(head.begin(), head.end(), is_blank) - head.begin());
  std::optional<MySqlDetection> found = detect_slow_log(head.substr(first));
  if (found) {
    found->offset += first;
  }
  const std::size_t row = find_mysql_slow_table_row(head, true);
  if (row < (found ? found->offset : head.size())) {
    const std::string_view line = line_at(head, row);
    const bool mariadb = std::count(line.begin(), line.end(), '\t') == 12;
    return MySqlDetection{
        {LogFormat::MySqlSlowTable, mariadb ? Dialect::MariaDb : Dialect::MySql, std::nullopt},
        row};
  }
  return found;
}

std::unique_ptr<LogReader> make_mysql_reader(const DetectedFormat& format,
                                             const ReaderOptions& options, bool mid_file) {
  const Dialect dialect = options.dialect.value_or(format.dialect);
  const bool mysql = dialect != Dialect::PostgreSql;
  switch (format.format) {
    case LogFormat::MySqlSlow:
      return make_mysql_slow_log_reader(mysql ? dialect : Dialect::MySql, options, mid_file);
    case LogFormat::MySqlSlowTable:
      return make_mysql_slow_table_reader(mysql ? dialect : Dialect::MySql, options);
    case LogFormat::PgStderr:
    case LogFormat::PgCsv:
    case LogFormat::PgJson:
    case LogFormat::PgSyslog:
    case LogFormat::PgCloudSqlJson:
    case LogFormat::PgCnpgJson:
      return nullptr;
  }
  return nullptr;
}

}  // namespace unjam
