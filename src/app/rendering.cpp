#include "app/rendering.h"

#include <cstdlib>

#include <unistd.h>

namespace unjam {
namespace {

bool use_colour(const std::string& wish) {
  if (wish != "auto") {
    return wish == "always";
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this program changes its environment.
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace

TextStyle text_style(const Rendering& rendering) {
  TextStyle style;
  style.language = rendering.language;
  style.colour = use_colour(rendering.colour);
  return style;
}

std::string render_report(const AnalysisReport& report, const Rendering& rendering) {
  switch (rendering.output) {
    case OutputFormat::Text:
      return render_text(report, text_style(rendering));
    case OutputFormat::Json:
      return render_json(report);
    case OutputFormat::Markdown:
      return render_markdown(report, rendering.language);
    case OutputFormat::Html:
      return render_html(report, rendering.language);
    case OutputFormat::Csv:
      return render_csv(report);
  }
  return {};
}

}  // namespace unjam
