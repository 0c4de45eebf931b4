#include "unjam/rank/comparison.h"

#include <algorithm>
#include <cmath>

namespace unjam {
namespace {

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

/// Of the sum of query times, if the calls were independent of each other.
double variance_of(const PeriodLoad& load, double variation) {
  if (load.calls == 0) {
    return 0.0;
  }
  const double sum = variation * seconds(load.query_time);
  return sum * sum / static_cast<double>(load.calls);
}

}  // namespace

Verdict compare_loads(const PeriodLoad& before, const PeriodLoad& now, Duration all_before,
                      Duration all_now, const ComparisonThresholds& thresholds) {
  const double change = seconds(now.query_time) - seconds(before.query_time);
  const double size = std::abs(change);
  const double noise =
      std::sqrt(variance_of(before, thresholds.variation) + variance_of(now, thresholds.variation));
  const bool matters =
      size > 0.0 &&
      size >= thresholds.relative * seconds(std::max(before.query_time, now.query_time)) &&
      size >= thresholds.of_all * seconds(std::max(all_before, all_now)) &&
      size > thresholds.deviations * noise;
  if (!matters) {
    return Verdict::Same;
  }
  return change > 0.0 ? Verdict::Worse : Verdict::Better;
}

}  // namespace unjam
