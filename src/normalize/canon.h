// The canonical token stream of a statement: what raw text, digest texts and pg_stat_statements
// text of one statement have in common. Literals, lists and repeated rows are reduced while tokens
// arrive, so that a statement with a million literals needs no memory for them.
#pragma once

#include "normalize/lexer.h"
#include "normalize/words.h"

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace unjam::normalize {

enum class TokenKind : std::uint8_t {
  Word,
  QuotedName,  ///< A name that cannot stand without its quotes.
  Literal,
  UserVariable,
  SystemMark,
  Operator,
  Star,  ///< The * of a select list.
  Comma,
  Open,
  Close,
  OpenBracket,
  CloseBracket,
  Dot,
  Semicolon,
  Cast,
  Ellipsis,
};

struct Token {
  TokenKind kind = TokenKind::Operator;
  bool unary = false;              ///< Operator before its only operand.
  bool after_dot = false;          ///< A word here is a name whatever it says.
  bool maybe_placeholder = false;  ///< See Lexeme.
  bool table = false;              ///< The name of a table.
  std::uint32_t match = 0;         ///< Close: index of its Open.
  std::string_view text;           ///< As it is printed.
  const WordInfo* info = nullptr;  ///< Word: flags of the vocabulary, if any.

  /// Without kTableWord, which does not make a name a keyword.
  std::uint16_t flags() const {
    return info == nullptr || after_dot ? 0 : static_cast<std::uint16_t>(info->flags & ~kTableWord);
  }
  bool is_word(std::string_view lower) const {
    return kind == TokenKind::Word && !after_dot && text == lower;
  }
  bool is_name() const { return kind == TokenKind::Word || kind == TokenKind::QuotedName; }
};

/// How every literal is printed.
inline constexpr std::string_view kLiteral = "?";

/// Takes the lexemes of one text and keeps its canonical tokens. Views go into the text, the lexer
/// and the vocabulary, which outlive it.
class Canon {
 public:
  Canon(Dialect dialect, const Vocabulary& vocabulary);

  void add(const Lexeme& lexeme);
  /// To be called once, after the last lexeme.
  void finish();

  std::vector<Token>& tokens() { return tokens_; }

  /// Keeps `text` as long as the tokens live.
  std::string_view keep(std::string text);

 private:
  void add_word(const Lexeme& lexeme);
  void add_quoted_name(std::string_view quoted);
  void add_literal();
  void add_operator(const Lexeme& lexeme);
  void add_ellipsis();
  void add_open();
  void add_bracket_close();
  bool is_type(std::size_t begin) const;
  void drop_list_cast();
  bool name_user_variable();
  bool is_constant_word(std::string_view word) const;
  void add_close();
  void end_statement();
  void settle_placeholder(const Lexeme& next);
  void settle_fraction(const Lexeme& next);
  bool ends_with_literal_dot() const {
    return !tokens_.empty() && tokens_.back().kind == TokenKind::Dot && statement_size() >= 2 &&
           tokens_[tokens_.size() - 2].kind == TokenKind::Literal;
  }
  bool drop_repeated_row(std::size_t open);
  bool is_constant_position() const;
  bool operand_expected(std::size_t before) const;
  void mask_savepoint(std::size_t begin);
  void mask_setting(std::size_t begin);
  Token& push(TokenKind kind, std::string_view text);
  std::size_t statement_size() const { return tokens_.size() - statement_begin_; }

  Dialect dialect_;
  const Vocabulary& vocabulary_;
  bool mysql_;
  bool mariadb_;
  std::vector<Token> tokens_;
  std::forward_list<std::string> kept_;
  std::vector<std::uint32_t> open_;      ///< Indexes of open parentheses.
  std::vector<std::uint32_t> brackets_;  ///< Indexes of open brackets.
  std::size_t statement_begin_ = 0;
};

}  // namespace unjam::normalize
