// The vectorised scanner: 64 bytes a step, classified into bit masks; strings and plain numbers are
// handled in the masks, everything rarer by Skeleton::step(). Every block begins at a token and
// ends before one, so no token is ever split between two blocks.
#include "lex/skeleton.h"
#include "unjam/base/bytes.h"

#if defined(__x86_64__)

#include <bit>
#include <cstdint>
#include <cstring>

#include <immintrin.h>

// Only the functions between here and the matching pop may use the instructions; callers ask
// have_avx2().
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt")
#endif

namespace unjam::lex {
namespace {

struct Vectors {
  __m256i low;
  __m256i high;
};

inline Vectors load(const char* at) {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)),
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32))};
}

inline std::uint64_t bits(__m256i low, __m256i high) {
  const auto l = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto h = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return l | (std::uint64_t{h} << 32);
}

inline __m256i equals(__m256i v, char c) { return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c)); }

inline std::uint64_t equal_bits(const Vectors& v, char c) {
  return bits(equals(v.low, c), equals(v.high, c));
}

/// Letters, digits, `_`, `$`, bytes from 0x80; as kWordBytes.
inline __m256i word_bytes(__m256i v, __m256i digits) {
  const __m256i lower = _mm256_or_si256(v, _mm256_set1_epi8(0x20));
  const __m256i letters = _mm256_and_si256(_mm256_cmpgt_epi8(lower, _mm256_set1_epi8('a' - 1)),
                                           _mm256_cmpgt_epi8(_mm256_set1_epi8('z' + 1), lower));
  const __m256i others = _mm256_or_si256(equals(v, '_'), equals(v, '$'));
  // The sign bit is what movemask reads, so bytes from 0x80 need no comparison.
  return _mm256_or_si256(_mm256_or_si256(v, digits), _mm256_or_si256(letters, others));
}

inline __m256i digit_bytes(__m256i v) {
  return _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8('0' - 1)),
                          _mm256_cmpgt_epi8(_mm256_set1_epi8('9' + 1), v));
}

inline __m256i line_end_bytes(__m256i v) {
  return _mm256_or_si256(equals(v, '\n'), equals(v, '\r'));
}

/// Places where two bytes begin a comment, or a `;` ends a line.
inline __m256i pair_bytes(__m256i v, __m256i next) {
  const __m256i block = _mm256_and_si256(equals(v, '/'), equals(next, '*'));
  const __m256i dashes = _mm256_and_si256(equals(v, '-'), equals(next, '-'));
  const __m256i semicolon = _mm256_and_si256(equals(v, ';'), line_end_bytes(next));
  return _mm256_or_si256(_mm256_or_si256(block, dashes), semicolon);
}

/// Moves the bytes of `v` whose bit is set in `keep` to the front of `out`; returns how many.
/// Writes up to 64 bytes.
inline std::size_t compress(char* out, const Vectors& v, std::uint64_t keep) {
  alignas(32) std::uint64_t words[8];
  _mm256_store_si256(reinterpret_cast<__m256i*>(words), v.low);
  _mm256_store_si256(reinterpret_cast<__m256i*>(words + 4), v.high);
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

inline std::uint64_t below(unsigned n) {
  return n >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1;
}

}  // namespace

bool have_avx2() {
  static const bool supported = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                                __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return supported;
}

void Skeleton::run_avx2() {
  const char* at = begin_;
  const bool mysql = mysql_;
  while (at < end_ && !ended_) {
    if (open_code_ > 0) {
      at = step(at);
      continue;
    }
    const auto left = static_cast<std::size_t>(end_ - at);
    const Vectors text = load(at);
    const Vectors next = load(at + 1);
    const Vectors digit = {digit_bytes(text.low), digit_bytes(text.high)};
    unsigned size = left < 64 ? static_cast<unsigned>(left) : 64;
    std::uint64_t valid = below(size);
    const std::uint64_t digits = bits(digit.low, digit.high) & valid;
    const std::uint64_t dots = equal_bits(text, '.') & (digits << 1);
    // A dot in the last place belongs to the run if a digit follows, wherever the block ends.
    const std::uint64_t digit_follows =
        (digits >> 1) | (size == 64 && left > 64 && is_digit(at[64]) ? std::uint64_t{1} << 63 : 0);
    const std::uint64_t word =
        (bits(word_bytes(text.low, digit.low), word_bytes(text.high, digit.high)) & valid) |
        (dots & digit_follows);

    if (size == 64 && left > 64) {
      // End before a run that may go on, and before a list separator.
      if ((word >> 63) != 0) {
        const unsigned run = static_cast<unsigned>(std::countl_one(word));
        if (run == 64) {
          at = step(at);
          continue;
        }
        size = 64 - run;
      }
      if (size >= 2 && at[size - 1] == ' ' && at[size - 2] == ',') {
        size -= 2;
      } else if (at[size - 1] == ',') {
        size -= 1;
      }
      if (size == 0) {
        // ", word" with a word of 62 bytes or more.
        at = step(at);
        continue;
      }
      valid = below(size);
    }

    const std::uint64_t runs = word & valid;
    const std::uint64_t starts = runs & ~(runs << 1);
    std::uint64_t number_starts = starts & digits;
    std::uint64_t numbers = runs & ~(runs + number_starts);

    const std::uint64_t quotes =
        bits(_mm256_or_si256(equals(text.low, '\''),
                             _mm256_or_si256(equals(text.low, '"'), equals(text.low, '`'))),
             _mm256_or_si256(equals(text.high, '\''),
                             _mm256_or_si256(equals(text.high, '"'), equals(text.high, '`'))));
    std::uint64_t special =
        bits(pair_bytes(text.low, next.low), pair_bytes(text.high, next.high)) | quotes;
    if (mysql) {
      special |= equal_bits(text, '#');
    } else {
      special |= equal_bits(text, '$') & starts & ~(digits >> 1);
    }
    if (left <= 64 && at[size - 1] == ';') {
      special |= std::uint64_t{1} << (size - 1);
    }
    // Number runs with letters: only step() can tell literals from names.
    const std::uint64_t odd = numbers & ~(digits | dots);
    if (odd != 0) {
      std::uint64_t rest = odd;
      while (rest != 0) {
        const unsigned letter = static_cast<unsigned>(std::countr_zero(rest));
        special |= std::bit_floor(number_starts & below(letter));
        rest &= ~below(letter + static_cast<unsigned>(std::countr_one(runs >> letter)));
      }
    }
    special &= valid;

    const std::uint64_t backslashes = equal_bits(text, '\\');
    std::uint64_t inside = 0;  // bytes that vanish: strings but for their opening quote
    std::uint64_t names = 0;   // quoted names
    std::uint64_t string_starts = 0;
    std::uint64_t string_closes = 0;
    bool then_step = false;

    while (special != 0) {
      const unsigned i = static_cast<unsigned>(std::countr_zero(special));
      const char c = at[i];
      if (c == ';') {
        if (ends_at(at + i)) {
          ended_ = true;
          stop_ = at + i;
          size = i;
          break;
        }
        special &= special - 1;
        continue;
      }
      const bool string = opens_string(c);
      if (!string && !opens_name(c)) {
        if (c == '`') {
          special &= special - 1;  // PostgreSQL: an operator
          continue;
        }
        size = i;
        then_step = true;
        break;
      }
      std::uint64_t candidates = quotes & valid & ~below(i + 1);
      unsigned close = 64;
      while (candidates != 0) {
        const unsigned q = static_cast<unsigned>(std::countr_zero(candidates));
        candidates &= candidates - 1;
        if (at[q] != c) {
          continue;
        }
        if (string && q + 1 < left && at[q + 1] == c) {
          if (q + 1 >= size) {
            break;
          }
          candidates &= candidates - 1;
          continue;
        }
        close = q;
        break;
      }
      const std::uint64_t span = below(close + 1) & ~below(i + 1);
      if (close == 64 || (string && (backslashes & span) != 0)) {
        size = i;  // goes on behind the block, or has escapes
        then_step = true;
        break;
      }
      if (string) {
        inside |= span;
        string_starts |= std::uint64_t{1} << i;
        string_closes |= std::uint64_t{1} << close;
      } else {
        names |= span | (std::uint64_t{1} << i);
      }
      special &= ~below(close + 1);
    }
    if (size == 0) {
      if (ended_) {
        return;
      }
      at = step(at);
      continue;
    }
    valid = below(size);

    const std::uint64_t not_numbers = inside | names | ~valid;
    numbers &= ~not_numbers;
    number_starts &= ~not_numbers;
    const std::uint64_t literal_starts = number_starts | string_starts;
    const std::uint64_t literals = numbers | string_closes;
    const std::uint64_t behind_literal = (literals << 1) & ~numbers;
    const std::uint64_t commas = equal_bits(text, ',') & ~inside & ~names &
                                 below(left < 64 ? static_cast<unsigned>(left) : 64);
    const std::uint64_t blanks = equal_bits(text, ' ');
    const std::uint64_t separators =
        commas & (behind_literal | (literal_end_ == at ? std::uint64_t{1} : 0)) & valid;
    const std::uint64_t close_by = (separators << 1) & literal_starts;
    const std::uint64_t one_blank_away = (((separators << 1) & blanks) << 1) & literal_starts;
    const std::uint64_t list = (close_by | one_blank_away) | (close_by >> 1) |
                               (one_blank_away >> 1) | (one_blank_away >> 2);
    const std::uint64_t keep = valid & ~inside & ~(numbers & ~number_starts) & ~list;

    const std::uint64_t name_digits = digits & valid & ~numbers & ~inside;
    skeleton_.reserve_more(64);
    const __m256i zero = _mm256_set1_epi8('0');
    const Vectors blinded = {_mm256_blendv_epi8(text.low, zero, digit.low),
                             _mm256_blendv_epi8(text.high, zero, digit.high)};
    skeleton_.advance(compress(skeleton_.end(), blinded, keep));
    if (name_digits != 0) {
      name_digits_.reserve_more(64);
      name_digits_.advance(compress(name_digits_.end(), text, name_digits));
    }
    if (!rows_) {
      const std::uint64_t closing = equal_bits(text, ')') & valid & ~inside & ~names;
      const std::uint64_t opening = equal_bits(text, '(');
      // The pattern may lie across the end of the block; a needless pass changes nothing.
      const std::uint64_t row_follows =
          (opening >> 2) | ((blanks >> 2) & (opening >> 3)) | ~below(61);
      rows_ = (closing & row_follows & ((commas >> 1) | ~below(63))) != 0;
    }
    if (literals != 0) {
      literal_end_ = at + (64 - std::countl_zero(literals));
    }
    if (ended_) {
      return;
    }
    at += size;
    if (then_step) {
      at = step(at);
    }
  }
}

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
