// The vectorised scanner with AVX-512 (VBMI2, as from Ice Lake and Zen 4): a block is one register,
// comparisons give masks at once, and one instruction moves the bytes that are kept together.
#include "lex/skeleton.h"
#include "unjam/base/bytes.h"

#if defined(__x86_64__)

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(                                                             \
    __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,lzcnt,popcnt,pclmul"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,lzcnt,popcnt,pclmul")
#endif

namespace unjam::lex {
namespace avx512 {

class Block {
 public:
  explicit Block(const char* at)
      : here_(_mm512_loadu_si512(at)), next_(_mm512_loadu_si512(at + 1)) {}

  std::uint64_t is(char c) const { return _mm512_cmpeq_epi8_mask(here_, _mm512_set1_epi8(c)); }
  std::uint64_t followed(char a, char b) const { return pair(a, b); }
  bool has_any(char a, char b) const { return (is(a) | is(b)) != 0; }
  std::uint64_t digits() const { return between(here_, '0', '9'); }
  std::uint64_t words() const {
    const __mmask64 letters = between(_mm512_or_si512(here_, _mm512_set1_epi8(0x20)), 'a', 'z');
    return letters | between(here_, '0', '9') | _mm512_movepi8_mask(here_) | is('_') | is('$');
  }
  std::uint64_t specials(char hash) const {
    return pair('/', '*') | pair('-', '-') | is(';') | is(hash);
  }
  std::size_t compress(char* out, std::uint64_t keep) const { return pack(out, here_, keep); }
  std::size_t compress_blind(char* out, std::uint64_t keep, std::uint64_t digit) const {
    return pack(out, _mm512_mask_blend_epi8(digit, here_, _mm512_set1_epi8('0')), keep);
  }

 private:
  static __mmask64 between(__m512i v, char first, char last) {
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8(first)),
                                  _mm512_set1_epi8(static_cast<char>(last - first)));
  }
  static std::size_t pack(char* out, __m512i bytes, std::uint64_t keep) {
    // Compressing into a register and storing that is faster than the form that stores itself.
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(keep, bytes));
    return static_cast<std::size_t>(_mm_popcnt_u64(keep));
  }
  __mmask64 pair(char a, char b) const {
    return _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(here_, _mm512_set1_epi8(a)), next_,
                                       _mm512_set1_epi8(b));
  }

  __m512i here_;
  __m512i next_;
};

inline std::uint64_t prefix_xor(std::uint64_t mask) {
  const __m128i product =
      _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(mask)), _mm_set1_epi8(-1), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

#include "lex/skeleton_blocks.inc"

}  // namespace avx512

bool have_avx512() {
  static const bool supported = have_avx2() && __builtin_cpu_supports("avx512f") &&
                                __builtin_cpu_supports("avx512bw") &&
                                __builtin_cpu_supports("avx512vbmi2");
  return supported;
}

void Skeleton::run_avx512() { avx512::Blocks(*this).run(); }

}  // namespace unjam::lex

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else

namespace unjam::lex {
bool have_avx512() { return false; }
void Skeleton::run_avx512() { run_portable(); }
}  // namespace unjam::lex

#endif
