// Mergeable log-scale histogram of durations, for percentiles with a stated error.
#pragma once

#include <cstdint>
#include <vector>

#include "unjam/base/time.h"

namespace unjam {

/// Counts durations in buckets whose bounds grow by 2 %: any quantile is within 1 % of a value that
/// was added (DDSketch, Masson et al., VLDB 2019). Negative durations count as 0, those over 10^13 us as
/// 10^13 us. A value type; not thread-safe. Few distinct durations are kept as a short list, so an empty or
/// small histogram costs a few bytes.
class Histogram {
 public:
  static constexpr double kRelativeError = 0.01;

  void add(Duration value, std::uint64_t count = 1);
  void merge(const Histogram& other);
  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }

  /// The smallest bucket value v such that at least q * count() additions were <= v; 0 when empty.
  /// `q` is in [0, 1].
  Duration quantile(double q) const;

  struct Bucket {
    Duration upper;  ///< Values in this bucket are <= upper and > upper / 1.02.
    std::uint64_t count;
  };
  /// Non-empty buckets, ascending.
  std::vector<Bucket> buckets() const;

 private:
  struct Entry {
    std::uint16_t bucket;
    std::uint32_t count;
  };
  static std::uint16_t bucket_of(Duration value);
  static Duration value_of(std::uint16_t bucket);

  std::uint64_t count_ = 0;
  std::vector<Entry> sparse_;         ///< Sorted by bucket; used while it is short.
  std::vector<std::uint32_t> dense_;  ///< Indexed by bucket - dense_begin_.
  std::uint16_t dense_begin_ = 0;
};

}  // namespace unjam
