// The running service without its surroundings: collector loops, the bounded queue, and the one
// thread that writes the store.
//
//     CollectorLoop ─Flush─▶ BoundedQueue ─▶ writer thread ─▶ StoreWriter
//
// While the store cannot be written (disk full), the same flushes are tried again and the queue
// fills up to its bound; then the collectors wait. What they watch is durable, so nothing is lost.
#pragma once

#include "app/clock.h"
#include "app/collector_loop.h"
#include "unjam/base/bounded_queue.h"
#include "unjam/base/time.h"
#include "unjam/serve/service_status.h"
#include "unjam/store/store.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace unjam {

struct PipelineOptions {
  std::size_t queue_items = 4096;
  std::size_t queue_bytes = std::size_t{8} << 20;
  /// About what one transaction holds.
  std::size_t batch_bytes = std::size_t{2} << 20;
  /// Transactions are at least this far apart, unless there is a full batch.
  Duration gather = std::chrono::milliseconds(200);
  CollectorPace pace;
  Duration first_store_pause = std::chrono::milliseconds(500);  ///< After a write failed.
  Duration longest_store_pause = std::chrono::seconds(15);
  Duration maintain_every = std::chrono::minutes(1);
};

class Pipeline : private FlushTarget {
 public:
  Pipeline(std::unique_ptr<StoreWriter> store, const PipelineOptions& options, Clock clock);
  /// Stops, and waits for every thread, however long that takes.
  ~Pipeline() override;
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// From now on exactly these collectors run. One that runs already with the same identity and is
  /// in no trouble is left alone; others are stopped or begun, in place of an old one of the same
  /// name only after all that the old one handed over is stored. Waits up to `patience` for those
  /// that stop.
  void run(std::vector<CollectorPlan> plans, Duration patience = std::chrono::seconds(2));

  /// To be called now and then: begins what had to wait for an old collector to end.
  void tend();

  /// Thread-safe. What the pipeline knows: collectors, queue, store.
  ServiceStatus status() const;

  /// The writer has shown life within `limit`, and not every collector hangs in one poll for longer
  /// than `collector_limit`. Thread-safe.
  bool alive(Duration limit, Duration collector_limit) const;

  struct Stopped {
    std::vector<std::string> blocked;  ///< Collectors that still hang in a poll.
    bool stored = true;                ///< All that was handed over.
  };
  /// Stops collectors, drains the queue, closes the store; within about `patience`. What is not
  /// stored comes again after the next start.
  Stopped stop(Duration patience);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  std::optional<CollectorState> resume_point(const std::string& collector,
                                             const std::stop_token& stop) override;
  bool push(Flush& flush, const std::stop_token& stop) override;

  void write_until_closed();
  bool write(const std::vector<Flush>& flushes);
  void fail(const std::string& trouble);
  void maintain();
  void show_life();
  /// False when the queue was closed meanwhile.
  bool pause(Duration pause);

  const PipelineOptions options_;
  const Clock clock_;
  BoundedQueue<Flush> queue_;

  std::mutex store_mutex_;  ///< Guards store_.
  std::unique_ptr<StoreWriter> store_;

  mutable std::mutex mutex_;  ///< Guards what follows, up to loops_mutex_.
  std::condition_variable_any changed_;
  std::map<std::string, std::size_t> waiting_flushes_;  ///< By collector: pushed, not yet stored.
  StoreStatus store_status_;
  std::string maintenance_trouble_;
  SteadyTime last_life_;
  bool closing_ = false;
  bool writer_ended_ = false;

  SteadyTime next_maintenance_;  ///< The writer's alone.

  mutable std::mutex loops_mutex_;  ///< Guards the loops; taken before mutex_.
  std::vector<std::unique_ptr<CollectorLoop>> loops_;
  std::vector<std::unique_ptr<CollectorLoop>> retiring_;
  std::vector<CollectorPlan> waiting_plans_;

  std::jthread writer_;
};

}  // namespace unjam
