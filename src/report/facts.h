// What several media say about a report that the report does not hold as such: the time span, the
// load, the top of a count, the name of a row.
#pragma once

#include "report/ranked_value.h"
#include "unjam/rank/analysis_report.h"
#include "unjam/report/render.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// What loads and rates refer to: the report's window, or else all of the inputs.
std::optional<TimeRange> time_span(const AnalysisReport& report);

/// From the first to the last record of all inputs; nullopt when no input tells a time.
std::optional<TimeRange> input_span(const AnalysisReport& report);

/// Of all inputs, before the filter.
std::uint64_t records_read(const AnalysisReport& report);

/// The time span in words and, where a filter left some out, how many records passed it; empty when
/// no input tells a time.
std::string span_line(const AnalysisReport& report, Language language);

/// What to say when the filter let no record through; empty when some passed or none was read.
std::string nothing_passed(const AnalysisReport& report, Language language);

/// Query time per second of wall time; nullopt when the span is shorter than a millisecond or no
/// execution told its time.
std::optional<double> load(const AnalysisReport& report);

/// Load in each slice of a trend.
std::vector<double> load_of(const Trend& trend);

struct NamedShare {
  std::string_view name;
  std::uint64_t count = 0;
  double share = 0;  ///< Of all counts.
};

/// The `most` largest counts, largest first, equal ones by name. Views into `counts`.
std::vector<NamedShare> top_of(const std::map<std::string, std::uint64_t>& counts,
                               std::size_t most);

/// False when rows are users, databases, ... rather than statements.
bool rows_are_statements(const AnalysisReport& report);

/// How a row is called in a table: a short form of the statement or the group's name. As read from
/// the log: not neutralised.
std::string row_name(const AnalysisReport& report, const ReportQuery& query);

/// Calls of all rows together with the other queries.
std::uint64_t all_calls(const AnalysisReport& report);

/// Of the measure that ranks, for what the ranking left out; nullopt when the measure does not add
/// up (p95, max; tables) or nothing was left out.
std::optional<double> share_of_others(const AnalysisReport& report);

/// Fewer rows examined for each row sent than this are nothing to speak of.
inline constexpr double kRatioShown = 2;

/// True when any row has a share: what ranks adds up.
bool any_share(const AnalysisReport& report);

/// "42.1 % of total time", or "p99 4.4 s" where there is no share.
std::string share_or_value(const AnalysisReport& report, const ReportQuery& query,
                           Language language);

/// Rows shown and left out.
std::uint64_t all_rows(const AnalysisReport& report);

/// "other queries (12)", "other users (1)": what the ranking left out.
std::string other_rows(const AnalysisReport& report, Language language);

/// True when any row has a time.
bool any_timed(const AnalysisReport& report);

/// "; min 1 ms, p95 20 ms": of its latency what the source tells.
std::string latency_list(const ReportQuery& query, Language language);

/// The report's notes, and before them those that its figures call for, in `language`.
std::vector<std::string> notes_of(const AnalysisReport& report, Language language);

/// A statement that is longer than a page is cut for people; JSON has all of it.
struct Excerpt {
  std::string_view text;
  std::size_t left_out = 0;  ///< Bytes.
};
Excerpt excerpt(std::string_view text, std::size_t bytes);

}  // namespace unjam
