// Standard output, checked: a report that could not be written is not done.
#pragma once

#include "unjam/base/error.h"

#include <string_view>

namespace unjam {

/// Throws Error{Unreachable} when standard output takes no more (full disk); a closed pipe ends
/// quietly.
void write_output(std::string_view text);
void flush_output();

/// 2 or 3, as CLI.md of the project says.
int exit_code_of(ErrorKind kind);

/// "unjam: ..." as one line on standard error.
void report_failure(std::string_view message);

}  // namespace unjam
