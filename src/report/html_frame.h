// The frame of every HTML report: it loads nothing, and runs and styles only what it brings along.
#pragma once

#include "unjam/report/render.h"

#include <string>
#include <string_view>

namespace unjam {

/// Up to the open <body>; `title` is HTML.
void write_html_head(std::string& out, Language language, std::string_view title);
/// From the footer on.
void write_html_end(std::string& out, Language language, std::string_view version);

}  // namespace unjam
