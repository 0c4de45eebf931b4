// The part of the JSON report that only the store can tell: sources and the period before.
#pragma once

#include "report/json_writer.h"
#include "unjam/rank/analysis_report.h"

namespace unjam {

/// Members of the report: "sources", "without_numbers", "available", "before".
void write_json_history(JsonWriter& json, const ReportHistory& history);
/// Member of a query: "comparison".
void write_json_comparison(JsonWriter& json, const ReportComparison& comparison);

}  // namespace unjam
