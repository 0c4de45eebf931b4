// A log file as a Collector: tailed exactly once, through rotation and restarts.
#pragma once

#include "unjam/config/config.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/watch/collector.h"

#include <cstdint>
#include <memory>
#include <string>

namespace unjam {

struct LogCollectorOptions {
  bool mask_samples = true;
  /// Where there is no checkpoint, a log is read from its beginning, but not more than its last
  /// `read_back` bytes.
  std::uint64_t read_back = std::uint64_t{1} << 30;
};

/// Its name is "log:TARGET:PATH". poll() reads at most 16 MiB and returns a Flush about once in a
/// second of `now`. It throws Error{Denied, Unreachable} when the log cannot be read; a later poll
/// goes on. A log that does not exist is a warning in health(). `normalizer` must outlive it.
std::unique_ptr<Collector> make_log_collector(const std::string& target, const LogConfig& config,
                                              const Normalizer& normalizer, CollectorState state,
                                              const LogCollectorOptions& options = {});

}  // namespace unjam
