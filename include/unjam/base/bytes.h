// Byte classes of logs and statement text. The scanner of shapes and the tokens of the normaliser
// must agree on what a word is, so both take it from here.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace unjam {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Bytes of names, keywords and numbers: ASCII letters and digits, `_`, `$` and everything from
/// 0x80.
inline constexpr std::array<bool, 256> kWordBytes = [] {
  std::array<bool, 256> word{};
  for (std::size_t c = 0; c < 256; ++c) {
    word[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c == '_' || c == '$' || c >= 0x80;
  }
  return word;
}();

inline bool is_word_byte(char c) { return kWordBytes[static_cast<unsigned char>(c)]; }

/// The eight bytes at `from`, the first one lowest.
inline std::uint64_t load_eight(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big) {
    word = __builtin_bswap64(word);
  }
  return word;
}

}  // namespace unjam
