// Reports for the renderers' tests: one that has every part, one that has none.
#pragma once

#include "unjam/rank/analysis_report.h"

#include <string>

namespace unjam {

/// Every optional set, every section filled; a MySQL and a PostgreSQL input.
AnalysisReport sample_report();
/// PostgreSQL with log_statement only: texts without times, rows or locks.
AnalysisReport untimed_report();
/// One input without a record.
AnalysisReport empty_report();
/// sample_report() with `text` in every place that comes from a log.
AnalysisReport report_with_text(const std::string& text);

}  // namespace unjam
