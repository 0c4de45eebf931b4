// Byte classes of SQL text, shared by the portable and the vectorised scanner.
#pragma once

#include <array>
#include <cstdint>

namespace unjam::lex {

/// Bytes of names, keywords and numbers: ASCII letters and digits, `_`, `$` and everything from
/// 0x80.
inline constexpr std::array<bool, 256> kWord = [] {
  std::array<bool, 256> word{};
  for (std::size_t c = 0; c < 256; ++c) {
    word[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c == '_' || c == '$' || c >= 0x80;
  }
  return word;
}();

inline bool is_word(char c) { return kWord[static_cast<unsigned char>(c)]; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace unjam::lex
