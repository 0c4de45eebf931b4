// The header of one MySQL slow-log event: the run of `# ` lines, the `use` line and the SET line.
// First stage of the slow-log reader; what follows the header is statement text.
#pragma once

#include "collect/mysql_time.h"
#include "collect/mysql_user_host.h"
#include "unjam/base/time.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace unjam {

/// Views into the bytes that were parsed. An absent optional or empty view: the header does not
/// tell.
struct MySqlHeader {
  std::optional<TimePoint> written;       ///< ISO `# Time:`, else `End:` of log_slow_extra.
  std::optional<TimePoint> local_time;    ///< Old `# Time:`, by the reader's utc_offset.
  std::optional<std::int64_t> timestamp;  ///< N of the SET line, UTC seconds.
  std::optional<Duration> query_time;
  std::optional<Duration> lock_time;
  std::optional<std::uint64_t> rows_sent, rows_examined, rows_affected, bytes_sent, thread_id;
  std::optional<std::uint64_t> error;   ///< Errno or Last_errno.
  std::optional<std::uint64_t> killed;  ///< The error that killed the statement, 0 for none.
  std::string_view error_text;          ///< Digits of `error` if it is not 0, else of `killed`.
  std::string_view user, host;
  std::optional<std::string_view> schema;  ///< Present and empty: no database.
  std::optional<std::string_view> use;     ///< Name in the `use` line, unquoted.
  std::uint64_t rate_limit = 1;
  bool has_query_time = false;
  bool has_set_line = false;
  bool broken_time = false;  ///< A Query_time or Lock_time that no statement can have.
  bool nested = false;       ///< Ran inside a stored routine.
  bool user_seen = false;    ///< Has a `User@Host` line.

  /// As if newly made. Assigning a new one would fill and copy several cache lines for each event.
  void clear();
};

enum class HeaderStatus : std::uint8_t {
  Complete,     ///< Followed by statement text, at `next`.
  NeedsMore,    ///< Not decidable without the bytes behind the window.
  Cut,          ///< The log ends inside the header, or right behind it.
  NoQueryTime,  ///< Not the header of an event; the next item may start at `next`.
  NoStatement,  ///< Another event or a banner follows at `next` at once.
};

struct HeaderEnd {
  HeaderStatus status;
  const char* next;
};

/// Not thread-safe (it caches times).
class MySqlHeaderParser {
 public:
  explicit MySqlHeaderParser(std::chrono::seconds utc_offset) : times_(utc_offset) {}

  /// Parses the header at `begin`, the start of a line. `at_end`: the log ends at `end`.
  HeaderEnd parse(const char* begin, const char* end, bool at_end, MySqlHeader& header);

 private:
  void parse_line(const char* line, const char* line_end, MySqlHeader& header);
  void parse_time(std::string_view value, MySqlHeader& header);
  void parse_keys(const char* at, const char* line_end, MySqlHeader& header);
  void take(std::string_view key, std::string_view value, MySqlHeader& header);
  void parse_user(std::string_view value, MySqlHeader& header);

  MySqlTimeParser times_;
  MySqlUserHostParser users_;
};

}  // namespace unjam
