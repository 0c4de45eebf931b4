#include "report/html_plots.h"

#include "report/figures.h"
#include "report/messages.h"
#include "report/neutralise.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kSlices = 120;
constexpr double kTop = 16;
constexpr double kBase = 160;

std::string axis_number(double value) { return value == 0 ? "0" : exact_ratio(value); }

}  // namespace

double nice_ceiling(double value) {
  if (!(value > 0) || !std::isfinite(value)) {
    return 1;
  }
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 2.5, 5.0}) {
    if (value <= step * power * (1 + 1e-12)) {
      return step * power;
    }
  }
  return 10 * power;
}

std::string load_plot(const Trend& trend, Language language) {
  if (trend.slice <= Duration(0)) {
    return "";
  }
  std::vector<double> loads = resample(trend.query_time_s, kSlices);
  const double slice_s = static_cast<double>(trend.slice.count()) / 1e6;
  for (double& seconds : loads) {
    seconds /= slice_s;
  }
  const auto peak = std::max_element(loads.begin(), loads.end());
  if (peak == loads.end() || !(*peak > 0)) {
    return "";
  }
  const double ceiling = nice_ceiling(*peak);
  const auto slices = static_cast<double>(trend.query_time_s.size());
  const auto shown = static_cast<double>(loads.size());
  const auto time_at = [&](double share) {
    return trend.begin + to_duration(share * slices * slice_s);
  };
  std::string svg = fmt::format(
      "<svg class=\"plot\" role=\"img\" aria-labelledby=\"load-title load-desc\">"
      "<title id=\"load-title\">{}</title><desc id=\"load-desc\">{}; {}</desc>",
      html_text(message(language, Message::LoadOverTime)),
      html_text(message(language, Message::LoadMeaning)),
      html_text(
          message_with(language, Message::PeakAt, human_number(*peak),
                       human_time(time_at(static_cast<double>(peak - loads.begin()) / shown)))));
  const auto out = std::back_inserter(svg);
  for (const double level : {0.0, 0.5, 1.0}) {
    const double y = kBase - level * (kBase - kTop);
    fmt::format_to(out, "<line x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"/>", y);
  }
  for (std::size_t at = 0; at < loads.size(); ++at) {
    if (loads[at] <= 0) {
      continue;
    }
    const double height = std::max(1.0, loads[at] / ceiling * (kBase - kTop));
    fmt::format_to(out,
                   "<rect x=\"{:.3f}%\" y=\"{:.1f}\" width=\"{:.3f}%\" height=\"{:.1f}\">"
                   "<title>{}: {}</title></rect>",
                   100 * static_cast<double>(at) / shown, kBase - height, 86 / shown, height,
                   human_time(time_at(static_cast<double>(at) / shown)),
                   html_text(human_number(loads[at])));
  }
  for (const double level : {0.5, 1.0}) {
    fmt::format_to(out, "<text x=\"0\" y=\"{:.1f}\">{}</text>", kBase - level * (kBase - kTop) - 4,
                   axis_number(level * ceiling));
  }
  // The day only where it changes the meaning: a phone has no room for three full times.
  const bool one_day = human_time(time_at(0)).compare(0, 10, human_time(time_at(1)), 0, 10) == 0;
  const bool minutes_tell =
      human_time(time_at(0)).substr(0, 15) != human_time(time_at(1)).substr(0, 15);
  const std::string_view anchors[] = {"start", "middle", "end"};
  for (std::size_t mark = 0; mark < 3; ++mark) {
    const double share = static_cast<double>(mark) / 2;
    const std::string time = human_time(time_at(share));
    fmt::format_to(out, "<text x=\"{:.0f}%\" y=\"180\" text-anchor=\"{}\">{}</text>", 100 * share,
                   anchors[mark],
                   !one_day ? time.substr(5, 11) : time.substr(11, minutes_tell ? 5 : 8));
  }
  svg += "</svg>";
  return svg;
}

std::string latency_plot(const std::vector<LatencyBar>& bars, Language language) {
  std::uint64_t most = 0;
  for (const LatencyBar& bar : bars) {
    most = std::max(most, bar.count);
  }
  if (most == 0) {
    return "";
  }
  std::string svg = fmt::format(
      "<svg class=\"plot\" role=\"img\" aria-labelledby=\"latency-title\">"
      "<title id=\"latency-title\">{}</title>",
      html_text(heading(language, Message::LatencyHistogram)));
  const auto out = std::back_inserter(svg);
  fmt::format_to(out, "<line x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"/>", kBase);
  const double wide = 100 / static_cast<double>(bars.size());
  // A phone has room for a few labels only.
  const std::size_t every = (bars.size() + 5) / 6;
  for (std::size_t at = 0; at < bars.size(); ++at) {
    const LatencyBar& bar = bars[at];
    const double x = wide * static_cast<double>(at);
    if (bar.count > 0) {
      const double height = std::max(
          1.0, static_cast<double>(bar.count) / static_cast<double>(most) * (kBase - kTop));
      fmt::format_to(out,
                     "<rect x=\"{:.3f}%\" y=\"{:.1f}\" width=\"{:.3f}%\" height=\"{:.1f}\">"
                     "<title>{} – {}: {}</title></rect>",
                     x, kBase - height, wide * 0.92, height, human_duration(bar.lower),
                     human_duration(bar.upper), human_count(bar.count));
    }
    if (at % every == 0) {
      fmt::format_to(out, "<text x=\"{:.3f}%\" y=\"180\">{}</text>", x, human_duration(bar.lower));
    }
  }
  svg += "</svg>";
  return svg;
}

std::string spark_plot(const std::vector<double>& values, std::size_t slices,
                       std::string_view title) {
  const std::vector<double> points = resample(values, slices);
  const double largest = points.empty() ? 0 : *std::max_element(points.begin(), points.end());
  if (!(largest > 0)) {
    return "";
  }
  std::string svg = fmt::format(
      "<svg class=\"spark\" role=\"img\" width=\"96\" height=\"24\" viewBox=\"0 0 96 24\" "
      "preserveAspectRatio=\"none\">"
      "<title>{}</title>",
      html_text(title));
  const double step = 96 / static_cast<double>(points.size());
  for (std::size_t at = 0; at < points.size(); ++at) {
    if (points[at] > 0) {
      const double height = std::max(1.0, points[at] / largest * 24);
      fmt::format_to(std::back_inserter(svg),
                     "<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\"/>",
                     step * static_cast<double>(at), 24 - height, step * 0.8, height);
    }
  }
  svg += "</svg>";
  return svg;
}

std::string bar_plot(double share) {
  const double percent = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) * 100 : 0;
  return fmt::format(
      "<svg class=\"bar\" aria-hidden=\"true\"><rect class=\"off\" width=\"100%\" height=\"8\" "
      "rx=\"4\"/>"
      "<rect class=\"on\" width=\"{:.2f}%\" height=\"8\" rx=\"4\"/></svg>",
      percent);
}

}  // namespace unjam
