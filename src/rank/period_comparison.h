// The rows of a ranking against the period before, and what ran then and no more.
#pragma once

#include "rank/stored_rows.h"
#include "unjam/rank/analysis_report.h"
#include "unjam/rank/top.h"
#include "unjam/store/store.h"

#include <span>
#include <vector>

namespace unjam {

/// Fills report.history->past and the comparison of each query. `rows` are all rows of the range,
/// from `sources`; `shown` those of report.queries, in their order. Nothing is filled where no
/// target has numbers of the period before.
void compare_periods(const StoreReader& store, const TopOptions& options,
                     const std::vector<ReportSource>& sources, const std::vector<StoredRow>& rows,
                     std::span<const StoredRow* const> shown, AnalysisReport& report);

/// The same for the one class of report.queries, which has `counts` in the range.
void compare_class(const StoreReader& store, const TopOptions& options,
                   const std::vector<ReportSource>& sources, const Counts& counts,
                   AnalysisReport& report);

}  // namespace unjam
