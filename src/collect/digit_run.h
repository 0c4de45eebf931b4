// Short decimal numbers without a branch for each digit: log records are full of them, and a loop
// whose length changes from record to record is guessed wrong as often.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace unjam {

/// The eight bytes at `at`, the first one lowest.
inline std::uint64_t load_8(const char* at) {
  std::uint64_t bytes = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&bytes, at, sizeof(bytes));
  } else {
    for (unsigned i = 0; i < sizeof(bytes); ++i) {
      bytes |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
    }
  }
  return bytes;
}

/// Digits from some place on.
struct DigitRun {
  unsigned count = 0;  ///< 0 to 8; 8: more may follow.
  std::uint64_t value = 0;
};

/// The digits that `at` begins with, at most eight. Eight bytes are read.
inline DigitRun first_digits(const char* at) {
  const std::uint64_t bytes = load_8(at) ^ 0x3030303030303030ULL;
  // The highest bit of every byte that is above 9; those above the lowest such one may be wrong.
  const std::uint64_t others = ((bytes + 0x7676767676767676ULL) | bytes) & 0x8080808080808080ULL;
  const auto count = static_cast<unsigned>(std::countr_zero(others)) / 8;
  if (count == 0) {
    return {};
  }
  // Zeros in front, then pairs, fours and eights of digits are put together.
  std::uint64_t value = bytes << (64 - 8 * count);
  value = value * 10 + (value >> 8);
  constexpr std::uint64_t kPairs = 0x000000ff000000ffULL;
  value = ((value & kPairs) * 0x000f424000000064ULL +
           ((value >> 16) & kPairs) * 0x0000271000000001ULL) >>
          32;
  return {count, value};
}

}  // namespace unjam
