// What a whole statement tells about its tokens: names of savepoints, values of settings, its end.
#include "normalize/canon.h"

namespace unjam::normalize {

void Canon::mask_savepoint(std::size_t begin) {
  const std::size_t size = tokens_.size() - begin;
  const Token& first = tokens_[begin];
  std::size_t name = 0;
  if (first.is_word("savepoint") && size == 2) {
    name = begin + 1;
  } else {
    const bool releases = (first.is_word("release") || (!mysql_ && first.is_word("deallocate"))) &&
                          size >= 2 && size <= 3;
    const bool rolls_back = first.is_word("rollback") && size >= 3 && size <= 5 &&
                            (tokens_[begin + 1].is_word("to") || tokens_[begin + 2].is_word("to"));
    if (releases || rolls_back) {
      name = begin + size - 1;
    }
  }
  if (name != 0 && tokens_[name].is_name() && !tokens_[name].is_word("all") &&
      !tokens_[name].is_word("prepare")) {
    Token literal;
    literal.kind = TokenKind::Literal;
    literal.text = kLiteral;
    tokens_[name] = literal;
  }
}

/// `set [session|local] name {=|to} value, ...` of PostgreSQL: the value may be a bare word, and
/// pg_stat_statements shows it as it was before 18 and as a constant since.
void Canon::mask_setting(std::size_t begin) {
  std::size_t at = begin + 1;
  const std::size_t end = tokens_.size();
  if (at < end && (tokens_[at].is_word("session") || tokens_[at].is_word("local"))) {
    ++at;
  }
  while (at + 1 < end && tokens_[at].is_name() && tokens_[at + 1].kind == TokenKind::Dot) {
    at += 2;
  }
  if (at + 2 >= end || !tokens_[at].is_name()) {
    return;
  }
  Token& assign = tokens_[at + 1];
  const bool equals = assign.kind == TokenKind::Operator && assign.text == "=";
  if ((!equals && !assign.is_word("to")) || tokens_[at + 2].is_word("default")) {
    return;
  }
  assign = Token{};
  assign.text = "=";
  tokens_.resize(at + 2);
  push(TokenKind::Literal, kLiteral);
}

void Canon::end_statement() {
  if (statement_size() == 0 || tokens_.back().kind == TokenKind::Semicolon) {
    return;
  }
  mask_savepoint(statement_begin_);
  if (!mysql_ && tokens_[statement_begin_].is_word("set")) {
    mask_setting(statement_begin_);
  }
  push(TokenKind::Semicolon, ";");
  open_.clear();
  brackets_.clear();
  statement_begin_ = tokens_.size();
}

void Canon::finish() {
  if (!tokens_.empty() && tokens_.back().maybe_placeholder) {
    settle_placeholder(Lexeme{});
  }
  settle_fraction(Lexeme{});
  open_.clear();
  end_statement();
  while (!tokens_.empty() && tokens_.back().kind == TokenKind::Semicolon) {
    tokens_.pop_back();
  }
}

}  // namespace unjam::normalize
