// Random flushes for store tests: several targets and both sources, with everything that a Flush
// may hold.
#pragma once

#include "unjam/model/flush.h"

#include <cstdint>
#include <random>
#include <string>

namespace unjam {

class RandomFlushes {
 public:
  explicit RandomFlushes(std::uint64_t seed) : random_(seed) {}

  /// The next flush of one of a few collectors; its slices are of minutes in [begin, end).
  Flush next(TimePoint begin, TimePoint end);
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  /// Of the classes that occur.
  FingerprintId some_class();
  TimePoint some_minute(TimePoint begin, TimePoint end);

  static constexpr std::uint64_t kClasses = 60;
  static constexpr std::uint64_t kTargets = 5;

 private:
  ClassDelta delta(FingerprintId id);
  std::string text(const char* what, std::uint64_t kinds);

  std::mt19937_64 random_;
  std::uint64_t sequences_[2 * kTargets] = {};
};

/// Every number of `counts`; of the histogram, how many it holds.
std::string describe(const Counts& counts);

}  // namespace unjam
