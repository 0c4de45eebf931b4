#include "store/name_numbers.h"

#include <limits>

namespace unjam {
namespace {

/// More than this and memory is worth more than a look-up in the file.
constexpr std::size_t kMostRemembered = 100'000;
constexpr EpochMinute kNever = std::numeric_limits<EpochMinute>::max();

std::int64_t day_of(EpochMinute minute) { return minute / length(Level::Day); }

}  // namespace

void NameNumbers::forget() {
  targets_.clear();
  classes_.clear();
  attributes_.clear();
}

std::int64_t NameNumbers::target(const std::string& name) {
  const auto found = targets_.find(name);
  if (found != targets_.end()) {
    return found->second;
  }
  db_.query("INSERT INTO target(name) VALUES(?) ON CONFLICT(name) DO NOTHING")
      .bind_text(name)
      .run();
  SqliteQuery query = db_.query("SELECT no FROM target WHERE name = ?");
  query.bind_text(name).step();
  return targets_[name] = query.integer(0);
}

NameNumbers::SeenClass& NameNumbers::find_class(FingerprintId id, EpochMinute minute) {
  if (const auto found = classes_.find(id); found != classes_.end()) {
    return found->second;
  }
  if (classes_.size() >= kMostRemembered) {
    classes_.clear();
  }
  SqliteQuery query = db_.query("SELECT no, first_seen, last_day FROM class WHERE fingerprint = ?");
  if (query.bind(stored_id(id)).step()) {
    return remember(id, {static_cast<ClassNumber>(query.integer(0)),
                         query.is_null(1) ? kNever : query.integer(1), query.integer(2)});
  }
  db_.query("INSERT INTO class(fingerprint, last_day) VALUES(?, ?)")
      .bind(stored_id(id))
      .bind(day_of(minute))
      .run();
  return remember(id, {static_cast<ClassNumber>(db_.last_insert_id()), kNever, day_of(minute)});
}

NameNumbers::SeenClass& NameNumbers::remember(FingerprintId id, const SeenClass& seen) {
  if (seen.number >= named_.size()) {
    named_.resize(std::size_t{seen.number} + 1);
  }
  named_[seen.number] = true;
  return classes_[id] = seen;
}

ClassNumber NameNumbers::class_seen(FingerprintId id, EpochMinute minute) {
  SeenClass& seen = find_class(id, minute);
  if (minute < seen.first || day_of(minute) > seen.last_day) {
    seen.first = std::min(seen.first, minute);
    seen.last_day = std::max(seen.last_day, day_of(minute));
    db_.query("UPDATE class SET first_seen = ?, last_day = ? WHERE no = ?")
        .bind(seen.first)
        .bind(seen.last_day)
        .bind(seen.number)
        .run();
  }
  return seen.number;
}

ClassNumber NameNumbers::class_named(FingerprintId id, EpochMinute about) {
  return find_class(id, about).number;
}

AttributeNumber NameNumbers::attribute_seen(const Attribute& attribute, EpochMinute minute) {
  // Keys and values may be any bytes.
  std::string name = std::to_string(attribute.key.size());
  name.push_back(' ');
  name += attribute.key;
  name += attribute.value;
  const std::int64_t day = day_of(minute);
  auto found = attributes_.find(name);
  if (found == attributes_.end()) {
    if (attributes_.size() >= kMostRemembered) {
      attributes_.clear();
    }
    SqliteQuery query = db_.query("SELECT no, last_day FROM attribute WHERE key = ? AND value = ?");
    if (query.bind_blob(attribute.key).bind_blob(attribute.value).step()) {
      found = attributes_
                  .emplace(name, SeenAttribute{static_cast<AttributeNumber>(query.integer(0)),
                                               query.integer(1)})
                  .first;
    } else {
      db_.query("INSERT INTO attribute(key, value, last_day) VALUES(?, ?, ?)")
          .bind_blob(attribute.key)
          .bind_blob(attribute.value)
          .bind(day)
          .run();
      found =
          attributes_
              .emplace(name, SeenAttribute{static_cast<AttributeNumber>(db_.last_insert_id()), day})
              .first;
    }
  }
  SeenAttribute& seen = found->second;
  if (day > seen.last_day) {
    seen.last_day = day;
    // Not below that of "(other)", which others may have set.
    db_.query("UPDATE attribute SET last_day = max(last_day, ?) WHERE no = ?")
        .bind(day)
        .bind(seen.number)
        .run();
  }
  return seen.number;
}

}  // namespace unjam
