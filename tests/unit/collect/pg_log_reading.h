// Reads a PostgreSQL log from memory and writes its events down as text, for comparison.
#pragma once

#include "collect/pg_readers.h"
#include "unjam/base/time.h"
#include "unjam/collect/log_reader.h"
#include "unjam/lex/shape.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

inline std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : std::string(1, c);
  }
  return out;
}

/// `statement 25.587 sql=[SELECT 1]`: what every container of a record tells.
inline std::string core_text(const LogEvent& event) {
  std::string out(to_string(event.kind));
  if (event.query_time) {
    out += " " + std::to_string(event.query_time->count()) + "us";
  }
  const auto field = [&out](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      out += " " + std::string(name) + "=[" + escaped(value) + "]";
    }
  };
  field("sql", event.sql);
  field("parameters", event.parameters);
  if (event.file_bytes != 0) {
    out += " bytes=" + std::to_string(event.file_bytes);
  }
  if (event.lock_wait) {
    out += event.lock_wait->acquired ? " acquired" : " waiting";
    out += " " + std::to_string(event.lock_wait->waited.count()) + "us";
    field("mode", event.lock_wait->mode);
    field("object", event.lock_wait->object);
    for (const auto holder : event.lock_wait->holders) {
      out += " holder=" + std::to_string(holder);
    }
    for (const auto waiter : event.lock_wait->queue) {
      out += " queue=" + std::to_string(waiter);
    }
  }
  for (const DeadlockParticipant& one : event.deadlock) {
    out += " {" + std::to_string(one.pid) + " " + std::string(one.mode) + " on " +
           std::string(one.object) + " by " + std::to_string(one.blocked_by) + ": " +
           escaped(one.sql) + "}";
  }
  out += event.nested ? " nested" : "";
  out += event.partial ? " partial" : "";
  return out;
}

/// As core_text, with the time, the session and the error.
inline std::string full_text(const LogEvent& event) {
  std::string out = event.at ? format_time(*event.at) : "-";
  out += " " + (event.pid ? std::to_string(*event.pid) : std::string("-"));
  out += " " + std::string(event.user) + "@" + std::string(event.database) + " " + core_text(event);
  if (!event.severity.empty()) {
    out += " " + std::string(event.severity) + "=[" + std::string(event.error) + "]";
  }
  if (!event.message.empty()) {
    out += " message=[" + escaped(event.message) + "]";
  }
  if (!event.plan.empty()) {
    out += " plan=" + std::to_string(event.plan.size());
  }
  return out;
}

class TextSink : public EventSink {
 public:
  explicit TextSink(std::string (*text)(const LogEvent&)) : text_(text) {}
  void on_event(const LogEvent& event) override {
    // The scan of statements may look at what follows them.
    for (const std::string_view text : {event.sql, event.parameters}) {
      volatile char sum = 0;
      for (std::size_t i = 0; !text.empty() && i < kScanPadding; ++i) {
        sum = static_cast<char>(sum ^ text.data()[text.size() + i]);
      }
    }
    events.push_back(text_(event));
  }
  std::vector<std::string> events;

 private:
  std::string (*text_)(const LogEvent&);
};

/// Feeds `log` in windows that grow by `step` bytes until the reader uses something; 0: one window.
inline std::vector<std::string> read_pg_log(LogReader& reader, std::string_view log,
                                            std::string (*text)(const LogEvent&) = core_text,
                                            std::size_t step = 0) {
  TextSink sink(text);
  std::size_t begin = 0;
  std::size_t size = step == 0 ? log.size() : std::min(step, log.size());
  while (begin < log.size()) {
    const bool at_end = begin + size == log.size();
    // A buffer of its own, so that a sanitizer sees every byte read too far.
    std::vector<char> window(size + kScanPadding, '\0');
    std::memcpy(window.data(), log.data() + begin, size);
    const std::size_t used =
        reader.read({std::string_view(window.data(), size), at_end, std::string_view::npos}, sink);
    begin += used;
    if (at_end && used == 0) {
      sink.events.push_back("STUCK");
      break;
    }
    size = std::min(used == 0 || step == 0 ? size + step : step, log.size() - begin);
  }
  reader.finish(sink);
  return sink.events;
}

inline std::unique_ptr<LogReader> pg_reader_for(std::string_view log, bool mid_file = false) {
  const auto format = detect_pg_format(log);
  return format ? make_pg_reader(*format, {}, mid_file) : nullptr;
}

inline std::vector<std::string> read_pg_text(std::string_view log,
                                             std::string (*text)(const LogEvent&) = core_text) {
  const auto reader = pg_reader_for(log);
  return reader ? read_pg_log(*reader, log, text) : std::vector<std::string>{"UNKNOWN FORMAT"};
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace unjam
