#include "collect/pg_json_lines.h"

#include "collect/digits.h"
#include "collect/pg_csv_row.h"

#include <algorithm>
#include <optional>

namespace unjam {
namespace {

/// A longer record is taken for damage: memory and lookahead stay bounded.
constexpr std::size_t kLongestRecord = std::size_t{64} << 20;

/// `2024-05-18T02:40:00.037123456+00:00 stderr F ` is shorter.
constexpr std::size_t kRuntimePrefixBytes = 80;

/// Nothing of a record: white space, the brackets and commas of a list of records, a byte order
/// mark, zeros that copytruncate left.
constexpr std::string_view kBetweenRecords(" \t\r\n[],\0\xEF\xBB\xBF", 11);

/// Offset of the brace that opens the record at the front of `line`; npos if there is none.
std::size_t find_brace(std::string_view line) {
  if (line.starts_with('{')) {
    return 0;
  }
  const std::size_t first = line.find_first_not_of(kBetweenRecords);
  if (first == std::string_view::npos || line[first] == '{') {
    return first;
  }
  if (line[first] < '0' || line[first] > '9') {
    return std::string_view::npos;
  }
  const std::string_view front = line.substr(first, kRuntimePrefixBytes);
  for (const std::string_view stream : {" stdout F {", " stderr F {"}) {
    const std::size_t at = front.find(stream);
    if (at != std::string_view::npos && front.substr(0, at).find('\n') == std::string_view::npos) {
      return first + at + stream.size() - 1;
    }
  }
  return std::string_view::npos;
}

std::size_t next_line(std::string_view bytes, std::size_t from) {
  const std::size_t line_feed = bytes.find('\n', from);
  return line_feed == std::string_view::npos ? bytes.size() : line_feed + 1;
}

}  // namespace

void read_json_field(JsonCursor& cursor, JsonText* field) {
  if (field == nullptr) {
    cursor.skip();
    return;
  }
  switch (cursor.kind()) {
    case JsonCursor::Kind::Text:
      cursor.read_text(*field);
      return;
    case JsonCursor::Kind::Scalar: {
      std::string_view scalar;
      if (cursor.read_scalar(scalar) && scalar != "null") {
        *field = {scalar, false};
      }
      return;
    }
    case JsonCursor::Kind::Object:
    case JsonCursor::Kind::Array:
      cursor.skip();
  }
}

JsonText* find_jsonlog_field(PgJsonFields& fields, std::string_view key) {
  // The length tells nearly all of the two dozen keys apart.
  switch (key.size()) {
    case 2:
      return key == "ps" ? &fields.command_tag : nullptr;
    case 3:
      return key == "pid" ? &fields.pid : key == "log" ? &fields.wrapped : nullptr;
    case 4:
      return key == "user" ? &fields.user : key == "hint" ? &fields.hint : nullptr;
    case 6:
      return key == "dbname" ? &fields.database : key == "detail" ? &fields.detail : nullptr;
    case 7:
      return key == "message" ? &fields.message : key == "context" ? &fields.context : nullptr;
    case 9:
      return key == "timestamp" ? &fields.time : key == "statement" ? &fields.statement : nullptr;
    case 10:
      return key == "session_id"   ? &fields.session_id
             : key == "state_code" ? &fields.sqlstate
                                   : nullptr;
    case 11:
      return key == "remote_host" ? &fields.host : nullptr;
    case 14:
      return key == "error_severity"   ? &fields.severity
             : key == "internal_query" ? &fields.internal_query
                                       : nullptr;
    case 16:
      return key == "application_name" ? &fields.application : nullptr;
    default:
      return nullptr;
  }
}

JsonText* find_csv_column_field(PgJsonFields& fields, std::string_view key) {
  switch (key.size()) {
    case 4:
      return key == "hint" ? &fields.hint : nullptr;
    case 5:
      return key == "query" ? &fields.statement : nullptr;
    case 6:
      return key == "detail" ? &fields.detail : nullptr;
    case 7:
      return key == "message" ? &fields.message : key == "context" ? &fields.context : nullptr;
    case 8:
      return key == "log_time" ? &fields.time : nullptr;
    case 9:
      return key == "user_name" ? &fields.user : nullptr;
    case 10:
      return key == "process_id" ? &fields.pid : key == "session_id" ? &fields.session_id : nullptr;
    case 11:
      return key == "command_tag" ? &fields.command_tag : nullptr;
    case 13:
      return key == "database_name" ? &fields.database : nullptr;
    case 14:
      return key == "error_severity"   ? &fields.severity
             : key == "sql_state_code" ? &fields.sqlstate
             : key == "internal_query" ? &fields.internal_query
                                       : nullptr;
    case 15:
      return key == "connection_from" ? &fields.connection_from : nullptr;
    case 16:
      return key == "application_name" ? &fields.application : nullptr;
    default:
      return nullptr;
  }
}

std::size_t PgJsonLines::read(const Window& window, EventSink& sink) {
  const std::string_view bytes = window.bytes;
  const std::size_t stop = std::min(window.stop, bytes.size());
  if (bytes.size() > unescaped_size_) {
    unescaped_size_ = bytes.size();
    unescaped_ = std::make_unique<char[]>(unescaped_size_ + kScanPadding);
  }
  std::size_t used = 0;
  while (used < bytes.size()) {
    if (in_bad_line_) {
      const std::size_t line = next_line(bytes, used);
      in_bad_line_ = bytes[line - 1] != '\n';
      used = line;
      continue;
    }
    used += bytes[used] == '\n' ? 1U : 0U;  // Nearly always all that there is.
    if (used == bytes.size() || bytes[used] != '{') {
      used = std::min(bytes.find_first_not_of(kBetweenRecords, used), bytes.size());
    }
    if (used == bytes.size()) {
      break;
    }
    const std::string_view rest = bytes.substr(used, kLongestRecord);
    const bool at_end = window.at_end && used + rest.size() == bytes.size();
    const std::size_t brace = find_brace(rest);
    if (brace == std::string_view::npos) {
      if (used >= stop || (rest.size() < kRuntimePrefixBytes && !at_end &&
                           rest.find('\n') == std::string_view::npos)) {
        break;
      }
      used = skip_line("not a json line", bytes, used);
      continue;
    }
    PgJsonFields fields;
    JsonCursor cursor(rest, brace);
    fields.room = unescaped_.get();
    unwrap(cursor, fields, wrapped_);
    if (used >= stop && !(cursor.good() && continues(fields))) {
      break;
    }
    const bool sound = is_sound(fields, time_);
    switch (cursor.state()) {
      case JsonCursor::State::Good:
        if (sound) {
          deliver(fields, false, sink);
        } else {
          skipped_.add("no PostgreSQL record", rest.substr(0, cursor.offset()));
        }
        in_first_line_ = false;
        used += cursor.offset();
        continue;
      case JsonCursor::State::Bad:
        used = skip_line("bad json line", bytes, used);
        continue;
      case JsonCursor::State::Cut:
        break;
    }
    if (!at_end && rest.size() < kLongestRecord) {
      break;
    }
    if (at_end && sound && (!fields.message.raw.empty() || !fields.payload.raw.empty()) &&
        next_line(rest, 0) == rest.size()) {
      deliver(fields, true, sink);
      used = bytes.size();
      continue;
    }
    used = skip_line("cut json line", bytes, used);
  }
  return used;
}

void PgJsonLines::unwrap(JsonCursor& cursor, PgJsonFields& fields, std::string& wrapped) const {
  collect(cursor, fields);
  if (fields.wrapped.raw.empty() || !cursor.good()) {
    return;
  }
  wrapped.clear();
  wrapped.reserve(fields.wrapped.raw.size() + kScanPadding);
  append_json_text(fields.wrapped, wrapped);
  const std::size_t size = wrapped.size();
  wrapped.append(kScanPadding, '\0');
  const std::string_view line = std::string_view(wrapped).substr(0, size);
  if (line.starts_with('{')) {
    PgJsonFields inner;
    JsonCursor inner_cursor(line);
    collect(inner_cursor, inner);
    if (inner_cursor.good()) {
      fields = inner;
    }
  }
}

std::size_t PgJsonLines::skip_line(std::string_view reason, std::string_view bytes,
                                   std::size_t from) {
  const std::size_t line = next_line(bytes, from);
  if (!in_first_line_) {
    skipped_.add(reason, bytes.substr(from, line - from));
  }
  in_first_line_ = false;
  in_bad_line_ = bytes[line - 1] != '\n';
  return line;
}

bool PgJsonLines::is_sound(PgJsonFields& fields, PgTimeParser& time) const {
  fields.at = time.parse(fields.time.raw);
  return fields.at && !fields.severity.raw.empty();
}

bool PgJsonLines::continues(const PgJsonFields& /*fields*/) const { return false; }

std::string_view PgJsonLines::text_of(const JsonText& text) {
  if (!text.escaped) {
    return text.raw;
  }
  char* const begin = scratch_end_;
  scratch_end_ = unescape_json(text, begin);
  return {begin, static_cast<std::size_t>(scratch_end_ - begin)};
}

void PgJsonLines::deliver(const PgJsonFields& fields, bool partial, EventSink& sink) {
  // Views into the scratch must survive its growth, so it does not grow below: text shrinks when it
  // is unescaped, except that a lone surrogate of six bytes becomes three.
  std::size_t escaped = 0;
  const auto count = [&escaped](const JsonText& text) {
    escaped += text.escaped ? text.raw.size() : 0;
  };
  count(fields.user);
  count(fields.database);
  count(fields.host);
  count(fields.connection_from);
  count(fields.command_tag);
  count(fields.severity);
  count(fields.message);
  count(fields.detail);
  count(fields.hint);
  count(fields.internal_query);
  count(fields.context);
  count(fields.statement);
  count(fields.application);
  if (scratch_.size() < escaped + kScanPadding) {
    scratch_.resize(escaped + kScanPadding);
  }
  scratch_end_ = scratch_.data();

  PgRecord record;
  record.at = fields.at;
  record.pid = parse_decimal(fields.pid.raw);
  record.session_id = fields.session_id.raw;
  record.severity = text_of(fields.severity);
  record.sqlstate = fields.sqlstate.raw;
  record.message = text_of(fields.message);
  record.detail = text_of(fields.detail);
  record.hint = text_of(fields.hint);
  record.internal_query = text_of(fields.internal_query);
  record.context = text_of(fields.context);
  record.statement = text_of(fields.statement);
  record.user = text_of(fields.user);
  record.database = text_of(fields.database);
  record.host = fields.host.raw.empty() ? host_of_connection(text_of(fields.connection_from))
                                        : text_of(fields.host);
  record.application = text_of(fields.application);
  record.command_tag = text_of(fields.command_tag);
  record.partial = partial;
  interpreter_.on_record(record, sink);
}

std::size_t PgJsonLines::find_sound(std::string_view bytes) const {
  PgTimeParser time = time_;
  std::string wrapped;
  for (std::size_t line = 0; line < bytes.size();) {
    const std::string_view rest = bytes.substr(line, kLongestRecord);
    const std::size_t line_length = next_line(rest, 0);
    const std::size_t brace = find_brace(rest.substr(0, line_length));
    if (brace != std::string_view::npos) {
      PgJsonFields fields;
      JsonCursor cursor(rest, brace);
      unwrap(cursor, fields, wrapped);
      if (cursor.state() != JsonCursor::State::Bad && is_sound(fields, time) &&
          !continues(fields)) {
        return line + rest.find_first_not_of(kBetweenRecords);
      }
    }
    line += line_length;
  }
  return std::string_view::npos;
}

std::size_t PgJsonLines::find_record(std::string_view bytes) const { return find_sound(bytes); }

bool PgJsonLines::recognises(std::string_view head) const {
  return find_sound(head) != std::string_view::npos;
}

}  // namespace unjam
