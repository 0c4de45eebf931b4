#include "collect/mysql_readers.h"
#include "collect/pg_readers.h"
#include "unjam/collect/log_reader.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

namespace unjam {
namespace {

struct FormatName {
  LogFormat format;
  std::string_view name;
};

constexpr std::array<FormatName, 8> kFormats{{
    {LogFormat::MySqlSlow, "mysql-slow"},
    {LogFormat::MySqlSlowTable, "mysql-slow-table"},
    {LogFormat::PgStderr, "pg-stderr"},
    {LogFormat::PgCsv, "pg-csv"},
    {LogFormat::PgJson, "pg-json"},
    {LogFormat::PgSyslog, "pg-syslog"},
    {LogFormat::PgCloudSqlJson, "pg-cloudsql-json"},
    {LogFormat::PgCnpgJson, "pg-cnpg-json"},
}};

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\v' &&
          c != '\x1b') ||
         byte == 0x7f;
}

/// More control characters than text holds, NUL bytes in front left aside: a log may begin with
/// many.
bool is_binary(std::string_view head) {
  const std::size_t first = std::min(head.find_first_not_of('\0'), head.size());
  const std::string_view sample = head.substr(first, std::size_t{64} * 1024);
  const auto controls = std::count_if(sample.begin(), sample.end(), is_control);
  return sample.empty() || static_cast<std::size_t>(controls) * 20 > sample.size();
}

/// PostgreSQL records begin with a time, an envelope or a syslog priority more often than not.
bool begins_like_pg(std::string_view head) {
  return head.starts_with('{') || head.starts_with('<') || head.starts_with('"') ||
         (head.size() > 10 && head[4] == '-' && head[7] == '-' && head[0] >= '1' && head[0] <= '2');
}

std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      result += c;
    } else {
      result += c == '\t' ? ' ' : '?';
    }
  }
  return result;
}

}  // namespace

std::string_view to_string(LogFormat format) {
  for (const FormatName& entry : kFormats) {
    if (entry.format == format) {
      return entry.name;
    }
  }
  return {};
}

std::optional<LogFormat> parse_log_format(std::string_view name) {
  for (const FormatName& entry : kFormats) {
    if (entry.name == name) {
      return entry.format;
    }
  }
  return std::nullopt;
}

std::vector<std::string> log_format_names() {
  std::vector<std::string> names;
  names.reserve(std::size(kFormats));
  for (const FormatName& entry : kFormats) {
    names.emplace_back(entry.name);
  }
  return names;
}

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::Statement:
      return "statement";
    case EventKind::Admin:
      return "admin";
    case EventKind::Throttle:
      return "throttle";
    case EventKind::Error:
      return "error";
    case EventKind::LockWait:
      return "lock_wait";
    case EventKind::Deadlock:
      return "deadlock";
    case EventKind::TemporaryFile:
      return "temporary_file";
    case EventKind::Plan:
      return "plan";
    case EventKind::Parse:
      return "parse";
    case EventKind::Bind:
      return "bind";
    case EventKind::Fetch:
      return "fetch";
  }
  return {};
}

std::optional<DetectedFormat> detect_log_format(std::string_view head) {
  if (head.starts_with(kUtf8Mark)) {
    head.remove_prefix(kUtf8Mark.size());
  }
  const std::size_t first = head.find_first_not_of(std::string_view("\0\r\n \t", 5));
  if (first == std::string_view::npos) {
    return std::nullopt;
  }
  // Statements may hold lines of the other family's logs, so the record that comes first decides.
  const auto mysql = detect_mysql_format(head);
  if (mysql && mysql->offset <= first) {
    return mysql->format;
  }
  if (is_binary(head)) {
    return std::nullopt;
  }
  if (!mysql) {
    return detect_pg_format(head);
  }
  if (auto before = detect_pg_format(head.substr(0, mysql->offset))) {
    return before;
  }
  if (begins_like_pg(head.substr(first))) {
    if (auto pg = detect_pg_format(head)) {
      return pg;
    }
  }
  return mysql->format;
}

std::string describe_unknown_format(std::string_view head) {
  struct Magic {
    std::string_view bytes;
    std::string_view name;
  };
  using std::string_view_literals::operator""sv;
  constexpr std::array<Magic, 9> kMagics{{
      {"\x1f\x8b"sv, "gzip data"},
      {"\x28\xb5\x2f\xfd"sv, "zstd data"},
      {"BZh"sv, "bzip2 data"},
      {"\xfd"
       "7zXZ"sv,
       "xz data"},
      {"PK\x03\x04"sv, "a zip archive"},
      {"\xfe"
       "bin"sv,
       "a MySQL binary log"},
      {"\xff\xfe"sv, "UTF-16 text"},
      {"\xfe\xff"sv, "UTF-16 text"},
      {"\x7f"
       "ELF"sv,
       "an executable"},
  }};
  for (const Magic& magic : kMagics) {
    if (head.starts_with(magic.bytes)) {
      return std::string(magic.name);
    }
  }
  const std::size_t first = head.find_first_not_of(std::string_view("\0\r\n \t", 5));
  if (first == std::string_view::npos) {
    return head.empty() ? "nothing: it is empty" : "nothing but blanks or NUL bytes";
  }
  if (is_binary(head)) {
    return "binary data";
  }
  head.remove_prefix(first);
  const std::size_t second_line = std::min(head.find('\n'), head.size());
  const std::string_view line = head.substr(0, second_line);
  if (line.find(", Version: ") != std::string_view::npos) {
    return "a MySQL log that is not a slow log (the general query log?)";
  }
  if (line.find(" [Note]") != std::string_view::npos ||
      line.find(" [Warning]") != std::string_view::npos ||
      line.find(" [System]") != std::string_view::npos ||
      line.find(" [ERROR]") != std::string_view::npos) {
    return fmt::format("a MySQL error log, which holds no statements; it begins with \"{}\"",
                       printable(line.substr(0, 80)));
  }
  return fmt::format("text that begins with \"{}\"", printable(line.substr(0, 80)));
}

std::optional<DetectedFormat> choose_log_format(std::string_view head,
                                                std::optional<LogFormat> wish) {
  std::optional<DetectedFormat> detected = detect_log_format(head);
  if (wish && (!detected || detected->format != *wish)) {
    const bool mysql = *wish == LogFormat::MySqlSlow || *wish == LogFormat::MySqlSlowTable;
    return DetectedFormat{*wish, mysql ? Dialect::MySql : Dialect::PostgreSql, std::nullopt};
  }
  return detected;
}

std::unique_ptr<LogReader> make_log_reader(const DetectedFormat& format,
                                           const ReaderOptions& options, bool mid_file) {
  if (auto mysql = make_mysql_reader(format, options, mid_file)) {
    return mysql;
  }
  return make_pg_reader(format, options, mid_file);
}

}  // namespace unjam
