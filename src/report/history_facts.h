// What several media say about a report from the store: where its numbers are from, and how they
// compare with the period before. Texts hold names as they were read: not neutralised.
#pragma once

#include "unjam/rank/analysis_report.h"
#include "unjam/report/render.h"

#include <string>
#include <vector>

namespace unjam {

/// "Heaviest queries", or the title of a report from logs.
std::string_view report_title(const AnalysisReport& report, Language language);

/// One line per source and reason, with the targets that it holds for; empty for logs.
std::vector<std::string> source_lines(const AnalysisReport& report, Language language);

/// "+52 %", "−9.1 %", "× 12", "±0 %"; empty when there was nothing before.
std::string relative_change(Duration before, Duration now);

/// "new", "↑ +52 %", "↓ −50 %", "="; empty where nothing is compared.
std::string change_text(const ReportQuery& query, Language language);

/// "worse: 1 h 20 m in 12.1 k calls → 2 h 3 m in 12.3 k calls"; empty where nothing is compared.
std::string before_and_now(const ReportQuery& query, Language language);

/// Total load and calls then and now; empty where nothing is compared.
std::string past_line(const AnalysisReport& report, Language language);

/// Why there is nothing to show, and what to do; empty unless the report is from the store and
/// holds nothing.
struct NothingStored {
  std::string what;
  std::string remedy;
};
NothingStored nothing_stored(const AnalysisReport& report, Language language);

/// True when any row is compared with the period before.
bool any_comparison(const AnalysisReport& report);

/// What else the reader should know.
std::vector<std::string> history_notes(const AnalysisReport& report, Language language);

}  // namespace unjam
