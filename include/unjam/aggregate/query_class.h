// What is known of one query class: sums, distribution, where it came from, one sample. All
// additive.
#pragma once

#include "unjam/aggregate/name_counts.h"
#include "unjam/aggregate/time_series.h"
#include "unjam/base/time.h"
#include "unjam/model/bucket.h"
#include "unjam/model/histogram.h"
#include "unjam/model/sql.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace unjam {

/// The slowest execution seen; the first one where nothing is timed.
struct Sample {
  std::string sql;  ///< Raw, at most kMaxSampleBytes.
  std::string parameters;
  std::optional<Duration> query_time;
  std::optional<TimePoint> at;
  static constexpr std::size_t kMaxSampleBytes = std::size_t{16} * 1024;
};

/// What an execution adds to comes first, so that it shares cache lines.
struct QueryClass {
  std::uint64_t calls = 0;
  std::uint64_t timed_calls = 0;
  Duration query_time{0};
  Duration query_time_min{0};
  Duration query_time_max{0};
  double query_time_squares = 0.0;  ///< Sum of seconds squared.
  Histogram histogram;
  OptionalSum lock_time;  ///< Microseconds.
  OptionalSum rows_examined;
  OptionalSum rows_sent;
  OptionalSum rows_affected;
  OptionalSum bytes_sent;
  std::optional<TimePoint> first_seen;
  std::optional<TimePoint> last_seen;
  std::uint64_t burst_max = 0;
  TimeSeries trend;
  NameCounts databases;
  NameCounts users;
  NameCounts hosts;
  NameCounts tags;    ///< Names of the form "key\0value".
  NameCounts errors;  ///< MySQL errno or SQLSTATE.

  FingerprintId id;
  std::string text;
  Dialect dialect = Dialect::MySql;
  bool matches = true;  ///< Of the --match filter: the fingerprint text matches.
  std::unique_ptr<Sample> sample;

  /// A first value makes slices as wide as those of `whole`, the trend of all classes.
  void add_to_trend(TimePoint end, Duration time, const TimeSeries& whole) {
    if (trend.empty()) {
      trend = TimeSeries::as_wide_as(whole);
    }
    trend.add_run(end, time);
  }

  /// Adds all numbers and times of `other`; names and the sample are the caller's.
  void add_numbers(const QueryClass& other);
};

}  // namespace unjam
