// One line of a syslog file: the header forms of rsyslog, syslog-ng, journald, RFC 5424 and
// logplex.
#pragma once

#include "unjam/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

/// Views point into the line.
struct SyslogLine {
  std::optional<TimePoint> at;  ///< Absent for RFC 3164 times, which have no year.
  std::string_view pid;         ///< Digits.
  std::string_view
      sequence;  ///< SEQ of `[SEQ-CHUNK] ` or `[SEQ] `; empty with syslog_sequence_numbers=off.
  std::uint64_t chunk = 0;   ///< 1 is the first; 0 when the line does not tell.
  std::string_view payload;  ///< Still escaped.
};

/// nullopt: no syslog line, or one without a process id.
std::optional<SyslogLine> parse_syslog_line(std::string_view line);

/// Appends `payload` without rsyslog's control character escapes: `#011`, `#012`, `#015`, ...
void append_unescaped(std::string_view payload, std::string& out);

}  // namespace unjam
