// One row of PostgreSQL's csv log, cut into fields in place: quotes, newlines inside quotes, any
// number of columns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace unjam {

/// Columns by position; servers only ever append new ones.
inline constexpr std::size_t kCsvLogTime = 0;
inline constexpr std::size_t kCsvUser = 1;
inline constexpr std::size_t kCsvDatabase = 2;
inline constexpr std::size_t kCsvPid = 3;
inline constexpr std::size_t kCsvConnectionFrom = 4;
inline constexpr std::size_t kCsvSessionId = 5;
inline constexpr std::size_t kCsvCommandTag = 7;
inline constexpr std::size_t kCsvSeverity = 11;
inline constexpr std::size_t kCsvSqlstate = 12;
inline constexpr std::size_t kCsvMessage = 13;
inline constexpr std::size_t kCsvDetail = 14;
inline constexpr std::size_t kCsvHint = 15;
inline constexpr std::size_t kCsvInternalQuery = 16;
inline constexpr std::size_t kCsvContext = 18;
inline constexpr std::size_t kCsvQuery = 19;
inline constexpr std::size_t kCsvApplication = 22;

/// Columns that hold text of a client or of a message.
inline constexpr std::uint64_t kCsvTextColumns = [] {
  std::uint64_t columns = 0;
  for (const std::size_t column :
       {kCsvUser, kCsvDatabase, kCsvConnectionFrom, kCsvCommandTag, kCsvSeverity, kCsvMessage,
        kCsvDetail, kCsvHint, kCsvInternalQuery, kCsvContext, kCsvQuery, kCsvApplication}) {
    columns |= std::uint64_t{1} << column;
  }
  return columns;
}();

/// PostgreSQL 8.3, the first server with a csv log, wrote 22 columns.
inline constexpr std::size_t kCsvFewestColumns = 22;
inline constexpr std::size_t kCsvMostColumns = 64;

/// A field as it stands between its delimiters; without them if it is quoted.
struct PgCsvField {
  std::string_view raw;
  bool quoted = false;
  bool doubled = false;  ///< Holds "" for ".
};

struct PgCsvRow {
  std::array<PgCsvField, kCsvMostColumns> fields;
  std::size_t columns = 0;
  bool doubled = false;  ///< One of the fields is.
};

enum class PgCsvParse {
  Complete,
  Incomplete,  ///< The bytes end in the row.
  Malformed,   ///< A quote stands where none can.
};

/// Cuts the row at the front of `bytes` and sets `length` to its length with line end: for
/// Malformed, up to the wrong byte. With `at_end` nothing follows `bytes`, and a row without a line
/// end is complete; one that ends inside quotes is Incomplete, with that field as its last one.
///
/// kScanPadding readable bytes follow `bytes` if there is `room`, as much as `bytes` and
/// kScanPadding more: texts are then undoubled there while they are read, mostly, and are not
/// `doubled` any more.
PgCsvParse parse_csv_row(std::string_view bytes, bool at_end, PgCsvRow& row, std::size_t& length,
                         char* room = nullptr);

/// Writes the field's text, quotes undoubled, to `to` and returns where it ends. There must be room
/// for the raw text and kCopySlack bytes more.
char* undouble_csv(const PgCsvField& field, char* to);

/// connection_from without its port: "10.0.0.1:5000" is "10.0.0.1", "[local]" is itself.
std::string_view host_of_connection(std::string_view connection_from);

/// Does a row's time stand at the front of `bytes`? Looks at kCsvTimeBytes bytes at most.
bool starts_like_csv_row(std::string_view bytes);
inline constexpr std::size_t kCsvTimeBytes = 64;

}  // namespace unjam
