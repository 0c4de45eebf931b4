// The levels of roll-up and their periods, in minutes since the epoch as the store keeps them.
#pragma once

#include "unjam/base/time.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace unjam {

using EpochMinute = std::int64_t;

/// Stored as numbers.
enum class Level : std::uint8_t { Minute, Hour, Day, Week };

inline constexpr std::array<Level, 4> kLevels = {Level::Minute, Level::Hour, Level::Day,
                                                 Level::Week};

/// Minutes of one period. Weeks are seven days since the epoch: no calendar is meant.
constexpr EpochMinute length(Level level) {
  constexpr std::array<EpochMinute, 4> kLengths = {1, 60, 1440, 10080};
  return kLengths[static_cast<std::size_t>(level)];
}

/// `level` is not Week.
constexpr Level coarser(Level level) { return static_cast<Level>(static_cast<int>(level) + 1); }
/// `level` is not Minute.
constexpr Level finer(Level level) { return static_cast<Level>(static_cast<int>(level) - 1); }

constexpr EpochMinute floor_to(Level level, EpochMinute minute) {
  const EpochMinute rest = minute % length(level);
  return minute - (rest < 0 ? rest + length(level) : rest);
}

constexpr EpochMinute ceil_to(Level level, EpochMinute minute) {
  return floor_to(level, minute + length(level) - 1);
}

/// Sixteen thousand years; no sum of two of them leaves the range of a TimePoint.
inline constexpr EpochMinute kLastMinute = EpochMinute{1} << 33;

/// Times of damaged logs and files are moved into the range that can be computed with.
constexpr EpochMinute bounded(EpochMinute minute) {
  return std::clamp<EpochMinute>(minute, 0, kLastMinute);
}

constexpr EpochMinute minute_of(TimePoint at) {
  return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
}

constexpr TimePoint time_of(EpochMinute minute) { return TimePoint(std::chrono::minutes(minute)); }

}  // namespace unjam
