// The tokens of statement text, as far as lint needs them: where strings and comments are, and
// which words, numbers and symbols stand between them. Raw text and fingerprints alike.
#pragma once

#include "unjam/model/sql.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace unjam {

enum class LintTokenKind { Word, Number, String, QuotedName, Placeholder, Symbol, End };

/// `text` is a view into the text that was given. A symbol is one byte.
struct LintToken {
  LintTokenKind kind = LintTokenKind::End;
  std::string_view text;
  bool is_symbol(char symbol) const {
    return kind == LintTokenKind::Symbol && text.front() == symbol;
  }
  /// Whether this is the unquoted word `lower_case`, in any case.
  bool is_word(std::string_view lower_case) const;
};

/// Splits text into tokens and collects it without its comments on the way. Total and linear: what
/// is open at the end of the text ends there.
class LintTokens {
 public:
  /// `text` must outlive the tokens.
  LintTokens(Dialect dialect, std::string_view text);

  /// Kind End when there are no more.
  LintToken next();

  /// What next() has passed, each comment replaced by a blank. Ends the use of this object.
  std::string take_uncommented();

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool looking_at(std::string_view start) const { return text_.substr(at_).starts_with(start); }
  bool skip_space();
  bool skip_comment();
  bool skip_block_comment();
  LintTokenKind advance();
  void quoted(char quote, bool backslash);
  LintTokenKind dollar();
  LintTokenKind number();
  LintTokenKind word();

  std::string_view text_;
  Dialect dialect_;
  bool postgres_;
  std::size_t at_ = 0;
  std::size_t open_code_comments_ = 0;
  std::string uncommented_;
};

}  // namespace unjam
