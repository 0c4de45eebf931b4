// Runs a container reader over text and shows what it delivered, one line an event.
#pragma once

#include "unjam/collect/log_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace unjam {

using MakeReader = std::function<std::unique_ptr<LogReader>(const ReaderOptions&, bool)>;

/// "KIND|time|pid|user@database/host|query time in us|sql[|parameters][|error][|partial]"
class ShownEvents : public EventSink {
 public:
  void on_event(const LogEvent& event) override {
    std::string line = fmt::format("{}|{}|{}|{}@{}/{}|{}|{}", to_string(event.kind),
                                   event.at ? format_time(*event.at) : "-", event.pid.value_or(0),
                                   event.user, event.database, event.host,
                                   event.query_time ? event.query_time->count() : -1, event.sql);
    for (const std::string_view more : {event.parameters, event.error, event.message}) {
      if (!more.empty()) {
        line += '|';
        line += more;
      }
    }
    if (event.partial) {
      line += "|partial";
    }
    lines.push_back(line);
  }

  std::vector<std::string> lines;
};

struct Delivered {
  std::vector<std::string> events;
  std::map<std::string, std::uint64_t> skipped;
  bool operator==(const Delivered&) const = default;
};

inline std::map<std::string, std::uint64_t> skip_counts(const LogReader& reader) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [reason, skipped] : reader.skipped()) {
    counts[reason] = skipped.count;
  }
  return counts;
}

/// Reads `text` through windows that grow by `step` bytes when nothing could be used; each window
/// is a buffer of its own, so that a sanitizer sees a read past its padding.
inline Delivered read_in_windows(const MakeReader& make, std::string_view text, std::size_t step,
                                 bool mid_file = false) {
  const auto reader = make(ReaderOptions{}, mid_file);
  ShownEvents sink;
  std::size_t used = 0;
  std::size_t size = 0;
  while (true) {
    size = std::min(text.size() - used, size + step);
    std::string buffer(text.substr(used, size));
    buffer.append(kScanPadding, '#');
    const bool at_end = used + size == text.size();
    const std::size_t taken =
        reader->read({std::string_view(buffer).substr(0, size), at_end}, sink);
    used += taken;
    size -= taken;
    if (at_end) {
      break;
    }
  }
  reader->finish(sink);
  if (used != text.size()) {
    sink.lines.push_back(fmt::format("left unread: {}", text.size() - used));
  }
  return {sink.lines, skip_counts(*reader)};
}

inline Delivered read_whole(const MakeReader& make, std::string_view text, bool mid_file = false) {
  return read_in_windows(make, text, text.size() + 1, mid_file);
}

/// Reads [0, split) and [split, end) as two readers of one file would; their events together.
inline Delivered read_in_two(const MakeReader& make, std::string_view text, std::size_t near,
                             std::size_t& split) {
  const auto left = make(ReaderOptions{}, false);
  std::string buffer(text);
  buffer.append(kScanPadding, '#');
  const std::string_view bytes = std::string_view(buffer).substr(0, text.size());
  const std::size_t found = left->find_record(bytes.substr(near));
  split = found == std::string_view::npos ? bytes.size() : near + found;
  ShownEvents sink;
  const std::size_t used = left->read({bytes, true, split}, sink);
  left->finish(sink);
  if (used != split) {
    sink.lines.push_back(fmt::format("left reader used {}, guess was {}", used, split));
  }
  const auto right = make(ReaderOptions{}, true);
  right->read({bytes.substr(split), true}, sink);
  right->finish(sink);
  Delivered result{sink.lines, skip_counts(*left)};
  for (const auto& [reason, count] : skip_counts(*right)) {
    result.skipped[reason] += count;
  }
  return result;
}

}  // namespace unjam
