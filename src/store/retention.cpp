#include "store/retention.h"

#include <algorithm>
#include <vector>

namespace unjam {
namespace {

constexpr std::int64_t kSegmentsPerStep = 400;
constexpr std::int64_t kNamesPerStep = 1000;
constexpr std::int64_t kPagesPerStep = 1000;
/// Bigger files keep so much free, for the log of the database beside it and what is written next.
constexpr std::uint64_t kReserve = std::uint64_t{24} << 20;

}  // namespace

void Retention::step(TimePoint now, Maintenance& done) {
  names_removed_ = false;
  for (const Level level : {Level::Minute, Level::Hour, Level::Day}) {
    advance(level, horizon_by_age(level, now));
  }
  thin_weeks(now);
  bool all_removed = true;
  for (const Level level : kLevels) {
    all_removed &= remove_segments(level, now, done);
  }
  done.more |= !all_removed;
  coarsen_errors(done);
  if (all_removed) {
    remove_names(done);
    make_room(now, done);
  }
}

EpochMinute Retention::horizon_by_age(Level level, TimePoint now) const {
  const Duration keep = level == Level::Minute ? options_.keep_minutes
                        : level == Level::Hour ? options_.keep_hours
                                               : options_.keep_days;
  return floor_to(coarser(level), minute_of(now - keep));
}

void Retention::advance(Level level, EpochMinute kept_from) {
  if (kept_from > segments_.horizons().of(level)) {
    segments_.set_horizon(level, kept_from);
  }
}

/// Sums and histograms of weeks are a shortcut to what days hold too: worth their room where
/// reports look often.
void Retention::thin_weeks(TimePoint now) {
  constexpr auto kKeepFullWeeks = std::chrono::days(70);
  const EpochMinute end = floor_to(Level::Week, minute_of(now - kKeepFullWeeks));
  const EpochMinute done = segments_.horizons().full_weeks;
  if (end <= done) {
    return;
  }
  db_.query(
         "UPDATE block SET sums = x'', histograms = x'' WHERE no IN (SELECT block FROM segment "
         "WHERE level = 3 AND begin >= ? AND begin < ?)")
      .bind(done)
      .bind(end)
      .run();
  segments_.set_horizon(Level::Week, end);
}

/// False when there are more.
bool Retention::remove_segments(Level level, TimePoint now, Maintenance& done) {
  const EpochMinute end = segments_.horizons().of(level);
  std::vector<StoredSegment> removed;
  {
    // A week is held by nothing coarser.
    SqliteQuery query = db_.query(
        "SELECT begin, target, source, block FROM segment WHERE level = ?1 AND begin < ?2 AND "
        "(state = 2 OR level = 3) LIMIT ?3");
    query.bind(static_cast<int>(level)).bind(end).bind(kSegmentsPerStep);
    while (query.step()) {
      StoredSegment segment;
      segment.level = level;
      segment.begin = query.integer(0);
      segment.target = query.integer(1);
      segment.source = static_cast<Source>(query.integer(2));
      segment.block = query.integer(3);
      removed.push_back(segment);
    }
  }
  const EpochMinute by_age = horizon_by_age(std::min(level, Level::Day), now);
  for (const StoredSegment& segment : removed) {
    segments_.erase(segment);
    ++(segment.begin < by_age ? done.expired : done.dropped_for_space);
  }
  if (done.dropped_for_space > 0) {
    done.detail_from = time_of(segments_.horizons().minutes);
  }
  return removed.size() < static_cast<std::size_t>(kSegmentsPerStep);
}

/// The oldest detail goes first: minutes, then hours, then days with their weeks.
void Retention::make_room(TimePoint now, Maintenance& done) {
  constexpr int kMostPeriods = 8;
  for (int i = 0; i < kMostPeriods && used_bytes() > wanted_bytes(); ++i) {
    bool found = false;
    for (const Level level : {Level::Minute, Level::Hour, Level::Day}) {
      SqliteQuery query = db_.query(
          "SELECT begin FROM segment WHERE level = ? AND state = 2 ORDER BY begin LIMIT 1");
      if (!query.bind(static_cast<int>(level)).step()) {
        continue;
      }
      found = true;
      advance(level, floor_to(coarser(level), query.integer(0)) + length(coarser(level)));
      for (const Level removed : kLevels) {
        done.more |= !remove_segments(removed, now, done);
      }
      break;
    }
    if (!found) {
      return;
    }
    done.more |= i + 1 == kMostPeriods;
  }
}

/// Errors are counts in place: minutes older than those of the segments become hours, hours days.
void Retention::coarsen_errors(Maintenance& done) {
  const Horizons horizons = segments_.horizons();
  for (const Level level : {Level::Minute, Level::Hour}) {
    const EpochMinute period = length(coarser(level));
    const EpochMinute end = horizons.of(level);
    EpochMinute oldest = end;
    {
      SqliteQuery query =
          db_.query("SELECT begin FROM error WHERE level = ? ORDER BY begin LIMIT 1");
      if (query.bind(static_cast<int>(level)).step()) {
        oldest = query.integer(0);
      }
    }
    // One period at a time.
    const EpochMinute until = std::min(end, floor_to(coarser(level), oldest) + period);
    if (oldest >= end) {
      continue;
    }
    done.more |= until < end;
    db_.query(
           "INSERT INTO error(level, begin, target, source, kind, count, first, last) SELECT "
           "level + 1, begin / ?1 * ?1, target, source, kind, sum(count), min(first), max(last) "
           "FROM error WHERE level = ?2 AND begin < ?3 GROUP BY 2, 3, 4, 5 ON CONFLICT DO "
           "UPDATE SET count = count + excluded.count, first = min(first, excluded.first), last "
           "= max(last, excluded.last)")
        .bind(period)
        .bind(static_cast<int>(level))
        .bind(until)
        .run();
    db_.query("DELETE FROM error WHERE level = ? AND begin < ?")
        .bind(static_cast<int>(level))
        .bind(until)
        .run();
  }
  db_.query("DELETE FROM error WHERE level = 2 AND begin < ?").bind(horizons.days).run();
}

/// Names that no segment can refer to any more: their last numbers are older than all of them.
void Retention::remove_names(Maintenance& done) {
  const EpochMinute end = segments_.horizons().days;
  if (names_checked_ == end) {
    return;
  }
  {
    SqliteQuery query = db_.query(
        "SELECT 1 FROM segment WHERE level IN (0, 1, 2, 3) AND begin < ?1 UNION ALL SELECT 1 FROM "
        "error WHERE level IN (0, 1, 2) AND begin < ?1 LIMIT 1");
    if (query.bind(end).step()) {
      return;
    }
  }
  const std::int64_t day = end / length(Level::Day);
  std::int64_t removed = 0;
  db_.query("DELETE FROM error_kind WHERE no NOT IN (SELECT kind FROM error)").run();
  removed += remove_classes(day);
  db_.query(
         "DELETE FROM attribute WHERE no IN (SELECT no FROM attribute WHERE last_day < ? LIMIT "
         "?)")
      .bind(day)
      .bind(kNamesPerStep)
      .run();
  removed += db_.changes();
  db_.query("DELETE FROM class_text WHERE class NOT IN (SELECT no FROM class)").run();
  db_.query("DELETE FROM sample WHERE newest < ? OR class NOT IN (SELECT no FROM class)")
      .bind(end)
      .run();
  names_removed_ = true;
  if (removed < kNamesPerStep && classes_checked_ == 0) {
    names_checked_ = end;
  } else {
    done.more = true;
  }
}

/// Collectors send the text of a class once in their lives, so a class that one of this life has
/// sent stays until the next one, whatever became of its numbers.
std::int64_t Retention::remove_classes(std::int64_t before_day) {
  std::vector<std::int64_t> unused;
  std::int64_t looked_at = 0;
  {
    SqliteQuery query = db_.query(
        "SELECT no FROM class WHERE no > ? AND last_day < ? AND no NOT IN (SELECT class FROM "
        "error_kind) ORDER BY no LIMIT ?");
    query.bind(classes_checked_).bind(before_day).bind(kNamesPerStep);
    for (; query.step(); ++looked_at) {
      classes_checked_ = query.integer(0);
      if (!names_.named_in_this_life(static_cast<ClassNumber>(classes_checked_))) {
        unused.push_back(classes_checked_);
      }
    }
  }
  if (looked_at < kNamesPerStep) {
    classes_checked_ = 0;
  }
  for (const std::int64_t number : unused) {
    db_.query("DELETE FROM class WHERE no = ?").bind(number).run();
  }
  return static_cast<std::int64_t>(unused.size());
}

std::uint64_t Retention::used_bytes() const {
  return static_cast<std::uint64_t>(
      (db_.value("PRAGMA page_count") - db_.value("PRAGMA freelist_count")) *
      db_.value("PRAGMA page_size"));
}

std::uint64_t Retention::wanted_bytes() const {
  return options_.max_bytes - std::min(options_.max_bytes / 4, kReserve);
}

void Retention::shrink() {
  const std::int64_t pages = db_.value("PRAGMA page_count");
  const std::int64_t free = db_.value("PRAGMA freelist_count");
  const auto bytes = static_cast<std::uint64_t>(pages * db_.value("PRAGMA page_size"));
  // Free pages are filled again, so only many of them are worth moving others for.
  if (free > 0 && (bytes > wanted_bytes() || (free > kPagesPerStep && free * 4 > pages))) {
    SqliteQuery query = db_.query("PRAGMA incremental_vacuum(1000)");
    query.run();
  }
}

}  // namespace unjam
