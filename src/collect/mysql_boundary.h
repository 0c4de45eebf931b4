// Where events of a MySQL slow log may begin: probes for header blocks and banners at a given
// place. They look at what stands there, not at what stood before; a statement may hold the same
// bytes.
#pragma once

#include "collect/byte_search.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace unjam {

enum class Probe : std::uint8_t { No, Yes, NeedsMore };

/// A header block: `#` lines that begin with one the server begins with, and hold a Query_time
/// line. At the end of the log a block that is cut off counts. NeedsMore never with `at_end`.
/// `stop`, if not null, receives the place up to which no other header block can begin.
Probe probe_header(const char* line, const char* end, bool at_end, const char** stop = nullptr);

/// The three lines a server writes when it opens the log. `line` may begin with the rest of a
/// half-written line. At the end of the log a banner that is cut behind its first line counts.
Probe probe_banner(const char* line, const char* end, bool at_end);

/// Behind the banner at `line`, which probe_banner() has approved.
const char* banner_end(const char* line, const char* end);

/// First byte of the banner proper in its first line: half a statement may stand before it.
const char* banner_begin(const char* line, const char* line_end);

/// The end of the log, a banner or a header block, behind any blank lines and NUL bytes.
Probe probe_next_event(const char* line, const char* end, bool at_end);

/// Length of the SET line at the front of `text` with its line end; 0 if there is none, or not all
/// of it. Sets `timestamp` if the line has one.
std::size_t set_line_length(std::string_view text, std::optional<std::int64_t>& timestamp);

/// Whether the header block at `line` is followed by a SET line and that by statement text: a whole
/// event, which no single statement can hold outside of literals and comments. Looks at 64 KiB.
Probe probe_event(const char* line, const char* end, bool at_end);

/// First '\n' in [begin, end) that `#` follows, else `end`. Reads nothing behind `end`.
const char* find_hash_line(const char* begin, const char* end);

/// Behind the '\n' that ends the line at `line`, or `end`.
inline const char* next_line(const char* line, const char* end) {
  const char* const found = find_any<'\n'>(line, end);
  return found == end ? end : found + 1;
}

/// [line, result) without its LF or CRLF; `next` as of next_line().
const char* trim_line_end(const char* line, const char* next);

}  // namespace unjam
