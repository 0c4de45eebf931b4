// The vectorised scanner with AVX-512 (VBMI2, as from Ice Lake and Zen 4): a block is one register,
// comparisons give masks at once, and one instruction moves the bytes that are kept together.
#include "lex/skeleton.h"
#include "unjam/base/bytes.h"

#if defined(__x86_64__)

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(                                                             \
    __attribute__((                                                                       \
        target("avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt,pclmul"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt,pclmul")
#endif

namespace unjam::lex {
namespace avx512 {

// Classes of ASCII, a bit each in one of two tables; a table is looked up for 64 bytes at once.
constexpr std::uint8_t kWord = 0x80;
constexpr std::uint8_t kDigit = 0x40;
constexpr std::uint8_t kDot = 0x20;

constexpr std::uint8_t kSpecial = 0x80;  // From here on in the second one.
constexpr std::uint8_t kRare = 0x40;
constexpr std::uint8_t kClosing = 0x20;

using Table = std::array<std::uint8_t, 128>;

constexpr Table make_first_table() {
  Table table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    table[c] = kWordBytes[c] ? kWord : 0;
  }
  for (const char c : std::string_view("0123456789")) {
    table[static_cast<std::size_t>(c)] |= kDigit;
  }
  table['.'] = kDot;
  return table;
}

constexpr Table make_second_table() {
  Table table{};
  for (const char c : std::string_view("/-;#@")) {
    table[static_cast<std::size_t>(c)] = kSpecial;
  }
  table['"'] = table['\\'] = kRare;
  table[')'] = kClosing;
  return table;
}

alignas(64) constexpr Table kFirst = make_first_table();
alignas(64) constexpr Table kSecond = make_second_table();

class Block {
 public:
  Block(const char* at, std::size_t size)
      : here_(load(at, size)),
        high_(_mm512_movepi8_mask(here_)),
        first_(classes(kFirst)),
        second_(classes(kSecond)) {}

  std::uint64_t is(char c) const { return _mm512_cmpeq_epi8_mask(here_, _mm512_set1_epi8(c)); }
  std::uint64_t words() const { return members<kWord>(first_) | high_; }
  std::uint64_t digits() const { return members<kDigit>(first_); }
  std::uint64_t dots() const { return members<kDot>(first_); }
  std::uint64_t commas() const { return is(','); }
  std::uint64_t blanks() const { return is(' '); }
  std::uint64_t singles() const { return is('\''); }
  std::uint64_t backs() const { return is('`'); }
  std::uint64_t closings() const { return members<kClosing>(second_); }
  std::uint64_t specials() const { return members<kSpecial>(second_); }
  bool has_rare() const { return members<kRare>(second_) != 0; }
  std::size_t compress(char* out, std::uint64_t keep) const { return pack(out, here_, keep); }
  std::size_t compress_blind(char* out, std::uint64_t keep, std::uint64_t digit) const {
    return pack(out, _mm512_mask_blend_epi8(digit, here_, _mm512_set1_epi8('0')), keep);
  }

 private:
  __m512i classes(const Table& table) const {
    // The look-up ignores the highest bit of a byte.
    return _mm512_maskz_permutex2var_epi8(~high_, _mm512_load_si512(table.data()), here_,
                                          _mm512_load_si512(table.data() + 64));
  }
  template <unsigned flag>
  static std::uint64_t members(__m512i classes) {
    // Moved to the sign, a bit needs no constant to be tested with.
    return _mm512_movepi8_mask(_mm512_slli_epi16(classes, std::countl_zero(flag) - 24));
  }
  static __m512i load(const char* at, std::size_t size) {
    const __m512i bytes = _mm512_loadu_si512(at);
    return size >= 64 ? bytes : _mm512_maskz_mov_epi8((std::uint64_t{1} << size) - 1, bytes);
  }
  static std::size_t pack(char* out, __m512i bytes, std::uint64_t keep) {
    // Compressing into a register and storing that is faster than the form that stores itself.
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(keep, bytes));
    return static_cast<std::size_t>(_mm_popcnt_u64(keep));
  }

  __m512i here_;
  __mmask64 high_;
  __m512i first_;
  __m512i second_;
};

#include "lex/skeleton_blocks.inc"

}  // namespace avx512

bool have_avx512() {
  static const bool supported =
      have_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
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
