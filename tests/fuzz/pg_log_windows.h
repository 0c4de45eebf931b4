// For fuzz targets: a log read in small windows must give the events that one window gives.
#pragma once

#include "unit/collect/pg_log_reading.h"

#include <cstdlib>
#include <string>
#include <string_view>

namespace unjam {

/// Aborts when the events differ or the reader does not use all bytes. `make` gives a new reader.
template <typename Make>
void check_windows(Make make, std::string_view log) {
  const auto whole = make();
  const std::vector<std::string> expected = read_pg_log(*whole, log, full_text);
  const std::size_t step = log.size() % 61 + 1;
  const auto windowed = make();
  if (read_pg_log(*windowed, log, full_text, step) != expected) {
    std::abort();
  }
  for (const std::string& event : expected) {
    if (event == "STUCK") {
      std::abort();
    }
  }
  const auto middle = make();
  const std::size_t record = middle->find_record(log);
  if (record != std::string_view::npos && record >= log.size()) {
    std::abort();
  }
}

}  // namespace unjam
