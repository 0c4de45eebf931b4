// All that the store knows of one query class: what `unjam show` tells. Pure functions over a
// StoreReader.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"
#include "unjam/model/sql.h"
#include "unjam/rank/analysis_report.h"
#include "unjam/rank/lint.h"
#include "unjam/rank/top.h"
#include "unjam/store/store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Executions whose time was in [lower, upper); bounds are 1, 2 and 5 times powers of ten
/// microseconds.
struct LatencyBar {
  Duration lower;
  Duration upper;
  std::uint64_t count = 0;
};

struct ClassTarget {
  std::string target;
  Source source = Source::Log;
  std::uint64_t calls = 0;
  Duration query_time{0};
  std::optional<Duration> p95;
};

struct ClassExample {
  std::string target;
  QuerySample sample;
  std::vector<Attribute> attributes;
};

struct ClassReport {
  /// With this class as its only row, whose share is that of all load; `errors` are those of the
  /// class, `totals` of all classes.
  AnalysisReport report;
  std::vector<LatencyBar> latency;  ///< Ascending, without gaps; empty: not told.
  Source latency_source = Source::Log;
  std::vector<ClassTarget> targets;  ///< Heaviest first.
  std::vector<ClassExample> samples;
};

/// The class whose id begins with `prefix` (1 to 16 hex digits). Throws Error{Usage} when there is
/// none, or several.
FingerprintId find_class(const StoreReader& store, std::string_view prefix);

/// Of `options`, what ranks and groups does not matter.
ClassReport describe_class(const StoreReader& store, FingerprintId id, const TopOptions& options,
                           const LinterSource& linter);

/// The histogram in few bars. Pure.
std::vector<LatencyBar> latency_bars(const Histogram& histogram);

}  // namespace unjam
