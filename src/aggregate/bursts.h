// N+1 bursts: the same class sent again and again by one session.
#pragma once

#include "unjam/base/time.h"

#include <array>
#include <cstdint>

namespace unjam {

/// Remembers the last class of each recent session, in a table of fixed size: sessions that share a
/// slot hide each other's bursts, they never make one up.
class Bursts {
 public:
  /// Length of the run of executions of `class_index` by `session` that this one belongs to. A run
  /// ends with another class, or when more than a second passes.
  std::uint64_t add(std::uint64_t session, std::uint32_t class_index, TimePoint at);

 private:
  struct Run {
    std::uint64_t session = 0;
    std::uint64_t length = 0;
    TimePoint at;
    std::uint32_t class_index = 0;
  };
  std::array<Run, 1024> runs_{};
};

}  // namespace unjam
