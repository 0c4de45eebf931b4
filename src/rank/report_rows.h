// Parts of a report made from query classes; used by the rankings.
#pragma once

#include "unjam/aggregate/aggregator.h"
#include "unjam/rank/heaviest.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace unjam {

/// Rows examined / rows sent, at least one row sent assumed; 0 when the log does not tell both.
double rows_ratio(const QueryClass& row);
std::uint64_t error_count(const QueryClass& row);

ReportQuery report_row(const QueryClass& row, const Aggregator& seen, const RankOptions& options,
                       const Linter* linter);

/// From the first to the last record, whether it passed the filter or not, cut to what `options`
/// says; nullopt when no record tells its time, or none is in between.
std::optional<TimeRange> window_of(const Aggregator& seen, const RankOptions& options);

/// `series` in equal slices of the window; empty when there is none.
Trend trend_within(const TimeSeries& series, const std::optional<TimeRange>& window);

struct TableGroup {
  QueryClass sum;  ///< `text` is the table's name; names of users etc. are not summed.
  std::uint64_t fingerprints = 0;
};
std::vector<std::unique_ptr<TableGroup>> group_by_table(const std::vector<const QueryClass*>& rows);

void add_incidents(const Aggregator& seen, const RankOptions& options, AnalysisReport& report);

}  // namespace unjam
