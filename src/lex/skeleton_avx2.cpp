// The vectorised scanner with AVX2: two halves of 32 bytes make a block.
#include "lex/skeleton.h"
#include "unjam/base/bytes.h"

#if defined(__x86_64__)

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include <immintrin.h>

// Only the functions between here and the matching pop may use the instructions; callers ask
// have_avx2().
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul")
#endif

namespace unjam::lex {
namespace avx2 {

inline __m256i equals(__m256i v, char c) { return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c)); }
inline __m256i both(__m256i a, __m256i b) { return _mm256_and_si256(a, b); }
inline __m256i either(__m256i a, __m256i b) { return _mm256_or_si256(a, b); }

/// Bytes from `first` to `last`, two ASCII characters.
inline __m256i between(__m256i v, char first, char last) {
  return both(_mm256_cmpgt_epi8(v, _mm256_set1_epi8(static_cast<char>(first - 1))),
              _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(last + 1)), v));
}

inline __m256i word_bytes(__m256i v) {
  const __m256i letters = between(either(v, _mm256_set1_epi8(0x20)), 'a', 'z');
  const __m256i others = either(equals(v, '_'), equals(v, '$'));
  // The sign bit is what movemask reads, so bytes from 0x80 need no comparison.
  return either(either(v, between(v, '0', '9')), either(letters, others));
}

inline __m256i special_bytes(__m256i v) {
  return either(either(equals(v, '/'), equals(v, '-')),
                either(equals(v, ';'), either(equals(v, '#'), equals(v, '@'))));
}

inline __m256i rare_bytes(__m256i v) { return either(equals(v, '"'), equals(v, '\\')); }

inline __m256i load(const char* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

inline std::uint64_t bits(__m256i low, __m256i high) {
  const auto l = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto h = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return l | (std::uint64_t{h} << 32);
}

/// Moves the bytes of `low` and `high` whose bit is set in `keep` to the front of `out`.
inline std::size_t pack(char* out, __m256i low, __m256i high, std::uint64_t keep) {
  alignas(32) std::uint64_t words[8];
  _mm256_store_si256(reinterpret_cast<__m256i*>(words), low);
  _mm256_store_si256(reinterpret_cast<__m256i*>(words + 4), high);
  char* at = out;
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    const std::uint64_t selected = (keep >> (8 * i)) & 0xff;
    const std::uint64_t bytes = _pdep_u64(selected, 0x0101010101010101ULL) * 0xff;
    const std::uint64_t packed = _pext_u64(words[i], bytes);
    std::memcpy(at, &packed, 8);
    at += _mm_popcnt_u64(selected);
  }
  return static_cast<std::size_t>(at - out);
}

constexpr std::array<char, 128> kOnes = [] {
  std::array<char, 128> ones{};
  std::fill_n(ones.begin(), 64, static_cast<char>(-1));
  return ones;
}();

class Block {
 public:
  Block(const char* at, std::size_t size) : low_(load(at)), high_(load(at + 32)) {
    if (size < 64) {
      const char* const ones = kOnes.data() + 64 - size;
      low_ = both(low_, load(ones));
      high_ = both(high_, load(ones + 32));
    }
  }

  std::uint64_t is(char c) const { return bits(equals(low_, c), equals(high_, c)); }
  std::uint64_t words() const { return bits(word_bytes(low_), word_bytes(high_)); }
  std::uint64_t digits() const { return bits(between(low_, '0', '9'), between(high_, '0', '9')); }
  std::uint64_t dots() const { return is('.'); }
  std::uint64_t commas() const { return is(','); }
  std::uint64_t blanks() const { return is(' '); }
  std::uint64_t singles() const { return is('\''); }
  std::uint64_t backs() const { return is('`'); }
  std::uint64_t closings() const { return is(')'); }
  std::uint64_t specials() const { return bits(special_bytes(low_), special_bytes(high_)); }
  bool has_rare() const {
    return _mm256_movemask_epi8(either(rare_bytes(low_), rare_bytes(high_))) != 0;
  }
  std::size_t compress(char* out, std::uint64_t keep) const { return pack(out, low_, high_, keep); }
  std::size_t compress_blind(char* out, std::uint64_t keep, std::uint64_t /*digit*/) const {
    // Every digit that is kept is one of `digit`.
    const __m256i zero = _mm256_set1_epi8('0');
    return pack(out, _mm256_blendv_epi8(low_, zero, between(low_, '0', '9')),
                _mm256_blendv_epi8(high_, zero, between(high_, '0', '9')), keep);
  }

 private:
  __m256i low_;
  __m256i high_;
};

#include "lex/skeleton_blocks.inc"

}  // namespace avx2

bool have_avx2() {
  static const bool supported = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                                __builtin_cpu_supports("bmi2") &&
                                __builtin_cpu_supports("popcnt") &&
                                __builtin_cpu_supports("pclmul");
  return supported;
}

void Skeleton::run_avx2() { avx2::Blocks(*this).run(); }

}  // namespace unjam::lex

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else

namespace unjam::lex {
bool have_avx2() { return false; }
void Skeleton::run_avx2() { run_portable(); }
}  // namespace unjam::lex

#endif
