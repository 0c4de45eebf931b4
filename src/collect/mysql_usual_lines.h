// Header lines of a MySQL slow log in exactly the form that servers write them in nearly every
// event: taken apart in one go, without a search for their ends or a look at names of keys. Every
// line that differs in any way is left to MySqlHeaderParser::parse_line.
#pragma once

#include "collect/mysql_header.h"

namespace unjam {

/// A usual line is read without a check of the window's end behind every byte; so many bytes must
/// follow its beginning.
inline constexpr std::ptrdiff_t kUsualLineRoom = 512;

/// Takes the `# ` line at `line` over into `header`, and returns the place behind its line feed;
/// nullptr, with `header` as it was, if the line is not a usual one. kUsualLineRoom bytes can be
/// read. `first`: the line is the first of its header.
const char* take_usual_line(const char* line, bool first, MySqlTimeParser& times,
                            MySqlUserHostParser& users, MySqlHeader& header);

}  // namespace unjam
