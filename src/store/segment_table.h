// The rows of the tables segment and block: what writer, maintenance and reader share.
#pragma once

#include "drivers/sqlite_db.h"
#include "store/load_column.h"
#include "store/period.h"
#include "store/range_plan.h"
#include "store/segment.h"
#include "store/segment_codec.h"
#include "unjam/model/bucket.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace unjam {

enum class SegmentState : std::uint8_t { Loose, Open, RolledUp };

struct StoredSegment {
  Level level = Level::Minute;
  EpochMinute begin = 0;
  std::int64_t target = 0;
  Source source = Source::Log;
  std::int64_t block = 0;
  SegmentState state = SegmentState::Loose;
  std::uint64_t rows = 0;
  std::uint64_t calls = 0;
  Duration query_time{0};
  EpochMinute first = 0;  ///< First and last minute with numbers.
  EpochMinute last = 0;
};

/// Throws Error; damage is told with the store's path.
class SegmentTable {
 public:
  explicit SegmentTable(SqliteDb& db) : db_(db) {}

  /// Stores `segment` as a new one at `place`, whose other fields are filled in, but for first and
  /// last.
  void insert(StoredSegment place, const Segment& segment);
  void erase(const StoredSegment& segment);
  void set_rolled_up(const StoredSegment& segment);

  /// Of one target and source: those that begin in [begin, end).
  std::vector<StoredSegment> find(Level level, EpochMinute begin, EpochMinute end,
                                  std::int64_t target, Source source) const;
  std::vector<StoredSegment> find(const PlannedSegments& planned, Source source) const;

  Segment read(const StoredSegment& segment, const SegmentParts& parts) const;
  /// f(LoadColumn)
  template <typename F>
  void read_load(const StoredSegment& segment, F f) const {
    with_load(
        segment, [](void* context, const LoadColumn& load) { (*static_cast<F*>(context))(load); },
        &f);
  }

  Horizons horizons() const;
  void set_horizon(Level level, EpochMinute kept_from);

 private:
  void with_load(const StoredSegment& segment, void (*f)(void*, const LoadColumn&),
                 void* context) const;

  SqliteDb& db_;
};

}  // namespace unjam
