#include "aggregate/counter_difference.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace unjam {
namespace {

/// Microseconds after which a sum of picoseconds in 64 bits goes on from 0.
constexpr std::int64_t kPicosecondWrap = 18'446'744'073'709;

Duration time_difference(Duration now, Duration last, Dialect dialect) {
  if (now >= last) {
    return now - last;
  }
  const bool wrapped = dialect != Dialect::PostgreSql && last.count() > kPicosecondWrap / 2;
  return wrapped ? now + (Duration(kPicosecondWrap) - last) : Duration(0);
}

std::uint64_t difference(std::uint64_t now, std::uint64_t last) {
  return now >= last || last > UINT64_MAX / 2 ? now - last : 0;
}

}  // namespace

bool began_anew(const CounterState& last, const CounterRow& row, Dialect dialect) {
  const Counts& now = row.counts;
  const Counts& then = last.counts;
  if (row.since && last.since && *row.since > *last.since) {
    return true;
  }
  if (now.calls < then.calls && then.calls <= UINT64_MAX / 2) {
    return true;
  }
  if (row.since && last.since && *row.since == *last.since) {
    return false;
  }
  const auto fell = [](const OptionalSum& sum, const OptionalSum& before) {
    return sum.told && before.told && sum.sum < before.sum && before.sum <= UINT64_MAX / 2;
  };
  const bool time_fell = now.query_time < then.query_time &&
                         time_difference(now.query_time, then.query_time, dialect).count() == 0;
  return time_fell || now.query_time_max < then.query_time_max || now.errors < then.errors ||
         fell(now.rows_sent, then.rows_sent) || fell(now.rows_examined, then.rows_examined);
}

bool unchanged(const CounterState& last, const CounterRow& row) {
  return row.text.empty() && row.times.empty() && row.since == last.since &&
         row.counts.calls == last.counts.calls && row.counts.errors == last.counts.errors &&
         row.counts.query_time == last.counts.query_time &&
         row.counts.query_time_max == last.counts.query_time_max;
}

Counts difference(const Counts& now, const Counts& last, Dialect dialect) {
  Counts delta;
  delta.calls = difference(now.calls, last.calls);
  delta.query_time = time_difference(now.query_time, last.query_time, dialect);
  // An older maximum says nothing about the executions in between.
  delta.query_time_max =
      now.query_time_max > last.query_time_max ? now.query_time_max : Duration(0);
  delta.errors = difference(now.errors, last.errors);
  for (const auto sum : kOptionalSums) {
    if (!(now.*sum).told) {
      continue;
    }
    if (sum == &Counts::lock_time) {
      const auto of = [](const OptionalSum& time) {
        return Duration(static_cast<std::int64_t>(time.sum));
      };
      const Duration time = time_difference(of(now.*sum), of(last.*sum), dialect);
      (delta.*sum).add(static_cast<std::uint64_t>(time.count()));
    } else {
      (delta.*sum).add(difference((now.*sum).sum, (last.*sum).sum));
    }
  }
  return delta;
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
