// What the service knows about itself at one instant, for /readyz and /metrics: made by app/,
// rendered here.
#pragma once

#include "unjam/base/time.h"
#include "unjam/watch/collector.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unjam {

struct CollectorStatus {
  enum class State : std::uint8_t {
    Starting,  ///< Not polled yet.
    Running,
    Retrying,  ///< Its log or server cannot be reached; tried again by itself.
    Refused,   ///< Needs a person (a right, a password, an extension); tried again every few
               ///< minutes.
    Disabled,  ///< A mistake of unjam's own; not tried again before a reload.
  };

  std::string name;
  std::string target;
  State state = State::Starting;
  std::string trouble;  ///< Unless it runs: what failed, why, and the remedy.
  TimePoint since;      ///< When it came into this state.
  CollectorHealth health;
  std::uint64_t polls = 0;
  std::uint64_t flushes = 0;
  std::uint64_t calls = 0;  ///< Executions counted.
  std::uint64_t errors = 0;
  Duration poll_time{0};                ///< Sum over all polls.
  std::optional<TimePoint> last_flush;  ///< Handed over, not yet stored.
  /// In one poll since then: more than a few seconds mean that it hangs.
  std::optional<TimePoint> polling_since;
};

/// "starting", "running", "retrying", "refused", "disabled".
std::string_view to_string(CollectorStatus::State state);

struct StoreStatus {
  std::string trouble;  ///< Empty: the last write went well.
  std::uint64_t commits = 0;
  std::uint64_t flushes = 0;
  std::uint64_t failures = 0;
  Duration write_time{0};  ///< Sum over all writes.
  std::uint64_t rolled_up = 0;
  std::uint64_t expired = 0;
  std::uint64_t dropped_for_space = 0;
  std::uint64_t bytes = 0;  ///< Files of the store; 0: not known.
  std::uint64_t most_bytes = 0;
};

struct QueueStatus {
  std::size_t items = 0;
  std::size_t bytes = 0;
  std::size_t most_bytes = 0;
};

struct ServiceStatus {
  TimePoint now;
  TimePoint started;
  std::vector<CollectorStatus> collectors;
  StoreStatus store;
  QueueStatus queue;
  std::string reload_trouble;  ///< The last reload was refused: why.
  std::uint64_t reloads = 0;
  std::uint64_t warnings_logged = 0;
  std::uint64_t errors_logged = 0;
  std::uint64_t resident_bytes = 0;  ///< 0: not known.
  Duration cpu_time{0};
};

}  // namespace unjam
