// Mergeable log-scale histogram of durations, for percentiles with a stated error.
#pragma once

#include "unjam/base/time.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

namespace unjam {

/// Counts durations in buckets of one 64th of a power of two (as HdrHistogram does), so any
/// quantile is within kRelativeError of a value that was added; durations below 64 us are exact.
/// Negative durations count as 0, those of more than 2^44 us (200 days) as that. A value type; not
/// thread-safe.
///
/// Most classes of a large log run a few dozen times: up to kMostListed additions are a list of
/// their buckets, two bytes each, so that an addition touches one cache line and two such
/// histograms are merged by joining lists. Additions to one and the same bucket need no allocation
/// at all.
class Histogram {
 public:
  static constexpr double kRelativeError = 0.01;

  Histogram() = default;
  Histogram(const Histogram& other);
  Histogram& operator=(const Histogram& other);
  Histogram(Histogram&& other) noexcept { swap(other); }
  Histogram& operator=(Histogram&& other) noexcept;
  ~Histogram() = default;

  void add(Duration value) {
    const std::uint16_t bucket = bucket_of(value);
    const auto place = static_cast<std::uint16_t>(bucket - first_bucket_);
    if (count_ < list_capacity_) {
      list_[count_++] = bucket;
    } else if (place < dense_size_ && dense_[place] != UINT32_MAX) {
      ++dense_[place];
      ++count_;
    } else {
      add_to_bucket(bucket, 1);
    }
  }
  void add(Duration value, std::uint64_t count) { add_to_bucket(bucket_of(value), count); }
  void merge(const Histogram& other);
  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  /// Bytes on the heap.
  std::size_t memory() const {
    return std::size_t{list_capacity_} * sizeof(std::uint16_t) +
           std::size_t{dense_size_} * sizeof(std::uint32_t);
  }

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

  /// Buckets by number, for storing them: add(lower_of(bucket_of(value)), count) counts what
  /// add(value, count) counts.
  static constexpr std::size_t kBuckets = std::size_t{39} * 64;
  static std::uint16_t bucket_of(Duration value) {
    const auto us =
        static_cast<std::uint64_t>(std::clamp<std::int64_t>(value.count(), 0, kLargest));
    if (us < kSub) {
      return static_cast<std::uint16_t>(us);
    }
    const unsigned shift = static_cast<unsigned>(std::bit_width(us)) - kSubBits - 1;
    return static_cast<std::uint16_t>(shift * kSub + (us >> shift));
  }
  /// `bucket` is at most kBuckets.
  static Duration lower_of(std::size_t bucket);

  /// The memory that add(value) is likely to touch, to prefetch it.
  const void* place_of(Duration value) const {
    if (dense_) {
      const auto place = static_cast<std::uint16_t>(bucket_of(value) - first_bucket_);
      return dense_.get() + std::min(place, dense_size_);
    }
    return list_.get() + std::min<std::uint64_t>(count_, list_capacity_);
  }

 private:
  static constexpr unsigned kSubBits = 6;
  static constexpr std::uint64_t kSub = 1U << kSubBits;
  static constexpr std::int64_t kLargest = (std::int64_t{1} << 44) - 1;
  static constexpr std::size_t kMostListed = 256;

  void swap(Histogram& other) noexcept;
  void add_to_bucket(std::uint16_t bucket, std::uint64_t count);
  void add_to_dense(std::uint16_t bucket, std::uint64_t count);
  void list_up_to(std::size_t count);
  void make_dense(std::uint16_t lowest, std::uint16_t highest);
  std::uint16_t bucket_at(double q) const;

  std::uint64_t count_ = 0;
  /// The buckets of all additions, in their order; count_ of list_capacity_ entries are used.
  std::unique_ptr<std::uint16_t[]> list_;
  /// Counts from first_bucket_ on, at most 2^32 - 1 each. Without list and dense there is one
  /// bucket, first_bucket_, with all additions.
  std::unique_ptr<std::uint32_t[]> dense_;
  std::uint16_t dense_size_ = 0;
  std::uint16_t list_capacity_ = 0;
  std::uint16_t first_bucket_ = 0;
};

}  // namespace unjam
