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
std::string render_json(const AnalysisReport& report);
std::string render_markdown(const AnalysisReport& report, Language language);
/// One self-contained file: no network, inline SVG plots, light and dark, phone and print.
std::string render_html(const AnalysisReport& report, Language language);
std::string render_csv(const AnalysisReport& report);

}  // namespace unjam
