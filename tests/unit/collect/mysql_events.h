// What the tests of the MySQL readers share: a log read in windows of a chosen size, its events as
// text.
#pragma once

#include "unjam/collect/log_reader.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unjam::mysql_test {

inline std::string escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\\') {
      result += "\\\\";
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result;
}

/// One line: kind, every field that is present, the text.
inline std::string describe(const LogEvent& event) {
  std::string line(to_string(event.kind));
  const auto add = [&](std::string_view name, const auto& value) {
    if (value) {
      line += fmt::format(" {}={}", name, *value);
    }
  };
  const auto add_text = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      line += fmt::format(" {}={}", name, escape(value));
    }
  };
  if (event.at) {
    line += " at=" + format_time(*event.at);
  }
  if (event.query_time) {
    line += fmt::format(" time={}", event.query_time->count());
  }
  if (event.lock_time) {
    line += fmt::format(" lock={}", event.lock_time->count());
  }
  add("sent", event.rows_sent);
  add("examined", event.rows_examined);
  add("affected", event.rows_affected);
  add("bytes", event.bytes_sent);
  add("thread", event.thread_id);
  add_text("user", event.user);
  add_text("host", event.host);
  add_text("db", event.database);
  add_text("error", event.error);
  if (event.rate_limit != 1) {
    line += fmt::format(" rate={}", event.rate_limit);
  }
  line += event.partial ? " partial" : "";
  line += event.nested ? " nested" : "";
  return line + " | " + escape(event.sql);
}

class Events final : public EventSink {
 public:
  void on_event(const LogEvent& event) override {
    lines.push_back(describe(event));
    sql.emplace_back(event.sql);
    kinds.push_back(event.kind);
    partial.push_back(event.partial);
    at.push_back(event.at);
    if (event.scan) {
      EXPECT_EQ(event.scan->length, event.sql.size()) << event.sql.substr(0, 200);
    }
  }

  std::vector<std::string> lines;
  std::vector<std::string> sql;
  std::vector<EventKind> kinds;
  std::vector<bool> partial;
  std::vector<std::optional<TimePoint>> at;
};

/// Bytes of exactly the wanted size, with the padding that a window must have behind it.
class Padded {
 public:
  explicit Padded(std::string_view bytes)
      : data_(std::make_unique<char[]>(bytes.size() + kScanPadding)), size_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), data_.get());
    // A quote behind the window must not be seen as part of it.
    std::memset(data_.get() + size_, '\'', kScanPadding);
  }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_;
};

/// Feeds `log` in steps of `step` bytes, as a caller does that reads a stream.
inline Events read_in_steps(LogReader& reader, std::string_view log, std::size_t step) {
  Events events;
  std::size_t begin = 0;
  std::size_t end = 0;
  while (true) {
    end = std::min(log.size(), end + step);
    const Padded window(log.substr(begin, end - begin));
    const bool at_end = end == log.size();
    const std::size_t used = reader.read({window.view(), at_end, std::string_view::npos}, events);
    EXPECT_LE(used, window.view().size());
    begin += used;
    if (at_end) {
      EXPECT_EQ(begin, log.size()) << "with at_end, everything is used";
      break;
    }
  }
  reader.finish(events);
  return events;
}

inline Events read_all(LogReader& reader, std::string_view log) {
  return read_in_steps(reader, log, std::max<std::size_t>(log.size(), 1));
}

}  // namespace unjam::mysql_test
