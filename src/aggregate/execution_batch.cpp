#include "aggregate/execution_batch.h"

#include <algorithm>

namespace unjam {
namespace {

/// How far ahead of its use a class is asked for, and then what the class points to, which can only
/// be known once it is there.
constexpr std::size_t kClassAhead = 24;
constexpr std::size_t kPartsAhead = 10;
constexpr std::ptrdiff_t kLine = 64;

TimePoint time_of(const Execution& execution) { return TimePoint(Duration(execution.at_us)); }

void add_name(NameCounts& counts, NameId name) {
  if (name != Execution::kNoName) {
    counts.add(name);
  }
}

/// A sum in registers while the executions of one class are added.
class RunningSum {
 public:
  explicit RunningSum(OptionalSum& to) : to_(to), sum_(to) {}
  void add(std::uint32_t value) {
    const bool told = value != Execution::kNotTold;
    sum_.sum += told ? value : 0;
    sum_.told |= told;
  }
  void store() { to_ = sum_; }

 private:
  OptionalSum& to_;
  OptionalSum sum_;
};

}  // namespace

/// Counting sort: linear in the number of executions and classes.
void ExecutionBatch::sort_by_class(std::size_t class_count) {
  starts_.assign(class_count + 1, 0);
  for (const std::uint32_t index : class_indexes_) {
    ++starts_[index + 1];
  }
  for (std::size_t i = 1; i < starts_.size(); ++i) {
    starts_[i] += starts_[i - 1];
  }
  order_.resize(class_indexes_.size());
  for (std::uint32_t i = 0; i < class_indexes_.size(); ++i) {
    order_[starts_[class_indexes_[i]]++] = {class_indexes_[i], i};
  }
}

/// Always inlined: GCC removes calls of functions that do nothing but prefetch, as having no
/// effect.
[[gnu::always_inline]] inline void ExecutionBatch::fetch_ahead(
    std::size_t i, const std::vector<std::unique_ptr<QueryClass>>& classes) const {
  if (i + kClassAhead < order_.size()) {
    const Place& place = order_[i + kClassAhead];
    __builtin_prefetch(&executions_[place.execution]);
    if (place.class_index != order_[i + kClassAhead - 1].class_index) {
      const QueryClass& row = *classes[place.class_index];
      const char* const begin = reinterpret_cast<const char*>(&row);
      // Not the text and what is with it.
      const char* const end = reinterpret_cast<const char*>(&row.tags);
      for (const char* at = begin; at < end; at += kLine) {
        __builtin_prefetch(at, 1);
      }
      __builtin_prefetch(end - 1, 1);
    }
  }
  if (i + kPartsAhead < order_.size()) {
    const Place& place = order_[i + kPartsAhead];
    const QueryClass& row = *classes[place.class_index];
    const Execution& execution = executions_[place.execution];
    __builtin_prefetch(row.histogram.place_of(Duration(execution.query_time_us)), 1);
    __builtin_prefetch(row.trend.place_of(time_of(execution)), 1);
    __builtin_prefetch(row.databases.place_of(execution.database), 1);
    __builtin_prefetch(row.users.place_of(execution.user), 1);
    __builtin_prefetch(row.hosts.place_of(execution.host), 1);
  }
}

void ExecutionBatch::add_to_class(QueryClass& row, std::span<const Place> group,
                                  const TimeSeries& trend) {
  RunningSum lock_time(row.lock_time);
  RunningSum rows_examined(row.rows_examined);
  RunningSum rows_sent(row.rows_sent);
  RunningSum rows_affected(row.rows_affected);
  RunningSum bytes_sent(row.bytes_sent);
  std::int64_t first = INT64_MAX;
  std::int64_t last = INT64_MIN;
  std::int64_t shortest = row.timed_calls > 0 ? row.query_time_min.count() : INT64_MAX;
  std::int64_t longest = row.query_time_max.count();
  std::int64_t query_time = 0;
  std::uint64_t timed_calls = 0;
  std::uint64_t burst_max = row.burst_max;
  double squares = row.query_time_squares;
  for (const Place& place : group) {
    const Execution& execution = executions_[place.execution];
    const bool dated = execution.at_us != Execution::kNoTime;
    if (execution.query_time_us >= 0) {
      const double time_s = static_cast<double>(execution.query_time_us) / 1e6;
      squares += time_s * time_s;
      query_time += execution.query_time_us;
      shortest = std::min(shortest, execution.query_time_us);
      longest = std::max(longest, execution.query_time_us);
      ++timed_calls;
      row.histogram.add(Duration(execution.query_time_us));
      if (dated) {
        row.add_to_trend(time_of(execution), Duration(execution.query_time_us), trend);
      }
    }
    if (dated) {
      first = std::min(first, execution.at_us);
      last = std::max(last, execution.at_us);
    }
    lock_time.add(execution.lock_time_us);
    rows_examined.add(execution.rows_examined);
    rows_sent.add(execution.rows_sent);
    rows_affected.add(execution.rows_affected);
    bytes_sent.add(execution.bytes_sent);
    add_name(row.databases, execution.database);
    add_name(row.users, execution.user);
    add_name(row.hosts, execution.host);
    burst_max = std::max<std::uint64_t>(burst_max, execution.burst);
    for (std::uint32_t i = 0; i < execution.tag_count; ++i) {
      row.tags.add(tags_[execution.first_tag + i]);
    }
  }
  row.calls += group.size();
  if (timed_calls > 0) {
    row.timed_calls += timed_calls;
    row.query_time += Duration(query_time);
    row.query_time_min = Duration(shortest);
    row.query_time_max = Duration(longest);
    row.query_time_squares = squares;
  }
  if (first <= last) {
    widen(row.first_seen, row.last_seen, TimePoint(Duration(first)));
    widen(row.first_seen, row.last_seen, TimePoint(Duration(last)));
  }
  row.burst_max = burst_max;
  lock_time.store();
  rows_examined.store();
  rows_sent.store();
  rows_affected.store();
  bytes_sent.store();
}

void ExecutionBatch::apply(const std::vector<std::unique_ptr<QueryClass>>& classes,
                           const TimeSeries& trend) {
  if (classes.size() <= 16 * executions_.size()) {
    sort_by_class(classes.size());
  } else {
    // In a flood of distinct classes there is nothing to group.
    order_.resize(executions_.size());
    for (std::uint32_t i = 0; i < order_.size(); ++i) {
      order_[i] = {class_indexes_[i], i};
    }
  }
  for (std::size_t begin = 0; begin < order_.size();) {
    const std::uint32_t class_index = order_[begin].class_index;
    std::size_t end = begin;
    do {
      fetch_ahead(end, classes);
      ++end;
    } while (end < order_.size() && order_[end].class_index == class_index);
    add_to_class(*classes[class_index], std::span(order_).subspan(begin, end - begin), trend);
    begin = end;
  }
  executions_.clear();
  class_indexes_.clear();
  tags_.clear();
}

}  // namespace unjam
