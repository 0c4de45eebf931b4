// Drives one collector on a thread of its own: makes it, polls it, hands its flushes over, and
// leaves it alone for a while when its log or server cannot be reached.
#pragma once

#include "app/clock.h"
#include "unjam/base/time.h"
#include "unjam/model/flush.h"
#include "unjam/serve/service_status.h"
#include "unjam/watch/collector.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace unjam {

/// A collector to be.
struct CollectorPlan {
  std::string name;    ///< Collector::name() of what `make` makes.
  std::string target;  ///< For the log and /readyz.
  /// Everything that it was configured with: a reload leaves a collector alone whose identity stays
  /// the same. Holds secrets: never shown.
  std::string identity;
  /// Called on the collector's own thread, again after it threw. Throws what Collector::poll
  /// throws.
  std::function<std::unique_ptr<Collector>(CollectorState)> make;
};

struct CollectorPace {
  Duration first_pause = std::chrono::seconds(1);  ///< After the first failure.
  Duration longest_pause = std::chrono::minutes(1);
  /// After a refusal, which a person must mend: often enough to notice that it was mended, and too
  /// seldom for a server to lock the account.
  Duration refused_pause = std::chrono::minutes(5);
};

/// What a loop needs of the pipeline; must outlive it. Called on the loop's thread.
class FlushTarget {
 public:
  virtual ~FlushTarget() = default;
  /// Waits until all that was pushed by `collector` is stored. nullopt: `stop` was asked for.
  virtual std::optional<CollectorState> resume_point(const std::string& collector,
                                                     const std::stop_token& stop) = 0;
  /// Waits for room. False: `stop` was asked for, and `flush` is untouched.
  virtual bool push(Flush& flush, const std::stop_token& stop) = 0;
};

class CollectorLoop {
 public:
  /// Begins at once. `target` must outlive it.
  CollectorLoop(CollectorPlan plan, FlushTarget& target, const CollectorPace& pace, Clock clock);
  /// Waits for the thread.
  ~CollectorLoop() = default;
  CollectorLoop(const CollectorLoop&) = delete;
  CollectorLoop& operator=(const CollectorLoop&) = delete;

  const CollectorPlan& plan() const { return plan_; }

  /// Thread-safe.
  CollectorStatus status() const;
  /// Asks the thread to end; it may be in a poll that takes its time. Thread-safe.
  void ask_to_stop() { thread_.request_stop(); }
  /// Waits until it has ended, or until `deadline`; true when it has. Thread-safe.
  bool wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  void run(const std::stop_token& stop);
  /// False: this collector is not to be polled again.
  bool poll_once(const std::stop_token& stop);
  void pause(const std::stop_token& stop, Duration pause);
  void enter(CollectorStatus::State state, const std::string& trouble);
  void note_health(CollectorHealth health);

  CollectorPlan plan_;
  FlushTarget& target_;
  CollectorPace pace_;
  Clock clock_;
  std::unique_ptr<Collector> collector_;
  std::set<std::string> warnings_;  ///< Told in the log.

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  CollectorStatus status_;
  bool ended_ = false;
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace unjam
