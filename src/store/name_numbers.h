// The store's numbers of targets, classes and attributes, on the writer's side: given on first
// sight, remembered in memory.
#pragma once

#include "drivers/sqlite_db.h"
#include "store/period.h"
#include "store/segment.h"
#include "unjam/model/bucket.h"
#include "unjam/model/sql.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace unjam {

/// As stored: signed order is the order of hex digits.
constexpr std::int64_t stored_id(FingerprintId id) {
  return static_cast<std::int64_t>(id.value ^ (std::uint64_t{1} << 63));
}

constexpr FingerprintId id_of_stored(std::int64_t stored) {
  return {static_cast<std::uint64_t>(stored) ^ (std::uint64_t{1} << 63)};
}

class NameNumbers {
 public:
  explicit NameNumbers(SqliteDb& db) : db_(db) {}

  std::int64_t target(const std::string& name);
  /// Notes that the class was seen in `minute`.
  ClassNumber class_seen(FingerprintId id, EpochMinute minute);
  /// Without numbers of its own: a text, a sample, an error.
  ClassNumber class_named(FingerprintId id, EpochMinute about);
  AttributeNumber attribute_seen(const Attribute& attribute, EpochMinute minute);

  /// Whether it was seen or named since this began; forget() does not change that.
  bool named_in_this_life(ClassNumber number) const {
    return number < named_.size() && named_[number];
  }

  /// After a rollback, and after names were removed: what is remembered may be wrong.
  void forget();

 private:
  struct SeenClass {
    ClassNumber number;
    EpochMinute first;
    std::int64_t last_day;
  };
  struct SeenAttribute {
    AttributeNumber number;
    std::int64_t last_day;
  };

  SeenClass& find_class(FingerprintId id, EpochMinute minute);
  SeenClass& remember(FingerprintId id, const SeenClass& seen);

  SqliteDb& db_;
  std::vector<bool> named_;  ///< By number.
  std::unordered_map<std::string, std::int64_t> targets_;
  std::unordered_map<FingerprintId, SeenClass> classes_;
  std::unordered_map<std::string, SeenAttribute> attributes_;
};

}  // namespace unjam
