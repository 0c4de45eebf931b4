// An AnalysisReport as text, JSON, Markdown or HTML. Pure functions; texts from logs are
// neutralised for each medium (terminal escapes, bidirectional controls, HTML, Markdown, CSV
// formulas).
#pragma once

#include "unjam/rank/analysis_report.h"

#include <string>

namespace unjam {

enum class Language { English, Japanese };

struct TextStyle {
  Language language = Language::English;
  bool colour = false;
  int columns = 100;
};

std::string render_text(const AnalysisReport& report, const TextStyle& style);
/// Not localised; the contract of `analyze --output json`. Ends in a line feed.
///
/// A report from the store (`top`) has no `inputs`, and of `totals` only what a store knows. It
/// adds
///   "sources": [{"target", "source": "log|counters", "why", "first", "last"}], why being one of
///     only, complete, counters-do-not-cover, counters-do-not-tell, asked;
///   "without_numbers": [targets], "available": {"begin", "end"} where the window is empty,
///   "counters_since" of a server's own counters,
///   "before": {"window", "then": {"calls", "query_time_s"}, "now": {...}, "not_compared":
///   [targets],
///     "gone_fingerprints", "gone": [{"fingerprint_id", "fingerprint", "calls", "query_time_s"}]},
/// and to each query
///   "comparison": {"verdict": "new|worse|better|same", "then": {"calls", "query_time_s"}, "now"}.
/// `now` is of the targets that have numbers of both periods.
std::string render_json(const AnalysisReport& report);
std::string render_markdown(const AnalysisReport& report, Language language);
/// One self-contained file: no network, inline SVG plots, light and dark, phone and print.
std::string render_html(const AnalysisReport& report, Language language);
std::string render_csv(const AnalysisReport& report);

}  // namespace unjam
