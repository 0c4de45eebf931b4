// Searching and copying in blocks of 16 bytes: fields of log records are short, so that a call of
// memchr for each costs more than the search itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace unjam {

#if defined(__SSE2__)
/// Bit i: byte i of the 16 at `block` is one of `wanted`.
template <char... wanted>
inline unsigned match_mask(const __m128i& block) {
  __m128i hits = _mm_setzero_si128();
  ((hits = _mm_or_si128(hits, _mm_cmpeq_epi8(block, _mm_set1_epi8(wanted)))), ...);
  return static_cast<unsigned>(_mm_movemask_epi8(hits));
}
#endif

/// Bit i: byte i of the 32 at `at` is one of `wanted`.
template <char... wanted>
inline std::uint32_t match_32(const char* at) {
#if defined(__SSE2__)
  const auto half = [](const char* from) {
    return match_mask<wanted...>(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  };
  return half(at) | half(at + 16) << 16;
#else
  std::uint32_t mask = 0;
  for (unsigned i = 0; i < 32; ++i) {
    mask |= static_cast<std::uint32_t>(((at[i] == wanted) || ...)) << i;
  }
  return mask;
#endif
}

/// As match_32, for a byte that is not known when this is compiled.
inline std::uint32_t match_32(const char* at, char wanted) {
#if defined(__SSE2__)
  const __m128i pattern = _mm_set1_epi8(wanted);
  const auto half = [&pattern](const char* from) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, pattern)));
  };
  return half(at) | half(at + 16) << 16;
#else
  std::uint32_t mask = 0;
  for (unsigned i = 0; i < 32; ++i) {
    mask |= static_cast<std::uint32_t>(at[i] == wanted) << i;
  }
  return mask;
#endif
}

/// First of the bytes `wanted`; `end` if there is none.
template <char... wanted>
inline const char* find_any(const char* at, const char* end) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const unsigned mask =
        match_mask<wanted...>(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
    if (mask != 0) {
      return at + __builtin_ctz(mask);
    }
  }
#endif
  while (at != end && ((*at != wanted) && ...)) {
    ++at;
  }
  return at;
}

/// copy_until may write this many bytes more than it copies.
inline constexpr std::size_t kCopySlack = 16;

/// Copies up to (not with) the first `wanted`; moves `at` there, or to `end`, and `to` behind the
/// copy.
template <char wanted>
inline void copy_until(const char*& at, const char* end, char*& to) {
#if defined(__SSE2__)
  while (end - at >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), block);
    const unsigned mask = match_mask<wanted>(block);
    const int copied = mask == 0 ? 16 : __builtin_ctz(mask);
    at += copied;
    to += copied;
    if (mask != 0) {
      return;
    }
  }
#endif
  while (at != end && *at != wanted) {
    *to++ = *at++;
  }
}

}  // namespace unjam
