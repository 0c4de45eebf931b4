// Cumulative counters of a server to increments. Sits between a CounterSource, which reads what a
// server has counted since it began, and the store, which adds up what happened in each minute.
#pragma once

#include "unjam/base/time.h"
#include "unjam/collect/statement_counters.h"
#include "unjam/model/flush.h"
#include "unjam/normalize/normalizer.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace unjam {

/// Remembers the last counts of every entry of one server, in about 150 bytes each (and about 3 for
/// each class of time that an entry's histogram uses). Pure: neither clock nor I/O. Not
/// thread-safe.
///
/// What counts:
/// - Entries of the first snapshot ever are a baseline and count nothing; what they grow by later
///   counts, also what they grew by while nobody polled, between two lives of the collector.
/// - An entry that was not there before counts fully. If no snapshot was complete so far, only if
///   it is known to be younger than the first one.
/// - An entry that began anew (statistics reset, server restart, evicted and made again) counts
///   fully: its `since` or the server's `reset_at` is a newer one, or, where the server does not
///   tell the age of entries, its counts are below the last ones. Where a server tells neither, an
///   entry that began anew and has outgrown its last counts before the next poll is taken to have
///   gone on; that counts too little, never too much.
/// - Sums of 64-bit picoseconds wrap after 213 days of execution and go on from 0.
/// - What an entry counted between the last poll and its eviction is gone.
class CounterDelta {
 public:
  /// The fingerprint text of executions that the server counted without their statement.
  static constexpr std::string_view kOtherQueries = "(other queries)";

  struct Options {
    std::string target;
    bool mask_samples = true;
  };

  /// `checkpoints`: the newest state of each key of all earlier results; none at the first start.
  /// What is unreadable among them makes its entry a baseline again. `normalizer` must outlive
  /// this.
  CounterDelta(Options options, const Normalizer& normalizer,
               std::span<const Checkpoint> checkpoints);
  ~CounterDelta();
  CounterDelta(CounterDelta&&) noexcept;
  CounterDelta& operator=(CounterDelta&&) noexcept;

  /// What happened since the last snapshot, in the minute of `now`, with the checkpoints of what
  /// changed; collector and sequence are left to the caller. Once returned, it counts as delivered.
  Flush advance(const CounterSnapshot& snapshot, TimePoint now);

  /// Entries remembered.
  std::size_t entries() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unjam
