// What keeps the SQLite store small and quick: roll-ups, retention, the bound of the file. Works in
// steps, each of at most some ten thousand rows, inside the writer's transaction.
#pragma once

#include "drivers/sqlite_db.h"
#include "store/name_numbers.h"
#include "store/retention.h"
#include "store/roll_up.h"
#include "store/segment_table.h"
#include "unjam/store/store.h"

namespace unjam {

class Maintainer {
 public:
  Maintainer(SqliteDb& db, SegmentTable& segments, const NameNumbers& names,
             const StoreOptions& options)
      : roll_up_(db, segments), retention_(db, segments, names, options) {}

  /// Inside a transaction.
  Maintenance run(TimePoint now) {
    Maintenance done;
    roll_up_.step(now, done);
    retention_.step(now, done);
    return done;
  }

  /// Whether the last run() removed numbers of names.
  bool names_removed() const { return retention_.names_removed(); }
  /// After a rollback, and after names were removed.
  void forget() { roll_up_.forget(); }
  /// Gives free pages back to the file system; outside a transaction.
  void shrink() { retention_.shrink(); }

 private:
  RollUp roll_up_;
  Retention retention_;
};

}  // namespace unjam
