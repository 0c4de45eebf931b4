// What the HTML report brings along, so that it needs no network: its style sheet and its script,
// both constants. The page's Content-Security-Policy names them by hash; nothing else may run or
// style.
#pragma once

#include <string_view>

namespace unjam {

std::string_view html_style();
std::string_view html_script();

/// Base64 of the SHA-256 of html_style() and html_script(); a test keeps them true.
std::string_view html_style_hash();
std::string_view html_script_hash();

}  // namespace unjam
