// Builds the skeleton of a statement: what the shape hash is taken of. The definition, token by
// token:
//
//   string literal            its opening quote ($ for a dollar quote)
//   number token              0; a word run (see kWordBytes; up to its first letter, a dot between
//                             two digits belongs to it) that starts with a digit and reads as
//                             digits(.digits)*, 0xHEX, 0bBITS, or digits with an exponent, also a
//                             signed one
//   literal after a literal   nothing, if exactly "," or ", " lies between; the comma is dropped
//                             too; not after one behind `@` in MySQL, which names a variable
//   comment                   one blank (but /*! and /*M! are ordinary text in MySQL and MariaDB)
//   name, also quoted         itself, digits as 0; the digits are kept in a second string
//   anything else             itself
//
// followed by the collapse of repeated rows (row_collapse.h). Every byte of the text lands in
// exactly one of these, so nothing a fingerprint depends on is lost.
#pragma once

#include "unjam/lex/shape.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace unjam::lex {

/// Memory that is written past its end by a few bytes and only ever grows.
class Output {
 public:
  /// There is always room for this much at the front.
  static constexpr std::size_t kRoom = 4096;

  Output() { reserve_more(kRoom); }
  /// Ensures room for `bytes` more, and kScanPadding behind them.
  void reserve_more(std::size_t bytes);
  char* end() { return data_.get() + size_; }
  /// A block may be written at end() while that is not behind here.
  const char* room_end() const { return data_.get() + capacity_ - kScanPadding; }
  void advance(std::size_t bytes) { size_ += bytes; }
  /// Takes what was written between end() and `end`.
  void end_at(const char* end) { size_ = static_cast<std::size_t>(end - data_.get()); }
  void put(char c) {
    data_[size_] = c;
    ++size_;
  }
  void pop(std::size_t bytes) { size_ -= bytes; }
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  char* data() { return data_.get(); }
  void resize_down(std::size_t size) { size_ = size; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

namespace avx2 {
class Blocks;
}
namespace avx512 {
class Blocks;
}

/// One statement being scanned. Positions are pointers into the text.
class Skeleton {
 public:
  explicit Skeleton(Dialect dialect);

  /// Forgets the last statement. At least kScanPadding readable bytes follow `text`.
  void start(std::string_view text, EndTest* end_test);

  /// Consumes exactly one token at `at` (inside the text) and returns the place behind it.
  /// Sets ended() when the token is the `;` that ends the statement.
  const char* step(const char* at);

  /// As repeated step(), to the end; the last two where the processor has the instructions.
  void run_portable();
  void run_avx2();
  void run_avx512();

  const StatementScan& finish();

  std::string_view text() const { return skeleton_.view(); }

 private:
  friend class avx2::Blocks;
  friend class avx512::Blocks;

  /// Behind the string or quoted name that `at` lies in, whose quote is `open`.
  const char* finish_quoted(const char* at, char open, bool backslash_escapes);
  /// Whether the quote at `open` belongs to an E'' string of PostgreSQL.
  bool is_e_string(const char* open) const;
  const char* string_end(const char* at, char quote, bool backslash_escapes);
  const char* name_end(const char* at, char quote);
  const char* number_end(const char* begin, const char* run_end) const;
  const char* step_word(const char* at);
  const char* step_quoted_name(const char* at);
  const char* step_string(const char* at);
  const char* step_block_comment(const char* at);
  const char* step_line_comment(const char* at);
  const char* step_dollar(const char* at);
  const char* step_variable(const char* at);
  bool ends_at(const char* semicolon);
  /// Sets scan_.hash_line if a `#` of [from, to) stands behind a line feed. MySQL only.
  void note_hash_lines(const char* from, const char* to);
  void emit_literal(const char* begin, const char* literal_end, char marker);
  void emit_verbatim(const char* begin, const char* text_end);
  void record_comment(const char* begin, const char* comment_end);
  bool opens_string(char c) const { return c == '\'' || (c == '"' && double_quote_is_string_); }
  bool opens_name(char c) const {
    return (c == '"' && !double_quote_is_string_) || (c == '`' && mysql_);
  }

  Dialect dialect_;
  bool mysql_;
  bool double_quote_is_string_;
  const char* begin_ = nullptr;
  const char* end_ = nullptr;
  const char* stop_ = nullptr;         ///< Where the statement ended.
  const char* literal_end_ = nullptr;  ///< Behind the last literal; a list may go on there.
  EndTest* end_test_ = nullptr;
  bool closed_ = true;
  bool ended_ = false;
  std::size_t open_code_ = 0;  ///< `/*!` comments that are open.
  bool rows_ = false;          ///< Saw "),": rows may repeat.
  StatementScan scan_;
  Output skeleton_;
  Output name_digits_;
};

/// True where run_avx2 and run_avx512 may be called.
bool have_avx2();
bool have_avx512();

}  // namespace unjam::lex
