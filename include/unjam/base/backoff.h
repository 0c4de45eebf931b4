// How long to leave something alone that failed: twice as long each time, and never all at once.
#pragma once

#include "unjam/base/time.h"

#include <algorithm>
#include <cstdint>

namespace unjam {

/// Not thread-safe.
class Backoff {
 public:
  /// `seed` makes those that fail together try again apart.
  Backoff(Duration first, Duration most, std::uint64_t seed)
      : first_(first), most_(most), next_(first), state_(seed * 2 + 1) {}

  /// From half of the present pause to the whole of it; the next one is twice as long.
  Duration next() {
    const Duration whole = next_;
    next_ = std::min(most_, next_ * 2);
    // xorshift64*: chance enough to spread them.
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    const auto half = static_cast<std::uint64_t>(whole.count() / 2);
    const std::uint64_t part = (state_ * 0x2545F4914F6CDD1D) >> 33;
    return whole - Duration(half == 0 ? 0 : part % (half + 1));
  }

  /// It worked.
  void reset() { next_ = first_; }

 private:
  Duration first_;
  Duration most_;
  Duration next_;
  std::uint64_t state_;
};

}  // namespace unjam
