// Bytes of a log to text that can be stored and shown: valid UTF-8 without control characters.
#pragma once

#include <string>
#include <string_view>

namespace unjam::normalize {

/// Valid UTF-8 without control characters (C0, DEL, C1).
bool is_clean(std::string_view text);

/// C0 controls and DEL become blanks, C1 controls and bytes that are not UTF-8 become U+FFFD.
std::string clean_text(std::string_view text);

/// As clean_text, but keeps line feeds and tabs.
std::string clean_lines(std::string_view text);

}  // namespace unjam::normalize
