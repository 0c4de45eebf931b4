#include "unjam/aggregate/time_series.h"

#include <utility>

namespace unjam {
namespace {

/// Most classes have one value, or values all over the log.
constexpr std::size_t kFirstCapacity = 4;
constexpr std::size_t kSecondCapacity = 16;

}  // namespace

TimeSeries::TimeSeries(const TimeSeries& other)
    : first_(other.first_),
      slices_(other.size_ > 0 ? std::make_unique<float[]>(other.size_) : nullptr),
      size_(other.size_),
      capacity_(other.size_),
      shift_(other.shift_) {
  std::copy_n(other.slices_.get(), size_, slices_.get());
}

TimeSeries& TimeSeries::operator=(const TimeSeries& other) {
  TimeSeries copy(other);
  swap(copy);
  return *this;
}

TimeSeries& TimeSeries::operator=(TimeSeries&& other) noexcept {
  TimeSeries taken(std::move(other));
  swap(taken);
  return *this;
}

void TimeSeries::swap(TimeSeries& other) noexcept {
  std::swap(first_, other.first_);
  std::swap(slices_, other.slices_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(shift_, other.shift_);
}

void TimeSeries::widen() {
  const std::size_t size = size_;
  // An odd first slice is the second half of its wide one.
  std::size_t from = static_cast<std::size_t>(first_ & 1);
  std::size_t to = from;
  for (; from + 1 < size; from += 2) {
    slices_[to++] = slices_[from] + slices_[from + 1];
  }
  if (from < size) {
    slices_[to++] = slices_[from];
  }
  std::fill(slices_.get() + to, slices_.get() + size, 0.0F);
  size_ = static_cast<std::uint8_t>(to);
  first_ >>= 1;
  ++shift_;
}

/// Puts `before` empty slices in front, and has room for `size` in all.
void TimeSeries::make_room(std::size_t before, std::size_t size) {
  if (before == 0 && size <= capacity_) {
    return;
  }
  const std::size_t capacity = size <= kFirstCapacity    ? kFirstCapacity
                               : size <= kSecondCapacity ? kSecondCapacity
                                                         : kMaxSlices;
  auto slices = std::make_unique<float[]>(capacity);
  std::copy_n(slices_.get(), size_, slices.get() + before);
  slices_ = std::move(slices);
  capacity_ = static_cast<std::uint8_t>(capacity);
  first_ -= static_cast<std::int64_t>(before);
}

void TimeSeries::add_outside(TimePoint at, double value) {
  const std::int64_t us = at.time_since_epoch().count();
  if (empty()) {
    first_ = us >> shift_;
  }
  constexpr auto kMost = static_cast<std::int64_t>(kMaxSlices);
  while (true) {
    const std::int64_t slot = us >> shift_;
    const std::int64_t first = std::min(first_, slot);
    const std::int64_t last = std::max(first_ + size_ - 1, slot);
    if (last - first >= kMost) {
      widen();
      continue;
    }
    const auto size = static_cast<std::size_t>(last - first + 1);
    make_room(static_cast<std::size_t>(first_ - first), size);
    size_ = static_cast<std::uint8_t>(size);
    slices_[static_cast<std::size_t>(slot - first_)] += static_cast<float>(value);
    return;
  }
}

void TimeSeries::add_across(TimePoint end, Duration time) {
  // Slices become as wide as both ends together need.
  add(end - Duration(1), 0);
  add(end - time, 0);
  TimePoint from = end - time;
  while (from < end) {
    const std::int64_t slot = from.time_since_epoch().count() >> shift_;
    const TimePoint to = std::min(end, TimePoint(Duration((slot + 1) << shift_)));
    add(from, seconds(to - from));
    from = to;
  }
}

void TimeSeries::merge(const TimeSeries& other) {
  if (other.empty()) {
    return;
  }
  if (empty()) {
    *this = other;
    return;
  }
  while (shift_ < other.shift_) {
    widen();
  }
  for (std::size_t i = 0; i < other.size_; ++i) {
    const std::int64_t us = (other.first_ + static_cast<std::int64_t>(i)) << other.shift_;
    add(TimePoint(Duration(us)), static_cast<double>(other.slices_[i]));
  }
}

TimePoint TimeSeries::begin() const { return TimePoint(Duration(first_ << shift_)); }

Duration TimeSeries::slice() const { return Duration(std::int64_t{1} << shift_); }

}  // namespace unjam
