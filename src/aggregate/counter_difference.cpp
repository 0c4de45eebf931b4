#include "aggregate/counter_difference.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace unjam {
namespace {

/// Microseconds after which a sum of picoseconds in 64 bits goes on from 0.
constexpr std::int64_t kPicosecondWrap = 18'446'744'073'709;

/// 0 when it fell: servers that add without a lock go back a little now and then.
Duration time_difference(Duration now, Duration last, Dialect dialect) {
  if (now >= last) {
    return now - last;
  }
  if (dialect == Dialect::PostgreSql || last.count() < kPicosecondWrap / 2) {
    return Duration(0);
  }
  // A source may count wraps itself, and forget them in its next life.
  const std::int64_t behind = (last - now).count() % kPicosecondWrap;
  return Duration(behind > kPicosecondWrap / 2 ? kPicosecondWrap - behind : 0);
}

std::uint64_t difference(std::uint64_t now, std::uint64_t last) {
  const std::uint64_t ahead = now - last;
  return now >= last || ahead <= UINT64_MAX / 2 ? ahead : 0;
}

bool fell(std::uint64_t now, std::uint64_t last) {
  return now < last && difference(now, last) == 0;
}

bool fell(const OptionalSum& now, const OptionalSum& last) {
  return now.told && last.told && fell(now.sum, last.sum);
}

bool fell(Duration now, Duration last, Dialect dialect) {
  return now < last && time_difference(now, last, dialect).count() == 0;
}

}  // namespace

bool began_anew(const CounterState& last, const CounterRow& row, Dialect dialect) {
  const Counts& now = row.counts;
  const Counts& then = last.counts;
  if (row.since && last.since && *row.since > *last.since) {
    return true;
  }
  if (row.since && row.since == last.since) {
    return false;
  }
  return fell(now.calls, then.calls) || fell(now.query_time, then.query_time, dialect) ||
         now.query_time_max < then.query_time_max || fell(now.errors, then.errors) ||
         fell(now.rows_sent, then.rows_sent) || fell(now.rows_examined, then.rows_examined);
}

bool unchanged(const CounterState& last, const CounterRow& row) {
  return row.text.empty() && row.times.empty() && row.since == last.since &&
         row.counts.calls == last.counts.calls && row.counts.errors == last.counts.errors &&
         row.counts.query_time == last.counts.query_time &&
         row.counts.query_time_max == last.counts.query_time_max;
}

namespace {

Duration lock_time(const Counts& counts) {
  return Duration(static_cast<std::int64_t>(counts.lock_time.sum));
}

}  // namespace

Counts difference(const Counts& now, const Counts& last, Dialect dialect) {
  Counts delta;
  delta.calls = difference(now.calls, last.calls);
  delta.query_time = time_difference(now.query_time, last.query_time, dialect);
  // An older maximum says nothing about the executions in between.
  delta.query_time_max =
      now.query_time_max > last.query_time_max ? now.query_time_max : Duration(0);
  delta.errors = difference(now.errors, last.errors);
  for (const auto sum : kOptionalSums) {
    if ((now.*sum).told) {
      const std::uint64_t grown = difference((now.*sum).sum, (last.*sum).sum);
      (delta.*sum)
          .add(sum == &Counts::lock_time
                   ? static_cast<std::uint64_t>(
                         time_difference(lock_time(now), lock_time(last), dialect).count())
                   : grown);
    }
  }
  return delta;
}

void keep_highest(Counts& now, const Counts& last, Dialect dialect) {
  now.calls = fell(now.calls, last.calls) ? last.calls : now.calls;
  now.errors = fell(now.errors, last.errors) ? last.errors : now.errors;
  if (fell(now.query_time, last.query_time, dialect)) {
    now.query_time = last.query_time;
  }
  for (const auto sum : kOptionalSums) {
    const bool fallen = sum == &Counts::lock_time ? fell(lock_time(now), lock_time(last), dialect)
                                                  : fell((now.*sum).sum, (last.*sum).sum);
    if ((now.*sum).told && fallen) {
      now.*sum = last.*sum;
    }
  }
}

void add_times(const std::vector<CounterRow::TimeClass>& now,
               const std::vector<CounterRow::TimeClass>& last, Duration longest,
               Histogram& histogram) {
  std::vector<std::pair<Duration, std::uint64_t>> grown;
  bool anew = false;
  auto before = last.begin();
  for (const CounterRow::TimeClass& time : now) {
    std::uint64_t known = 0;
    for (; before != last.end() && before->upper <= time.upper; ++before) {
      anew |= before->upper < time.upper && before->count > 0;
      known = before->upper == time.upper ? before->count : known;
    }
    anew |= time.count < known;
    grown.emplace_back(time.upper, time.count - std::min(known, time.count));
  }
  anew |= std::any_of(before, last.end(), [](const auto& time) { return time.count > 0; });
  for (std::size_t i = 0; i < now.size(); ++i) {
    const std::uint64_t count = anew ? now[i].count : grown[i].second;
    if (count > 0) {
      // MySQL's classes are 4.7 % wide (fifty to a power of ten): this is the middle of one.
      Duration value(now[i].upper.count() - now[i].upper.count() * 23 / 1000);
      value = longest.count() > 0 ? std::min(value, longest) : value;
      histogram.add(value, count);
    }
  }
}

}  // namespace unjam
