// The store's history to the ranking that `unjam top` shows. Pure functions over a StoreReader.
#pragma once

#include "unjam/base/time.h"
#include "unjam/model/bucket.h"
#include "unjam/rank/analysis_report.h"
#include "unjam/rank/heaviest.h"
#include "unjam/rank/lint.h"
#include "unjam/store/store.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// "load" (or "time"), "calls", "p95", "max", "lock", "rows" or "errors": what a store can rank by.
std::optional<RankBy> parse_top_by(std::string_view name);
/// "load, calls, p95, ...": for messages.
std::string top_by_names();

/// What rows stand for.
struct TopGroup {
  enum class Kind : std::uint8_t {
    Class,
    Target,
    Table,      ///< A class counts for each of the tables it names.
    Attribute,  ///< Users, databases, hosts, or values of one query tag: only calls and time.
  };
  Kind kind = Kind::Class;
  std::string attribute;             ///< As in Attribute::key: "user", "tag:job".
  std::string name = "fingerprint";  ///< As the user says it: "job".
};
std::optional<TopGroup> parse_top_group(std::string_view name);

struct TopOptions {
  TimeRange range;
  RankBy by = RankBy::Time;
  TopGroup group;
  std::size_t top = 10;              ///< 0: all.
  std::vector<std::string> targets;  ///< Empty: all.
  std::optional<Source> source;      ///< nullopt: the best of each target.
  /// The numbers stand for all of the range though they lie in one minute of it: a server's
  /// counters since they began. Nothing is compared then.
  bool cumulative = false;
  bool show_literals = false;  ///< Samples that are stored unmasked are shown so.
  bool japanese = false;       ///< Language of lint texts.
};

/// Called when there are rows to lint; may return nullptr. Rules cost time to load.
using LinterSource = std::function<const Linter*()>;

/// Fills everything of the report but version and notes; `history` is present. Throws Error{Usage}
/// when `by` is not kept for such rows, or when a target is named that the store has never seen.
AnalysisReport rank_top(const StoreReader& store, const TopOptions& options,
                        const LinterSource& linter);

}  // namespace unjam
