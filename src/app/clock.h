// The only clock of the service; tests bring their own.
#pragma once

#include "unjam/base/time.h"

#include <chrono>
#include <functional>

namespace unjam {

/// Thread-safe.
using Clock = std::function<TimePoint()>;

inline TimePoint system_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace unjam
