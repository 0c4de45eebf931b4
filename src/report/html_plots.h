// Plots as inline SVG, drawn when the report is rendered: no script, no network. Places are
// percentages, so a plot follows the width of its page while its text keeps its size.
#pragma once

#include "unjam/rank/class_report.h"
#include "unjam/report/render.h"

#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Load over time with both axes; empty when the trend holds nothing to draw.
std::string load_plot(const Trend& trend, Language language);
/// Executions by class of time; empty when there are none.
std::string latency_plot(const std::vector<LatencyBar>& bars, Language language);
/// A sparkline of at most `slices` bars, with `title` for those who cannot see it; empty when there
/// is nothing to draw.
std::string spark_plot(const std::vector<double>& values, std::size_t slices,
                       std::string_view title);
/// A horizontal bar, `share` in [0, 1]; decoration beside a number.
std::string bar_plot(double share);

/// The smallest of 1, 2, 2.5, 5 x 10^n that is not below `value`; 1 when `value` is not positive.
double nice_ceiling(double value);

}  // namespace unjam
