#include "report/text_plot.h"

#include "report/facts.h"
#include "report/figures.h"
#include "report/html_plots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::array<std::string_view, 9> kEighths = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::size_t kAxisColumns = 7;

/// The character of one column in one row; rows count from the base.
std::string_view cell(double value, double ceiling, std::size_t row, std::size_t rows) {
  if (value <= 0) {
    return kEighths[0];
  }
  const double eighths = value / ceiling * static_cast<double>(rows) * 8;
  const double above = eighths - static_cast<double>(row) * 8;
  if (row == 0 && above < 1) {
    return kEighths[1];  // the least that can be seen
  }
  return kEighths.at(static_cast<std::size_t>(std::clamp(std::round(above), 0.0, 8.0)));
}

std::string level_text(double level) {
  constexpr double kSmall = 0.01;
  return level < kSmall ? fmt::format("{:.2g}", level) : human_number(level);
}

}  // namespace

void write_load_plot(TextPage& page, const Trend& trend, std::size_t indent, std::size_t rows) {
  const std::size_t room = page.columns() - std::min(page.columns() / 2, indent + kAxisColumns + 2);
  const std::vector<double> loads = resample(load_of(trend), room);
  const double peak = loads.empty() ? 0 : *std::max_element(loads.begin(), loads.end());
  if (!(peak > 0)) {
    return;
  }
  const double ceiling = nice_ceiling(peak);
  for (std::size_t row = rows; row-- > 0;) {
    const bool marked = row + 1 == rows || row + 1 == rows / 2;
    const double level = ceiling * static_cast<double>(row + 1) / static_cast<double>(rows);
    std::string line = page.ink(
        fit(marked ? level_text(level) : "", kAxisColumns, Align::Right) + " ", Ink::Faint);
    std::string bars;
    for (const double value : loads) {
      bars += cell(value, ceiling, row, rows);
    }
    page.line(line + page.ink(bars, Ink::Accent), indent);
  }
  const auto time = [&](std::size_t at) {
    return human_time(trend.begin + trend.slice * static_cast<std::int64_t>(at)).substr(5, 11);
  };
  const std::string begin = time(0);
  const std::string end = time(trend.query_time_s.size());
  const std::size_t used = begin.size() + end.size();
  const std::string gap(loads.size() > used ? loads.size() - used : 1, ' ');
  page.line(std::string(kAxisColumns + 1, ' ') + begin + gap + end, indent, Ink::Faint);
}

}  // namespace unjam
