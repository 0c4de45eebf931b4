#include "rank/lint_tokens.h"

#include "unjam/base/bytes.h"

#include <algorithm>
#include <utility>

namespace unjam {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool same_word(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

}  // namespace

bool LintToken::is_word(std::string_view lower_case) const {
  return kind == LintTokenKind::Word && same_word(text, lower_case);
}

LintTokens::LintTokens(Dialect dialect, std::string_view text)
    : text_(text), dialect_(dialect), postgres_(dialect == Dialect::PostgreSql) {
  uncommented_.reserve(text.size());
}

LintToken LintTokens::next() {
  while (skip_comment() || skip_space()) {
  }
  if (at_ == text_.size()) {
    return {};
  }
  const std::size_t begin = at_;
  const LintTokenKind kind = advance();
  const std::string_view token = text_.substr(begin, at_ - begin);
  uncommented_ += token;
  return {kind, token};
}

std::string LintTokens::take_uncommented() { return std::move(uncommented_); }

bool LintTokens::skip_space() {
  if (at_ == text_.size() || !is_space(text_[at_])) {
    return false;
  }
  uncommented_ += text_[at_++];
  return true;
}

bool LintTokens::skip_comment() {
  if (looking_at("/*")) {
    return skip_block_comment();
  }
  if (open_code_comments_ > 0 && looking_at("*/")) {
    --open_code_comments_;
    at_ += 2;
    uncommented_ += ' ';
    return true;
  }
  // In MySQL `a--1` is arithmetic: its comments need white space after the dashes.
  const bool dashes =
      looking_at("--") && (postgres_ || at_ + 2 == text_.size() || is_space(peek(2)));
  if (!dashes && (postgres_ || peek() != '#')) {
    return false;
  }
  at_ = std::min(text_.find('\n', at_), text_.size());
  uncommented_ += ' ';
  return true;
}

bool LintTokens::skip_block_comment() {
  if (!postgres_ && (peek(2) == '!' || (peek(2) == 'M' && peek(3) == '!'))) {
    // The body is code; its closing */ is skipped when it comes.
    at_ += peek(2) == '!' ? std::size_t{3} : std::size_t{4};
    while (is_digit(peek())) {
      ++at_;
    }
    ++open_code_comments_;
    uncommented_ += ' ';
    return true;
  }
  std::size_t depth = 0;
  while (at_ < text_.size()) {
    if (looking_at("*/")) {
      at_ += 2;
      if (--depth == 0) {
        break;
      }
    } else if (looking_at("/*") && (depth == 0 || postgres_)) {
      at_ += 2;
      ++depth;
    } else {
      ++at_;
    }
  }
  uncommented_ += ' ';
  return true;
}

LintTokenKind LintTokens::advance() {
  const char c = peek();
  if (c == '\'') {
    quoted('\'', !postgres_);
    return LintTokenKind::String;
  }
  if (c == '"') {
    const bool is_string = dialect_ == Dialect::MySql || dialect_ == Dialect::MariaDb;
    quoted('"', is_string);
    return is_string ? LintTokenKind::String : LintTokenKind::QuotedName;
  }
  if (c == '`' && !postgres_) {
    quoted('`', false);
    return LintTokenKind::QuotedName;
  }
  if (c == '$' && postgres_) {
    return dollar();
  }
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
    return number();
  }
  if (is_word_byte(c)) {
    return word();
  }
  ++at_;
  return c == '?' ? LintTokenKind::Placeholder : LintTokenKind::Symbol;
}

void LintTokens::quoted(char quote, bool backslash) {
  ++at_;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '\\' && backslash) {
      at_ = std::min(at_ + 1, text_.size());
    } else if (c == quote) {
      if (peek() != quote) {
        return;
      }
      ++at_;
    }
  }
}

// $1, or $tag$ ... $tag$.
LintTokenKind LintTokens::dollar() {
  if (is_digit(peek(1))) {
    ++at_;
    while (is_digit(peek())) {
      ++at_;
    }
    return LintTokenKind::Placeholder;
  }
  std::size_t end = at_ + 1;
  while (end < text_.size() && text_[end] != '$' && is_word_byte(text_[end])) {
    ++end;
  }
  if (end == text_.size() || text_[end] != '$') {
    ++at_;
    return LintTokenKind::Symbol;
  }
  const std::string_view tag = text_.substr(at_, end + 1 - at_);
  const std::size_t close = text_.find(tag, end + 1);
  at_ = close == std::string_view::npos ? text_.size() : close + tag.size();
  return LintTokenKind::String;
}

LintTokenKind LintTokens::number() {
  const std::size_t begin = at_;
  bool only_digits = true;
  while (is_word_byte(peek()) || peek() == '.') {
    const char c = peek();
    only_digits = only_digits && (is_digit(c) || c == '.');
    ++at_;
    if ((c == 'e' || c == 'E') && (peek() == '+' || peek() == '-') && is_digit(peek(1)) &&
        text_.substr(begin, 2) != "0x") {
      ++at_;
    }
  }
  if (only_digits || postgres_) {
    return LintTokenKind::Number;
  }
  // MySQL names may start with a digit: 4d_col.
  const std::string_view text = text_.substr(begin, at_ - begin);
  return text.find_first_not_of("0123456789abcdefxABCDEFX.+-") == std::string_view::npos
             ? LintTokenKind::Number
             : LintTokenKind::Word;
}

LintTokenKind LintTokens::word() {
  const std::size_t begin = at_;
  while (is_word_byte(peek())) {
    ++at_;
  }
  if (peek() != '\'') {
    return LintTokenKind::Word;
  }
  // A prefix such as N'..', E'..' or _utf8mb4'..' belongs to its string.
  const std::string_view prefix = text_.substr(begin, at_ - begin);
  const bool is_prefix = prefix.size() == 1 || (prefix.front() == '_' && !postgres_);
  if (!is_prefix) {
    return LintTokenKind::Word;
  }
  quoted('\'', postgres_ ? same_word(prefix, "e") : true);
  return LintTokenKind::String;
}

}  // namespace unjam
