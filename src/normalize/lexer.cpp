#include "normalize/lexer.h"

#include "normalize/grammar.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <re2/re2.h>

namespace unjam::normalize {

namespace {

/// The usual name, which every grammar takes for a bare one, without asking RE2.
bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || is_digit(c); };
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), plain);
}

constexpr std::uint8_t kUpper = 1;
constexpr std::uint8_t kHigh = 2;

/// What keeps a word from being taken as it is.
constexpr std::array<std::uint8_t, 256> kOddBytes = [] {
  std::array<std::uint8_t, 256> odd{};
  for (std::size_t c = 0; c < odd.size(); ++c) {
    odd[c] = c >= 0x80 ? kHigh : c >= 'A' && c <= 'Z' ? kUpper : std::uint8_t{0};
  }
  return odd;
}();

/// Second bytes of the operators of MySQL that have two or three.
bool continues_mysql_operator(char c) {
  return c == '=' || c == '>' || c == '<' || c == '&' || c == '|';
}

bool is_postgres_operator_byte(char c) {
  return c != '\0' && std::string_view("~!@#^&|`?+-*/%<>=").find(c) != std::string_view::npos;
}

}  // namespace

bool is_bare_name(Dialect dialect, std::string_view name) {
  if (is_plain_name(name)) {
    return true;
  }
  const Grammar& grammar = grammar_of(dialect);
  // A MySQL name may start with a digit, but must not read as a number.
  return RE2::FullMatch(name, grammar.bare_name) && !RE2::FullMatch(name, grammar.number) &&
         !RE2::PartialMatch(name, grammar.mark_and_digit);
}

Lexer::Lexer(Dialect dialect, const Vocabulary& vocabulary, std::string_view text)
    : grammar_(grammar_of(dialect)),
      vocabulary_(vocabulary),
      text_(text),
      mysql_(is_mysql_family(dialect)),
      double_quote_is_name_(dialect == Dialect::MySqlAnsi || dialect == Dialect::PostgreSql) {}

Lexeme Lexer::lexeme(LexKind kind, std::size_t end) const {
  Lexeme result;
  result.kind = kind;
  result.text = text_.substr(position_, std::min(end, text_.size()) - position_);
  return result;
}

Lexeme Lexer::next() {
  if (position_ >= text_.size()) {
    return {};
  }
  const Lexeme result = scan();
  position_ += result.text.size();
  switch (result.kind) {
    case LexKind::End:
    case LexKind::Space:
    case LexKind::Comment:
    case LexKind::VersionMark:
      return result;
    case LexKind::Word:
      // OFFSET may be a column of MySQL, but then no placeholder follows.
      operand_next_ = !after_dot_ && result.info != nullptr &&
                      ((result.info->flags & kOperandNext) != 0 || result.word == "offset");
      break;
    case LexKind::QuotedName:
    case LexKind::Literal:
    case LexKind::UserVariable:
    case LexKind::SystemMark:
    case LexKind::Close:
    case LexKind::CloseBracket:
    case LexKind::Cast:
    case LexKind::Ellipsis:
      operand_next_ = false;
      break;
    case LexKind::Operator:
      // `count(*)`, `t.*`: the star is an operand.
      operand_next_ =
          after_question_mark_ || !(result.text == "*" && (operand_next_ || after_dot_));
      break;
    case LexKind::Comma:
    case LexKind::Open:
    case LexKind::OpenBracket:
    case LexKind::Semicolon:
      operand_next_ = true;
      break;
    case LexKind::Dot:
      operand_next_ = false;
      break;
  }
  after_dot_ = result.kind == LexKind::Dot;
  after_cast_ = result.kind == LexKind::Cast;
  after_question_mark_ = result.maybe_placeholder;
  return result;
}

Lexeme Lexer::scan() {
  const char c = text_[position_];
  if (is_space(c)) {
    return lexeme(LexKind::Space, match_end(grammar_.space, text_, position_));
  }
  switch (c) {
    case '(':
      return lexeme(LexKind::Open, position_ + 1);
    case ')':
      return lexeme(LexKind::Close, position_ + 1);
    case '[':
      return lexeme(LexKind::OpenBracket, position_ + 1);
    case ']':
      return lexeme(LexKind::CloseBracket, position_ + 1);
    case ',':
      return lexeme(LexKind::Comma, position_ + 1);
    case ';':
      return lexeme(LexKind::Semicolon, position_ + 1);
    case '\'':
      return scan_quoted(LexKind::Literal, position_, mysql_);
    case '"':
      return double_quote_is_name_ ? scan_quoted(LexKind::QuotedName, position_, false)
                                   : scan_quoted(LexKind::Literal, position_, true);
    case '`':
      return mysql_ ? scan_quoted(LexKind::QuotedName, position_, false) : scan_operator();
    case '.':
      return scan_dot();
    case '/':
      return scan_slash();
    case '$':
      return mysql_ ? scan_word() : scan_dollar();
    case '-': {
      const bool comment =
          at(position_ + 1) == '-' &&
          (!mysql_ || position_ + 2 >= text_.size() ||
           static_cast<unsigned char>(text_[position_ + 2]) <= static_cast<unsigned char>(' '));
      return comment ? lexeme(LexKind::Comment, line_end()) : scan_operator();
    }
    case '#':
      return mysql_ ? lexeme(LexKind::Comment, line_end()) : scan_operator();
    case '@':
      return mysql_ ? scan_at() : scan_operator();
    case ':':
      return scan_colon();
    case '*':
      if (version_comments_ > 0 && at(position_ + 1) == '/') {
        --version_comments_;
        return lexeme(LexKind::VersionMark, position_ + 2);
      }
      return scan_operator();
    default:
      break;
  }
  if (is_digit(c)) {
    return scan_number();
  }
  return is_word_byte(c) ? scan_word() : scan_operator();
}

Lexeme Lexer::finish_word(std::size_t end, bool may_be_prefix) {
  const std::size_t run = end;
  if (may_be_prefix) {
    // `orders_?`, a numbered table in an earlier fingerprint or behind a masking proxy.
    while (at(end) == '?' && text_[end - 1] == '_' && !is_digit(at(end + 1)) &&
           at(end + 1) != '$') {
      const std::size_t rest = word_end(text_, end + 1);
      if (at(rest) == '\'' || at(rest) == '"') {
        break;
      }
      end = rest;
    }
  }
  Lexeme result = lexeme(LexKind::Word, end);
  unsigned odd = 0;
  for (const char c : result.text) {
    odd |= kOddBytes[static_cast<unsigned char>(c)];
  }
  result.ascii = (odd & kHigh) == 0;
  if ((odd & kUpper) != 0) {
    if (lowered_.empty()) {
      lowered_.reserve(text_.size() - position_);
    }
    const std::size_t begin = lowered_.size();
    lowered_ += result.text;
    std::transform(result.text.begin(), result.text.end(),
                   lowered_.begin() + static_cast<std::ptrdiff_t>(begin), lower);
    result.word = std::string_view(lowered_).substr(begin);
  } else {
    result.word = result.text;
  }
  const char quote = at(run);
  if (may_be_prefix && end == run && (quote == '\'' || quote == '"' || quote == '&')) {
    const std::string_view word = result.word;
    if (mysql_ && (quote == '\'' || (quote == '"' && !double_quote_is_name_)) &&
        (word == "n" || word == "x" || word == "b")) {
      return scan_quoted(LexKind::Literal, run, true);
    }
    if (!mysql_ && quote == '\'' && (word == "e" || word == "n" || word == "x" || word == "b")) {
      return scan_quoted(LexKind::Literal, run, word == "e");
    }
    if (!mysql_ && quote == '&' && word == "u" && (at(run + 1) == '\'' || at(run + 1) == '"')) {
      return scan_quoted(at(run + 1) == '"' ? LexKind::QuotedName : LexKind::Literal, run + 1,
                         false);
    }
  }
  // What pg_stat_statements leaves of N'x'.
  if (!mysql_ && lower(text_[position_]) == 'n' && at(position_ + 1) == '$' &&
      RE2::FullMatch(result.text, grammar_.national_constant)) {
    result.kind = LexKind::Literal;
    return result;
  }
  result.info = vocabulary_.find(result.word);
  return result;
}

Lexeme Lexer::scan_word() {
  // Behind a number that PostgreSQL cut off (`1e'x'`), a letter before a quote is no prefix.
  const bool glued = position_ > 0 && is_word_byte(text_[position_ - 1]);
  return finish_word(word_end(text_, position_), !glued);
}

std::size_t Lexer::line_end() const {
  const std::size_t found = text_.find_first_of(mysql_ ? "\n" : "\r\n", position_);
  return std::min(found, text_.size());
}

std::size_t Lexer::block_comment_end() const {
  if (mysql_) {
    const std::size_t close = text_.find("*/", position_ + 2);
    return close == std::string_view::npos ? text_.size() : close + 2;
  }
  std::size_t depth = 1;
  std::size_t inside = position_ + 2;
  while (depth > 0) {
    inside = text_.find_first_of("*/", inside);
    if (inside == std::string_view::npos || inside + 1 >= text_.size()) {
      return text_.size();
    }
    if (text_[inside] == '*' && text_[inside + 1] == '/') {
      --depth;
      inside += 2;
    } else if (text_[inside] == '/' && text_[inside + 1] == '*') {
      ++depth;
      inside += 2;
    } else {
      ++inside;
    }
  }
  return inside;
}

Lexeme Lexer::scan_slash() {
  if (at(position_ + 1) != '*') {
    return scan_operator();
  }
  if (mysql_ && at(position_ + 2) == '!') {
    return scan_version_mark(position_ + 3);
  }
  if (mysql_ && at(position_ + 2) == 'M' && at(position_ + 3) == '!') {
    return scan_version_mark(position_ + 4);
  }
  return lexeme(LexKind::Comment, block_comment_end());
}

Lexeme Lexer::scan_version_mark(std::size_t digits) {
  ++version_comments_;
  if (!is_digit(at(digits))) {
    return lexeme(LexKind::VersionMark, digits);
  }
  std::size_t end = number_end(digits);
  if (end == digits) {
    // `/*!50000select`: the version is what the server takes, five or six digits.
    while (end < digits + 6 && is_digit(at(end))) {
      ++end;
    }
  }
  return lexeme(LexKind::VersionMark, end);
}

/// PostgreSQL reads an operator as far as it goes, but not into a comment, and not with a sign at
/// its end unless it holds a character that no arithmetic operator has. Placeholders are left out.
std::size_t Lexer::postgres_operator_end() const {
  if (!is_postgres_operator_byte(at(position_ + 1))) {
    return position_ + 1;
  }
  const std::size_t run = match_end(grammar_.operators, text_, position_);
  std::string_view text = text_.substr(position_, run - position_);
  // The longest operator may end inside the mark of a comment.
  const std::string_view and_one_more = text_.substr(position_, run - position_ + 1);
  for (const std::string_view comment : {"--", "/*"}) {
    const std::size_t found = and_one_more.find(comment, 1);
    text = text.substr(0, std::min(found, text.size()));
  }
  while (text.size() > 1) {
    // `a=?`, `a=%s`: no operator of PostgreSQL ends like this, but statements of drivers do.
    const bool masked = text.back() == '?' && text != "@?" && text[text.size() - 2] != '?';
    const std::size_t last = position_ + text.size() - 1;
    const bool client =
        text.back() == '%' && match_end(grammar_.client_placeholder, text_, last) != last;
    const bool sign = (text.back() == '+' || text.back() == '-') &&
                      text.find_first_of("~!@#^&|`?%") == std::string_view::npos;
    if (!masked && !client && !sign) {
      break;
    }
    text.remove_suffix(1);
  }
  return position_ + text.size();
}

Lexeme Lexer::scan_operator() {
  const char c = text_[position_];
  if (mysql_ && c == '?') {
    return lexeme(LexKind::Literal, position_ + 1);
  }
  if (c == '%' && operand_next_) {
    const std::size_t end = match_end(grammar_.client_placeholder, text_, position_);
    if (end != position_ && !is_word_byte(at(end))) {
      return lexeme(LexKind::Literal, end);
    }
  }
  if (mysql_ && c == '\\' && at(position_ + 1) == 'N' && !is_word_byte(at(position_ + 2))) {
    return lexeme(LexKind::Literal, position_ + 2);
  }
  if (mysql_) {
    const bool single = !continues_mysql_operator(at(position_ + 1));
    Lexeme result =
        lexeme(LexKind::Operator,
               single ? position_ + 1 : match_end(grammar_.operators, text_, position_));
    result.info = vocabulary_.find(result.text);
    return result;
  }
  // Behind a lone `?` that turns out to be a placeholder, `?|` is an operator as anywhere.
  if (c == '?' && (operand_next_ || after_dot_ || after_cast_) &&
      !(after_question_mark_ && postgres_operator_end() > position_ + 1)) {
    return lexeme(LexKind::Literal, position_ + 1);
  }
  std::size_t end = postgres_operator_end();
  if (end == position_) {
    end = position_ + 1;
  }
  Lexeme result = lexeme(LexKind::Operator, end);
  result.maybe_placeholder = result.text == "?";
  result.info = vocabulary_.find(result.text);
  return result;
}

Lexeme Lexer::scan_at() {
  const char next = at(position_ + 1);
  if (next == '@') {
    return lexeme(LexKind::SystemMark, position_ + 2);
  }
  if (next == '?') {
    return lexeme(LexKind::UserVariable, position_ + 2);
  }
  if (next == '\'' || next == '"' || next == '`') {
    Lexeme result = scan_quoted(LexKind::UserVariable, position_ + 1, next != '`');
    result.kind = LexKind::UserVariable;
    return result;
  }
  std::size_t end = position_ + 1;
  while (is_word_byte(at(end)) || (at(end) == '.' && end > position_ + 1)) {
    ++end;
  }
  return lexeme(end == position_ + 1 ? LexKind::Operator : LexKind::UserVariable, end);
}

Lexeme Lexer::scan_colon() {
  const char next = at(position_ + 1);
  if (next == ':') {
    return lexeme(LexKind::Cast, position_ + 2);
  }
  if (next == '=') {
    return lexeme(LexKind::Operator, position_ + 2);
  }
  // Neither `:$x$` of PostgreSQL nor `:e'x'` is the name of a placeholder: a string opens behind
  // the colon.
  if (operand_next_ && is_word_byte(next) &&
      (mysql_ || match_end(grammar_.dollar_tag, text_, position_ + 1) == position_ + 1)) {
    const std::size_t end = word_end(text_, position_ + 1);
    if (at(end) != '\'' && at(end) != '"' && at(end) != '&') {
      return lexeme(LexKind::Literal, end);
    }
  }
  return lexeme(LexKind::Operator, position_ + 1);
}

}  // namespace unjam::normalize
