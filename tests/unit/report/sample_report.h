// Reports for the renderers' tests: one that has every part, one that has none.
#pragma once

#include "unjam/rank/analysis_report.h"
#include "unjam/rank/class_report.h"
#include "unjam/report/doctor_report.h"

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

/// From the store: two sources, a period before, something gone.
AnalysisReport stored_report();
/// A store without numbers of the period.
AnalysisReport nothing_stored_report();
/// Of stored_report()'s first row.
ClassReport class_report();
/// A service in trouble, a target that is well, one that is not, one that cannot be reached.
DoctorReport doctor_report();
/// `text` in every place of the last three that comes from elsewhere.
AnalysisReport stored_with_text(const std::string& text);
ClassReport class_with_text(const std::string& text);
DoctorReport doctor_with_text(const std::string& text);

}  // namespace unjam
