// Decimal numbers eight digits at a time: their lengths vary from record to record, so that a loop
// over digits costs a mispredicted branch a number.
#pragma once

#include "unjam/base/bytes.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace unjam {

struct EightDigits {
  std::size_t count = 0;  ///< Leading digits; with 8, more may follow.
  std::uint64_t value = 0;
};

/// Reads the number at `from`; eight bytes must be readable.
inline EightDigits read_digits(const char* from) {
  // Digits become 0 to 9; adding 0x76 sets the high bit of anything greater.
  const std::uint64_t bytes = load_eight(from) ^ 0x3030303030303030U;
  const std::uint64_t others = ((bytes + 0x7676767676767676U) | bytes) & 0x8080808080808080U;
  const auto count = static_cast<std::size_t>(std::countr_zero(others)) / 8;
  if (count == 0) {
    return {};
  }
  // Zeros move in below the first digit.
  std::uint64_t pairs = bytes << (64 - 8 * count);
  pairs = pairs * 10 + (pairs >> 8);
  constexpr std::uint64_t kPairs = 0x000000FF000000FFU;
  const std::uint64_t value =
      ((pairs & kPairs) * 0x000F424000000064U + ((pairs >> 16) & kPairs) * 0x0000271000000001U) >>
      32;
  return {count, value};
}

/// All of `text` as a number; nullopt: it is none, or does not fit.
inline std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  constexpr std::size_t kUsual = 8;
  if (text.size() <= kUsual) {
    for (const char c : text) {
      if (c < '0' || c > '9') {
        return std::nullopt;
      }
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return text.empty() ? std::nullopt : std::optional(value);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

}  // namespace unjam
