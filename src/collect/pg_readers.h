// Which reader a PostgreSQL log wants: detection by content and construction.
#pragma once

#include "unjam/collect/log_reader.h"

#include <memory>
#include <optional>
#include <string_view>

namespace unjam {

/// Container and log_line_prefix of a PostgreSQL log; nullopt when `head` is none.
std::optional<DetectedFormat> detect_pg_format(std::string_view head);

/// `format.format` is one of the Pg* formats; nullptr for any other. `mid_file`: the reader starts
/// somewhere inside the log.
std::unique_ptr<LogReader> make_pg_reader(const DetectedFormat& format,
                                          const ReaderOptions& options, bool mid_file);

}  // namespace unjam
