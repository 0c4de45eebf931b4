// UTF-8 as the renderers need it: total on any bytes, and how wide a character is on a terminal.
#pragma once

#include <cstddef>
#include <string_view>

namespace unjam {

struct CodePoint {
  char32_t value = 0;     ///< The byte itself when it is not valid UTF-8.
  std::size_t bytes = 1;  ///< At least 1; exactly 1 when not valid.
  bool valid = false;
};

/// The character that `text` begins with; `text` is not empty. Overlong forms, surrogates and
/// values above U+10FFFF are not valid.
CodePoint first_code_point(std::string_view text);

/// Terminal columns: 2 for wide East Asian characters and emoji, 0 for combining marks, else 1
/// (Unicode 15 East Asian Width; ambiguous counts as 1, as terminals outside legacy locales do).
std::size_t columns_of(char32_t character);
std::size_t display_width(std::string_view text);

/// Characters that change what a reader sees without being seen: C0 and C1 controls, bidirectional
/// controls, zero-width characters, fillers, tags, variation selectors, line separators.
bool is_deceptive(char32_t character);

/// The longest prefix of at most `bytes` bytes that does not cut a character.
std::string_view cut_bytes(std::string_view text, std::size_t bytes);

}  // namespace unjam
