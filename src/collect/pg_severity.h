// The words in front of a message, in every language that PostgreSQL is translated to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace unjam {

/// Primary severities start a record; the others belong to the record before them of their session.
enum class PgSeverity : std::uint8_t {
  Log,
  Error,
  Fatal,
  Panic,
  Notice,  ///< DEBUG, INFO, NOTICE, WARNING: never an event.
  Detail,
  Hint,
  Query,
  Context,
  Statement,
  Other,  ///< LOCATION, BACKTRACE.
};

constexpr bool is_primary(PgSeverity severity) { return severity <= PgSeverity::Notice; }

struct PgSeverityWord {
  PgSeverity severity = PgSeverity::Other;
  std::size_t word_length = 0;  ///< "LOG"
  std::size_t length = 0;       ///< "LOG:  ", what precedes the message. 0: no severity here.
};

/// The severity that `text` starts with.
PgSeverityWord read_severity(std::string_view text);

/// Severity of a word alone, as csvlog and jsonlog give it; nullopt when the word is unknown.
std::optional<PgSeverity> parse_severity(std::string_view word);

}  // namespace unjam
