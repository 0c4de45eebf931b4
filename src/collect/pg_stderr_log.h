// PostgreSQL's text log: stderr, files of the logging collector, RDS and Azure downloads.
#pragma once

#include "unjam/collect/log_reader.h"

#include <memory>
#include <string_view>

namespace unjam {

/// `log_line_prefix`: as in postgresql.conf.
std::unique_ptr<LogReader> make_pg_stderr_reader(std::string_view log_line_prefix,
                                                 const ReaderOptions& options, bool mid_file);

}  // namespace unjam
