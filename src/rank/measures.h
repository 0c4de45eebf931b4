// What a ranking can be sorted by, of one query class.
#pragma once

#include "unjam/aggregate/query_class.h"
#include "unjam/rank/heaviest.h"

namespace unjam {

/// Times in microseconds; 0 when the log does not tell it.
double measure(const QueryClass& row, RankBy by);

/// True when the log of this class tells the measure.
bool tells(const QueryClass& row, RankBy by);

/// True when the measures of rows add up to that of all, so that a row has a share of it.
bool is_additive(RankBy by);

}  // namespace unjam
