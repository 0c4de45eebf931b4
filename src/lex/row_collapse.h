// Second pass over a skeleton: repeated rows, as in VALUES (..), (..), become one.
#pragma once

#include "unjam/model/sql.h"

#include <cstddef>

namespace unjam::lex {

/// Collapses in place and returns the new size. A group in parentheses goes away when it follows an
/// equal group and exactly "," or ", "; groups that hold nothing but literals and NULL count as
/// equal and become "(0)". Groups with digits in names are left alone: a skeleton does not tell
/// these apart.
std::size_t collapse_rows(char* skeleton, std::size_t size, Dialect dialect);

}  // namespace unjam::lex
