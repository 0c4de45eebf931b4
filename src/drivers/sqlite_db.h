// SQLite, as much of it as the store needs: the only place that knows its C interface. Every
// failure is an Error that names the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace unjam {

/// One run of a statement: bind, step until false, read. The statement goes back when this ends.
/// Views of a row are valid until the next step(); bound texts must live until the last one.
class SqliteQuery {
 public:
  SqliteQuery(sqlite3* db, const std::string& path, sqlite3_stmt* statement, bool owned);
  ~SqliteQuery();
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;

  /// The next parameter, from the first on.
  SqliteQuery& bind(std::int64_t value);
  SqliteQuery& bind_text(std::string_view value);
  SqliteQuery& bind_blob(std::string_view value);
  SqliteQuery& bind_null();

  /// True: there is a row.
  bool step();
  /// Steps to the end and makes the statement ready for other parameters.
  void run();

  std::int64_t integer(int column) const;
  /// Text and blob alike; empty when NULL.
  std::string_view bytes(int column) const;
  bool is_null(int column) const;

 private:
  void check(int result) const;

  sqlite3* db_;
  const std::string& path_;
  sqlite3_stmt* statement_;
  bool owned_;
  int bound_ = 0;
};

/// One connection, used by one thread at a time. Throws Error: Unreachable when it may pass (busy,
/// disk full, not there), Denied, Corrupt when the file is damaged or no database.
class SqliteDb {
 public:
  enum class Mode : std::uint8_t { Create, Read };

  SqliteDb(const std::filesystem::path& path, Mode mode);
  ~SqliteDb();
  SqliteDb(const SqliteDb&) = delete;
  SqliteDb& operator=(const SqliteDb&) = delete;

  /// Statements without parameters and rows, separated by `;`.
  void execute(const char* sql);
  /// `sql` is a literal: statements are kept by its address.
  SqliteQuery query(const char* sql) const;
  /// The first column of the only row; 0 when there is none.
  std::int64_t value(const char* sql) const;

  std::int64_t last_insert_id() const;
  std::int64_t changes() const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  sqlite3* db_ = nullptr;
  mutable std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

/// BEGIN IMMEDIATE (`Write`) or BEGIN, and ROLLBACK unless commit() was called.
class SqliteTransaction {
 public:
  enum class Kind : std::uint8_t { Read, Write };

  SqliteTransaction(SqliteDb& db, Kind kind);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void commit();

 private:
  SqliteDb* db_;
};

}  // namespace unjam
