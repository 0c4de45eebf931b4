// What lint wants to know about the text of one execution, and a fingerprint cannot tell: how long
// lists are and how far an OFFSET skips. One walk over the tokens; strings and comments are
// respected.
#pragma once

#include "unjam/model/sql.h"

#include <optional>
#include <string>
#include <string_view>

namespace unjam {

struct LintSample {
  /// The text with each comment replaced by a blank; literals are still in it.
  std::string uncommented;
  /// Elements of the longest list of literals: IN (...) or ARRAY[...]; a row (1, 2) is one element.
  std::optional<double> in_list_max;
  /// Largest OFFSET given as a number.
  std::optional<double> offset_max;
};

/// Total and linear in the length of `text`; truncated text is read as far as it goes.
LintSample read_lint_sample(Dialect dialect, std::string_view text);

}  // namespace unjam
