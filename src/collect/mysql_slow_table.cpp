// Reader of mysql.slow_log as exported by `mysql -N -B`: one row per line, columns separated by
// tabs; tab, line feed, backslash and NUL are escaped in values. Columns: start_time, user_host,
// query_time, lock_time, rows_sent, rows_examined, db, last_insert_id, insert_id, server_id,
// sql_text, thread_id and, on MariaDB, rows_affected.

#include "collect/mysql_readers.h"
#include "collect/mysql_slow_row.h"
#include "collect/mysql_time.h"
#include "collect/skip_log.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace unjam {
namespace {

/// Positions in a row.
struct Column {
  enum : std::size_t {
    StartTime,
    UserHost,
    QueryTime,
    LockTime,
    RowsSent,
    RowsExamined,
    Db,
    LastInsertId,
    InsertId,
    ServerId,
    SqlText,
    ThreadId,
    RowsAffected,
    Count,
  };
};

struct Row {
  std::array<std::string_view, Column::Count> columns;
  std::size_t count = 0;  ///< Columns present; more than Column::Count: not a row of slow_log.
};

Row split(std::string_view line) {
  Row row;
  while (row.count < Column::Count) {
    const std::size_t tab = line.find('\t');
    row.columns[row.count] = line.substr(0, tab);
    ++row.count;
    if (tab == std::string_view::npos) {
      return row;
    }
    line.remove_prefix(tab + 1);
  }
  ++row.count;
  return row;
}

bool is_count(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool looks_like_start_time(std::string_view text) {
  return text.size() >= 19 && text[4] == '-' && text[7] == '-' && text[10] == ' ' &&
         text[13] == ':' && text[16] == ':' && text.size() <= 26;
}

bool looks_like_time(std::string_view text) {
  return text.size() >= 8 && text.find(':') != std::string_view::npos && text.size() <= 18;
}

/// Columns in front of the text have the types that they must have.
bool is_sound(const Row& row) {
  return row.count > Column::SqlText && row.count <= Column::Count &&
         looks_like_start_time(row.columns[Column::StartTime]) &&
         row.columns[Column::UserHost].find('@') != std::string_view::npos &&
         looks_like_time(row.columns[Column::QueryTime]) &&
         looks_like_time(row.columns[Column::LockTime]) &&
         is_count(row.columns[Column::RowsSent]) && is_count(row.columns[Column::RowsExamined]) &&
         is_count(row.columns[Column::ServerId]);
}

constexpr std::array<std::string_view, 33> kAdminCommands{"Sleep",
                                                          "Quit",
                                                          "Init DB",
                                                          "Query",
                                                          "Field List",
                                                          "Create DB",
                                                          "Drop DB",
                                                          "Refresh",
                                                          "Shutdown",
                                                          "Statistics",
                                                          "Processlist",
                                                          "Connect",
                                                          "Kill",
                                                          "Debug",
                                                          "Ping",
                                                          "Time",
                                                          "Delayed insert",
                                                          "Change user",
                                                          "Binlog Dump",
                                                          "Table Dump",
                                                          "Connect Out",
                                                          "Register Slave",
                                                          "Register Replica",
                                                          "Prepare",
                                                          "Execute",
                                                          "Long Data",
                                                          "Close stmt",
                                                          "Reset stmt",
                                                          "Set option",
                                                          "Fetch",
                                                          "Daemon",
                                                          "Binlog Dump GTID",
                                                          "Reset Connection"};

/// Cut text that may be the beginning of a command's name: nobody can tell what it was.
bool may_be_admin_command(std::string_view text) {
  return std::any_of(kAdminCommands.begin(), kAdminCommands.end(),
                     [&](std::string_view name) { return name.starts_with(text); });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// `mysql --binary-as-hex` writes the blob column of MySQL 5.7 and later so.
bool is_hex_blob(std::string_view text) {
  return text.size() >= 4 && text.size() % 2 == 0 && text.starts_with("0x") &&
         std::all_of(text.begin() + 2, text.end(), [](char c) { return hex_digit(c) >= 0; });
}

class MySqlSlowTableReader final : public LogReader {
 public:
  MySqlSlowTableReader(Dialect dialect, const ReaderOptions& options)
      : dialect_(dialect), times_(options.utc_offset) {}

  Dialect dialect() const override { return dialect_; }
  std::size_t read(const Window& window, EventSink& sink) override;
  void finish(EventSink& /*sink*/) override {}
  std::size_t find_record(std::string_view bytes) const override {
    return find_mysql_slow_table_row(bytes, false);
  }
  const std::map<std::string, Skipped>& skipped() const override { return skips_.reasons(); }

 private:
  void read_line(std::string_view line, bool cut, EventSink& sink);
  std::string_view unescape(std::string_view text, std::string& scratch) const;

  Dialect dialect_;
  MySqlTimeParser times_;
  SkipLog skips_;
  std::string sql_;
  std::string user_host_;
  std::string database_;
  std::size_t retry_size_ = 0;
};

/// `text` itself if nothing is escaped, else a view of `scratch`, padded for a scanner.
std::string_view MySqlSlowTableReader::unescape(std::string_view text, std::string& scratch) const {
  const bool hex = is_hex_blob(text);
  if (!hex && std::memchr(text.data(), '\\', text.size()) == nullptr) {
    return text;
  }
  scratch.clear();
  if (hex) {
    for (std::size_t i = 2; i < text.size(); i += 2) {
      scratch += static_cast<char>(hex_digit(text[i]) * 16 + hex_digit(text[i + 1]));
    }
  } else {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\' || i + 1 == text.size()) {
        scratch += text[i];
        continue;
      }
      ++i;
      switch (text[i]) {
        case 'n':
          scratch += '\n';
          break;
        case 't':
          scratch += '\t';
          break;
        case '0':
          scratch += '\0';
          break;
        case '\\':
          scratch += '\\';
          break;
        default:
          scratch += '\\';
          scratch += text[i];
          break;
      }
    }
  }
  const std::size_t size = scratch.size();
  scratch.resize(size + kScanPadding);
  return {scratch.data(), size};
}

void MySqlSlowTableReader::read_line(std::string_view line, bool cut, EventSink& sink) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  if (line.empty()) {
    return;
  }
  const Row row = split(line);
  if (!is_sound(row)) {
    if (line.starts_with("start_time\tuser_host\t")) {
      skips_.add("column names", line);
    } else {
      skips_.add(cut ? "cut row" : "bad row", line);
    }
    return;
  }
  if (row.count == Column::SqlText + 1 &&
      (!cut || may_be_admin_command(row.columns[Column::SqlText]))) {
    skips_.add(cut ? "cut row" : "bad row", line);
    return;
  }
  MySqlSlowRow values;
  values.query_time = row.columns[Column::QueryTime];
  values.lock_time = row.columns[Column::LockTime];
  values.at = times_.parse_iso(row.columns[Column::StartTime]);
  // MySQL stores the time of writing, MariaDB (which has a column more) the start.
  const bool mariadb = dialect_ == Dialect::MariaDb || row.count > Column::RowsAffected;
  const auto query_time = parse_mysql_time_column(values.query_time);
  if (mariadb && values.at && query_time) {
    *values.at += *query_time;
  }
  const bool partial = row.count == Column::SqlText + 1;
  std::string_view text = row.columns[Column::SqlText];
  if (partial) {
    // The cut may have gone through an escape.
    const std::size_t last = text.find_last_not_of('\\');
    const std::size_t kept = last == std::string_view::npos ? 0 : last + 1;
    text.remove_suffix((text.size() - kept) % 2);
  }
  values.sql = unescape(text, sql_);
  values.user_host = unescape(row.columns[Column::UserHost], user_host_);
  if (row.columns[Column::Db] != "NULL") {
    values.database = unescape(row.columns[Column::Db], database_);
  }
  values.rows_sent = row.columns[Column::RowsSent];
  values.rows_examined = row.columns[Column::RowsExamined];
  if (row.count > Column::ThreadId) {
    values.thread_id = row.columns[Column::ThreadId];
  }
  if (row.count > Column::RowsAffected) {
    values.rows_affected = row.columns[Column::RowsAffected];
  }
  LogEvent event = event_of(values);
  event.partial = partial;
  if (!event.query_time) {
    skips_.add("broken time", line);
  }
  sink.on_event(event);
}

std::size_t MySqlSlowTableReader::read(const Window& window, EventSink& sink) {
  const std::string_view bytes = window.bytes;
  if (!window.at_end && bytes.size() < retry_size_) {
    return 0;
  }
  std::size_t at = 0;
  while (at < bytes.size() && at < window.stop) {
    const std::size_t line_feed = bytes.find('\n', at);
    if (line_feed == std::string_view::npos) {
      if (!window.at_end) {
        break;
      }
      read_line(bytes.substr(at), true, sink);
      at = bytes.size();
      break;
    }
    read_line(bytes.substr(at, line_feed - at), false, sink);
    at = line_feed + 1;
  }
  // A row of many MB must not be searched for its end again with every few bytes more.
  constexpr std::size_t kLargeWindow = std::size_t{1024} * 1024;
  retry_size_ = at == 0 && bytes.size() >= kLargeWindow ? bytes.size() + bytes.size() / 4 : 0;
  return at;
}

}  // namespace

std::unique_ptr<LogReader> make_mysql_slow_table_reader(Dialect dialect,
                                                        const ReaderOptions& options) {
  return std::make_unique<MySqlSlowTableReader>(dialect, options);
}

std::size_t find_mysql_slow_table_row(std::string_view bytes, bool at_row) {
  std::size_t at = 0;
  if (!at_row) {
    at = bytes.find('\n');
    at = at == std::string_view::npos ? bytes.size() : at + 1;
  }
  while (at < bytes.size()) {
    const std::size_t line_end = std::min(bytes.find('\n', at), bytes.size());
    std::string_view line = bytes.substr(at, line_end - at);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    const Row row = split(line);
    if (is_sound(row) && (row.count > Column::ThreadId || line_end == bytes.size())) {
      return at;
    }
    at = line_end + 1;
  }
  return std::string_view::npos;
}

bool is_mysql_admin_command(std::string_view text) {
  return std::find(kAdminCommands.begin(), kAdminCommands.end(), text) != kAdminCommands.end();
}

bool is_mysql_throttle_summary(std::string_view text) {
  return text.starts_with("throttle: ") && text.ends_with("warning(s) suppressed.");
}

}  // namespace unjam
