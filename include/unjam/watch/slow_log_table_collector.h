// The slow log that a MySQL or MariaDB server writes to mysql.slow_log (log_output=TABLE), as a
// Collector: read exactly once, through TRUNCATE, rotation and restarts.
#pragma once

#include "unjam/config/server_address.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/watch/collector.h"

#include <chrono>
#include <memory>
#include <string>

namespace unjam {

struct SlowLogTableOptions {
  /// At least; a large table is looked at less often, since the server reads it whole each time.
  Duration interval = std::chrono::seconds(10);
  bool mask_samples = true;
};

/// Its name is "slow-log-table:TARGET". It connects when it is polled first, and anew after
/// Error{Unreachable}. poll() throws what connect() and Session::query throw; a missing right comes
/// with the GRANT. A log that the server does not write is a warning in health(). `normalizer` must
/// outlive it.
std::unique_ptr<Collector> make_slow_log_table_collector(const std::string& target,
                                                         const ServerAddress& address,
                                                         const Normalizer& normalizer,
                                                         const CollectorState& state,
                                                         const SlowLogTableOptions& options = {});

}  // namespace unjam
