// A period against the one before it: what became worse or better, and what is only noise.
#pragma once

#include "unjam/base/time.h"
#include "unjam/rank/analysis_report.h"

#include <cstdint>

namespace unjam {

/// Executions of one row in one period.
struct PeriodLoad {
  std::uint64_t calls = 0;
  Duration query_time{0};
};

/// A change that is smaller than any of these is no change.
struct ComparisonThresholds {
  /// Of the larger of the two loads of the row.
  double relative = 0.2;
  /// Of the larger of the two loads of all rows: what nobody would notice is not worth a word.
  double of_all = 0.005;
  /// Few executions differ by chance. The sum of n independent ones whose deviation is
  /// `variation` times their mean varies by variation * mean * sqrt(n); a change has to exceed
  /// `deviations` of these. With the defaults, 16 executions must double, 10,000 change by 5 %.
  double deviations = 2.0;
  double variation = 1.75;
};

/// Worse, Better or Same, by query time; the periods are of equal length. Pure.
Verdict compare_loads(const PeriodLoad& before, const PeriodLoad& now, Duration all_before,
                      Duration all_now, const ComparisonThresholds& thresholds = {});

}  // namespace unjam
