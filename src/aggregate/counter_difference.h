// Two readings of one entry of a server's statistics: whether it is still the same entry, and what
// it counted in between.
#pragma once

#include "aggregate/counter_state.h"
#include "unjam/collect/statement_counters.h"
#include "unjam/model/bucket.h"
#include "unjam/model/sql.h"

#include <vector>

namespace unjam {

/// Whether `row` was made after `last` was read, as far as it and its counts tell.
bool began_anew(const CounterState& last, const CounterRow& row, Dialect dialect);

/// Nothing that could count has changed, and nothing is told for the first time.
bool unchanged(const CounterState& last, const CounterRow& row);

/// What `now` counts more than `last`; without histogram.
Counts difference(const Counts& now, const Counts& last, Dialect dialect);

/// Where `now` fell below `last` although it is the same entry, it is not to be counted again when
/// it comes back.
void keep_highest(Counts& now, const Counts& last, Dialect dialect);

/// Adds what `now` counts more than `last` does; all of `now` when that began anew. No execution
/// took longer than `longest`, unless that is 0.
void add_times(const std::vector<CounterRow::TimeClass>& now,
               const std::vector<CounterRow::TimeClass>& last, Duration longest,
               Histogram& histogram);

}  // namespace unjam
