// The tokens of SQL as regular expressions: what the lexer matches at a position.
#pragma once

#include "unjam/base/bytes.h"
#include "unjam/model/sql.h"

#include <cstddef>
#include <string_view>

#include <re2/re2.h>

namespace unjam::normalize {

/// One per family; immutable, so every thread may match with it.
struct Grammar {
  explicit Grammar(bool mysql)
      : space(R"([\x00-\x20\x7f]+)", options()),
        word(R"([A-Za-z0-9_$\x80-\xff]+)", options()),
        plain_string(R"([^']*(?:''[^']*)*)", options()),
        escaped_string(R"([^'\\]*(?:(?:''|\\.)[^'\\]*)*)", options()),
        escaped_double(R"([^"\\]*(?:(?:""|\\.)[^"\\]*)*)", options()),
        double_name(R"([^"]*(?:""[^"]*)*)", options()),
        back_name(R"([^`]*(?:``[^`]*)*)", options()),
        number(mysql ? R"([0-9]+(?:[eE][0-9]+)?|0x[0-9A-Fa-f]+|0b[01]+)"
                     : R"((?i)[0-9][0-9_]*(?:e[0-9]+)?|0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+)",
               options()),
        number_start(R"([0-9]+(?:[eE][0-9]+)?)", options()),
        open_exponent(R"([0-9]+[eE])", options()),
        exponent(R"([eE][0-9]+)", options()),
        digits(R"([0-9]+)", options()),
        operators(mysql ? R"(<=>|<<|>>|<=|>=|<>|!=|&&|\|\||:=|->>|->|=>|.)"
                        : R"([~!@#^&|`?+\-*/%<>=]{1,63})",
                  options()),
        national_constant(R"([nN]\$[0-9]+)", options()),
        dollar_tag(R"(\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$)", options()),
        client_placeholder(R"(%(?:\([A-Za-z0-9_]{1,64}\))?s)", options()),
        mark_and_digit(R"(\?[0-9$])", options()),
        bare_name(mysql ? R"((?:[a-z0-9$\x80-\xff]|_\??)+)"
                        : R"((?:[a-z\x80-\xff]|_\??)(?:[a-z0-9$\x80-\xff]|_\??)*)",
                  options()) {}

  static RE2::Options options() {
    RE2::Options result(RE2::Latin1);
    result.set_dot_nl(true);
    result.set_log_errors(false);
    result.set_never_capture(true);
    return result;
  }

  RE2 space, word, plain_string, escaped_string, escaped_double, double_name, back_name, number,
      number_start, open_exponent, exponent, digits, operators, national_constant, dollar_tag,
      client_placeholder, mark_and_digit, bare_name;
};

/// The grammar of a dialect: compiled once, on first use; matching is thread-safe.
const Grammar& grammar_of(Dialect dialect);

/// Where a match of `pattern` that starts at `begin` ends; `begin` when there is none.
std::size_t match_end(const RE2& pattern, std::string_view text, std::size_t begin);

/// Where the run of word bytes that starts at `begin` ends; as Grammar::word, without RE2's set-up.
inline std::size_t word_end(std::string_view text, std::size_t begin) {
  while (begin < text.size() && is_word_byte(text[begin])) {
    ++begin;
  }
  return begin;
}

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace unjam::normalize
