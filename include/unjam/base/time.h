// Time as every module sees it: microseconds, UTC. Other units are converted where they are read.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

using Duration = std::chrono::microseconds;
/// UTC.
using TimePoint = std::chrono::sys_time<Duration>;

/// Half open: begin <= t < end.
struct TimeRange {
  TimePoint begin;
  TimePoint end;
};

/// Widens first..last so that it covers `at`; nothing when `at` is absent.
inline void widen(std::optional<TimePoint>& first, std::optional<TimePoint>& last,
                  const std::optional<TimePoint>& at) {
  if (at) {
    first = first ? std::min(*first, *at) : *at;
    last = last ? std::max(*last, *at) : *at;
  }
}

/// "2024-05-18T02:40:00.033083Z": always six decimals, always UTC.
std::string format_time(TimePoint at);

/// ISO 8601 with `T` or a blank, optional fraction, optional `Z` or `+hh:mm` (UTC without one), or
/// a date alone. nullopt when `text` is anything else.
std::optional<TimePoint> parse_time(std::string_view text);

/// "90s", "15m", "24h", "7d", "2w"; nullopt when `text` is anything else.
std::optional<Duration> parse_age(std::string_view text);

}  // namespace unjam
