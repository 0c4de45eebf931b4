// A server's own statistics of statements: cumulative, one row per digest or queryid.
#pragma once

#include "unjam/base/time.h"
#include "unjam/drivers/session.h"
#include "unjam/model/bucket.h"
#include "unjam/model/sql.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unjam {

/// Counts since the entry was made. `counts.histogram` is not used: see `times`.
struct CounterRow {
  /// The server's own identity of the entry: schema and digest, or (userid, dbid, queryid,
  /// toplevel).
  std::string key;
  /// Normalised by the server. Only when this source has not reported the key before (new text is
  /// read once per key, not every poll), or not in its last complete snapshot; empty for the row
  /// that holds what did not fit the server's table ("other queries").
  std::string text;
  std::string
      sample;  ///< One execution's text with values, when the server keeps one and it is new.
  std::optional<TimePoint> sample_at;
  std::optional<Duration> sample_time;
  std::string database;
  std::string user;
  Counts counts;
  /// When the entry was made, if the server tells: a later one under the same key means that it
  /// began anew.
  std::optional<TimePoint> since;
  /// Cumulative count per class of time, ascending, where the server has a histogram and it was
  /// read this time; classes without executions may be left out.
  struct TimeClass {
    Duration upper;
    std::uint64_t count = 0;
  };
  std::vector<TimeClass> times;
};

/// Cumulative errors that the server counts without saying whose they are.
struct ErrorCounter {
  std::string code;
  std::string name;
  std::uint64_t count = 0;
};

struct CounterSnapshot {
  TimePoint at;  ///< The server's clock, when it was read.
  std::optional<TimePoint> server_start;
  std::optional<TimePoint> reset_at;  ///< Last reset of all statistics, if the server tells.
  Dialect dialect = Dialect::MySql;
  /// Entries that may have changed since the last poll; where the server cannot tell, all.
  std::vector<CounterRow> rows;
  bool complete = true;  ///< `rows` holds every entry: what is missing was evicted.
  std::vector<ErrorCounter> errors;
  std::vector<std::string> warnings;  ///< What is lost and how to mend it, one line each.
  /// What polling cost the server: this poll or the one before.
  Duration server_time{0};
};

/// Used by one thread; a new Session may be given to a new source after a failure.
class CounterSource {
 public:
  virtual ~CounterSource() = default;
  /// Throws what Session::query throws.
  virtual CounterSnapshot poll() = 0;
};

/// `session` must outlive the source. Throws Error{Unsupported, Denied} when the server has no such
/// statistics or does not let us read them, with the remedy.
std::unique_ptr<CounterSource> make_counter_source(Session& session);

/// One line of `unjam doctor`.
struct ServerCheck {
  enum class State : std::uint8_t { Ok, Degraded, Missing };
  State state = State::Ok;
  std::string what;  ///< "reads performance_schema.events_statements_summary_by_digest"
  std::string lost;  ///< What unjam cannot tell without it; empty when Ok.
  std::string mend;  ///< The exact statements (GRANT, SET, CREATE EXTENSION, ...) or settings; may
                     ///< be several lines.
};

/// Everything that unjam needs or can use on this server, best first. Throws only when the session
/// is lost.
std::vector<ServerCheck> check_server(Session& session);

}  // namespace unjam
