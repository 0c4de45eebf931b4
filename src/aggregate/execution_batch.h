// Executions on their way to their classes. A class takes kilobytes (histogram, names, trend), so
// thousands of classes do not fit the processor's caches; taken in file order, nearly every event
// would wait for memory a dozen times. Grouped by class, a batch at a time, each class is fetched
// once a batch.
#pragma once

#include "unjam/aggregate/names.h"
#include "unjam/aggregate/query_class.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace unjam {

/// One execution, ready to be added; kNotTold stands for what its record does not tell.
struct Execution {
  static constexpr std::uint64_t kNotTold = UINT64_MAX;
  static constexpr std::int64_t kNoTime = INT64_MIN;
  static constexpr NameId kNoName = UINT32_MAX;

  std::uint32_t class_index = 0;
  NameId database = kNoName;
  NameId user = kNoName;
  NameId host = kNoName;
  std::int64_t at_us = kNoTime;     ///< Since the epoch.
  std::int64_t query_time_us = -1;  ///< Negative: not told.
  std::uint64_t lock_time_us = kNotTold;
  std::uint64_t rows_examined = kNotTold;
  std::uint64_t rows_sent = kNotTold;
  std::uint64_t rows_affected = kNotTold;
  std::uint64_t bytes_sent = kNotTold;
  std::uint64_t burst = 0;  ///< Length of the run of executions it belongs to.
};

/// Not thread-safe.
class ExecutionBatch {
 public:
  static constexpr std::size_t kCapacity = 16'384;

  void add(const Execution& execution) { executions_.push_back(execution); }
  bool full() const { return executions_.size() >= kCapacity; }

  /// Adds every execution to its class and empties the batch. New trends get slices as wide as
  /// `trend`'s.
  void apply(const std::vector<std::unique_ptr<QueryClass>>& classes, const TimeSeries& trend);

 private:
  void sort_by_class(std::size_t class_count);

  std::vector<Execution> executions_;
  std::vector<std::uint32_t> order_;   ///< Indexes into executions_, by class.
  std::vector<std::uint32_t> places_;  ///< Per class: where its next index goes in order_.
};

}  // namespace unjam
