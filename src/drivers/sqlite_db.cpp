#include "drivers/sqlite_db.h"

#include "unjam/base/error.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace unjam {
namespace {

constexpr int kBusyTimeoutMs = 5000;

[[noreturn]] void fail(sqlite3* db, int result, const std::string& path) {
  const int code = db != nullptr ? sqlite3_extended_errcode(db) : result;
  const char* reason = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(result);
  const auto throw_error = [&](ErrorKind kind, std::string_view remedy) {
    throw Error(kind, fmt::format("store {}: {} (SQLite {}): {}", path, reason, code, remedy));
  };
  // https://www.sqlite.org/rescode.html
  switch (code & 0xff) {
    case SQLITE_FULL:
      throw_error(ErrorKind::Unreachable, "make room on its disk");
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw_error(ErrorKind::Unreachable, "another process holds it; try again");
      break;
    case SQLITE_IOERR:
      throw_error(ErrorKind::Unreachable, "check the disk and its free space");
      break;
    case SQLITE_NOMEM:
      throw_error(ErrorKind::Unreachable, "give the process more memory");
      break;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      throw_error(ErrorKind::Denied, "give this user the right to write it and its folder");
      break;
    case SQLITE_CANTOPEN:
      throw_error(ErrorKind::Unreachable, "check that it and its folder exist and may be opened");
      break;
    default:
      break;
  }
  throw_error(ErrorKind::Corrupt,
              "the file is damaged; move it aside and restart, unjam begins a new one");
  __builtin_unreachable();
}

}  // namespace

SqliteQuery::SqliteQuery(sqlite3* db, const std::string& path, sqlite3_stmt* statement, bool owned)
    : db_(db), path_(path), statement_(statement), owned_(owned) {}

SqliteQuery::~SqliteQuery() {
  if (owned_) {
    sqlite3_finalize(statement_);
  } else {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
}

void SqliteQuery::check(int result) const {
  if (result != SQLITE_OK) {
    fail(db_, result, path_);
  }
}

SqliteQuery& SqliteQuery::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, ++bound_, value));
  return *this;
}

SqliteQuery& SqliteQuery::bind_text(std::string_view value) {
  check(sqlite3_bind_text64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(),
                            SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

SqliteQuery& SqliteQuery::bind_blob(std::string_view value) {
  check(sqlite3_bind_blob64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(),
                            SQLITE_STATIC));
  return *this;
}

SqliteQuery& SqliteQuery::bind_null() {
  check(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}

bool SqliteQuery::step() {
  const int result = sqlite3_step(statement_);
  if (result != SQLITE_ROW && result != SQLITE_DONE) {
    fail(db_, result, path_);
  }
  return result == SQLITE_ROW;
}

void SqliteQuery::run() {
  while (step()) {
  }
  check(sqlite3_reset(statement_));
  bound_ = 0;
}

std::int64_t SqliteQuery::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view SqliteQuery::bytes(int column) const {
  // The order matters: column_blob may fetch, and column_bytes tells the size of what it fetched.
  const void* data = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (data == nullptr) {
    // Not told by step(): a page that cannot be read, or no memory for it.
    const int code = sqlite3_errcode(db_);
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
      fail(db_, code, path_);
    }
    return {};
  }
  return {static_cast<const char*>(data), size};
}

bool SqliteQuery::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

SqliteDb::SqliteDb(const std::filesystem::path& path, Mode mode) : path_(path.string()) {
  const int flags =
      (mode == Mode::Create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int result = sqlite3_open_v2(path_.c_str(), &db_, flags, nullptr);
  if (result != SQLITE_OK) {
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> closing(db_, sqlite3_close_v2);
    fail(db_, result, path_);
  }
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
}

SqliteDb::~SqliteDb() {
  for (const auto& [sql, statement] : statements_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close_v2(db_);
}

void SqliteDb::execute(const char* sql) {
  const int result = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) {
    fail(db_, result, path_);
  }
}

SqliteQuery SqliteDb::query(const char* sql) const {
  const auto found = statements_.find(sql);
  const bool busy = found != statements_.end() && sqlite3_stmt_busy(found->second) != 0;
  if (found != statements_.end() && !busy) {
    return SqliteQuery(db_, path_, found->second, false);
  }
  sqlite3_stmt* statement = nullptr;
  const int result =
      sqlite3_prepare_v3(db_, sql, -1, busy ? 0 : SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) {
    fail(db_, result, path_);
  }
  if (!busy) {
    statements_.emplace(sql, statement);
  }
  return SqliteQuery(db_, path_, statement, busy);
}

std::int64_t SqliteDb::value(const char* sql) const {
  SqliteQuery query = this->query(sql);
  return query.step() ? query.integer(0) : 0;
}

std::int64_t SqliteDb::last_insert_id() const { return sqlite3_last_insert_rowid(db_); }

std::int64_t SqliteDb::changes() const { return sqlite3_changes64(db_); }

SqliteTransaction::SqliteTransaction(SqliteDb& db, Kind kind) : db_(&db) {
  db.execute(kind == Kind::Write ? "BEGIN IMMEDIATE" : "BEGIN");
}

SqliteTransaction::~SqliteTransaction() {
  if (db_ != nullptr) {
    try {
      db_->execute("ROLLBACK");
    } catch (const Error&) {  // SQLite rolled back by itself, as it does when a disk is full.
    }
  }
}

void SqliteTransaction::commit() {
  db_->execute("COMMIT");
  db_ = nullptr;
}

}  // namespace unjam
