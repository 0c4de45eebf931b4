#include "drivers/sqlite_db.h"
#include "store/maintainer.h"
#include "store/name_numbers.h"
#include "store/sample_table.h"
#include "store/schema.h"
#include "store/segment_table.h"
#include "store/writer_lock.h"
#include "unjam/base/error.h"
#include "unjam/store/store.h"

#include <algorithm>
#include <string>
#include <utility>

namespace unjam {
namespace {

/// Ascending; what is there twice is added up.
std::vector<AttributeUse> sorted(std::vector<AttributeUse> uses) {
  std::sort(uses.begin(), uses.end(),
            [](const AttributeUse& a, const AttributeUse& b) { return a.attribute < b.attribute; });
  std::vector<AttributeUse> distinct;
  distinct.reserve(uses.size());
  for (const AttributeUse& use : uses) {
    if (distinct.empty() || distinct.back().attribute != use.attribute) {
      distinct.push_back(use);
    } else {
      distinct.back().calls += use.calls;
      distinct.back().query_time += use.query_time;
    }
  }
  return distinct;
}

class SqliteWriter : public StoreWriter {
 public:
  explicit SqliteWriter(const StoreOptions& options)
      : lock_(options.path),
        db_(options.path, SqliteDb::Mode::Create),
        segments_(with_schema(db_)),
        names_(db_),
        samples_(db_, options.samples_per_class),
        maintainer_(db_, segments_, names_, options) {}

  void apply(std::span<const Flush> flushes) override {
    in_transaction([&] {
      for (const Flush& flush : flushes) {
        if (flush.sequence > last_sequence(flush.collector)) {
          apply(flush);
        }
      }
    });
  }

  std::uint64_t last_sequence(std::string_view collector) const override {
    SqliteQuery query = db_.query("SELECT last_sequence FROM collector WHERE name = ?");
    return query.bind_text(collector).step() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
  }

  std::vector<Checkpoint> checkpoints(std::string_view collector) const override {
    SqliteQuery query =
        db_.query("SELECT key, state FROM checkpoint WHERE collector = ? ORDER BY key");
    query.bind_text(collector);
    std::vector<Checkpoint> all;
    while (query.step()) {
      all.push_back({std::string(query.bytes(0)), std::string(query.bytes(1))});
    }
    return all;
  }

  Maintenance maintain(TimePoint now) override {
    Maintenance done;
    in_transaction([&] { done = maintainer_.run(now); });
    if (maintainer_.names_removed()) {
      forget();
    }
    maintainer_.shrink();
    return done;
  }

 private:
  static SqliteDb& with_schema(SqliteDb& db) {
    open_schema_for_writing(db);
    return db;
  }

  template <typename F>
  void in_transaction(F f) {
    try {
      SqliteTransaction transaction(db_, SqliteTransaction::Kind::Write);
      f();
      transaction.commit();
    } catch (...) {
      forget();
      throw;
    }
  }

  void forget() {
    names_.forget();
    samples_.forget();
    maintainer_.forget();
  }

  void apply(const Flush& flush) {
    db_.query("INSERT OR REPLACE INTO collector(name, last_sequence) VALUES(?, ?)")
        .bind_text(flush.collector)
        .bind(static_cast<std::int64_t>(flush.sequence))
        .run();
    EpochMinute newest = 0;
    for (const Slice& slice : flush.slices) {
      newest = std::max(newest, apply(slice));
    }
    for (const ClassText& text : flush.texts) {
      db_.query("INSERT OR IGNORE INTO class_text(class, dialect, text) VALUES(?, ?, ?)")
          .bind(names_.class_named(text.id, newest))
          .bind(static_cast<int>(text.dialect))
          .bind_blob(text.text)
          .run();
    }
    for (const ClassSample& sample : flush.samples) {
      samples_.add(names_.class_named(sample.id, bounded(minute_of(sample.at))),
                   names_.target(sample.target), sample);
    }
    for (const ErrorDelta& error : flush.errors) {
      apply(error);
    }
    for (const Checkpoint& checkpoint : flush.checkpoints) {
      if (checkpoint.state.empty()) {
        db_.query("DELETE FROM checkpoint WHERE collector = ? AND key = ?")
            .bind_text(flush.collector)
            .bind_text(checkpoint.key)
            .run();
      } else {
        db_.query("INSERT OR REPLACE INTO checkpoint(collector, key, state) VALUES(?, ?, ?)")
            .bind_text(flush.collector)
            .bind_text(checkpoint.key)
            .bind_blob(checkpoint.state)
            .run();
      }
    }
  }

  /// Returns the slice's minute.
  EpochMinute apply(const Slice& slice) {
    const EpochMinute minute = bounded(minute_of(slice.minute));
    if (slice.classes.empty()) {
      return minute;
    }
    SegmentSum sum;
    for (const ClassDelta& delta : slice.classes) {
      SegmentRow row;
      row.class_number = names_.class_seen(delta.id, minute);
      row.counts = delta.counts;
      for (const AttributeCount& count : delta.attributes) {
        row.attributes.push_back(
            {names_.attribute_seen(count.attribute, minute), count.calls, count.query_time});
      }
      row.attributes = sorted(std::move(row.attributes));
      sum.add(std::move(row));
    }
    StoredSegment place;
    place.begin = minute;
    place.target = names_.target(slice.target);
    place.source = slice.source;
    place.first = minute;
    place.last = minute;
    segments_.insert(place, sum.take());
    return minute;
  }

  void apply(const ErrorDelta& error) {
    const EpochMinute minute = bounded(minute_of(error.minute));
    const std::int64_t class_number =
        error.id.value == 0 ? 0 : names_.class_named(error.id, minute);
    const auto bind_kind = [&](SqliteQuery& query) {
      query.bind(class_number)
          .bind_blob(error.code)
          .bind_blob(error.severity)
          .bind_blob(error.message);
    };
    {
      SqliteQuery insert = db_.query(
          "INSERT OR IGNORE INTO error_kind(class, code, severity, message) VALUES(?, ?, ?, ?)");
      bind_kind(insert);
      insert.run();
    }
    SqliteQuery kind = db_.query(
        "SELECT no FROM error_kind WHERE class = ? AND code = ? AND severity = ? AND message = ?");
    bind_kind(kind);
    kind.step();
    db_.query(
           "INSERT INTO error(level, begin, target, source, kind, count, first, last) "
           "VALUES(0, ?1, ?2, ?3, ?4, ?5, ?1, ?1) ON CONFLICT DO UPDATE SET count = count + "
           "excluded.count")
        .bind(minute)
        .bind(names_.target(error.target))
        .bind(static_cast<int>(error.source))
        .bind(kind.integer(0))
        .bind(static_cast<std::int64_t>(error.count))
        .run();
  }

  WriterLock lock_;
  SqliteDb db_;
  SegmentTable segments_;
  NameNumbers names_;
  SampleTable samples_;
  Maintainer maintainer_;
};

}  // namespace

std::unique_ptr<StoreWriter> open_store_writer(const StoreOptions& options) {
  return std::make_unique<SqliteWriter>(options);
}

}  // namespace unjam
