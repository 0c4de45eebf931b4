#include "rank/source_plan.h"

#include "rank/stored_rows.h"

#include <algorithm>
#include <map>

namespace unjam {
namespace {

/// What the store has of one target.
struct Seen {
  std::optional<Coverage> log;
  std::optional<Coverage> counters;

  const std::optional<Coverage>& of(Source source) const {
    return source == Source::Log ? log : counters;
  }
};

std::map<std::string, Seen> seen_targets(const StoreReader& store, const TimeRange& range,
                                         const std::vector<std::string>& wanted) {
  std::map<std::string, Seen> seen;
  for (const std::string& target : wanted) {
    seen[target];
  }
  for (Coverage& coverage : store.coverage(range)) {
    if (!wanted.empty() && !seen.contains(coverage.target)) {
      continue;
    }
    Seen& target = seen[coverage.target];
    (coverage.source == Source::Log ? target.log : target.counters) = std::move(coverage);
  }
  return seen;
}

/// Quiet targets and poll intervals leave some minutes empty.
Duration tolerance(const TimeRange& range) {
  return std::max<Duration>(std::chrono::minutes(10), (range.end - range.begin) / 20);
}

bool covers(const Coverage& counters, const Coverage& log, Duration slack) {
  return counters.first <= log.first + slack && counters.last + slack >= log.last;
}

/// Whether sources tell what ranks and groups; asked only where a target has both.
class Telling {
 public:
  Telling(const StoreReader& store, const TopOptions& options) : store_(store), options_(options) {}

  bool counters_tell(const std::string& target) {
    if (!attribute_told(target)) {
      return false;
    }
    switch (options_.by) {
      case RankBy::Time:
      case RankBy::Calls:
        return true;
      case RankBy::Errors:
        // PostgreSQL's counters know no errors; their 0 says nothing.
        return counts(target, Source::Counters).errors > 0 ||
               counts(target, Source::Log).errors == 0;
      default:
        return tells(counts(target, Source::Counters), options_.by) ||
               !tells(counts(target, Source::Log), options_.by);
    }
  }

 private:
  /// Counters know users and databases (as far as the server tells), never hosts and tags.
  bool attribute_told(const std::string& target) const {
    if (options_.group.kind != TopGroup::Kind::Attribute) {
      return true;
    }
    const std::string& key = options_.group.attribute;
    return (key == "user" || key == "database") &&
           !store_.attributes({options_.range, {target}, Source::Counters}, key).empty();
  }

  const Counts& counts(const std::string& target, Source source) {
    auto& known = source == Source::Log ? log_ : counters_;
    if (!known) {
      known.emplace();
      for (TargetTotal& total :
           store_.per_target({options_.range, options_.targets, source}, detail_for(options_.by))) {
        known->emplace(std::move(total.target), std::move(total.counts));
      }
    }
    return (*known)[target];
  }

  const StoreReader& store_;
  const TopOptions& options_;
  std::optional<std::map<std::string, Counts>> log_;
  std::optional<std::map<std::string, Counts>> counters_;
};

ReportSource chosen(const Coverage& coverage, SourceChoice choice) {
  return {coverage.target, coverage.source, choice, coverage.first, coverage.last};
}

}  // namespace

SourcePlan plan_sources(const StoreReader& store, const TopOptions& options) {
  SourcePlan plan;
  Telling telling(store, options);
  const Duration slack = tolerance(options.range);
  const auto take = [&](const Coverage& coverage, SourceChoice choice) {
    plan.sources.push_back(chosen(coverage, choice));
    plan.calls += coverage.calls;
    plan.query_time += coverage.query_time;
  };
  for (const auto& [target, seen] : seen_targets(store, options.range, options.targets)) {
    if (options.source) {
      if (const auto& asked = seen.of(*options.source)) {
        take(*asked, SourceChoice::Asked);
      } else {
        plan.without.push_back(target);
      }
    } else if (seen.log && seen.counters) {
      if (!covers(*seen.counters, *seen.log, slack)) {
        take(*seen.log, SourceChoice::Longer);
      } else if (telling.counters_tell(target)) {
        take(*seen.counters, SourceChoice::Complete);
      } else {
        take(*seen.log, SourceChoice::Tells);
      }
    } else if (seen.log || seen.counters) {
      take(seen.log ? *seen.log : *seen.counters, SourceChoice::Only);
    } else {
      plan.without.push_back(target);
    }
  }
  return plan;
}

TimeRange watched_range(const StoreReader& store, const SourcePlan& plan, const TimeRange& range) {
  if (plan.sources.empty()) {
    return range;
  }
  TimePoint first = range.end;
  for (const ReportSource& source : plan.sources) {
    first = std::min(first, source.first);
  }
  if (first <= range.begin + tolerance(range)) {
    return range;
  }
  const std::vector<Coverage> earlier = store.coverage({TimePoint(Duration(0)), range.begin});
  const bool watched = std::any_of(earlier.begin(), earlier.end(), [&](const Coverage& coverage) {
    return std::any_of(plan.sources.begin(), plan.sources.end(), [&](const ReportSource& source) {
      return source.target == coverage.target;
    });
  });
  return watched ? range : TimeRange{first, range.end};
}

std::vector<StoreScope> scopes_of(const std::vector<ReportSource>& sources,
                                  const TimeRange& range) {
  StoreScope log{range, {}, Source::Log};
  StoreScope counters{range, {}, Source::Counters};
  for (const ReportSource& source : sources) {
    (source.source == Source::Log ? log : counters).targets.push_back(source.target);
  }
  // A scope without names would mean all targets.
  std::vector<StoreScope> scopes;
  for (StoreScope* scope : {&log, &counters}) {
    if (!scope->targets.empty()) {
      scopes.push_back(std::move(*scope));
    }
  }
  return scopes;
}

TimeRange period_before(const TimeRange& range) {
  return {range.begin - (range.end - range.begin), range.begin};
}

std::vector<ReportSource> comparable_sources(const StoreReader& store,
                                             const std::vector<ReportSource>& sources,
                                             const TimeRange& before,
                                             const std::vector<Coverage>& covered) {
  std::optional<std::vector<Coverage>> earlier;
  const auto found = [](const std::vector<Coverage>& all, const ReportSource& source) {
    return std::find_if(all.begin(), all.end(), [&](const Coverage& coverage) {
      return coverage.target == source.target && coverage.source == source.source;
    });
  };
  // Watched for three quarters of the period at least: else it looks as if load had grown.
  const TimePoint latest_begin = before.begin + (before.end - before.begin) / 4;
  std::vector<ReportSource> comparable;
  for (const ReportSource& source : sources) {
    const auto then = found(covered, source);
    if (then == covered.end()) {
      continue;
    }
    if (then->first > latest_begin) {
      // A quiet target, or one that was not watched yet.
      if (!earlier) {
        earlier = store.coverage({TimePoint(Duration(0)), before.begin});
      }
      if (found(*earlier, source) == earlier->end()) {
        continue;
      }
    }
    comparable.push_back(source);
  }
  return comparable;
}

}  // namespace unjam
