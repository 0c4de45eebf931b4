#include "store/schema.h"

#include "unjam/base/error.h"

#include <array>
#include <string>

#include <fmt/format.h>

namespace unjam {
namespace {

/// "unjm", where file(1) and SQLite look for whose file it is.
constexpr std::int64_t kApplicationId = 0x756e6a6d;

/// What leads from each version to the next; the last one is this unjam's. A released entry is
/// never changed: files of that version exist.
constexpr std::array<const char*, 1> kMigrations = {
    // Version 1. Times are minutes since the epoch unless their name says otherwise.
    R"(
CREATE TABLE horizon(level INTEGER PRIMARY KEY, kept_from INTEGER NOT NULL);

CREATE TABLE collector(name TEXT PRIMARY KEY, last_sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE checkpoint(collector TEXT NOT NULL, key TEXT NOT NULL, state BLOB NOT NULL,
  PRIMARY KEY(collector, key)) WITHOUT ROWID;

CREATE TABLE target(no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- fingerprint: the id with its highest bit turned, so that signed order is the order of hex digits.
-- last_day: day since the epoch of the newest numbers; what is older than all segments goes.
-- Numbers are never given out again.
CREATE TABLE class(no INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint INTEGER NOT NULL UNIQUE, first_seen INTEGER,
  last_day INTEGER NOT NULL);
CREATE TABLE class_text(class INTEGER PRIMARY KEY, dialect INTEGER NOT NULL, text BLOB NOT NULL);
CREATE TABLE attribute(no INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL, value BLOB NOT NULL,
  last_day INTEGER NOT NULL, UNIQUE(key, value));

-- One source of one target in one period. state: 0 as it was flushed, 1 one per period, 2 held by a
-- segment of the next level. A period may have several in every state; they add up.
CREATE TABLE segment(level INTEGER NOT NULL, begin INTEGER NOT NULL, target INTEGER NOT NULL,
  source INTEGER NOT NULL, block INTEGER NOT NULL, state INTEGER NOT NULL, rows INTEGER NOT NULL,
  calls INTEGER NOT NULL, query_time_us INTEGER NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, PRIMARY KEY(level, begin, target, source, block)) WITHOUT ROWID;
CREATE INDEX segment_open ON segment(level, state, begin, target, source) WHERE state < 2;

-- What a segment holds, by class. The hot column stands first, so that reading it touches no page
-- of the others.
CREATE TABLE block(no INTEGER PRIMARY KEY, load BLOB NOT NULL, sums BLOB NOT NULL,
  histograms BLOB NOT NULL, attributes BLOB NOT NULL);

CREATE TABLE sample(class INTEGER NOT NULL, target INTEGER NOT NULL, newest INTEGER NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY(class, target));

CREATE TABLE error_kind(no INTEGER PRIMARY KEY, class INTEGER NOT NULL, code BLOB NOT NULL,
  severity BLOB NOT NULL, message BLOB NOT NULL, UNIQUE(class, code, severity, message));
CREATE TABLE error(level INTEGER NOT NULL, begin INTEGER NOT NULL, target INTEGER NOT NULL,
  source INTEGER NOT NULL, kind INTEGER NOT NULL, count INTEGER NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, PRIMARY KEY(level, begin, target, source, kind)) WITHOUT ROWID;
)"};

constexpr std::int64_t kVersion = kMigrations.size();

bool is_empty(SqliteDb& db) { return db.value("SELECT count(*) FROM sqlite_schema") == 0; }

void check_owner(SqliteDb& db) {
  if (db.value("PRAGMA application_id") != kApplicationId) {
    throw Error(
        ErrorKind::Usage,
        fmt::format("store {}: it is a database of another program; name another file", db.path()));
  }
}

void check_not_newer(const SqliteDb& db, std::int64_t version) {
  if (version > kVersion) {
    throw Error(ErrorKind::Usage,
                fmt::format("store {}: its schema has version {}, and this unjam knows up to {}; "
                            "use a newer unjam, or name another file",
                            db.path(), version, kVersion));
  }
}

void migrate(SqliteDb& db, std::int64_t version) {
  SqliteTransaction transaction(db, SqliteTransaction::Kind::Write);
  for (std::int64_t step = version; step < kVersion; ++step) {
    db.execute(kMigrations[static_cast<std::size_t>(step)]);
  }
  db.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kVersion)
          .c_str());
  transaction.commit();
}

/// Everything but the blocks is small and read at once; a block is checked whenever it is read.
void check_small_tables(SqliteDb& db) {
  for (const char* check :
       {"PRAGMA quick_check(collector)", "PRAGMA quick_check(checkpoint)",
        "PRAGMA quick_check(segment)", "PRAGMA quick_check(class)", "PRAGMA quick_check(target)",
        "PRAGMA quick_check(attribute)", "PRAGMA quick_check(horizon)"}) {
    SqliteQuery query = db.query(check);
    if (query.step() && query.bytes(0) != "ok") {
      throw Error(ErrorKind::Corrupt,
                  fmt::format("store {}: the file is damaged ({}); move it aside and restart, "
                              "unjam begins a new one",
                              db.path(), query.bytes(0)));
    }
  }
}

}  // namespace

void open_schema_for_writing(SqliteDb& db) {
  // Takes effect in a new file only, and has to come first there.
  db.execute("PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL");
  const bool fresh = is_empty(db);
  std::int64_t version = 0;
  if (!fresh) {
    check_owner(db);
    version = db.value("PRAGMA user_version");
    check_not_newer(db, version);
  }
  db.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192;"
      "PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY;"
      "PRAGMA cell_size_check = ON");
  if (version < kVersion) {
    migrate(db, version);
  }
  check_small_tables(db);
}

void open_schema_for_reading(SqliteDb& db) {
  if (is_empty(db)) {
    throw Error(
        ErrorKind::Unreachable,
        fmt::format("store {}: it is empty; start `unjam serve`, which fills it", db.path()));
  }
  check_owner(db);
  const std::int64_t version = db.value("PRAGMA user_version");
  check_not_newer(db, version);
  if (version < kVersion) {
    throw Error(ErrorKind::Usage,
                fmt::format("store {}: its schema has version {}, and this unjam reads {}; restart "
                            "`unjam serve` with this version, it migrates the store",
                            db.path(), version, kVersion));
  }
  db.execute("PRAGMA query_only = ON; PRAGMA mmap_size = 2147418112");
}

}  // namespace unjam
