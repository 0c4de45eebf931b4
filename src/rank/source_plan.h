// Which source each target's numbers are taken from: a server seen through its log and its counters
// must not be counted twice.
#pragma once

#include "unjam/rank/analysis_report.h"
#include "unjam/rank/top.h"
#include "unjam/store/store.h"

#include <string>
#include <vector>

namespace unjam {

struct SourcePlan {
  std::vector<ReportSource> sources;  ///< One per target, by name.
  std::vector<std::string> without;   ///< Targets asked for that have none in the range.
  std::uint64_t calls = 0;            ///< Of these sources in the range.
  Duration query_time{0};
};

/// Counters are complete, so they are preferred where they cover what the log covers and tell what
/// `options` rank and group by.
SourcePlan plan_sources(const StoreReader& store, const TopOptions& options);

/// `range` without a front in which none of the targets was watched yet: loads and trends refer to
/// what is left.
TimeRange watched_range(const StoreReader& store, const SourcePlan& plan, const TimeRange& range);

/// At most one scope per source; none for no targets.
std::vector<StoreScope> scopes_of(const std::vector<ReportSource>& sources, const TimeRange& range);

/// The period of the same length before `range`.
TimeRange period_before(const TimeRange& range);

/// Those of `sources` that have numbers of `before`, from (nearly) its begin on.
/// `covered` is the store's coverage of `before`.
std::vector<ReportSource> comparable_sources(const StoreReader& store,
                                             const std::vector<ReportSource>& sources,
                                             const TimeRange& before,
                                             const std::vector<Coverage>& covered);

}  // namespace unjam
