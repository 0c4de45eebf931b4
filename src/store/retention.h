// How long what is kept, and what goes first when the file is full.
#pragma once

#include "drivers/sqlite_db.h"
#include "store/name_numbers.h"
#include "store/period.h"
#include "store/segment_table.h"
#include "unjam/store/store.h"

#include <cstdint>

namespace unjam {

class Retention {
 public:
  Retention(SqliteDb& db, SegmentTable& segments, const NameNumbers& names,
            const StoreOptions& options)
      : db_(db), segments_(segments), names_(names), options_(options) {}

  /// Inside a transaction.
  void step(TimePoint now, Maintenance& done);
  bool names_removed() const { return names_removed_; }
  /// Outside a transaction.
  void shrink();

 private:
  void advance(Level level, EpochMinute kept_from);
  EpochMinute horizon_by_age(Level level, TimePoint now) const;
  void thin_weeks(TimePoint now);
  bool remove_segments(Level level, TimePoint now, Maintenance& done);
  void make_room(TimePoint now, Maintenance& done);
  void coarsen_errors(Maintenance& done);
  void remove_names(Maintenance& done);
  std::int64_t remove_classes(std::int64_t before_day);
  std::uint64_t used_bytes() const;
  std::uint64_t wanted_bytes() const;

  SqliteDb& db_;
  SegmentTable& segments_;
  const NameNumbers& names_;
  StoreOptions options_;
  bool names_removed_ = false;
  EpochMinute names_checked_ = -1;
  /// Classes up to this number have been looked at; 0: a new round begins.
  std::int64_t classes_checked_ = 0;
};

}  // namespace unjam
