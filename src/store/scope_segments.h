// From a scope to the segments that hold what it asks for, and to some classes in them.
#pragma once

#include "drivers/sqlite_db.h"
#include "store/segment_table.h"
#include "unjam/store/store.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace unjam {

SegmentParts parts_of(Detail detail);

/// Weeks hold no attributes.
inline constexpr Level kCoarsestWithAttributes = Level::Day;

/// The coarsest level of which a period fits into each of `parts` equal parts.
Level coarsest_within(const TimeRange& range, std::size_t parts);

/// Finds the segments of a scope. The last answers are remembered until somebody writes: one report
/// asks about the same range several times.
class ScopeSegments {
 public:
  ScopeSegments(const SqliteDb& db, const SegmentTable& segments) : db_(db), segments_(segments) {}

  /// Within a transaction. Those that hold what `detail` needs.
  std::vector<StoredSegment> find(const StoreScope& scope, Level coarsest, Detail detail);

 private:
  /// Begin; from when on weeks may be taken; end.
  using Key = std::tuple<EpochMinute, EpochMinute, EpochMinute, Source, Level>;

  const std::vector<StoredSegment>& of_all_targets(const Key& key);

  const SqliteDb& db_;
  const SegmentTable& segments_;
  std::int64_t version_ = -1;
  std::map<Key, std::vector<StoredSegment>> known_;
};

/// Some classes, to be found in segments.
class WantedClasses {
 public:
  WantedClasses(const SqliteDb& db, std::span<const FingerprintId> classes);

  /// f(id, counts) for those that are in the segment.
  template <typename F>
  void for_each(const SegmentTable& segments, const StoredSegment& segment, Detail detail,
                F f) const;

 private:
  std::map<ClassNumber, FingerprintId> ids_;
  std::vector<ClassNumber> numbers_;  ///< The same, ascending.
};

template <typename F>
void WantedClasses::for_each(const SegmentTable& segments, const StoredSegment& segment,
                             Detail detail, F f) const {
  // The cold columns of large ones are read only where there is something to find.
  const bool look = detail == Detail::Load || segment.level >= Level::Day;
  bool any = !look;
  const auto look_for = [&](const LoadColumn& load) {
    for (const auto& [number, id] : ids_) {
      const std::optional<Load> found = load.find(number);
      any |= found.has_value();
      if (found && detail == Detail::Load) {
        Counts counts;
        counts.calls = found->calls;
        counts.query_time =
            Duration(static_cast<std::int64_t>(std::min(found->query_time_us, kMostQueryTime)));
        f(id, counts);
      }
    }
  };
  if (look) {
    segments.read_load(segment, look_for);
  }
  if (!any || detail == Detail::Load) {
    return;
  }
  SegmentParts parts = parts_of(detail);
  parts.only = &numbers_;
  for (const SegmentRow& row : segments.read(segment, parts)) {
    f(ids_.at(row.class_number), row.counts);
  }
}

}  // namespace unjam
