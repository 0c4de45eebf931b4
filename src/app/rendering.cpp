#include "app/rendering.h"

#include <algorithm>
#include <cstdlib>

#include <sys/ioctl.h>
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

/// Of the terminal; longer lines than these are hard to follow. A pipe has the usual width.
int columns_of_output(int usual) {
  constexpr int kWidest = 140;
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0) {
    return usual;
  }
  return std::min<int>(size.ws_col, kWidest);
}

}  // namespace

TextStyle text_style(const Rendering& rendering) {
  TextStyle style;
  style.language = rendering.language;
  style.colour = use_colour(rendering.colour);
  style.columns = columns_of_output(style.columns);
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
