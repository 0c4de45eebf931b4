// Executions on their way to their classes. A class takes kilobytes (histogram, names, trend), so
// thousands of classes do not fit the processor's caches; taken in file order, nearly every event
// would wait for memory a dozen times. Grouped by class, a batch at a time, each class is fetched
// once a batch.
#pragma once

#include "unjam/aggregate/names.h"
#include "unjam/aggregate/query_class.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace unjam {

/// One execution, ready to be added; kNotTold stands for what its record does not tell. One cache
/// line.
struct alignas(64) Execution {
  static constexpr std::uint32_t kNotTold = UINT32_MAX;
  static constexpr std::int64_t kNoTime = INT64_MIN;
  static constexpr NameId kNoName = UINT32_MAX;

  std::int64_t at_us = kNoTime;     ///< Since the epoch.
  std::int64_t query_time_us = -1;  ///< Negative: not told.
  std::uint32_t lock_time_us = kNotTold;
  std::uint32_t rows_examined = kNotTold;
  std::uint32_t rows_sent = kNotTold;
  std::uint32_t rows_affected = kNotTold;
  std::uint32_t bytes_sent = kNotTold;
  NameId database = kNoName;
  NameId user = kNoName;
  NameId host = kNoName;
  std::uint32_t burst = 0;  ///< Length of the run of executions it belongs to.
  std::uint32_t first_tag = 0;
  std::uint32_t tag_count = 0;
};

/// Not thread-safe.
class ExecutionBatch {
 public:
  static constexpr std::size_t kCapacity = 16'384;

  /// An execution of the class at `class_index` to fill in; valid until the next call.
  Execution& add(std::uint32_t class_index, std::span<const NameId> tags) {
    class_indexes_.push_back(class_index);
    Execution& execution = executions_.emplace_back();
    if (!tags.empty()) {
      execution.first_tag = static_cast<std::uint32_t>(tags_.size());
      execution.tag_count = static_cast<std::uint32_t>(tags.size());
      tags_.insert(tags_.end(), tags.begin(), tags.end());
    }
    return execution;
  }
  bool full() const { return executions_.size() >= kCapacity; }

  /// Adds every execution to its class and empties the batch. New trends get slices as wide as
  /// `trend`'s.
  void apply(const std::vector<std::unique_ptr<QueryClass>>& classes, const TimeSeries& trend);

 private:
  struct Place {
    std::uint32_t class_index;
    std::uint32_t execution;
  };

  void sort_by_class(std::size_t class_count);
  void fetch_ahead(std::size_t i, const std::vector<std::unique_ptr<QueryClass>>& classes) const;
  void add_to_class(QueryClass& row, std::span<const Place> group, const TimeSeries& trend);

  std::vector<Execution> executions_;
  std::vector<std::uint32_t> class_indexes_;  ///< Of executions_; apart, for the sort.
  std::vector<NameId> tags_;                  ///< Of all executions, one after the other.
  std::vector<Place> order_;                  ///< By class, then as added.
  std::vector<std::uint32_t> starts_;         ///< Per class: where its next entry goes in order_.
};

}  // namespace unjam
