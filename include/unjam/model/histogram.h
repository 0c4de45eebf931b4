// Mergeable log-scale histogram of durations, for percentiles with a stated error.
#pragma once

#include "unjam/base/time.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace unjam {

/// Counts durations in buckets of one 64th of a power of two (as HdrHistogram does), so any
/// quantile is within kRelativeError of a value that was added; durations below 64 us are exact.
/// Negative durations count as 0, those of more than 2^44 us (200 days) as that. A value type; not
/// thread-safe. Holds one bucket without allocation, since most classes of a large log run once.
class Histogram {
 public:
  static constexpr double kRelativeError = 0.01;

  Histogram() = default;
  Histogram(const Histogram& other);
  Histogram& operator=(const Histogram& other);
  Histogram(Histogram&&) noexcept = default;
  Histogram& operator=(Histogram&&) noexcept = default;
  ~Histogram() = default;

  void add(Duration value, std::uint64_t count = 1);
  void merge(const Histogram& other);
  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }

  /// The middle of the first bucket at which at least q * count() additions are covered; 0 when
  /// empty. `q` is in [0, 1].
  Duration quantile(double q) const;

  struct Bucket {
    Duration lower;  ///< lower <= value < upper
    Duration upper;
    std::uint64_t count;
  };
  /// Non-empty buckets, ascending.
  std::vector<Bucket> buckets() const;

 private:
  void add_to_bucket(std::uint16_t bucket, std::uint64_t count);

  std::uint64_t count_ = 0;
  std::uint16_t first_bucket_ = 0;  ///< Of the only bucket, or the dense range.
  /// Counts from first_bucket_ on, at most 2^32 - 1 each; null while there is only one bucket.
  std::unique_ptr<std::vector<std::uint32_t>> dense_;
};

}  // namespace unjam
