// A ClassReport as text, JSON, Markdown or HTML. Pure functions; texts are neutralised for each
// medium.
#pragma once

#include "unjam/rank/class_report.h"
#include "unjam/report/render.h"

#include <string>

namespace unjam {

std::string render_class_text(const ClassReport& described, const TextStyle& style);
/// Not localised. As render_json() of a report from the store, with
///   "query": one row instead of "queries",
///   "latency_source", "latency": [{"from_s", "below_s", "calls"}],
///   "targets": [{"target", "source", "calls", "query_time_s", "p95_s"}],
///   "samples": [{"target", "sql", "masked", "query_time_s", "at", "parameters", "attributes":
///   {}}], "errors": as there.
/// Ends in a line feed.
std::string render_class_json(const ClassReport& described);
std::string render_class_markdown(const ClassReport& described, Language language);
/// One self-contained file, as render_html().
std::string render_class_html(const ClassReport& described, Language language);

}  // namespace unjam
