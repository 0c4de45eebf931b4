// What a server message says, in any language: its kind and the values in it. Formats are data
// (pg_message_formats.cpp, pg_error_formats.cpp); this matches text against them in linear time.
#pragma once

#include "collect/digits.h"
#include "unjam/base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace unjam {

enum class PgMessageKind : std::uint8_t {
  Unknown,
  DurationStatement,
  DurationParse,
  DurationBind,
  DurationExecute,
  DurationFetch,
  DurationFastpath,
  DurationPlan,   ///< auto_explain
  DurationAlone,  ///< log_duration: nothing but the time.
  Statement,      ///< log_statement, simple protocol.
  Execute,        ///< log_statement, extended protocol.
  Fetch,
  Fastpath,
  Parameters,  ///< DETAIL
  Prepare,     ///< DETAIL of a SQL EXECUTE.
  StillWaiting,
  Acquired,
  WaitFailed,
  DeadlockFound,
  DeadlockAvoided,
  LockUnavailable,    ///< log_lock_failures (18)
  DeadlockWaits,      ///< A line of a deadlock's DETAIL.
  DeadlockStatement,  ///< As above.
  TemporaryFile,
  Disconnection,
};

/// Views point into the text that was matched.
struct PgMessage {
  PgMessageKind kind = PgMessageKind::Unknown;
  std::optional<Duration> elapsed;
  std::uint64_t pid = 0;
  std::uint64_t number = 0;  ///< Bytes of a file, OID of a function, pid of a blocker.
  std::string_view name;     ///< Of a prepared statement and portal, a function or a file.
  std::string_view mode;
  std::string_view object;
  std::string_view sql;
};

struct PgMessageFormat {
  PgMessageKind kind;
  std::string_view format;
};

struct PgErrorFormat {
  std::string_view sqlstate;
  std::string_view format;
};

std::span<const PgMessageFormat> pg_message_formats();
std::span<const PgErrorFormat> pg_error_formats();

/// As take_milliseconds.
std::optional<Duration> take_any_milliseconds(std::string_view& text);

/// `123.456` milliseconds (a comma in some languages) at the front of `text`, which it shortens;
/// exact to the microsecond.
inline std::optional<Duration> take_milliseconds(std::string_view& text) {
  constexpr std::size_t kReach = 17;  // Eight digits, the point and eight more.
  if (text.size() >= kReach) {
    const EightDigits whole = read_digits(text.data());
    const char* const point = text.data() + whole.count;
    const EightDigits thousandths = read_digits(point + 1);
    if (whole.count - 1 < 7 && (*point == '.' || *point == ',') && thousandths.count == 3) {
      text.remove_prefix(whole.count + 4);
      return Duration(static_cast<std::int64_t>(whole.value * 1000 + thousandths.value));
    }
  }
  return take_any_milliseconds(text);
}

/// Kind Unknown: nothing that the catalogue knows.
PgMessage find_pg_message(std::string_view text);

/// SQLSTATE of an error message; empty when unknown.
std::string_view find_sqlstate(std::string_view text);

}  // namespace unjam
