#include "store/scope_segments.h"

#include "store/name_numbers.h"
#include "store/parts.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

namespace unjam {

SegmentParts parts_of(Detail detail) {
  return {detail != Detail::Load, detail == Detail::Full, false, nullptr};
}

Level coarsest_within(const TimeRange& range, std::size_t parts) {
  const Duration part = (range.end - range.begin) / static_cast<std::int64_t>(parts);
  Level level = Level::Minute;
  while (level != Level::Week && std::chrono::minutes(length(coarser(level))) <= part) {
    level = coarser(level);
  }
  return level;
}

std::vector<StoredSegment> ScopeSegments::find(const StoreScope& scope, Level coarsest,
                                               Detail detail) {
  const TimeRange range = widen(scope.range, std::chrono::minutes(1));
  const EpochMinute begin = minute_of(range.begin);
  const EpochMinute end = minute_of(range.end);
  const EpochMinute weeks_from = detail == Detail::Load || coarsest != Level::Week || begin >= end
                                     ? begin
                                     : std::clamp(segments_.horizons().full_weeks, begin, end);
  const std::vector<StoredSegment>& all =
      of_all_targets({begin, weeks_from, end, scope.source, coarsest});
  if (scope.targets.empty()) {
    return all;
  }
  std::set<std::int64_t> targets;
  for (const std::string& name : scope.targets) {
    SqliteQuery one = db_.query("SELECT no FROM target WHERE name = ?");
    if (one.bind_text(name).step()) {
      targets.insert(one.integer(0));
    }
  }
  std::vector<StoredSegment> found;
  found.reserve(all.size());
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const StoredSegment& segment) { return targets.count(segment.target) > 0; });
  return found;
}

const std::vector<StoredSegment>& ScopeSegments::of_all_targets(const Key& key) {
  constexpr std::size_t kMostKnown = 16;
  // Changes when another connection has written: https://www.sqlite.org/pragma.html
  const std::int64_t version = db_.value("PRAGMA data_version");
  if (version != version_ || known_.size() >= kMostKnown) {
    known_.clear();
    version_ = version;
  }
  const auto [place, fresh] = known_.try_emplace(key);
  if (fresh) {
    const auto [begin, weeks_from, end, source, coarsest] = key;
    try {
      const Horizons horizons = segments_.horizons();
      std::vector<PlannedSegments> plan =
          plan_range(begin, weeks_from, horizons, std::min(coarsest, Level::Day));
      const std::vector<PlannedSegments> rest = plan_range(weeks_from, end, horizons, coarsest);
      plan.insert(plan.end(), rest.begin(), rest.end());
      for (const PlannedSegments& planned : plan) {
        const std::vector<StoredSegment> some = segments_.find(planned, source);
        place->second.insert(place->second.end(), some.begin(), some.end());
      }
    } catch (...) {
      known_.erase(place);
      throw;
    }
  }
  return place->second;
}

WantedClasses::WantedClasses(const SqliteDb& db, std::span<const FingerprintId> classes) {
  for (const FingerprintId id : classes) {
    SqliteQuery query = db.query("SELECT no FROM class WHERE fingerprint = ?");
    if (query.bind(stored_id(id)).step()) {
      ids_[static_cast<ClassNumber>(query.integer(0))] = id;
    }
  }
  for (const auto& [number, id] : ids_) {
    numbers_.push_back(number);
  }
}

}  // namespace unjam
