// What a log reader sees: one LogEvent per record, as views into the bytes it came from.
//
// Lifetime: every view and pointer in a LogEvent is into the reader's window or scratch buffer and
// is valid only during the EventSink::on_event call that delivers it. A sink copies what it keeps.
#pragma once

#include "unjam/base/time.h"
#include "unjam/lex/shape.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

enum class EventKind : std::uint8_t {
  Statement,      ///< One execution of a statement; the only kind that counts as a call.
  Admin,          ///< MySQL `# administrator command:`; not SQL, its row counts are stale.
  Throttle,       ///< MySQL log_throttle_queries_not_using_indexes summary; query_time is a sum.
  Error,          ///< A failed statement or server error; no duration is known.
  LockWait,       ///< PostgreSQL log_lock_waits: still waiting, or acquired.
  Deadlock,       ///< A deadlock report with its participants.
  TemporaryFile,  ///< PostgreSQL log_temp_files.
  Plan,           ///< auto_explain plan of an execution that another event counts, or a nested one.
  Parse,          ///< Step of PostgreSQL's extended protocol; not an execution.
  Bind,           ///< As Parse.
  Fetch,          ///< Later rows of a portal: more time for the same execution, not another call.
};

/// The word used in JSON lines: "statement", "lock_wait", ...
std::string_view to_string(EventKind kind);

/// One `Process A waits for MODE on OBJECT; blocked by process B.` line and A's statement.
struct DeadlockParticipant {
  std::uint64_t pid = 0;
  std::string_view mode;
  std::string_view object;
  std::uint64_t blocked_by = 0;
  std::string_view sql;
};

struct LockWaitDetail {
  /// True: the lock was acquired after `waited`; false: still waiting then.
  bool acquired = false;
  Duration waited{0};
  std::string_view mode;    ///< "ShareLock"
  std::string_view object;  ///< "transaction 754", "relation 16384 of database 5"
  std::vector<std::uint64_t> holders;
  std::vector<std::uint64_t> queue;
};

/// An absent optional or empty view means "this record does not tell", never zero.
struct LogEvent {
  EventKind kind = EventKind::Statement;
  std::optional<TimePoint> at;  ///< When the statement ended (or the message was written).
  std::string_view sql;         ///< Exact text, container escapes removed; may hold literals.
  std::optional<Duration> query_time;
  std::optional<Duration> lock_time;
  std::optional<std::uint64_t> rows_examined;
  std::optional<std::uint64_t> rows_sent;
  std::optional<std::uint64_t> rows_affected;
  std::optional<std::uint64_t> bytes_sent;
  std::string_view user;
  std::string_view host;
  std::string_view database;
  std::string_view application;
  std::optional<std::uint64_t> thread_id;  ///< MySQL connection id.
  std::optional<std::uint64_t> pid;        ///< PostgreSQL backend.
  std::string_view parameters;             ///< PostgreSQL bind parameters as logged; literals.
  std::string_view error;                  ///< MySQL errno ("1213") or SQLSTATE ("40P01").
  std::string_view severity;     ///< Error: "ERROR", "FATAL", "PANIC"; as the server wrote it.
  std::string_view message;      ///< Error, LockWait, TemporaryFile: the server's message.
  std::string_view plan;         ///< auto_explain plan text.
  std::uint64_t file_bytes = 0;  ///< TemporaryFile: its size.
  /// Executions that this record stands for (Percona Log_slow_rate_limit with type query);
  /// usually 1.
  std::uint64_t rate_limit = 1;
  bool partial =
      false;            ///< The text was cut (shipper limit, end of file, or unterminated literal).
  bool nested = false;  ///< Ran inside another logged statement (function body, stored routine).
  std::optional<LockWaitDetail> lock_wait;
  std::vector<DeadlockParticipant> deadlock;
  /// Not null when the reader had to scan the text anyway to find its end.
  const StatementScan* scan = nullptr;
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Called in file order, on the thread that drives the reader.
  virtual void on_event(const LogEvent& event) = 0;
};

/// For a reader that is to learn what records carry over, from events that were counted before.
class NoSink : public EventSink {
 public:
  void on_event(const LogEvent& event) override { (void)event; }
};

}  // namespace unjam
