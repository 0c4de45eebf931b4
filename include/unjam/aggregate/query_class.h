// What is known of one query class: sums, distribution, where it came from, one sample. All
// additive.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/histogram.h"
#include "unjam/model/sql.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace unjam {

/// Index of an interned name (Names).
using NameId = std::uint32_t;

/// How often each of a few names was seen. The first one costs no allocation; past kMaxNames
/// distinct ones the rest is counted as Names::kOther.
class NameCounts {
 public:
  static constexpr std::size_t kMaxNames = 512;

  void add(NameId name, std::uint64_t count = 1) {
    if (first_count_ == 0 || first_ == name) {
      first_ = name;
      first_count_ += count;
    } else {
      add_to_rest(name, count);
    }
  }
  bool empty() const { return first_count_ == 0; }
  std::vector<std::pair<NameId, std::uint64_t>> entries() const;

 private:
  /// Names apart from counts: they are searched for every event.
  struct Rest {
    std::vector<NameId> names;
    std::vector<std::uint64_t> counts;
  };
  void add_to_rest(NameId name, std::uint64_t count);

  NameId first_ = 0;
  std::uint64_t first_count_ = 0;
  std::unique_ptr<Rest> rest_;
};

/// Query time over the wall clock, in at most kMaxSlices equal slices whose width doubles as
/// needed. Slices are aligned to the epoch, so two series merge exactly.
class TimeSeries {
 public:
  static constexpr std::size_t kMaxSlices = 64;

  TimeSeries() = default;
  /// Empty, with slices as wide as those of `other`: spares widening to a span known already.
  static TimeSeries as_wide_as(const TimeSeries& other);

  void add(TimePoint at, double value) {
    const auto slot =
        static_cast<std::uint64_t>((at.time_since_epoch().count() >> shift_) - first_);
    if (slot < slices_.size()) {
      slices_[slot] += static_cast<float>(value);
    } else {
      add_outside(at, value);
    }
  }
  void merge(const TimeSeries& other);
  bool empty() const { return slices_.empty(); }
  TimePoint begin() const;
  Duration slice() const;
  const std::vector<float>& values() const { return slices_; }

 private:
  void add_outside(TimePoint at, double value);
  void widen();

  std::int64_t first_ = 0;   ///< Index of the first slice, counted from the epoch.
  std::uint8_t shift_ = 16;  ///< A slice is 2^shift_ microseconds.
  std::vector<float> slices_;
};

/// Sum of what was told; absent when no event told it.
struct OptionalSum {
  std::uint64_t sum = 0;
  bool told = false;
  void add(std::uint64_t value) {
    sum += value;
    told = true;
  }
  void merge(const OptionalSum& other) {
    sum += other.sum;
    told |= other.told;
  }
};

/// The slowest execution seen; the first one where nothing is timed.
struct Sample {
  std::string sql;  ///< Raw, at most kMaxSampleBytes.
  std::string parameters;
  std::optional<Duration> query_time;
  std::optional<TimePoint> at;
  static constexpr std::size_t kMaxSampleBytes = 16 * 1024;
};

struct QueryClass {
  FingerprintId id;
  std::string text;
  Dialect dialect = Dialect::MySql;
  bool matches = true;  ///< Of the --match filter: the fingerprint text matches.

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
  NameCounts databases;
  NameCounts users;
  NameCounts hosts;
  NameCounts tags;    ///< Names of the form "key\0value".
  NameCounts errors;  ///< MySQL errno or SQLSTATE.
  TimeSeries trend;
  std::uint64_t burst_max = 0;
  std::unique_ptr<Sample> sample;

  /// A first value makes slices as wide as those of `whole`, the trend of all classes.
  void add_to_trend(TimePoint at, double seconds, const TimeSeries& whole) {
    if (trend.empty()) {
      trend = TimeSeries::as_wide_as(whole);
    }
    trend.add(at, seconds);
  }

  /// Adds all numbers and times of `other`; names and the sample are the caller's.
  void add_numbers(const QueryClass& other);
};

}  // namespace unjam
