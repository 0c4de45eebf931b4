// What a store answers, as text to compare: every question of StoreReader about one scope.
#pragma once

#include "unjam/store/store.h"

#include <cstddef>
#include <span>
#include <string>

namespace unjam {

/// One answer per line, in an order of its own where none is promised. `parts`: of histories; 0:
/// none. What days keep less exactly is left out: histograms but for their number of additions, and
/// times of attributes.
std::string answers(const StoreReader& reader, const StoreScope& scope,
                    std::span<const FingerprintId> classes, std::size_t parts);

}  // namespace unjam
