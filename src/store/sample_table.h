// Samples of classes on the writer's side.
#pragma once

#include "drivers/sqlite_db.h"
#include "store/segment.h"
#include "unjam/model/flush.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace unjam {

class SampleTable {
 public:
  SampleTable(SqliteDb& db, std::size_t samples_per_class) : db_(db), most_(samples_per_class) {}

  /// Chooses again (sample_choice.h) with this one. A sample that is neither slower than the
  /// slowest kept nor a minute newer than the newest is left out: busy classes would have their
  /// samples rewritten every second.
  void add(ClassNumber class_number, std::int64_t target, const ClassSample& sample);

  void forget() { kept_.clear(); }

 private:
  struct Kept {
    TimePoint newest;
    Duration slowest{-1};
  };

  SqliteDb& db_;
  std::size_t most_;
  std::map<std::pair<ClassNumber, std::int64_t>, Kept> kept_;
};

}  // namespace unjam
