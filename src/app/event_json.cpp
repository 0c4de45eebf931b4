#include "app/event_json.h"

#include "unjam/aggregate/incidents.h"
#include "unjam/base/utf8.h"

#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

class Line {
 public:
  explicit Line(std::string& out) : out_(out) { out_ += '{'; }
  void end() { out_ += "}\n"; }

  void key(std::string_view name) {
    if (!first_) {
      out_ += ',';
    }
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) {
      key(name);
      append_exact_json(out_, value);
    }
  }
  void number(std::string_view name, std::uint64_t value) {
    key(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }
  void number(std::string_view name, const std::optional<std::uint64_t>& value) {
    if (value) {
      number(name, *value);
    }
  }
  void micros(std::string_view name, const std::optional<Duration>& value) {
    if (value) {
      key(name);
      fmt::format_to(std::back_inserter(out_), "{}", value->count());
    }
  }
  void flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
  }
  void numbers(std::string_view name, const std::vector<std::uint64_t>& values) {
    key(name);
    out_ += fmt::format("[{}]", fmt::join(values, ","));
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void append_lock_wait(Line& line, const LockWaitDetail& wait) {
  line.flag("acquired", wait.acquired);
  line.micros("waited_us", wait.waited);
  line.text("mode", wait.mode);
  line.text("object", wait.object);
  line.numbers("holders", wait.holders);
  line.numbers("queue", wait.queue);
}

void append_deadlock(std::string& out, Line& line, const LogEvent& event, bool masked) {
  line.key("participants");
  out += '[';
  bool first = true;
  for (const DeadlockParticipant& participant : event.deadlock) {
    out += first ? "" : ",";
    first = false;
    Line inner(out);
    inner.number("pid", participant.pid);
    inner.text("mode", participant.mode);
    inner.text("object", participant.object);
    inner.number("blocked_by", participant.blocked_by);
    if (!masked) {
      inner.text("sql", participant.sql);
    }
    out += '}';
  }
  out += ']';
}

/// The code of a character of two or three bytes that steers a terminal or turns the direction of
/// text (C1 controls, bidirectional marks, line separators); 0 for others.
unsigned control_code(std::string_view text, std::size_t length) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned code = 0;
  if (length == 2) {
    code = (byte(0) & 0x1fU) << 6U | (byte(1) & 0x3fU);
  } else if (length == 3) {
    code = (byte(0) & 0x0fU) << 12U | (byte(1) & 0x3fU) << 6U | (byte(2) & 0x3fU);
  }
  const bool steers = (code >= 0x80 && code < 0xa0) || code == 0x200e || code == 0x200f ||
                      (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return steers ? code : 0;
}

}  // namespace

void append_exact_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      fmt::format_to(std::back_inserter(out), "\\udc{:02x}", c);
      text.remove_prefix(1);
    } else if (const unsigned control = control_code(text, length); control != 0) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", control);
      text.remove_prefix(length);
    } else if (length > 1) {
      out += text.substr(0, length);
      text.remove_prefix(length);
    } else {
      switch (c) {
        case '"':
          out += "\\\"";
          break;
        case '\\':
          out += "\\\\";
          break;
        case '\n':
          out += "\\n";
          break;
        case '\t':
          out += "\\t";
          break;
        case '\r':
          out += "\\r";
          break;
        default:
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
      }
      text.remove_prefix(1);
    }
  }
  out += '"';
}

void append_event_line(std::string& out, const EventLine& shown) {
  const LogEvent& event = shown.event;
  const bool masked = shown.sql.data() != event.sql.data();
  Line line(out);
  line.text("kind", to_string(event.kind));
  if (event.at) {
    line.text("at", format_time(*event.at));
  }
  if (event.kind == EventKind::Statement || !event.sql.empty()) {
    line.key("sql");
    append_exact_json(out, shown.sql);
  }
  line.micros("query_time_us", event.query_time);
  line.micros("lock_time_us", event.lock_time);
  line.number("rows_examined", event.rows_examined);
  line.number("rows_sent", event.rows_sent);
  line.number("rows_affected", event.rows_affected);
  line.number("bytes_sent", event.bytes_sent);
  line.text("user", event.user);
  line.text("database", event.database);
  line.text("host", event.host);
  line.text("application", event.application);
  line.number("thread_id", event.thread_id);
  line.number("pid", event.pid);
  line.text("parameters", shown.parameters);
  line.text("error", event.error);
  line.text("severity", event.severity);
  line.text("message", masked ? mask_error_message(event.message) : std::string(event.message));
  if (!masked) {
    line.text("plan", event.plan);
  }
  if (event.kind == EventKind::TemporaryFile) {
    line.number("bytes", event.file_bytes);
  }
  if (event.lock_wait) {
    append_lock_wait(line, *event.lock_wait);
  }
  if (event.kind == EventKind::Deadlock) {
    append_deadlock(out, line, event, masked);
  }
  if (event.rate_limit != 1) {
    line.number("rate_limit", event.rate_limit);
  }
  if (event.nested) {
    line.flag("nested", true);
  }
  if (!shown.tags.empty()) {
    line.key("tags");
    Line tags(out);
    for (const auto& [key, value] : shown.tags) {
      std::string quoted;
      append_exact_json(quoted, key);
      tags.key(std::string_view(quoted).substr(1, quoted.size() - 2));
      append_exact_json(out, value);
    }
    out += '}';
  }
  line.flag("partial", event.partial);
  if (shown.id.value != 0) {
    line.text("fingerprint_id", shown.id.hex());
  }
  line.end();
}

}  // namespace unjam
