// A ClassReport as text, JSON, Markdown or HTML. Pure functions; texts are neutralised for each
// medium.
#pragma once

#include "unjam/rank/class_report.h"
#include "unjam/report/render.h"

#include <string>

namespace unjam {

std::string render_class_text(const ClassReport& described, const TextStyle& style);
/// Not localised. `query` has the fields of a row of `analyze --output json` and `comparison`;
/// `latency`, `targets`, `samples` and `errors` are arrays. Ends in a line feed.
std::string render_class_json(const ClassReport& described);
std::string render_class_markdown(const ClassReport& described, Language language);
/// One self-contained file, as render_html().
std::string render_class_html(const ClassReport& described, Language language);

}  // namespace unjam
