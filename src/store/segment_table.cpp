#include "store/segment_table.h"

#include "unjam/base/error.h"

#include <algorithm>

#include <fmt/format.h>

namespace unjam {
namespace {

SegmentEncoding encoding_of(const StoredSegment& place) {
  switch (place.level) {
    case Level::Minute:
      // A loose one is read again, and packed, when its minute is over.
      return {place.state == SegmentState::Loose ? 0 : 3, false, false};
    case Level::Hour:
      return {3, false, false};
    case Level::Day:
      return {9, true, false};
    case Level::Week:
      return {9, true, true};  // nobody asks a week for attributes
  }
  return {};
}

StoredSegment row_of(const SqliteQuery& query) {
  StoredSegment segment;
  segment.level = static_cast<Level>(query.integer(0));
  segment.begin = bounded(query.integer(1));
  segment.target = query.integer(2);
  segment.source = static_cast<Source>(query.integer(3));
  segment.block = query.integer(4);
  segment.state = static_cast<SegmentState>(query.integer(5));
  segment.rows = static_cast<std::uint64_t>(query.integer(6));
  segment.calls = static_cast<std::uint64_t>(query.integer(7));
  segment.query_time = Duration(
      std::clamp<std::int64_t>(query.integer(8), 0, static_cast<std::int64_t>(kMostQueryTime)));
  segment.first = bounded(query.integer(9));
  segment.last = bounded(query.integer(10));
  return segment;
}

std::vector<StoredSegment> rows_of(SqliteQuery& query) {
  std::vector<StoredSegment> segments;
  while (query.step()) {
    segments.push_back(row_of(query));
  }
  return segments;
}

template <typename F>
auto naming_store(const SqliteDb& db, F f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Corrupt) {
      throw;
    }
    throw Error(ErrorKind::Corrupt, fmt::format("store {}: {}", db.path(), error.what()));
  }
}

/// For `query` whose parameters are level, begin, target, source and block.
void run_on(const StoredSegment& segment, SqliteQuery query) {
  query.bind(static_cast<int>(segment.level))
      .bind(segment.begin)
      .bind(segment.target)
      .bind(static_cast<int>(segment.source))
      .bind(segment.block)
      .run();
}

}  // namespace

void SegmentTable::insert(StoredSegment place, const Segment& segment) {
  const SegmentBlobs blobs = encode_segment(segment, encoding_of(place));
  db_.query("INSERT INTO block(load, sums, histograms, attributes) VALUES(?, ?, ?, ?)")
      .bind_blob(blobs.load)
      .bind_blob(blobs.sums)
      .bind_blob(blobs.histograms)
      .bind_blob(blobs.attributes)
      .run();
  place.block = db_.last_insert_id();
  place.rows = segment.size();
  place.calls = 0;
  place.query_time = Duration(0);
  for (const SegmentRow& row : segment) {
    place.calls += row.counts.calls;
    place.query_time += row.counts.query_time;
  }
  db_.query(
         "INSERT INTO segment(level, begin, target, source, block, state, rows, calls, "
         "query_time_us, first, last) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(static_cast<int>(place.level))
      .bind(place.begin)
      .bind(place.target)
      .bind(static_cast<int>(place.source))
      .bind(place.block)
      .bind(static_cast<int>(place.state))
      .bind(static_cast<std::int64_t>(place.rows))
      .bind(static_cast<std::int64_t>(place.calls))
      .bind(place.query_time.count())
      .bind(place.first)
      .bind(place.last)
      .run();
}

void SegmentTable::erase(const StoredSegment& segment) {
  run_on(segment, db_.query("DELETE FROM segment WHERE level = ? AND begin = ? AND target = ? AND "
                            "source = ? AND block = ?"));
  db_.query("DELETE FROM block WHERE no = ?").bind(segment.block).run();
}

void SegmentTable::set_rolled_up(const StoredSegment& segment) {
  run_on(segment, db_.query("UPDATE segment SET state = 2 WHERE level = ? AND begin = ? AND target "
                            "= ? AND source = ? AND block = ?"));
}

std::vector<StoredSegment> SegmentTable::find(Level level, EpochMinute begin, EpochMinute end,
                                              std::int64_t target, Source source) const {
  SqliteQuery query = db_.query(
      "SELECT level, begin, target, source, block, state, rows, calls, query_time_us, "
      "first, last FROM segment WHERE level = ? AND begin >= ? AND begin < ? AND target "
      "= ? AND source = ?");
  query.bind(static_cast<int>(level))
      .bind(begin)
      .bind(end)
      .bind(target)
      .bind(static_cast<int>(source));
  return rows_of(query);
}

std::vector<StoredSegment> SegmentTable::find(const PlannedSegments& planned, Source source) const {
  // `state < 2` is what the partial index asks for; with the list its third column is a range.
  SqliteQuery query = db_.query(
      planned.open_only
          ? "SELECT level, begin, target, source, block, state, rows, calls, query_time_us, first, "
            "last FROM segment INDEXED BY segment_open WHERE level = ? AND state < 2 AND state IN "
            "(0, 1) AND begin >= ? AND begin < ? AND source = ?"
          : "SELECT level, begin, target, source, block, state, rows, calls, query_time_us, first, "
            "last FROM segment WHERE level = ? AND begin >= ? AND begin < ? AND source = ?");
  query.bind(static_cast<int>(planned.level))
      .bind(planned.begin)
      .bind(planned.end)
      .bind(static_cast<int>(source));
  return rows_of(query);
}

Segment SegmentTable::read(const StoredSegment& segment, const SegmentParts& parts) const {
  const bool sums = parts.sums || parts.histograms;
  SqliteQuery query = db_.query(
      parts.attributes && sums ? "SELECT load, sums, histograms, attributes FROM block WHERE no = ?"
      : parts.attributes       ? "SELECT load, NULL, NULL, attributes FROM block WHERE no = ?"
      : parts.histograms       ? "SELECT load, sums, histograms, NULL FROM block WHERE no = ?"
      : sums                   ? "SELECT load, sums, NULL, NULL FROM block WHERE no = ?"
                               : "SELECT load, NULL, NULL, NULL FROM block WHERE no = ?");
  query.bind(segment.block);
  return naming_store(db_, [&] {
    if (!query.step()) {
      throw_damaged("it is missing");
    }
    return decode_segment(query.bytes(0), query.bytes(1), query.bytes(2), query.bytes(3), parts);
  });
}

void SegmentTable::with_load(const StoredSegment& segment, void (*f)(void*, const LoadColumn&),
                             void* context) const {
  SqliteQuery query = db_.query("SELECT load FROM block WHERE no = ?");
  query.bind(segment.block);
  naming_store(db_, [&] {
    if (!query.step()) {
      throw_damaged("it is missing");
    }
    f(context, LoadColumn(query.bytes(0)));
  });
}

Horizons SegmentTable::horizons() const {
  Horizons horizons;
  SqliteQuery query = db_.query("SELECT level, kept_from FROM horizon");
  while (query.step()) {
    const auto level = static_cast<Level>(query.integer(0));
    (level == Level::Minute ? horizons.minutes
     : level == Level::Hour ? horizons.hours
     : level == Level::Day  ? horizons.days
                            : horizons.full_weeks) = query.integer(1);
  }
  return horizons;
}

void SegmentTable::set_horizon(Level level, EpochMinute kept_from) {
  db_.query("INSERT OR REPLACE INTO horizon(level, kept_from) VALUES(?, ?)")
      .bind(static_cast<int>(level))
      .bind(kept_from)
      .run();
}

}  // namespace unjam
