// A server's own statistics of statements as a Collector: connected to, polled, turned into
// increments.
#pragma once

#include "unjam/config/config.h"
#include "unjam/drivers/session.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/watch/collector.h"

#include <functional>
#include <memory>

namespace unjam {

struct CounterCollectorOptions {
  bool mask_samples = true;
  /// How a session is made.
  std::function<std::unique_ptr<Session>(const ServerAddress&)> connect = unjam::connect;
};

/// Its name is "counters:TARGET". `target` has an address; `normalizer` must outlive the collector.
///
/// poll() connects when there is no session (again after Unreachable), and reads all entries that
/// may have changed. A poll that takes a tenth of the interval or longer, or costs the server more
/// than 0.5 % of one core at this interval (or at 10 s, if that is longer), doubles the interval,
/// up to 5 minutes: then the server is in trouble or its statistics are large. Quick polls halve it
/// again. Counts are cumulative, so a pause loses nothing. Errors as those of connect() and
/// make_counter_source().
///
/// health() tells: server_time_us (what polling costs the server), poll_time_us, interval_s,
/// entries, rows_read (of the last poll), rows_read_total, reconnects.
std::unique_ptr<Collector> make_counter_collector(const TargetConfig& target,
                                                  const Normalizer& normalizer,
                                                  const CollectorState& state,
                                                  CounterCollectorOptions options = {});

}  // namespace unjam
