// Minutes to hours to days to weeks. A roll-up adds the open segments of a period to the segment of
// the next level and marks them: what comes later for the same period is another open segment, and
// is rolled up in the same way. So late numbers end in every level, once.
#pragma once

#include "drivers/sqlite_db.h"
#include "store/period.h"
#include "store/segment.h"
#include "store/segment_table.h"
#include "unjam/store/store.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace unjam {

class RollUp {
 public:
  RollUp(SqliteDb& db, SegmentTable& segments) : db_(db), segments_(segments) {}

  void step(TimePoint now, Maintenance& done);
  /// After a rollback: what is remembered of names may be wrong.
  void forget() { keys_.clear(); }

 private:
  struct Group {
    EpochMinute begin;
    std::int64_t target;
    Source source;
  };

  std::vector<Group> loose_minutes(EpochMinute end) const;
  std::vector<Group> open_periods(Level level, EpochMinute end) const;
  void merge_minute(const Group& group, Maintenance& done);
  void roll_up(Level level, const Group& period, Maintenance& done);
  /// Several rolled-up segments of one period become one when that is worth the work.
  void merge_rolled_up(std::vector<StoredSegment> segments);
  /// Stores the sum of `from` at `place`, and removes `replaced`.
  void write_sum(StoredSegment place, const std::vector<StoredSegment>& from,
                 const std::vector<StoredSegment>& replaced);
  void bound_attributes(Segment& segment);
  const std::string& key_of(AttributeNumber attribute);
  AttributeNumber other_of(const std::string& key);
  bool spent() const { return rows_left_ <= 0; }

  SqliteDb& db_;
  SegmentTable& segments_;
  std::int64_t rows_left_ = 0;
  std::unordered_map<AttributeNumber, std::string> keys_;
};

}  // namespace unjam
