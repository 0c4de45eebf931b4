// Log readers: bytes in, events out. One reader per format family; all are pure (no files, no
// clock, no threads), pulled through a window that the caller fills.
#pragma once

#include "unjam/base/time.h"
#include "unjam/collect/log_event.h"
#include "unjam/model/sql.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

enum class LogFormat : std::uint8_t {
  MySqlSlow,       ///< mysql-slow: MySQL, Percona, MariaDB, Aurora and RDS slow log files.
  MySqlSlowTable,  ///< mysql-slow-table: `mysql -N -B` export of mysql.slow_log.
  PgStderr,        ///< pg-stderr: any log_line_prefix; RDS and Aurora too.
  PgCsv,           ///< pg-csv
  PgJson,          ///< pg-json
  PgSyslog,        ///< pg-syslog
  PgCloudSqlJson,  ///< pg-cloudsql-json: JSON envelopes with textPayload.
  PgCnpgJson,      ///< pg-cnpg-json: CloudNativePG's {"record":{...}}.
};

std::string_view to_string(LogFormat format);
std::optional<LogFormat> parse_log_format(std::string_view name);
/// All names, in the order of the enumeration.
std::vector<std::string> log_format_names();

struct ReaderOptions {
  /// MySqlSlow only: MySql, MySqlAnsi or MariaDb. nullopt: as detected from the banner, else MySql.
  std::optional<Dialect> dialect;
  /// PgStderr and PgSyslog: log_line_prefix. nullopt: as detected.
  std::optional<std::string> log_line_prefix;
  /// Zone of times that are written without one, as seconds east of UTC.
  std::chrono::seconds utc_offset{0};
};

/// Stretches of input that are not part of any event, by reason ("no header", "bad csv row", ...).
struct Skipped {
  std::uint64_t count = 0;
  std::string sample;  ///< First bytes of the first one, at most 200, escaped for a terminal.
};

/// Adds to `to` what was skipped since `before`, both as one reader's skipped() told it.
void add_skipped(const std::map<std::string, Skipped>& now,
                 const std::map<std::string, Skipped>& before, std::map<std::string, Skipped>& to);

/// What the caller has: bytes of the log, starting at the first one not yet consumed.
struct Window {
  /// kScanPadding readable bytes follow it.
  std::string_view bytes;
  /// No byte will follow `bytes`: the last record is complete, or cut for ever.
  bool at_end = false;
  /// A record that starts at or after this offset into `bytes` is left unread.
  std::size_t stop = std::string_view::npos;
};

/// Not thread-safe; two readers never share state. No input makes it throw or loop.
class LogReader {
 public:
  virtual ~LogReader() = default;

  virtual Dialect dialect() const = 0;

  /// Delivers the complete records at the front of the window to `sink`, in order, and returns how
  /// many bytes were used. The caller drops those, appends more and calls again. Fewer bytes than
  /// up to `stop` are used only because the last record is not complete; then a larger window is
  /// wanted. With at_end everything is used (up to `stop`).
  virtual std::size_t read(const Window& window, EventSink& sink) = 0;

  /// Delivers what waited for later lines (a pending ERROR, an unpaired plan). Call once, at the
  /// end of the log.
  virtual void finish(EventSink& sink) = 0;

  /// Offset of the first place in `bytes` (which may start anywhere in a log) where a record very
  /// probably begins; npos if there is none. To read a log in parallel, a reader starts there and
  /// the caller checks the guess against the reader that comes from the left.
  virtual std::size_t find_record(std::string_view bytes) const = 0;

  virtual const std::map<std::string, Skipped>& skipped() const = 0;

  /// The database that events take over from earlier `use` lines of the file (MySQL slow log).
  /// A reader that started mid-file reports kInheritedDatabase in events until it meets a `use`.
  virtual std::string_view database_state() const { return {}; }
};

/// Stands for "the database that was in use where this reader started"; no real name holds a NUL
/// first.
inline constexpr std::string_view kInheritedDatabase{"\0inherited", 10};

struct DetectedFormat {
  LogFormat format;
  Dialect dialect = Dialect::MySql;
  std::optional<std::string> log_line_prefix;
};

/// Finds the format by content. `head` is the first part of the log (64 KiB or more is best).
/// nullopt: unknown or binary.
std::optional<DetectedFormat> detect_log_format(std::string_view head);

/// As detected, but in the format that the user names, if any. nullopt: unknown, and none is named.
std::optional<DetectedFormat> choose_log_format(std::string_view head,
                                                std::optional<LogFormat> wish);

/// One printable line on what `head` looks like, for the error message when detection fails.
std::string describe_unknown_format(std::string_view head);

/// `mid_file`: the reader starts somewhere inside the log, not at its first byte.
std::unique_ptr<LogReader> make_log_reader(const DetectedFormat& format,
                                           const ReaderOptions& options, bool mid_file = false);

}  // namespace unjam
