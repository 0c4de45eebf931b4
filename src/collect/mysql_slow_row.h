// One row of mysql.slow_log as an event, whether it was exported to a file or read from the table.
#pragma once

#include "unjam/collect/log_event.h"

#include <optional>
#include <string_view>

namespace unjam {

/// Columns as the server prints them, without the escapes of an export; empty: there is none.
struct MySqlSlowRow {
  std::optional<TimePoint> at;  ///< When it was logged.
  std::string_view user_host;
  std::string_view query_time;
  std::string_view lock_time;
  std::string_view rows_sent;
  std::string_view rows_examined;
  std::string_view rows_affected;  ///< MariaDB only.
  std::string_view database;
  std::string_view sql;  ///< kScanPadding readable bytes follow it.
  std::string_view thread_id;
};

/// Views into `row`. Administrator commands and throttle summaries are told from statements; an
/// event without query_time had a broken one.
LogEvent event_of(const MySqlSlowRow& row);

}  // namespace unjam
