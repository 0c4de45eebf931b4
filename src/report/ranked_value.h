// The measure that a report is ranked by, of one row.
#pragma once

#include "unjam/rank/analysis_report.h"

#include <optional>
#include <string>

namespace unjam {

/// Times in seconds; nullopt when the log does not tell it.
std::optional<double> ranked_number(const AnalysisReport& report, const ReportQuery& query);

/// The same for people, with its unit; a dash when the log does not tell it.
std::string ranked_value(const AnalysisReport& report, const ReportQuery& query);

/// False when one of the columns that every ranking has shows it.
bool needs_own_column(const AnalysisReport& report);

}  // namespace unjam
