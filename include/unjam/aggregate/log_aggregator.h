// Events of a log to a Flush: numbers per minute and class, texts, samples, errors. What the
// service does with a log; `unjam analyze` uses Aggregator.
#pragma once

#include "unjam/collect/log_event.h"
#include "unjam/model/flush.h"
#include "unjam/normalize/normalizer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace unjam {

struct LogAggregatorOptions {
  std::string target;
  bool mask_samples = true;
};

/// Not thread-safe. Memory is bounded over any length of time: what a Flush holds by full(), what
/// outlives it (known shapes, classes and names) by being forgotten when there is too much of it.
class LogAggregator : public EventSink {
 public:
  /// Classes times minutes, and kinds of errors, that one Flush should hold.
  static constexpr std::size_t kMaxRows = 8'000;
  static constexpr std::size_t kMaxBytes = std::size_t{12} << 20;
  /// A class gives a newest and a random sample at most once in this time; a slowest one whenever
  /// it is slower than all within kSlowestLasts.
  static constexpr Duration kSamplesEvery = std::chrono::seconds(60);
  static constexpr Duration kSlowestLasts = std::chrono::hours(1);

  /// `normalizer` must outlive the aggregator.
  LogAggregator(const Normalizer& normalizer, Dialect dialect, LogAggregatorOptions options);
  ~LogAggregator() override;
  LogAggregator(LogAggregator&&) noexcept;
  LogAggregator& operator=(LogAggregator&&) noexcept;

  /// The time of events that tell none, and what sampling goes by.
  void set_now(TimePoint now);
  /// Stands for kInheritedDatabase; empty: not known.
  void set_inherited_database(std::string_view name);

  /// A Statement is a call. An Error or Deadlock, and a Statement that failed, is an error of its
  /// class; a Fetch is more time of its class. Other kinds leave no number.
  void on_event(const LogEvent& event) override;

  bool empty() const;
  /// take() is due early. A few more events do no harm.
  bool full() const;
  /// Roughly the memory of what take() would return.
  std::size_t bytes() const;
  /// Events since the beginning, of all kinds.
  std::uint64_t events() const;

  /// Everything since the last take(): slices in order of time, texts of classes that were not told
  /// before. The caller sets collector, sequence and checkpoints.
  Flush take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
