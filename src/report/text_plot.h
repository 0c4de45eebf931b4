// A plot of block characters with its axes, for terminals.
#pragma once

#include "report/text_page.h"
#include "unjam/rank/analysis_report.h"

namespace unjam {

/// Load over time, `rows` lines high; nothing when there is nothing to draw.
void write_load_plot(TextPage& page, const Trend& trend, std::size_t indent, std::size_t rows);

}  // namespace unjam
