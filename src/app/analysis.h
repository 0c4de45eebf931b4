// Logs to one aggregate: opens each input, finds its format, reads it, keeps going when one fails.
#pragma once

#include "app/window.h"
#include "unjam/aggregate/aggregator.h"
#include "unjam/base/error.h"
#include "unjam/collect/log_reader.h"
#include "unjam/rank/analysis_report.h"

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// How an input is to be read, as far as the user says.
struct InputOptions {
  std::optional<LogFormat> format;  ///< nullopt: found by content.
  ReaderOptions reader;
};

/// The format of a log by its first bytes and the user's wishes; nullopt when it is empty. Throws
/// Error{Unsupported} that says what was seen and how to force a format.
std::optional<DetectedFormat> choose_format(const std::string& path, std::string_view head,
                                            const InputOptions& options);

struct AnalysisOptions {
  InputOptions input;
  AggregateOptions aggregate;
  std::size_t threads = 1;
  std::function<void(std::uint64_t)> progress;  ///< Bytes read, from reading threads.
};

struct Analysis {
  std::optional<Aggregator> seen;  ///< Absent when no input could be read.
  std::vector<ReportInput> inputs;
  std::vector<Error> failures;
};

/// `fingerprints` must outlive the result.
Analysis analyze_logs(const std::vector<std::string>& paths, FingerprintCache& fingerprints,
                      const AnalysisOptions& options);

}  // namespace unjam
