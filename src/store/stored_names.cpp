#include "store/stored_names.h"

#include "store/name_numbers.h"
#include "unjam/base/error.h"

#include <fmt/format.h>

namespace unjam {
namespace {

/// Numbers without gaps make an array; a damaged one must not take all memory.
constexpr std::int64_t kMostTargets = std::int64_t{1} << 20;
constexpr std::int64_t kMostClasses = std::int64_t{1} << 26;

template <typename T>
T& grow_to(std::vector<T>& values, std::int64_t number, std::int64_t most, const SqliteDb& db) {
  if (number < 0 || number > most) {
    throw Error(ErrorKind::Corrupt,
                fmt::format("store {}: a number of a name is damaged; move the file aside and "
                            "restart, unjam begins a new one",
                            db.path()));
  }
  const auto place = static_cast<std::size_t>(number);
  if (place >= values.size()) {
    values.resize(place + 1);
  }
  return values[place];
}

}  // namespace

TargetNames::TargetNames(const SqliteDb& db) {
  SqliteQuery query = db.query("SELECT no, name FROM target ORDER BY no");
  while (query.step()) {
    grow_to(names_, query.integer(0), kMostTargets, db) = query.bytes(1);
  }
}

const std::string& TargetNames::of(std::int64_t target) const {
  static const std::string unknown;
  const auto number = static_cast<std::size_t>(target);
  return number < names_.size() ? names_[number] : unknown;
}

ClassIds::ClassIds(const SqliteDb& db) {
  // In the order of the index that has both.
  SqliteQuery query = db.query("SELECT no, fingerprint FROM class");
  while (query.step()) {
    grow_to(ids_, query.integer(0), kMostClasses, db) = id_of_stored(query.integer(1));
  }
}

}  // namespace unjam
