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
  std::uint32_t add(std::uint64_t session, std::uint32_t class_index, TimePoint at) {
    Run& run = runs_[session % kSessions];
    const bool goes_on = run.length > 0 && run.session == session &&
                         run.class_index == class_index && at - run.at <= std::chrono::seconds(1);
    run = {session, at, class_index, goes_on ? run.length + 1 : 1};
    return run.length;
  }

  /// The memory that adding to `session` is going to touch, to prefetch it.
  const void* place_of(std::uint64_t session) const { return &runs_[session % kSessions]; }

 private:
  static constexpr std::size_t kSessions = 1024;
  struct Run {
    std::uint64_t session = 0;
    TimePoint at;
    std::uint32_t class_index = 0;
    std::uint32_t length = 0;
  };
  std::array<Run, kSessions> runs_{};
};

}  // namespace unjam
