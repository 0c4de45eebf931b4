// How many different columns an OR chooses between: `a = ? or b = ?` is another matter than
// `a = ? or a = ?`, and no regular expression can tell them apart.
#pragma once

#include "unjam/model/sql.h"

#include <cstddef>
#include <string_view>

namespace unjam {

/// Most different columns compared in one chain of ORs of a WHERE clause of the fingerprint; 0
/// without such a chain. A parenthesised condition counts as its first column, so (a, b) paging
/// conditions such as `a < ? or (a = ? and b < ?)` count 1. By tokens, not by grammar. Linear, up
/// to a logarithm.
std::size_t or_columns(Dialect dialect, std::string_view fingerprint);

}  // namespace unjam
