// Which names of a token stream are tables: by the words around them, not by grammar.
#pragma once

#include "normalize/canon.h"

#include <vector>

namespace unjam::normalize {

/// Sets Token::table on the last part of every table name.
void mark_tables(std::vector<Token>& tokens);

}  // namespace unjam::normalize
