// Query classes to the ranking that a report shows. Pure functions.
#pragma once

#include "unjam/aggregate/aggregator.h"
#include "unjam/rank/analysis_report.h"
#include "unjam/rank/lint.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// What a ranking is sorted by, largest first; ties by query time, then calls, then id.
enum class RankBy : std::uint8_t {
  Time,
  Calls,
  P50,
  P95,
  P99,
  Max,
  Mean,
  Lock,
  RowsExamined,
  RowsSent,
  RowsRatio,  ///< Rows examined / rows sent.
  Errors,
  Bytes,
};

std::string_view to_string(RankBy by);
std::optional<RankBy> parse_rank_by(std::string_view name);
/// "time, calls, p50, ...": for messages.
std::string rank_by_names();

/// What the aggregator's classes are, and what rows are made of them.
enum class RankRows : std::uint8_t {
  Classes,
  Tables,  ///< One class counts for each of the tables it names.
  Groups,  ///< The aggregator grouped by user, host, ...: how many classes there are is not known.
};

struct RankOptions {
  RankBy by = RankBy::Time;
  std::size_t top = 10;  ///< 0: all.
  /// What the aggregator's filter let through in time; the report's window is cut to it.
  std::optional<TimePoint> since, until;
  RankRows rows = RankRows::Classes;
  bool show_literals = false;
  bool japanese = false;  ///< Language of lint texts.
};

/// Fills everything of the report but version, inputs, grouped_by and notes. `linter` may be
/// nullptr.
AnalysisReport rank_heaviest(const Aggregator& seen, const RankOptions& options,
                             const Linter* linter);

/// The measures that the log of at least one class tells; empty when nothing was seen.
std::vector<RankBy> told_measures(const Aggregator& seen);

/// The classes, shown in a ranking or not, that have a finding at least as severe as `severity`
/// ("info", "warning" or "error").
std::vector<FingerprintId> classes_with_findings(const Aggregator& seen, const Linter& linter,
                                                 std::string_view severity);

}  // namespace unjam
