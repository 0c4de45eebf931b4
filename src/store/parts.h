// Cuts a range into equal parts, and says how much of a stored period belongs to which: the points
// of a plot.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"
#include "unjam/store/store.h"

#include <cstddef>
#include <vector>

namespace unjam {

/// The least range of whole periods that covers `range`.
TimeRange widen(const TimeRange& range, Duration period);

class Parts {
 public:
  /// `range` is not empty; `count` > 0.
  Parts(const TimeRange& range, std::size_t count) : range_(range), count_(count) {}

  /// One empty point per part.
  std::vector<HistoryPoint> points() const;

  /// Calls f(part, numerator, denominator): the part's share of a period goes from the numerator
  /// of the call before to this one. What lies outside the range belongs to the nearest part.
  template <typename F>
  void for_each_share(const TimeRange& period, F f) const;

  /// Adds what a period saw: spread evenly over the parts that it covers, each number as a whole
  /// number, their sums exact. A histogram cannot be cut, so with one (`whole`) everything goes to
  /// the part that holds the middle.
  void add(std::vector<HistoryPoint>& points, const TimeRange& period, const Counts& counts,
           bool whole) const;

 private:
  TimePoint begin_of(std::size_t part) const;
  std::size_t part_of(TimePoint at) const;

  TimeRange range_;
  std::size_t count_;
};

template <typename F>
void Parts::for_each_share(const TimeRange& period, F f) const {
  const TimePoint begin = std::clamp(period.begin, range_.begin, range_.end);
  const TimePoint end = std::clamp(period.end, range_.begin, range_.end);
  if (begin == end) {
    f(part_of(begin), std::int64_t{1}, std::int64_t{1});
    return;
  }
  for (std::size_t part = part_of(begin); part < count_ && begin_of(part) < end; ++part) {
    f(part, (std::min(end, begin_of(part + 1)) - begin).count(), (end - begin).count());
  }
}

}  // namespace unjam
