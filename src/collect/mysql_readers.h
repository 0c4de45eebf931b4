// Readers and detection of the MySQL family's slow logs.
#pragma once

#include "unjam/collect/log_reader.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace unjam {

/// `format.format` is MySqlSlow or MySqlSlowTable; nullptr for any other. `mid_file`: the reader
/// starts somewhere inside the log.
std::unique_ptr<LogReader> make_mysql_reader(const DetectedFormat& format,
                                             const ReaderOptions& options, bool mid_file);

std::unique_ptr<LogReader> make_mysql_slow_log_reader(Dialect dialect, const ReaderOptions& options,
                                                      bool mid_file);
std::unique_ptr<LogReader> make_mysql_slow_table_reader(Dialect dialect,
                                                        const ReaderOptions& options);

struct MySqlDetection {
  DetectedFormat format;
  std::size_t offset;  ///< Of the first sound record in the head.
};

/// nullopt when `head` holds no sound record of a MySQL slow log or slow_log export.
std::optional<MySqlDetection> detect_mysql_format(std::string_view head);

/// True for the names of protocol commands that the server logs in place of statement text
/// ("Quit").
bool is_mysql_admin_command(std::string_view text);

/// True for the text of a log_throttle_queries_not_using_indexes summary.
bool is_mysql_throttle_summary(std::string_view text);

/// Offset of the first row of a slow_log export in `bytes`, which starts at a row if `at_row`, else
/// anywhere; npos if there is none.
std::size_t find_mysql_slow_table_row(std::string_view bytes, bool at_row);

}  // namespace unjam
