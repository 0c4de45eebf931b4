// Canonical tokens to fingerprint text, with fixed spacing.
#pragma once

#include "normalize/canon.h"

#include <cstddef>
#include <string>
#include <vector>

namespace unjam::normalize {

/// At most `limit` bytes: longer text is cut between two tokens and ends in " ...".
std::string print(const std::vector<Token>& tokens, std::size_t limit);

}  // namespace unjam::normalize
