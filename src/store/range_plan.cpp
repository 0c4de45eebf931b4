#include "store/range_plan.h"

namespace unjam {
namespace {

class Plan {
 public:
  std::vector<PlannedSegments> take() { return std::move(parts_); }

  void cover(Level level, EpochMinute begin, EpochMinute end) {
    if (begin >= end) {
      return;
    }
    const EpochMinute inner_begin = ceil_to(level, begin);
    const EpochMinute inner_end = floor_to(level, end);
    if (inner_begin >= inner_end) {
      cover(finer(level), begin, end);
      return;
    }
    parts_.push_back({level, inner_begin, inner_end, false});
    for (Level open = Level::Minute; open < level; open = coarser(open)) {
      parts_.push_back({open, inner_begin, inner_end, true});
    }
    if (level != Level::Minute) {
      cover(finer(level), begin, inner_begin);
      cover(finer(level), inner_end, end);
    }
  }

 private:
  std::vector<PlannedSegments> parts_;
};

}  // namespace

std::vector<PlannedSegments> plan_range(EpochMinute begin, EpochMinute end,
                                        const Horizons& horizons, Level coarsest) {
  if (begin >= end) {
    return {};
  }
  for (const Level level : {Level::Minute, Level::Hour}) {
    if (begin < horizons.of(level)) {
      begin = floor_to(coarser(level), begin);
    }
    if (end < horizons.of(level)) {
      end = ceil_to(coarser(level), end);
    }
  }
  Plan plan;
  // Oldest first: what is kept as days only, then as hours at best, then everything.
  const EpochMinute hours = std::clamp(horizons.hours, begin, end);
  const EpochMinute minutes = std::clamp(horizons.minutes, hours, end);
  plan.cover(std::max(coarsest, Level::Day), begin, hours);
  plan.cover(std::max(coarsest, Level::Hour), hours, minutes);
  plan.cover(coarsest, minutes, end);
  return plan.take();
}

}  // namespace unjam
