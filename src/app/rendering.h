// How a report leaves the program: medium, language and colour.
#pragma once

#include "unjam/rank/analysis_report.h"
#include "unjam/report/render.h"

#include <string>

namespace unjam {

enum class OutputFormat { Text, Json, Markdown, Html, Csv };

struct Rendering {
  OutputFormat output = OutputFormat::Text;
  Language language = Language::English;
  std::string colour = "auto";  ///< "auto", "always", "never".
};

/// Of a text on standard output: colour where it is wanted or, for "auto", where it is a terminal
/// and NO_COLOR is not set.
TextStyle text_style(const Rendering& rendering);

std::string render_report(const AnalysisReport& report, const Rendering& rendering);

}  // namespace unjam
