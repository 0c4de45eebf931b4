#include "store/scope_segments.h"

#include "store/name_numbers.h"
#include "store/parts.h"
#include "store/stored_names.h"

#include <algorithm>
#include <optional>

namespace unjam {

SegmentParts parts_of(Detail detail) {
  return {detail != Detail::Load, detail == Detail::Full, false, nullptr};
}

Level coarsest_with(Detail detail) { return detail == Detail::Load ? Level::Week : Level::Day; }

Level coarsest_within(const TimeRange& range, std::size_t parts) {
  const Duration part = (range.end - range.begin) / static_cast<std::int64_t>(parts);
  Level level = Level::Minute;
  while (level != Level::Week && std::chrono::minutes(length(coarser(level))) <= part) {
    level = coarser(level);
  }
  return level;
}

std::vector<StoredSegment> find_segments(const SqliteDb& db, const SegmentTable& segments,
                                         const StoreScope& scope, Level coarsest) {
  std::optional<TargetNames> names;
  if (!scope.targets.empty()) {
    names.emplace(db);
  }
  const auto is_asked_for = [&](const StoredSegment& segment) {
    return !names || std::find(scope.targets.begin(), scope.targets.end(),
                               names->of(segment.target)) != scope.targets.end();
  };
  const TimeRange range = widen(scope.range, std::chrono::minutes(1));
  std::vector<StoredSegment> all;
  for (const PlannedSegments& planned :
       plan_range(minute_of(range.begin), minute_of(range.end), segments.horizons(), coarsest)) {
    for (const StoredSegment& segment : segments.find(planned, scope.source)) {
      if (is_asked_for(segment)) {
        all.push_back(segment);
      }
    }
  }
  return all;
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
