#include "collect/mysql_header.h"

#include "collect/mysql_boundary.h"
#include "collect/mysql_fields.h"
#include "collect/mysql_usual_lines.h"
#include "unjam/base/bytes.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace unjam {
namespace {

// A header is a few hundred bytes, with plans and warnings some tens of KiB.
constexpr std::ptrdiff_t kLongestHeader = std::ptrdiff_t{1024} * 1024;
constexpr std::ptrdiff_t kLongestName = 512;
constexpr int kWarningLines = 256;

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool is_key_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

/// A name followed by a colon: the next key, when it stands where a value is expected.
bool is_key(const char* at, const char* end) {
  if (at == end || *at < 'A' || *at > 'Z') {
    return false;
  }
  while (at < end && is_key_byte(*at)) {
    ++at;
  }
  return at < end && *at == ':' && (at + 1 == end || at[1] == ' ');
}

/// The log or the window ends inside what may be a SET line.
bool is_cut_set_line(std::string_view rest) {
  if (rest.size() > 100 || rest.find('\n') != std::string_view::npos) {
    return false;
  }
  for (const std::string_view start : {"SET timestamp=", "SET insert_id=", "SET last_insert_id="}) {
    if (start.starts_with(rest.substr(0, start.size()))) {
      return true;
    }
  }
  return false;
}

std::string_view unquote_name(std::string_view name) {
  if (name.size() >= 2 && name.front() == '`' && name.back() == '`') {
    name = name.substr(1, name.size() - 2);
  }
  return name;
}

}  // namespace

void MySqlHeader::clear() {
  written.reset();
  local_time.reset();
  timestamp.reset();
  query_time.reset();
  lock_time.reset();
  rows_sent.reset();
  rows_examined.reset();
  rows_affected.reset();
  bytes_sent.reset();
  thread_id.reset();
  error.reset();
  killed.reset();
  error_text = user = host = {};
  schema.reset();
  use.reset();
  rate_limit = 1;
  has_query_time = has_set_line = broken_time = nested = user_seen = false;
}

void MySqlHeaderParser::parse_user(std::string_view value, MySqlHeader& header) {
  const MySqlUserHost found = users_.parse(value);
  header.user = found.user;
  header.host = found.host;
  if (found.thread_id) {
    header.thread_id = found.thread_id;
  }
}

void MySqlHeaderParser::parse_time(std::string_view value, MySqlHeader& header) {
  if (value.size() > 14 && value[4] == '-') {
    if (const auto at = times_.parse_iso(value)) {
      header.written = at;
    }
    return;
  }
  // Percona 5.0 and 5.1 write both on one line.
  constexpr std::string_view kUser = " # User@Host: ";
  const std::size_t user = value.find(kUser);
  if (user != std::string_view::npos) {
    parse_user(value.substr(user + kUser.size()), header);
    value = value.substr(0, user);
  }
  if (const auto at = times_.parse_old(value)) {
    header.local_time = at;
  }
}

void MySqlHeaderParser::take(std::string_view key, std::string_view value, MySqlHeader& header) {
  const auto take_duration = [&](std::optional<Duration>& target) {
    target = parse_mysql_seconds(value);
    header.broken_time |= !target;
  };
  const auto take_error = [&] {
    header.error = parse_count(value);
    if (header.error.value_or(0) != 0) {
      header.error_text = value;
    }
  };
  switch (key.front()) {
    case 'Q':
      if (key == "Query_time") {
        header.has_query_time = true;
        take_duration(header.query_time);
      }
      break;
    case 'L':
      if (key == "Lock_time") {
        take_duration(header.lock_time);
      } else if (key == "Last_errno") {
        take_error();
      } else if (key == "Log_slow_rate_limit") {
        // 1000 is the largest that Percona Server takes; more would let one line outweigh the log.
        const auto limit = parse_count(value);
        if (limit && *limit >= 1 && *limit <= 1000) {
          header.rate_limit = *limit;
        }
      }
      break;
    case 'R':
      if (key == "Rows_sent") {
        header.rows_sent = parse_count(value);
      } else if (key == "Rows_examined") {
        header.rows_examined = parse_count(value);
      } else if (key == "Rows_affected") {
        header.rows_affected = parse_count(value);
      }
      break;
    case 'B':
      if (key == "Bytes_sent") {
        header.bytes_sent = parse_count(value);
      }
      break;
    case 'T':
      if (key == "Thread_id") {
        header.thread_id = parse_count(value);
      }
      break;
    case 'C':
      if (key == "Conn_ID") {
        header.thread_id = parse_count(value);
      }
      break;
    case 'D':
      if (key == "DB") {
        header.schema = value;
      }
      break;
    case 'E':
      if (key == "Errno") {
        take_error();
      } else if (key == "End" && !header.written) {
        header.written = times_.parse_iso(value);
      }
      break;
    case 'K':
      if (key == "Killed") {
        header.killed = parse_count(value);
        if (header.killed.value_or(0) != 0 && header.error.value_or(0) == 0) {
          header.error_text = value;
        }
      }
      break;
    default:
      break;
  }
}

void MySqlHeaderParser::parse_keys(const char* at, const char* line_end, MySqlHeader& header) {
  bool rate_is_per_query = true;
  while (at < line_end) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    const char* const key = at;
    while (at < line_end && is_key_byte(*at)) {
      ++at;
    }
    if (at == line_end || *at != ':' || at == key) {
      while (at < line_end && *at != ' ') {
        ++at;
      }
      continue;
    }
    const std::string_view name = view(key, at);
    ++at;
    while (at < line_end && *at == ' ') {
      ++at;
    }
    const char* const value = at;
    if (*key == 'S') {
      if (name == "Schema") {
        // The only value that may hold blanks; it ends where a key follows.
        while (at < line_end && !is_key(at, line_end)) {
          const void* blank = std::memchr(at, ' ', static_cast<std::size_t>(line_end - at));
          at = blank == nullptr ? line_end : static_cast<const char*>(blank) + 1;
        }
        const char* value_end = at;
        while (value_end > value && value_end[-1] == ' ') {
          --value_end;
        }
        header.schema = view(value, value_end);
        continue;
      }
      if (name == "Start" && is_key(at, line_end)) {
        continue;
      }
    }
    while (at < line_end && *at != ' ') {
      ++at;
    }
    if (name == "Log_slow_rate_type") {
      rate_is_per_query = view(value, at) == "query";
    }
    take(name, view(value, at), header);
  }
  if (!rate_is_per_query) {
    header.rate_limit = 1;
  }
}

void MySqlHeaderParser::parse_line(const char* line, const char* line_end, MySqlHeader& header) {
  if (line_end - line < 6) {
    return;
  }
  const std::string_view text = view(line, line_end);
  switch (line[2]) {
    case 'T':
      if (text.starts_with("# Time: ")) {
        parse_time(text.substr(8), header);
      } else if (text.starts_with("# Thread_id: ")) {
        parse_keys(line + 2, line_end, header);
      }
      break;
    case 'U':
      if (text.starts_with("# User@Host: ")) {
        parse_user(text.substr(13), header);
      } else if (text.starts_with("# User: ")) {
        // TiDB 2
        const std::size_t at = text.rfind('@');
        header.user = text.substr(8, at == std::string_view::npos || at < 8 ? at : at - 8);
        header.host = at == std::string_view::npos ? "" : text.substr(at + 1);
      }
      break;
    case 'Q':
      if (text.starts_with("# Query_time: ")) {
        parse_keys(line + 2, line_end, header);
      }
      break;
    case 'S':
      if (text.starts_with("# Schema:")) {
        parse_keys(line + 2, line_end, header);
      } else if (text.starts_with("# Stored_routine: ")) {
        header.nested = true;
      }
      break;
    case 'B':
    case 'C':
    case 'D':
    case 'E':
    case 'K':
    case 'L':
    case 'R':
      parse_keys(line + 2, line_end, header);
      break;
    default:
      break;
  }
}

HeaderEnd MySqlHeaderParser::parse(const char* begin, const char* end, bool at_end,
                                   MySqlHeader& header) {
  header.clear();
  const char* at = begin;
  bool warnings = false;
  const auto undecided = [&](const char* next) {
    if (end - begin > kLongestHeader) {
      return HeaderEnd{HeaderStatus::NoQueryTime, next};
    }
    return HeaderEnd{at_end ? HeaderStatus::Cut : HeaderStatus::NeedsMore, end};
  };
  while (at < end && *at == '#') {
    if (end - at >= kUsualLineRoom) {
      if (const char* const next = take_usual_line(at, at == begin, times_, users_, header)) {
        at = next;
        continue;
      }
    }
    const char* next = next_line(at, end);
    if (next[-1] != '\n') {
      return undecided(end);
    }
    if (next - at > 8 && at[1] == ' ') {
      const bool time = std::memcmp(at, "# Time: ", 8) == 0;
      const bool user = std::memcmp(at, "# User@H", 8) == 0;
      if ((time || user) && at != begin && (header.has_query_time || header.user_seen)) {
        return {header.has_query_time ? HeaderStatus::NoStatement : HeaderStatus::NoQueryTime, at};
      }
      header.user_seen |= user;
      if (header.has_query_time && view(at, next).starts_with("# administrator command: ")) {
        return {HeaderStatus::Complete, at};
      }
      warnings |= view(at, next).starts_with("# Warnings");
    }
    parse_line(at, trim_line_end(at, next), header);
    at = next;
    if (at - begin > kLongestHeader) {
      return {HeaderStatus::NoQueryTime, at};
    }
  }
  if (at == end) {
    return undecided(end);
  }
  if (!header.has_query_time) {
    return {HeaderStatus::NoQueryTime, at};
  }
  if (warnings) {
    // The text of a warning may hold line feeds: its end shows in the SET line.
    const char* line = at;
    const char* previous = at;
    std::optional<std::int64_t> ignored;
    for (int lines = 0; lines < kWarningLines && line < end; ++lines) {
      if (set_line_length(view(line, end), ignored) != 0) {
        at = view(previous, line).starts_with("use ") ? previous : line;
        break;
      }
      previous = line;
      line = next_line(line, end);
    }
    if (line == end) {
      return undecided(end);
    }
  }
  const char* const behind_lines = at;
  if (*at == 'u' && (end - at < 4 || std::memcmp(at, "use ", 4) == 0)) {
    const char* next = next_line(at, end);
    const char* line_end = trim_line_end(at, next);
    // A name may hold a line feed; then the SET line shows where the name ends.
    std::optional<std::int64_t> ignored;
    while (next < end && line_end[-1] != ';' && next - at < kLongestName) {
      next = next_line(next, end);
      line_end = trim_line_end(at, next);
      if (line_end[-1] == ';' && next < end && set_line_length(view(next, end), ignored) == 0) {
        break;
      }
    }
    if (next[-1] != '\n' || end - at < 6) {
      return undecided(at);
    }
    if (line_end[-1] == ';' && line_end - at >= 6) {
      header.use = unquote_name(view(at + 4, line_end - 1));
      at = next;
    }
  }
  const std::string_view rest = view(at, end);
  if (const std::size_t length = set_line_length(rest, header.timestamp); length != 0) {
    header.has_set_line = true;
    at += length;
  } else if (is_cut_set_line(rest)) {
    return undecided(at);
  }
  // Behind a SET line stands statement text, whatever it looks like; the exceptions begin so:
  if (header.has_set_line && at < end && *at != '#' && *at != '\n' && *at != '\r' && *at != '\0') {
    return {HeaderStatus::Complete, at};
  }
  const bool own_use = header.use && !header.has_set_line;
  const Probe next_event = at == end ? Probe::NeedsMore : probe_next_event(at, end, at_end);
  if (own_use && next_event == Probe::Yes) {
    // The client's own USE, in a log without SET lines. At the end of the log it is more likely
    // that the SET line was cut off.
    header.use.reset();
    return {HeaderStatus::Complete, behind_lines};
  }
  if (next_event == Probe::NeedsMore) {
    return undecided(end);
  }
  if (next_event == Probe::Yes) {
    // Behind a SET line a statement follows, even if it begins with comments that look like a
    // header; unless the next header has a SET line and a statement of its own.
    const Probe event =
        header.has_set_line && *at == '#' ? probe_event(at, end, at_end) : Probe::Yes;
    if (event == Probe::NeedsMore) {
      return undecided(end);
    }
    if (event == Probe::Yes) {
      return {HeaderStatus::NoStatement, at};
    }
  }
  return {HeaderStatus::Complete, at};
}

}  // namespace unjam
