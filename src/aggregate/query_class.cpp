#include "unjam/aggregate/query_class.h"

#include <algorithm>

namespace unjam {

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
