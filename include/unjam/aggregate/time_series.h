// Query time over the wall clock: the trend of one query class, or of all.
#pragma once

#include "unjam/base/time.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace unjam {

/// Query time over the wall clock, in at most kMaxSlices equal slices whose width doubles as
/// needed. Slices are aligned to the epoch, so two series merge exactly.
class TimeSeries {
 public:
  static constexpr std::size_t kMaxSlices = 64;

  TimeSeries() = default;
  TimeSeries(const TimeSeries& other);
  TimeSeries& operator=(const TimeSeries& other);
  TimeSeries(TimeSeries&& other) noexcept { swap(other); }
  TimeSeries& operator=(TimeSeries&& other) noexcept;
  ~TimeSeries() = default;

  /// Empty, with slices as wide as those of `other`: spares widening to a span known already.
  static TimeSeries as_wide_as(const TimeSeries& other) {
    TimeSeries series;
    series.shift_ = other.shift_;
    return series;
  }

  void add(TimePoint at, double value) {
    const std::uint64_t slot = slot_of(at);
    if (slot < capacity_) {
      slices_[slot] += static_cast<float>(value);
      size_ = std::max(size_, static_cast<std::uint8_t>(slot + 1));
    } else {
      add_outside(at, value);
    }
  }
  /// An execution that took `time` until `end`: each slice gets the seconds of it that fell there,
  /// so that a slice's sum over its width is the load, sessions active on average.
  void add_run(TimePoint end, Duration time) {
    const std::int64_t last = end.time_since_epoch().count() - (time.count() > 0 ? 1 : 0);
    if (last >> shift_ == (end - time).time_since_epoch().count() >> shift_) {
      add(TimePoint(Duration(last)), seconds(time));
    } else {
      add_across(end, time);
    }
  }
  void merge(const TimeSeries& other);
  bool empty() const { return size_ == 0; }
  TimePoint begin() const;
  Duration slice() const;
  std::span<const float> values() const { return {slices_.get(), size_}; }

  /// The memory that adding at `at` is likely to touch, to prefetch it.
  const void* place_of(TimePoint at) const {
    return slices_.get() + std::min<std::uint64_t>(slot_of(at), capacity_);
  }

 private:
  std::uint64_t slot_of(TimePoint at) const {
    return static_cast<std::uint64_t>((at.time_since_epoch().count() >> shift_) - first_);
  }
  void swap(TimeSeries& other) noexcept;
  static double seconds(Duration time) { return static_cast<double>(time.count()) / 1e6; }
  void add_across(TimePoint end, Duration time);
  void add_outside(TimePoint at, double value);
  void widen();
  void make_room(std::size_t before, std::size_t size);

  std::int64_t first_ = 0;  ///< Index of the first slice, counted from the epoch.
  std::unique_ptr<float[]> slices_;
  std::uint8_t size_ = 0;
  std::uint8_t capacity_ = 0;  ///< What is not used yet is 0.
  std::uint8_t shift_ = 16;    ///< A slice is 2^shift_ microseconds.
};

}  // namespace unjam
