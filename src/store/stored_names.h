// Names behind the numbers of targets and classes, on the reader's side.
#pragma once

#include "drivers/sqlite_db.h"
#include "store/segment.h"
#include "unjam/model/sql.h"

#include <cstdint>
#include <string>
#include <vector>

namespace unjam {

/// All of them, of the moment of the snapshot.
class TargetNames {
 public:
  explicit TargetNames(const SqliteDb& db);
  /// Empty when it is not known.
  const std::string& of(std::int64_t target) const;

 private:
  std::vector<std::string> names_;
};

/// All of them, of the moment of the snapshot. Throws Error{Corrupt}.
class ClassIds {
 public:
  explicit ClassIds(const SqliteDb& db);
  /// One above the highest number.
  std::size_t size() const { return ids_.size(); }
  FingerprintId of(ClassNumber number) const {
    return number < ids_.size() ? ids_[number] : FingerprintId{};
  }

 private:
  std::vector<FingerprintId> ids_;
};

}  // namespace unjam
