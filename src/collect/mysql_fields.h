// Numbers in the header of a MySQL slow-log event.
#pragma once

#include "unjam/base/bytes.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace unjam {

/// nullopt: no number, or one that no counter reaches (a wrapped one).
inline std::optional<std::uint64_t> parse_count(std::string_view text) {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 62;
  if (text.empty() || text.size() > 19) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) {
      return std::nullopt;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value < kLargest ? std::optional(value) : std::nullopt;
}

}  // namespace unjam
