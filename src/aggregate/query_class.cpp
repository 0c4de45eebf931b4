#include "unjam/aggregate/query_class.h"

#include "unjam/aggregate/names.h"

#include <algorithm>

namespace unjam {

void NameCounts::add_to_rest(NameId name, std::uint64_t count) {
  if (!rest_) {
    rest_ = std::make_unique<Rest>();
  }
  const auto found = std::find(rest_->names.begin(), rest_->names.end(), name);
  if (found != rest_->names.end()) {
    rest_->counts[static_cast<std::size_t>(found - rest_->names.begin())] += count;
    return;
  }
  if (rest_->names.size() + 1 >= kMaxNames && name != Names::kOther) {
    add(Names::kOther, count);
    return;
  }
  rest_->names.push_back(name);
  rest_->counts.push_back(count);
}

std::vector<std::pair<NameId, std::uint64_t>> NameCounts::entries() const {
  std::vector<std::pair<NameId, std::uint64_t>> all;
  if (first_count_ > 0) {
    all.emplace_back(first_, first_count_);
  }
  if (rest_) {
    for (std::size_t i = 0; i < rest_->names.size(); ++i) {
      all.emplace_back(rest_->names[i], rest_->counts[i]);
    }
  }
  return all;
}

TimeSeries TimeSeries::as_wide_as(const TimeSeries& other) {
  TimeSeries series;
  series.shift_ = other.shift_;
  return series;
}

void TimeSeries::widen() {
  const std::int64_t first = first_ >> 1;
  std::vector<float> wide;
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    const auto slot =
        static_cast<std::size_t>(((first_ + static_cast<std::int64_t>(i)) >> 1) - first);
    wide.resize(std::max(wide.size(), slot + 1));
    wide[slot] += slices_[i];
  }
  slices_ = std::move(wide);
  first_ = first;
  ++shift_;
}

void TimeSeries::add_outside(TimePoint at, double value) {
  const std::int64_t us = at.time_since_epoch().count();
  if (slices_.empty()) {
    first_ = us >> shift_;
  }
  constexpr auto kMost = static_cast<std::int64_t>(kMaxSlices);
  while (true) {
    const std::int64_t slot = us >> shift_;
    const std::int64_t first = std::min(first_, slot);
    const std::int64_t last =
        std::max(first_ + static_cast<std::int64_t>(slices_.size()) - 1, slot);
    if (last - first >= kMost) {
      widen();
      continue;
    }
    if (slot < first_) {
      slices_.insert(slices_.begin(), static_cast<std::size_t>(first_ - slot), 0.0F);
      first_ = slot;
    }
    const auto index = static_cast<std::size_t>(slot - first_);
    if (index >= slices_.size()) {
      slices_.resize(index + 1);
    }
    slices_[index] += static_cast<float>(value);
    return;
  }
}

void TimeSeries::merge(const TimeSeries& other) {
  if (other.slices_.empty()) {
    return;
  }
  if (slices_.empty()) {
    *this = other;
    return;
  }
  while (shift_ < other.shift_) {
    widen();
  }
  for (std::size_t i = 0; i < other.slices_.size(); ++i) {
    const std::int64_t us = (other.first_ + static_cast<std::int64_t>(i)) << other.shift_;
    add(TimePoint(Duration(us)), static_cast<double>(other.slices_[i]));
  }
}

TimePoint TimeSeries::begin() const { return TimePoint(Duration(first_ << shift_)); }

Duration TimeSeries::slice() const { return Duration(std::int64_t{1} << shift_); }

void QueryClass::add_numbers(const QueryClass& other) {
  if (other.timed_calls > 0) {
    query_time_min =
        timed_calls == 0 ? other.query_time_min : std::min(query_time_min, other.query_time_min);
    query_time_max = std::max(query_time_max, other.query_time_max);
  }
  calls += other.calls;
  timed_calls += other.timed_calls;
  query_time += other.query_time;
  query_time_squares += other.query_time_squares;
  histogram.merge(other.histogram);
  lock_time.merge(other.lock_time);
  rows_examined.merge(other.rows_examined);
  rows_sent.merge(other.rows_sent);
  rows_affected.merge(other.rows_affected);
  bytes_sent.merge(other.bytes_sent);
  widen(first_seen, last_seen, other.first_seen);
  widen(first_seen, last_seen, other.last_seen);
  trend.merge(other.trend);
  burst_max = std::max(burst_max, other.burst_max);
}

}  // namespace unjam
