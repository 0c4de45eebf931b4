// Shared by the fuzz targets of the MySQL readers: however the bytes arrive, the events are the
// same, and every view of an event lies in the window or in the reader's own memory.
#pragma once

#include "unjam/collect/log_reader.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace unjam::fuzz {

inline void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "violated: %s\n", what);
    std::abort();
  }
}

class Recorder final : public EventSink {
 public:
  void on_event(const LogEvent& event) override {
    std::string text(to_string(event.kind));
    // Copying reads every byte, which lets ASan judge the views.
    for (const std::string_view view :
         {event.sql, event.user, event.host, event.database, event.error}) {
      text += '|';
      text += view;
    }
    text += event.partial ? "p" : "";
    text += event.query_time ? std::to_string(event.query_time->count()) : "";
    text += event.at ? std::to_string(event.at->time_since_epoch().count()) : "";
    require(!event.scan || event.scan->length == event.sql.size(), "the scan is that of the text");
    events.push_back(std::move(text));
  }
  std::vector<std::string> events;
};

using ReaderFactory = std::function<std::unique_ptr<LogReader>()>;

inline std::vector<std::string> read_in_steps(const ReaderFactory& make, std::string_view log,
                                              std::size_t step) {
  const auto reader = make();
  Recorder recorder;
  std::size_t begin = 0;
  std::size_t end = 0;
  do {
    end = std::min(log.size(), end + step);
    const std::size_t size = end - begin;
    // An exact allocation each time: a view that outlives its window is found.
    const auto window = std::make_unique<char[]>(size + kScanPadding);
    if (size > 0) {
      std::memcpy(window.get(), log.data() + begin, size);
    }
    const std::size_t used =
        reader->read({{window.get(), size}, end == log.size(), std::string_view::npos}, recorder);
    require(used <= size, "no more is used than there is");
    begin += used;
  } while (end < log.size());
  require(begin == log.size(), "at the end, everything is used");
  reader->finish(recorder);
  return recorder.events;
}

inline void check_windows(const ReaderFactory& make, std::string_view log) {
  const std::vector<std::string> whole = read_in_steps(make, log, log.size() + 1);
  for (const std::size_t step : {std::size_t{1}, std::size_t{17}, std::size_t{211}}) {
    // Small steps read an event again and again: quadratic, and slow for a fuzzer.
    if (log.size() / step <= 200) {
      require(read_in_steps(make, log, step) == whole, "windows do not change the events");
    }
  }
  const std::size_t found = make()->find_record(log);
  require(found == std::string_view::npos || found < log.size(), "a record begins inside");
}

}  // namespace unjam::fuzz
