// PostgreSQL's log through syslog: rsyslog, syslog-ng, journald exports, Heroku logplex.
#pragma once

#include "unjam/collect/log_reader.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

/// `log_line_prefix`: as in postgresql.conf; what follows the syslog header and `[SEQ-CHUNK] `.
std::unique_ptr<LogReader> make_pg_syslog_reader(std::string_view log_line_prefix,
                                                 const ReaderOptions& options, bool mid_file);

/// The log_line_prefix of the PostgreSQL messages in a syslog file; nullopt when it has none.
std::optional<std::string> detect_pg_syslog_prefix(std::string_view head);

}  // namespace unjam
