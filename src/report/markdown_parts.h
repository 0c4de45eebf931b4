// Parts of the Markdown reports that several of them have.
#pragma once

#include "unjam/rank/analysis_report.h"
#include "unjam/report/render.h"

#include <string>

namespace unjam {

/// A query's text, figures, lint findings and sample.
std::string markdown_query_body(const AnalysisReport& report, const ReportQuery& query,
                                Language language);
/// Sections of what is gone, errors, lock waits, deadlocks and temporary files: those that there
/// are.
void write_markdown_incidents(const AnalysisReport& report, Language language, std::string& out);
/// The section of notes; empty when there are none.
std::string markdown_notes(const AnalysisReport& report, Language language);
/// Statement text in a fenced block.
std::string markdown_sql(const AnalysisReport& report, std::string_view sql, Language language);

}  // namespace unjam
