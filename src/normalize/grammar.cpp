#include "normalize/grammar.h"

namespace unjam::normalize {

std::size_t match_end(const RE2& pattern, std::string_view text, std::size_t begin) {
  re2::StringPiece match;
  if (!pattern.Match(text, begin, text.size(), RE2::ANCHOR_START, &match, 1)) {
    return begin;
  }
  return begin + match.size();
}

const Grammar& grammar_of(Dialect dialect) {
  static const std::array<Grammar, 2> kGrammars{Grammar(true), Grammar(false)};
  return kGrammars[dialect == Dialect::PostgreSql ? 1 : 0];
}

}  // namespace unjam::normalize
