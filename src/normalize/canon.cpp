#include "normalize/canon.h"

#include "normalize/clean_text.h"
#include "normalize/names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace unjam::normalize {
namespace {

bool same(const Token& a, const Token& b) {
  return a.kind == b.kind && a.unary == b.unary && a.text == b.text;
}

/// e5: what may follow the dot of a number.
bool is_exponent(std::string_view word) {
  return word.size() > 1 && word.front() == 'e' &&
         word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace

Canon::Canon(Dialect dialect, const Vocabulary& vocabulary)
    : dialect_(dialect),
      vocabulary_(vocabulary),
      mysql_(is_mysql_family(dialect)),
      mariadb_(dialect == Dialect::MariaDb) {
  tokens_.reserve(64);
}

Token& Canon::push(TokenKind kind, std::string_view text) {
  Token& token = tokens_.emplace_back();
  token.kind = kind;
  token.text = text;
  return token;
}

std::string_view Canon::keep(std::string text) { return kept_.emplace_front(std::move(text)); }

/// Whether an operand may start behind the first `before` tokens.
bool Canon::operand_expected(std::size_t before) const {
  if (before <= statement_begin_) {
    return true;
  }
  const Token& last = tokens_[before - 1];
  switch (last.kind) {
    case TokenKind::Word:
      return (last.flags() & kOperandNext) != 0;
    case TokenKind::Operator:
    case TokenKind::Comma:
    case TokenKind::Open:
    case TokenKind::OpenBracket:
    case TokenKind::Semicolon:
      return true;
    case TokenKind::QuotedName:
    case TokenKind::Literal:
    case TokenKind::UserVariable:
    case TokenKind::SystemMark:
    case TokenKind::Star:
    case TokenKind::Close:
    case TokenKind::CloseBracket:
    case TokenKind::Dot:
    case TokenKind::Cast:
    case TokenKind::Ellipsis:
      return false;
  }
  return false;
}

/// Whether null, true or false here is a value, not part of IS NULL or of a column's NOT NULL.
bool Canon::is_constant_position() const {
  if (tokens_.size() > statement_begin_ && tokens_.back().is_word("not")) {
    return operand_expected(tokens_.size() - 1);
  }
  return operand_expected(tokens_.size());
}

void Canon::add(const Lexeme& lexeme) {
  const bool says_something = lexeme.kind != LexKind::Space && lexeme.kind != LexKind::Comment &&
                              lexeme.kind != LexKind::VersionMark;
  if (says_something && !tokens_.empty()) {
    if (tokens_.back().maybe_placeholder) {
      settle_placeholder(lexeme);
    }
    settle_fraction(lexeme);
  }
  switch (lexeme.kind) {
    case LexKind::End:
    case LexKind::Space:
    case LexKind::Comment:
    case LexKind::VersionMark:
      return;
    case LexKind::Word:
      return add_word(lexeme);
    case LexKind::QuotedName:
      return add_quoted_name(lexeme.text);
    case LexKind::Literal:
      return add_literal();
    case LexKind::UserVariable:
      push(TokenKind::UserVariable, "@?");
      return;
    case LexKind::SystemMark:
      push(TokenKind::SystemMark, lexeme.text);
      return;
    case LexKind::Operator:
      return add_operator(lexeme);
    case LexKind::Comma:
      drop_list_cast();
      push(TokenKind::Comma, lexeme.text);
      return;
    case LexKind::Open:
      return add_open();
    case LexKind::Close:
      return add_close();
    case LexKind::OpenBracket:
      brackets_.push_back(static_cast<std::uint32_t>(tokens_.size()));
      push(TokenKind::OpenBracket, lexeme.text);
      return;
    case LexKind::CloseBracket:
      return add_bracket_close();
    case LexKind::Dot:
      if (!ends_with_literal_dot()) {
        push(TokenKind::Dot, lexeme.text);
      }
      return;
    case LexKind::Semicolon:
      // Inside parentheses it ends nothing: broken text, which must stay one statement so that its
      // rows are seen together.
      if (open_.empty()) {
        end_statement();
      } else {
        push(TokenKind::Semicolon, lexeme.text);
      }
      return;
    case LexKind::Cast:
      push(TokenKind::Cast, lexeme.text);
      return;
    case LexKind::Ellipsis:
      return add_ellipsis();
  }
}

/// `a ? b` is an operator of PostgreSQL; `date ? and` is a placeholder behind the name of a type.
void Canon::settle_placeholder(const Lexeme& next) {
  tokens_.back().maybe_placeholder = false;
  bool operand = false;
  switch (next.kind) {
    case LexKind::Word:
      operand = next.info == nullptr || (next.info->flags & kReserved) == 0 ||
                next.word == "array" || next.word == "case" || next.word == "any" ||
                next.word == "all";
      break;
    case LexKind::QuotedName:
    case LexKind::Literal:
    case LexKind::Open:
      operand = true;
      break;
    case LexKind::Operator:
      operand = next.text == "?";
      break;
    default:
      break;
  }
  if (!operand) {
    tokens_.pop_back();
    add_literal();
  }
}

/// `1.` and `1.e5` are numbers. The lexer reads them so where they are whole; behind a reduced list
/// or in a fingerprint only the literal before the dot is left, and has to have the same effect.
void Canon::settle_fraction(const Lexeme& next) {
  if (!ends_with_literal_dot()) {
    return;
  }
  const bool star = next.kind == LexKind::Operator && next.text == "*";
  if (next.kind != LexKind::Word && next.kind != LexKind::QuotedName && next.kind != LexKind::Dot &&
      !star) {
    tokens_.pop_back();
  }
}

/// Bare words of PostgreSQL that its parser makes constants of, so that pg_stat_statements shows
/// `$1`: LIMIT ALL, the form of NORMALIZE.
bool Canon::is_constant_word(std::string_view word) const {
  if (statement_size() == 0) {
    return false;
  }
  const Token& last = tokens_.back();
  if (word == "all") {
    return last.is_word("limit");
  }
  if (word != "nfc" && word != "nfd" && word != "nfkc" && word != "nfkd") {
    return false;
  }
  if (last.kind == TokenKind::Comma) {
    return !open_.empty() && open_.back() > statement_begin_ &&
           tokens_[open_.back() - 1].is_word("normalize");
  }
  return last.is_word("is") || last.is_word("not");
}

/// `@ x` of MySQL is no statement, but it prints as `@x` and has to mean the same.
bool Canon::name_user_variable() {
  const bool named = mysql_ && statement_size() > 0 && tokens_.back().unary &&
                     tokens_.back().kind == TokenKind::Operator && tokens_.back().text == "@";
  if (named) {
    tokens_.pop_back();
    push(TokenKind::UserVariable, "@?");
  }
  return named;
}

void Canon::add_word(const Lexeme& lexeme) {
  if (name_user_variable()) {
    return;
  }
  const bool after_dot = !tokens_.empty() && tokens_.back().kind == TokenKind::Dot;
  std::string_view text = lexeme.word;
  // `0XA` is a name of MySQL, `0xa` a number.
  if (mysql_ && text.front() == '0' && lexeme.text != text && !is_bare_name(dialect_, text)) {
    return add_quoted_name(keep(quote_name(dialect_, text)));
  }
  if (!lexeme.ascii && !is_clean(text)) {
    text = keep(clean_text(text));
  }
  const WordInfo* info = lexeme.info;
  if (info != nullptr && !after_dot) {
    if ((info->flags & kConstant) != 0 && is_constant_position()) {
      return add_literal();
    }
    if (!info->synonym.empty()) {
      text = info->synonym;
      info = vocabulary_.find(text);
    }
  }
  if (!mysql_ && !after_dot && is_constant_word(text)) {
    return add_literal();
  }
  if (ends_with_literal_dot() && is_exponent(text)) {
    tokens_.pop_back();
    return;
  }
  // pg_stat_statements takes the field of EXTRACT for a constant.
  if (!mysql_ && text == "from" && statement_size() >= 3) {
    Token& field = tokens_.back();
    if (field.kind == TokenKind::Word && tokens_[tokens_.size() - 2].kind == TokenKind::Open &&
        tokens_[tokens_.size() - 3].is_word("extract")) {
      tokens_.pop_back();
      add_literal();
    }
  }
  Token& token = push(TokenKind::Word, text);
  token.info = info;
  token.after_dot = after_dot;
}

void Canon::add_quoted_name(std::string_view quoted) {
  if (name_user_variable()) {
    return;
  }
  const bool after_dot = !tokens_.empty() && tokens_.back().kind == TokenKind::Dot;
  std::string name = unquote_name(dialect_, quoted);
  const bool bare = can_be_bare(dialect_, vocabulary_, name, after_dot);
  Token& token = push(bare ? TokenKind::Word : TokenKind::QuotedName, {});
  token.after_dot = after_dot;
  token.text = keep(bare ? std::move(name) : quote_name(dialect_, name));
  token.info = bare ? vocabulary_.find(token.text) : nullptr;
}

void Canon::add_literal() {
  const auto size = [&] { return statement_size(); };
  while (size() > 0) {
    const Token& last = tokens_.back();
    const bool sign =
        last.kind == TokenKind::Operator && last.unary && (last.text == "-" || last.text == "+");
    const bool introducer =
        mysql_ && last.kind == TokenKind::Word && !last.after_dot && is_introducer(last.text);
    if (sign || introducer) {
      tokens_.pop_back();
    } else if (mysql_ && size() >= 3 && last.kind == TokenKind::Close &&
               tokens_[tokens_.size() - 2].is_word("_charset") &&
               tokens_[tokens_.size() - 3].kind == TokenKind::Open) {
      // `(_charset) ?`: how digest texts write an introducer.
      tokens_.resize(tokens_.size() - 3);
    } else {
      break;
    }
  }
  if (size() >= 4 && tokens_.back().kind == TokenKind::Operator &&
      (tokens_.back().text == "-" || tokens_.back().text == "+") &&
      tokens_[tokens_.size() - 2].kind == TokenKind::Word &&
      tokens_[tokens_.size() - 2].text == "e" &&
      tokens_[tokens_.size() - 3].kind == TokenKind::Dot &&
      tokens_[tokens_.size() - 4].kind == TokenKind::Literal) {
    tokens_.resize(tokens_.size() - 3);  // 1.e-5, see settle_fraction
  }
  if (size() > 0 && tokens_.back().kind == TokenKind::Literal) {
    return;  // 'a' 'b' is one string.
  }
  if (mysql_ && size() > 0 && tokens_.back().kind == TokenKind::Operator &&
      tokens_.back().text == "@") {
    tokens_.pop_back();
    push(TokenKind::UserVariable, "@?");
    return;
  }
  if (size() >= 2 && tokens_.back().kind == TokenKind::Comma &&
      tokens_[tokens_.size() - 2].kind == TokenKind::Literal) {
    tokens_.pop_back();
    return;
  }
  // `json '{}' ? 'k'` would print as a name and three question marks, which reads back as a name,
  // an operator and two literals: one literal goes.
  if (!mysql_ && size() >= 3 && tokens_.back().kind == TokenKind::Operator &&
      tokens_.back().text == "?" && tokens_[tokens_.size() - 2].kind == TokenKind::Literal &&
      tokens_[tokens_.size() - 3].kind != TokenKind::Dot &&
      tokens_[tokens_.size() - 3].kind != TokenKind::Cast &&
      !operand_expected(tokens_.size() - 2)) {
    tokens_.erase(tokens_.end() - 2);
  }
  push(TokenKind::Literal, kLiteral);
}

void Canon::add_operator(const Lexeme& lexeme) {
  const bool expected = operand_expected(tokens_.size());
  const bool after_dot = !tokens_.empty() && tokens_.back().kind == TokenKind::Dot;
  if (lexeme.text == "*" && (expected || after_dot)) {
    push(TokenKind::Star, lexeme.text);
    return;
  }
  std::string_view text = lexeme.text;
  if (lexeme.info != nullptr && !lexeme.info->synonym.empty()) {
    text = lexeme.info->synonym;
  }
  Token& token = push(TokenKind::Operator, text);
  token.unary = expected;
  token.maybe_placeholder = lexeme.maybe_placeholder;
}

void Canon::add_ellipsis() {
  const std::size_t size = statement_size();
  const bool in_list = size >= 2 && tokens_.back().kind == TokenKind::Comma &&
                       tokens_[tokens_.size() - 2].kind == TokenKind::Literal;
  const bool whole_list = size >= 1 && tokens_.back().kind == TokenKind::Open;
  // MySQL logs PREPARE with dots for its text.
  const bool prepared =
      size >= 3 && tokens_[statement_begin_].is_word("prepare") && tokens_.back().is_word("from");
  if (in_list || whole_list || prepared) {
    add_literal();
  } else if (size == 0 || tokens_.back().kind != TokenKind::Ellipsis) {
    push(TokenKind::Ellipsis, "...");
  }
}

void Canon::add_open() {
  if (!tokens_.empty()) {
    Token& last = tokens_.back();
    if (last.kind == TokenKind::Word && last.info != nullptr && !last.after_dot &&
        !last.info->function_synonym.empty()) {
      last.text = last.info->function_synonym;
      last.info = vocabulary_.find(last.text);
    }
  }
  open_.push_back(static_cast<std::uint32_t>(tokens_.size()));
  push(TokenKind::Open, "(");
}

/// Whether the group that starts at `open` and ends with the last token says the same as the group
/// before it: `(?), (?)`, `(?, now()), (?, now())`, `row(?), row(?)`. Removes it if so.
bool Canon::drop_repeated_row(std::size_t open) {
  std::size_t begin = open;
  if (begin > statement_begin_ && tokens_[begin - 1].is_word("row")) {
    --begin;
  }
  const std::size_t prefix = open - begin;
  if (begin < statement_begin_ + 2 || tokens_[begin - 1].kind != TokenKind::Comma ||
      tokens_[begin - 2].kind != TokenKind::Close) {
    return false;
  }
  const std::size_t size = tokens_.size() - begin;
  const std::size_t before_open = tokens_[begin - 2].match;
  if (before_open < statement_begin_ + prefix || begin - 1 - before_open + prefix != size) {
    return false;
  }
  const auto at = [&](std::size_t index) {
    return tokens_.begin() + static_cast<std::ptrdiff_t>(index);
  };
  if (!std::equal(at(before_open - prefix), at(begin - 1), at(begin), tokens_.end(), same)) {
    return false;
  }
  tokens_.resize(begin - 1);
  while (!brackets_.empty() && brackets_.back() >= tokens_.size()) {
    brackets_.pop_back();
  }
  return true;
}

void Canon::add_bracket_close() {
  drop_list_cast();
  push(TokenKind::CloseBracket, "]");
  if (!brackets_.empty()) {
    brackets_.pop_back();
  }
}

/// Whether all that follows `begin` reads as the name of a type: words, `(?)` and `[]` behind them.
bool Canon::is_type(std::size_t begin) const {
  constexpr std::array kNoTypes = {"is",      "in",      "and",   "or",      "not",
                                   "between", "like",    "ilike", "any",     "case",
                                   "some",    "similar", "all",   "collate", "at"};
  const auto is_word = [this](std::size_t i) { return tokens_[i].kind == TokenKind::Word; };
  const bool named = is_word(begin) || tokens_[begin].kind == TokenKind::QuotedName;
  if (!named || tokens_.back().kind == TokenKind::Literal) {
    return false;
  }
  for (std::size_t i = begin; i < tokens_.size(); ++i) {
    if (is_word(i) && std::any_of(kNoTypes.begin(), kNoTypes.end(),
                                  [&](const char* word) { return tokens_[i].is_word(word); })) {
      return false;
    }
  }
  return true;
}

/// `in (?::int, ?::int)`, `array[?::text]`: from PostgreSQL 18 on, pg_stat_statements shows such a
/// list without its casts, so they go everywhere. Called where an element ends.
void Canon::drop_list_cast() {
  constexpr std::size_t kLongestCast = 16;
  if (mysql_ || statement_size() < 4) {
    return;
  }
  const std::size_t open = open_.empty() ? 0 : open_.back();
  const std::size_t bracket = brackets_.empty() ? 0 : brackets_.back();
  const std::size_t opener = std::max(open, bracket);
  if (opener <= statement_begin_ ||
      !tokens_[opener - 1].is_word(tokens_[opener].kind == TokenKind::Open ? "in" : "array")) {
    return;
  }
  const std::size_t size = tokens_.size();
  for (std::size_t at = size; at-- > opener + 1 && size - at < kLongestCast;) {
    const TokenKind kind = tokens_[at].kind;
    if (kind == TokenKind::Operator || kind == TokenKind::Comma) {
      return;
    }
    const bool starts = at - 1 == opener || tokens_[at - 1].kind == TokenKind::Comma;
    if (starts) {
      if (kind == TokenKind::Literal && at + 2 < size && tokens_[at + 1].kind == TokenKind::Cast &&
          is_type(at + 2)) {
        tokens_.resize(at);
        add_literal();
      }
      return;
    }
  }
}

void Canon::add_close() {
  drop_list_cast();
  push(TokenKind::Close, ")");
  if (open_.empty()) {
    tokens_.back().match = static_cast<std::uint32_t>(tokens_.size() - 1);
    return;
  }
  const std::uint32_t open = open_.back();
  open_.pop_back();
  tokens_.back().match = open;
  if (drop_repeated_row(open)) {
    return;
  }
  if (mariadb_ && tokens_.size() - open == 3 && tokens_[open + 1].is_word("unknown") &&
      (operand_expected(open) || (open >= 3 && tokens_[open - 2].is_word("_charset")))) {
    // How MariaDB's digest writes x'..' and b'..'.
    tokens_.resize(open);
    add_literal();
  }
}

}  // namespace unjam::normalize
