// Which segments together hold what was seen in a range, each execution once.
#pragma once

#include "store/period.h"

#include <vector>

namespace unjam {

/// From when on the segments of a level are kept, as a begin of a period of the next level. Weeks
/// are kept as long as days.
struct Horizons {
  EpochMinute minutes = 0;
  EpochMinute hours = 0;
  EpochMinute days = 0;
  /// Older weeks hold the load alone: a multiple of a week.
  EpochMinute full_weeks = 0;

  EpochMinute of(Level level) const {
    return level == Level::Minute ? minutes : level == Level::Hour ? hours : days;
  }
};

/// Segments of a level that begin in [begin, end): all, or only those that no coarser one holds.
struct PlannedSegments {
  Level level;
  EpochMinute begin;
  EpochMinute end;
  bool open_only;
};

/// A segment holds exactly those finer ones that are marked as rolled up. So a range is the
/// coarsest periods that lie inside it, together with everything finer in them that is still open,
/// and the same again for what is left at either end. An end where only coarser periods are kept
/// moves outwards to the next of those. `coarsest`: nothing above it, unless nothing else is kept.
std::vector<PlannedSegments> plan_range(EpochMinute begin, EpochMinute end,
                                        const Horizons& horizons, Level coarsest);

}  // namespace unjam
