// Statement text to lexemes. RE2 defines what a name, a number, an operator and the inside of a
// quoted token are, one grammar per dialect; what RE2 cannot say (nesting, closing tags of the
// text's own choice) is a loop around it. Every lexeme is a view into the text, and together they
// cover it: the canonical form and the masking both read statements through here.
#pragma once

#include "normalize/words.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace unjam::normalize {

struct Grammar;

enum class LexKind : std::uint8_t {
  End,
  Space,         ///< Also control characters.
  Comment,       ///< Also hints; open at the end of the text or not.
  VersionMark,   ///< `/*!50000` or the `*/` that belongs to one: what is between them is code.
  Word,          ///< Bare name or keyword.
  QuotedName,    ///< Quotes included.
  Literal,       ///< String, number or placeholder; an open quoted name too, which may hide one.
  UserVariable,  ///< @x, @'x'
  SystemMark,    ///< @@
  Operator,
  Comma,
  Open,
  Close,
  OpenBracket,
  CloseBracket,
  Dot,
  Semicolon,
  Cast,      ///< ::
  Ellipsis,  ///< ... of digest texts
};

struct Lexeme {
  LexKind kind = LexKind::End;
  /// A `?` of PostgreSQL behind an operand: an operator, unless what follows cannot be its right
  /// side.
  bool maybe_placeholder = false;
  std::string_view text;
  std::string_view word;           ///< Word: in lower case, valid while the lexer lives.
  bool ascii = true;               ///< Word: holds no byte from 0x80.
  const WordInfo* info = nullptr;  ///< Word, Operator: what the vocabulary knows about it.
};

/// One pass over one statement text; total, linear. The text and the vocabulary outlive it.
class Lexer {
 public:
  Lexer(Dialect dialect, const Vocabulary& vocabulary, std::string_view text);

  /// The next lexeme; kind End at the end, again and again.
  Lexeme next();

  /// Passes over white space: one lexeme less for those who do not need it.
  void skip_space() {
    while (position_ < text_.size() && is_space(text_[position_])) {
      ++position_;
    }
  }

 private:
  static bool is_space(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }
  Lexeme lexeme(LexKind kind, std::size_t end) const;
  Lexeme scan();
  Lexeme scan_word();
  Lexeme finish_word(std::size_t end, bool may_be_prefix);
  Lexeme scan_number();
  Lexeme scan_dot();
  Lexeme scan_dollar();
  Lexeme scan_quoted(LexKind kind, std::size_t open, bool backslash);
  Lexeme scan_slash();
  Lexeme scan_version_mark(std::size_t digits);
  Lexeme scan_operator();
  Lexeme scan_at();
  Lexeme scan_colon();
  std::size_t postgres_operator_end() const;
  std::size_t block_comment_end() const;
  std::size_t line_end() const;
  std::size_t number_end(std::size_t begin) const;
  std::size_t fraction_end(std::size_t end) const;
  std::size_t number_token_end(std::size_t begin) const;
  char at(std::size_t position) const { return position < text_.size() ? text_[position] : '\0'; }

  const Grammar& grammar_;
  const Vocabulary& vocabulary_;
  std::string_view text_;
  std::size_t position_ = 0;
  std::string lowered_;  ///< Never reallocated: as long as the text, from its first use on.
  bool mysql_;
  bool double_quote_is_name_;
  bool operand_next_ = true;
  bool after_dot_ = false;
  bool after_cast_ = false;
  bool after_question_mark_ = false;  ///< The last lexeme was a maybe_placeholder.
  std::size_t version_comments_ = 0;  ///< Open ones; they nest, as for the scanner of shapes.
};

/// Whether `name` can stand without quotes as far as its characters go (not its being reserved).
bool is_bare_name(Dialect dialect, std::string_view name);

}  // namespace unjam::normalize
