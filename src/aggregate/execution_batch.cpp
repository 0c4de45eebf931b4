#include "aggregate/execution_batch.h"

#include <algorithm>

namespace unjam {
namespace {

/// How far ahead of its use an execution, and its class, are asked for.
constexpr std::size_t kAhead = 12;

void prefetch(const void* from, std::size_t bytes) {
  constexpr std::size_t kLine = 64;
  for (std::size_t offset = 0; offset < bytes; offset += kLine) {
    __builtin_prefetch(static_cast<const char*>(from) + offset);
  }
}

void add_if_told(OptionalSum& sum, std::uint64_t value) {
  if (value != Execution::kNotTold) {
    sum.add(value);
  }
}

void add_name(NameCounts& counts, NameId name) {
  if (name != Execution::kNoName) {
    counts.add(name);
  }
}

void add_execution(QueryClass& row, const Execution& execution, const TimeSeries& trend) {
  ++row.calls;
  const bool dated = execution.at_us != Execution::kNoTime;
  const TimePoint at{Duration(dated ? execution.at_us : 0)};
  if (execution.query_time_us >= 0) {
    const Duration time(execution.query_time_us);
    const double time_s = static_cast<double>(execution.query_time_us) / 1e6;
    row.query_time += time;
    row.query_time_squares += time_s * time_s;
    row.query_time_min = row.timed_calls == 0 ? time : std::min(row.query_time_min, time);
    row.query_time_max = std::max(row.query_time_max, time);
    ++row.timed_calls;
    row.histogram.add(time);
    if (dated) {
      row.add_to_trend(at, time_s, trend);
    }
  }
  add_if_told(row.lock_time, execution.lock_time_us);
  add_if_told(row.rows_examined, execution.rows_examined);
  add_if_told(row.rows_sent, execution.rows_sent);
  add_if_told(row.rows_affected, execution.rows_affected);
  add_if_told(row.bytes_sent, execution.bytes_sent);
  if (dated) {
    widen(row.first_seen, row.last_seen, at);
  }
  add_name(row.databases, execution.database);
  add_name(row.users, execution.user);
  add_name(row.hosts, execution.host);
  row.burst_max = std::max(row.burst_max, execution.burst);
}

}  // namespace

/// Counting sort: linear in the number of executions and classes.
void ExecutionBatch::sort_by_class(std::size_t class_count) {
  places_.assign(class_count + 1, 0);
  for (const Execution& execution : executions_) {
    ++places_[execution.class_index + 1];
  }
  for (std::size_t i = 1; i < places_.size(); ++i) {
    places_[i] += places_[i - 1];
  }
  order_.resize(executions_.size());
  for (std::uint32_t i = 0; i < executions_.size(); ++i) {
    order_[places_[executions_[i].class_index]++] = i;
  }
}

void ExecutionBatch::apply(const std::vector<std::unique_ptr<QueryClass>>& classes,
                           const TimeSeries& trend) {
  if (classes.size() <= 16 * executions_.size()) {
    sort_by_class(classes.size());
  } else {
    // In a flood of distinct classes there is nothing to group.
    order_.resize(executions_.size());
    for (std::uint32_t i = 0; i < order_.size(); ++i) {
      order_[i] = i;
    }
  }
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (i + 2 * kAhead < order_.size()) {
      prefetch(&executions_[order_[i + 2 * kAhead]], sizeof(Execution));
    }
    if (i + kAhead < order_.size()) {
      prefetch(classes[executions_[order_[i + kAhead]].class_index].get(), sizeof(QueryClass));
    }
    const Execution& execution = executions_[order_[i]];
    add_execution(*classes[execution.class_index], execution, trend);
  }
  executions_.clear();
}

}  // namespace unjam
