// The samples of one class on one target as one compressed blob: they resemble each other.
#pragma once

#include "unjam/model/flush.h"

#include <string>
#include <string_view>
#include <vector>

namespace unjam {

std::string encode_samples(const std::vector<ClassSample>& samples);

/// Without `id` and `target`, which are not part of it. Throws Error{Corrupt}.
std::vector<ClassSample> decode_samples(std::string_view blob);

}  // namespace unjam
