#include "normalize/lexer.h"

#include "normalize/grammar.h"

#include <algorithm>

#include <re2/re2.h>

namespace unjam::normalize {

bool is_bare_name(Dialect dialect, std::string_view name) {
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
      double_quote_is_name_(dialect == Dialect::MySqlAnsi || dialect == Dialect::PostgreSql) {
  lowered_.reserve(text.size());
}

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
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= ' ' || byte == 0x7f) {
    const bool single =
        position_ + 1 == text_.size() || static_cast<unsigned char>(at(position_ + 1)) > ' ';
    return lexeme(LexKind::Space,
                  single ? position_ + 1 : match_end(grammar_.space, text_, position_));
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
      if (in_version_comment_ && at(position_ + 1) == '/') {
        in_version_comment_ = false;
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
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (std::any_of(result.text.begin(), result.text.end(), upper)) {
    const std::size_t begin = lowered_.size();
    std::transform(result.text.begin(), result.text.end(), std::back_inserter(lowered_), lower);
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

/// Behind the number token at `begin`, which is a digit; `begin` when the run of word bytes there
/// is a name (`4d_col`, `1e`) or, in PostgreSQL, starts with a number that something is stuck to.
std::size_t Lexer::number_token_end(std::size_t begin) const {
  const std::size_t run = word_end(text_, begin);
  const std::string_view token = text_.substr(begin, run - begin);
  if (std::all_of(token.begin(), token.end(), is_digit) || RE2::FullMatch(token, grammar_.number)) {
    return run;
  }
  if ((at(run) == '+' || at(run) == '-') && RE2::FullMatch(token, grammar_.open_exponent)) {
    const std::size_t exponent = match_end(grammar_.digits, text_, run + 1);
    if (exponent > run + 1 && !is_word_byte(at(exponent))) {
      return exponent;
    }
  }
  return begin;
}

/// As number_token_end, with fractions: `1.5`, `1.5e-3`, `1.`, `1.e5`, and whatever else of numbers
/// is joined by dots.
std::size_t Lexer::number_end(std::size_t begin) const {
  const std::size_t end = number_token_end(begin);
  return end == begin ? begin : fraction_end(end);
}

/// Behind the fraction that goes on at `end`, if one does.
std::size_t Lexer::fraction_end(std::size_t end) const {
  while (at(end) == '.') {
    const char next = at(end + 1);
    std::size_t fraction = end + 1;
    if (is_digit(next)) {
      fraction = number_token_end(end + 1);
      if (fraction == end + 1) {
        break;
      }
    } else if (next == 'e' || next == 'E') {
      const std::size_t run = word_end(text_, end + 1);
      const bool sign = run == end + 2 && (at(run) == '+' || at(run) == '-');
      if (RE2::FullMatch(text_.substr(end + 1, run - end - 1), grammar_.exponent)) {
        fraction = run;
      } else if (sign && is_digit(at(run + 1))) {
        fraction = number_token_end(run + 1);
        if (fraction == run + 1) {
          break;
        }
      } else {
        break;
      }
    } else {
      return next == '.' || is_word_byte(next) || next == '*' ? end : end + 1;
    }
    end = fraction;
  }
  return end;
}

Lexeme Lexer::scan_number() {
  const std::size_t end = number_end(position_);
  if (end != position_) {
    return lexeme(LexKind::Literal, end);
  }
  if (mysql_) {
    return scan_word();
  }
  // `1and`: names of PostgreSQL do not start with a digit.
  return lexeme(LexKind::Literal, match_end(grammar_.number_start, text_, position_));
}

Lexeme Lexer::scan_dot() {
  if (at(position_ + 1) == '.' && at(position_ + 2) == '.') {
    return lexeme(LexKind::Ellipsis, position_ + 3);
  }
  if (operand_next_ && is_digit(at(position_ + 1))) {
    const std::size_t end = number_end(position_ + 1);
    if (end != position_ + 1) {
      return lexeme(LexKind::Literal, end);
    }
  }
  return lexeme(LexKind::Dot, position_ + 1);
}

Lexeme Lexer::scan_dollar() {
  if (is_digit(at(position_ + 1))) {
    const std::size_t end = number_end(position_ + 1);
    return lexeme(LexKind::Literal, end != position_ + 1
                                        ? end
                                        : match_end(grammar_.number_start, text_, position_ + 1));
  }
  const std::size_t tag_end = match_end(grammar_.dollar_tag, text_, position_);
  if (tag_end == position_) {
    // No token of PostgreSQL: as good as a literal, which is what a cut-off dollar quote would be.
    return lexeme(LexKind::Literal, position_ + 1);
  }
  const std::string_view tag = text_.substr(position_, tag_end - position_);
  const std::size_t close = text_.find(tag, tag_end);
  return lexeme(LexKind::Literal,
                close == std::string_view::npos ? text_.size() : close + tag.size());
}

Lexeme Lexer::scan_quoted(LexKind kind, std::size_t open, bool backslash) {
  const char quote = text_[open];
  const RE2& inside = quote == '`' ? grammar_.back_name
                      : quote == '"'
                          ? (backslash ? grammar_.escaped_double : grammar_.double_name)
                          : (backslash ? grammar_.escaped_string : grammar_.plain_string);
  const std::size_t end = match_end(inside, text_, open + 1);
  if (at(end) == quote && end < text_.size()) {
    return lexeme(kind, end + 1);
  }
  // Open: everything to the end belongs to it, and may be a literal even behind a name's quote.
  return lexeme(LexKind::Literal, text_.size());
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
  in_version_comment_ = true;
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
  const std::size_t run = match_end(grammar_.operators, text_, position_);
  std::string_view text = text_.substr(position_, run - position_);
  for (const std::string_view comment : {"--", "/*"}) {
    const std::size_t found = text.find(comment, 1);
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
    Lexeme result = lexeme(LexKind::Operator, match_end(grammar_.operators, text_, position_));
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
  if (operand_next_ && is_word_byte(next)) {
    return lexeme(LexKind::Literal, word_end(text_, position_ + 1));
  }
  return lexeme(LexKind::Operator, position_ + 1);
}

}  // namespace unjam::normalize
