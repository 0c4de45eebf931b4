// The service's view of one log or one server's counters: something to poll. Collectors own no
// threads, so they are tested single-threaded; the loop that drives them is in app/.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/flush.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace unjam {

/// How a collector does, in words and numbers for /metrics, `doctor` and the log.
struct CollectorHealth {
  /// What is wrong although polling works ("performance_schema digest table is full: ..."), each
  /// one line with its remedy.
  std::vector<std::string> warnings;
  /// Name and value of gauges and counters, for example {"lag_bytes", 0}, {"server_time_us", 830}.
  std::vector<std::pair<std::string, double>> numbers;
};

/// Where a collector goes on: what the store knows of it.
struct CollectorState {
  std::uint64_t last_sequence = 0;  ///< StoreWriter::last_sequence.
  std::vector<Checkpoint> checkpoints;
};

/// Used by one thread at a time.
class Collector {
 public:
  virtual ~Collector() = default;

  /// Unique and stable over restarts; the key of its checkpoints. For example
  /// "log:shop:/var/log/mysql/slow.log".
  virtual const std::string& name() const = 0;

  /// Looks once, for a bounded time. nullopt: nothing new; otherwise the next Flush, its sequence
  /// one above the last. `more` is set when there is more to fetch at once. Throws Error:
  /// Unreachable is worth trying again later, any other kind needs a person. Nothing is lost by a
  /// throw: what was seen comes with a later Flush.
  virtual std::optional<Flush> poll(TimePoint now, bool& more) = 0;

  /// Returns when something new may be there, when its poll interval is over, or when `stop` is
  /// asked for.
  virtual void wait(const std::stop_token& stop) = 0;

  virtual CollectorHealth health() const = 0;
};

}  // namespace unjam
