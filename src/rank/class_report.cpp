#include "unjam/rank/class_report.h"

#include "rank/class_texts.h"
#include "rank/period_comparison.h"
#include "rank/source_plan.h"
#include "rank/stored_rows.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kMostTrendSlices = 96;
constexpr std::size_t kErrorsKept = 50;

/// The log of every target of `sources`, whether its numbers are taken from there or not: it alone
/// holds hosts, tags, errors and the times of single executions.
std::vector<StoreScope> log_scopes(const std::vector<ReportSource>& sources,
                                   const TimeRange& range) {
  std::vector<ReportSource> logs = sources;
  for (ReportSource& source : logs) {
    source.source = Source::Log;
  }
  return scopes_of(logs, range);
}

class Description {
 public:
  Description(const StoreReader& store, FingerprintId id, TopOptions options)
      : store_(store), id_(id), options_(std::move(options)), plan_(plan_sources(store, options_)) {
    options_.range = watched_range(store, plan_, options_.range);
    scopes_ = scopes_of(plan_.sources, options_.range);
    if (options_.source != Source::Counters) {
      logs_ = log_scopes(plan_.sources, options_.range);
    }
  }

  ClassReport build(const LinterSource& linter) {
    AnalysisReport& report = described_.report;
    report.ranked_by = "load";
    report.grouped_by = "fingerprint";
    report.window = options_.range;
    report.totals.statements = plan_.calls;
    report.totals.query_time = plan_.query_time;
    report.history.emplace();
    report.history->sources = plan_.sources;
    report.history->without = plan_.without;
    ReportQuery& query = report.queries.emplace_back();
    query.id = id_;
    set_text(store_, id_, query);
    query.first_seen = store_.first_seen(id_);
    const Counts counts = class_counts(store_, scopes_, Detail::Full, {&id_, 1}).front();
    set_numbers(query, counts);
    if (plan_.query_time > Duration(0)) {
      query.share = static_cast<double>(query.query_time.count()) /
                    static_cast<double>(plan_.query_time.count());
    }
    query.trend =
        class_trends(store_, scopes_, {&id_, 1}, trend_slices(options_.range, kMostTrendSlices))
            .front();
    add_origins(query);
    add_latency(counts);
    add_targets();
    add_samples(query);
    add_errors(query);
    if (const Linter* const rules = linter ? linter() : nullptr) {
      if (!described_.samples.empty()) {
        query.sample = described_.samples.front().sample;
      }
      set_lint(*rules, counts, options_.japanese, query);
      query.sample.reset();
    }
    compare_class(store_, options_, plan_.sources, counts, report);
    return std::move(described_);
  }

 private:
  /// Of each target from its counters what they tell, and the rest from its log.
  void add_origins(ReportQuery& query) {
    for (const ReportSource& source : plan_.sources) {
      ReportQuery here = origins(source);
      if (source.source == Source::Counters && options_.source != Source::Counters) {
        ReportSource log = source;
        log.source = Source::Log;
        ReportQuery logged = origins(log);
        for (const auto member :
             {&ReportQuery::users, &ReportQuery::databases, &ReportQuery::hosts}) {
          if ((here.*member).empty()) {
            here.*member = std::move(logged.*member);
          }
        }
        here.tags.merge(logged.tags);
      }
      for (const auto member :
           {&ReportQuery::users, &ReportQuery::databases, &ReportQuery::hosts}) {
        for (const auto& [name, count] : here.*member) {
          (query.*member)[name] += count;
        }
      }
      for (const auto& [key, values] : here.tags) {
        for (const auto& [name, count] : values) {
          query.tags[key][name] += count;
        }
      }
    }
  }

  ReportQuery origins(const ReportSource& source) const {
    ReportQuery query;
    query.id = id_;
    set_attributes(store_, scopes_of({source}, options_.range), query);
    return query;
  }

  void add_latency(const Counts& counts) {
    if (tells(counts, RankBy::P95)) {
      described_.latency = latency_bars(counts.histogram);
      described_.latency_source =
          std::any_of(scopes_.begin(), scopes_.end(),
                      [](const StoreScope& scope) { return scope.source == Source::Counters; })
              ? Source::Counters
              : Source::Log;
      return;
    }
    const Counts logged = class_counts(store_, logs_, Detail::Full, {&id_, 1}).front();
    described_.latency = latency_bars(logged.histogram);
  }

  void add_targets() {
    for (const StoreScope& scope : scopes_) {
      for (const TargetTotal& total : store_.per_target(scope, Detail::Full, id_)) {
        if (total.counts.calls == 0) {
          continue;
        }
        ReportQuery numbers;
        set_numbers(numbers, total.counts);
        described_.targets.push_back(
            {total.target, scope.source, numbers.calls, numbers.query_time, numbers.p95});
      }
    }
    std::sort(described_.targets.begin(), described_.targets.end(),
              [](const ClassTarget& a, const ClassTarget& b) {
                return a.query_time != b.query_time ? a.query_time > b.query_time
                                                    : a.target < b.target;
              });
  }

  void add_samples(const ReportQuery& query) {
    for (const ClassSample& sample : store_.samples(id_)) {
      if (options_.targets.empty() || std::find(options_.targets.begin(), options_.targets.end(),
                                                sample.target) != options_.targets.end()) {
        described_.samples.push_back({sample.target,
                                      report_sample(sample, query.dialect, options_.show_literals),
                                      sample.attributes});
      }
    }
  }

  void add_errors(ReportQuery& query) {
    std::vector<ErrorTotal> all;
    for (const StoreScope& scope : logs_) {
      for (ErrorTotal& error : store_.errors(scope, id_)) {
        all.push_back(std::move(error));
      }
    }
    std::sort(all.begin(), all.end(), [](const ErrorTotal& a, const ErrorTotal& b) {
      return a.count != b.count ? a.count > b.count
                                : std::tie(a.code, a.message) < std::tie(b.code, b.message);
    });
    for (const ErrorTotal& error : all) {
      query.errors[error.code] += error.count;
      described_.report.totals.errors += error.count;
      if (described_.report.errors.size() < kErrorsKept) {
        ReportError& shown = described_.report.errors.emplace_back();
        shown.code = error.code;
        shown.severity = error.severity;
        shown.message = error.message;
        shown.count = error.count;
        shown.first_seen = error.first;
        shown.last_seen = error.last;
      }
    }
  }

  const StoreReader& store_;
  FingerprintId id_;
  TopOptions options_;
  SourcePlan plan_;
  std::vector<StoreScope> scopes_;
  std::vector<StoreScope> logs_;
  ClassReport described_;
};

}  // namespace

FingerprintId find_class(const StoreReader& store, std::string_view prefix) {
  std::string hex;
  for (const char c : prefix) {
    const bool upper = c >= 'A' && c <= 'F';
    if (!upper && !(c >= 'a' && c <= 'f') && !(c >= '0' && c <= '9')) {
      hex.clear();
      break;
    }
    hex += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (hex.empty() || hex.size() > 16) {
    throw Error(ErrorKind::Usage,
                fmt::format("{}: not a fingerprint id; write up to 16 hex digits, as unjam top "
                            "--output json or the headings of unjam top show them",
                            prefix.empty() ? "\"\"" : prefix.substr(0, 64)));
  }
  constexpr std::size_t kNamed = 5;
  const std::vector<FingerprintId> found = store.find(hex, kNamed + 1);
  if (found.empty()) {
    throw Error(ErrorKind::Usage,
                fmt::format("{}: the store has no query class whose id begins so; unjam top shows "
                            "those that it has",
                            hex));
  }
  if (found.size() > 1) {
    std::string ids;
    for (std::size_t at = 0; at < std::min(found.size(), kNamed); ++at) {
      ids += (at == 0 ? "" : ", ") + found[at].hex();
    }
    throw Error(ErrorKind::Usage, fmt::format("{}: begins several ids ({}{}); write more of it",
                                              hex, ids, found.size() > kNamed ? ", ..." : ""));
  }
  return found.front();
}

ClassReport describe_class(const StoreReader& store, FingerprintId id, const TopOptions& options,
                           const LinterSource& linter) {
  TopOptions load = options;
  load.by = RankBy::Time;
  load.group = {};
  return Description(store, id, std::move(load)).build(linter);
}

std::vector<LatencyBar> latency_bars(const Histogram& histogram) {
  std::vector<LatencyBar> bars;
  constexpr std::array<std::int64_t, 3> kSteps = {1, 2, 5};
  std::int64_t power = 1;
  std::size_t step = 0;
  Duration lower{0};
  Duration upper{1};
  const auto next = [&] {
    lower = upper;
    step = (step + 1) % kSteps.size();
    power *= step == 0 ? 10 : 1;
    upper = Duration(kSteps.at(step) * power);
  };
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    const Duration middle = bucket.lower + (bucket.upper - bucket.lower) / 2;
    while (middle >= upper) {
      next();
      if (!bars.empty()) {
        bars.push_back({lower, upper, 0});
      }
    }
    if (bars.empty()) {
      bars.push_back({lower, upper, 0});
    }
    bars.back().count += bucket.count;
  }
  return bars;
}

}  // namespace unjam
