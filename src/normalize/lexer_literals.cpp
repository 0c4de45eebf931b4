// Numbers, parameters and everything in quotes.
#include "normalize/grammar.h"
#include "normalize/lexer.h"

#include <algorithm>

#include <re2/re2.h>

namespace unjam::normalize {

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
    if (is_digit(next)) {
      const std::size_t fraction = number_token_end(end + 1);
      if (fraction == end + 1) {
        break;
      }
      end = fraction;
    } else if (next == 'e' || next == 'E') {
      const std::size_t run = word_end(text_, end + 1);
      const bool sign = run == end + 2 && (at(run) == '+' || at(run) == '-');
      if (RE2::FullMatch(text_.substr(end + 1, run - end - 1), grammar_.exponent)) {
        end = run;
      } else if (sign && is_digit(at(run + 1))) {
        const std::size_t exponent = number_token_end(run + 1);
        if (exponent == run + 1) {
          break;
        }
        end = exponent;
      } else {
        break;
      }
    } else {
      return next == '.' || is_word_byte(next) || next == '*' ? end : end + 1;
    }
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
  if (position_ > 0 && is_word_byte(text_[position_ - 1]) && text_[position_ - 1] != '$') {
    // `1$$`: to PostgreSQL a quote opens here, to the scanner of shapes a name goes on. Whichever
    // is right, nothing of the rest may show.
    return lexeme(LexKind::Literal, text_.size());
  }
  const std::string_view tag = text_.substr(position_, tag_end - position_);
  const std::size_t close = text_.find(tag, tag_end);
  return lexeme(LexKind::Literal,
                close == std::string_view::npos ? text_.size() : close + tag.size());
}

Lexeme Lexer::scan_quoted(LexKind kind, std::size_t open, bool backslash) {
  const char quote = text_[open];
  const std::size_t first = text_.find(quote, open + 1);
  if (first != std::string_view::npos && at(first + 1) != quote &&
      (!backslash || text_.substr(open, first - open).find('\\') == std::string_view::npos)) {
    return lexeme(kind, first + 1);
  }
  // Doubled quotes, escapes, or no end.
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

}  // namespace unjam::normalize
