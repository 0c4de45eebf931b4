#include "unit/report/sha256.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace unjam {
namespace {

/// The first 32 bits of the fraction of `root` (FIPS 180-4, 4.2.2 and 5.3.3).
std::uint32_t fraction(long double root) {
  return static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L);
}

bool is_prime(unsigned number) {
  for (unsigned divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string sha256_base64(std::string_view bytes) {
  std::array<std::uint32_t, 64> keys{};
  std::array<std::uint32_t, 8> state{};
  for (unsigned number = 2, found = 0; found < 64; ++number) {
    if (is_prime(number)) {
      if (found < 8) {
        state.at(found) = fraction(std::sqrt(static_cast<long double>(number)));
      }
      keys.at(found++) = fraction(std::cbrt(static_cast<long double>(number)));
    }
  }
  std::string message(bytes);
  message += '\x80';
  message.append((120 - message.size() % 64) % 64, '\0');
  for (int shift = 56; shift >= 0; shift -= 8) {
    message += static_cast<char>((static_cast<std::uint64_t>(bytes.size()) * 8) >> shift & 0xFFU);
  }
  for (std::size_t block = 0; block < message.size(); block += 64) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t at = 0; at < 64; ++at) {
      if (at < 16) {
        for (std::size_t n = 0; n < 4; ++n) {
          w.at(at) = (w.at(at) << 8U) | static_cast<std::uint8_t>(message[block + at * 4 + n]);
        }
      } else {
        const std::uint32_t a = w.at(at - 15);
        const std::uint32_t b = w.at(at - 2);
        w.at(at) = w.at(at - 16) + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3U)) + w.at(at - 7) +
                   (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10U));
      }
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t at = 0; at < 64; ++at) {
      const std::uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                               ((e & f) ^ (~e & g)) + keys.at(at) + w.at(at);
      const std::uint32_t t2 =
          (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> round = {a, b, c, d, e, f, g, h};
    for (std::size_t at = 0; at < 8; ++at) {
      state.at(at) += round.at(at);
    }
  }
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string digest;
  for (const std::uint32_t word : state) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest += static_cast<char>(word >> shift & 0xFFU);
    }
  }
  std::string text;
  for (std::size_t at = 0; at < digest.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t n = 0; n < 3; ++n) {
      const auto byte = at + n < digest.size() ? static_cast<std::uint8_t>(digest[at + n]) : 0U;
      group = (group << 8U) | byte;
    }
    for (std::size_t n = 0; n < 4; ++n) {
      text += at + n <= digest.size() ? kDigits[group >> (18 - 6 * n) & 0x3FU] : '=';
    }
  }
  return text;
}

}  // namespace unjam
