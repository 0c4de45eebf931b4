// Parts of the JSON reports that several of them have.
#pragma once

#include "report/json_writer.h"
#include "unjam/rank/analysis_report.h"

namespace unjam {

/// One row of the ranking, as an object.
void write_json_query(JsonWriter& json, const AnalysisReport& report, const ReportQuery& query);
/// One kind of error, as an object.
void write_json_error(JsonWriter& json, const ReportError& error);
/// Members of an open object.
void write_json_sample(JsonWriter& json, const QuerySample& sample);
void write_json_window(JsonWriter& json, const TimeRange& window);

}  // namespace unjam
