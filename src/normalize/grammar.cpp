#include "normalize/grammar.h"

#include "normalize/words.h"

namespace unjam::normalize {

std::size_t match_end(const RE2& pattern, std::string_view text, std::size_t begin) {
  re2::StringPiece match;
  if (!pattern.Match(text, begin, text.size(), RE2::ANCHOR_START, &match, 1)) {
    return begin;
  }
  return begin + match.size();
}

const Grammar& grammar_of(Dialect dialect) {
  // Apart, so that a log of one family does not pay for the other.
  if (is_mysql_family(dialect)) {
    static const Grammar mysql(true);
    return mysql;
  }
  static const Grammar postgresql(false);
  return postgresql;
}

}  // namespace unjam::normalize
