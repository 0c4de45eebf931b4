#include "unjam/rank/top.h"

#include "rank/class_texts.h"
#include "rank/period_comparison.h"
#include "rank/source_plan.h"
#include "rank/stored_rows.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kMostTrendSlices = 48;
/// Trends of tables are sums over their classes; beyond so many they cost more than they tell.
constexpr std::size_t kMostTrendClasses = 400;

constexpr std::array<std::pair<std::string_view, RankBy>, 7> kMeasures = {
    {{"load", RankBy::Time},
     {"calls", RankBy::Calls},
     {"p95", RankBy::P95},
     {"max", RankBy::Max},
     {"lock", RankBy::Lock},
     {"rows", RankBy::RowsExamined},
     {"errors", RankBy::Errors}}};

std::string_view name_of(RankBy by) {
  const auto* const found = std::find_if(kMeasures.begin(), kMeasures.end(),
                                         [by](const auto& entry) { return entry.second == by; });
  return found == kMeasures.end() ? to_string(by) : found->first;
}

bool adds_up(RankBy by) { return by != RankBy::P95 && by != RankBy::Max; }

class Ranking {
 public:
  Ranking(const StoreReader& store, const TopOptions& options)
      : store_(store), options_(options), plan_(plan_sources(store, options)) {}

  AnalysisReport build(const LinterSource& linter) {
    report_.ranked_by = name_of(options_.by);
    report_.grouped_by = options_.group.name;
    if (!options_.cumulative) {
      options_.range = watched_range(store_, plan_, options_.range);
    }
    report_.window = options_.range;
    ReportHistory& history = report_.history.emplace();
    history.sources = plan_.sources;
    history.without = plan_.without;
    check_targets(history);
    if (plan_.sources.empty()) {
      return std::move(report_);
    }
    scopes_ = scopes_of(plan_.sources, options_.range);
    rows_ = stored_rows(store_, scopes_, options_.group, detail_for(options_.by),
                        {plan_.calls, plan_.query_time});
    // Statements that only ever failed have no executions.
    std::erase_if(rows_, [this](const StoredRow& row) {
      return row.counts.calls == 0 && (options_.by != RankBy::Errors || row.counts.errors == 0);
    });
    add_totals();
    select();
    add_shown(linter);
    if (!options_.cumulative) {
      std::vector<const StoredRow*> shown;
      for (std::size_t at = 0; at < shown_; ++at) {
        shown.push_back(ranked_[at].second);
      }
      compare_periods(store_, options_, plan_.sources, rows_, shown, report_);
    }
    return std::move(report_);
  }

 private:
  /// Where the range is empty: whether there are numbers at all, and of whom.
  void check_targets(ReportHistory& history) const {
    if (!plan_.sources.empty() && history.without.empty()) {
      return;
    }
    std::unordered_set<std::string> known;
    for (const Coverage& coverage :
         store_.coverage({TimePoint(Duration(0)), options_.range.end + std::chrono::days(36500)})) {
      known.insert(coverage.target);
      if (plan_.sources.empty()) {
        std::optional<TimePoint> first;
        std::optional<TimePoint> last;
        if (history.available) {
          first = history.available->begin;
          last = history.available->end;
        }
        widen(first, last, coverage.first);
        widen(first, last, coverage.last);
        history.available = TimeRange{*first, *last};
      }
    }
    for (const std::string& target : options_.targets) {
      if (!known.empty() && !known.contains(target)) {
        std::vector<std::string> names(known.begin(), known.end());
        std::sort(names.begin(), names.end());
        throw Error(ErrorKind::Usage,
                    fmt::format("--target {}: the store has no numbers of it; it has {}", target,
                                fmt::join(names, ", ")));
      }
    }
  }

  void add_totals() {
    ReportTotals& totals = report_.totals;
    std::uint64_t lock_us = 0;
    bool lock_told = false;
    if (options_.group.kind == TopGroup::Kind::Class) {
      for (const StoredRow& row : rows_) {
        totals.statements += row.counts.calls;
        totals.query_time += row.counts.query_time;
        lock_us += row.counts.lock_time.sum;
        lock_told = lock_told || row.counts.lock_time.told;
        totals.errors += row.counts.errors;
      }
      totals.fingerprints = rows_.size();
      if (lock_told) {
        totals.lock_time = Duration(static_cast<std::int64_t>(lock_us));
      }
    } else {
      totals.statements = plan_.calls;
      totals.query_time = plan_.query_time;
    }
    report_.trend = whole_trend(store_, scopes_, slices());
  }

  void select() {
    ranked_.reserve(rows_.size());
    for (const StoredRow& row : rows_) {
      const bool told = tells(row.counts, options_.by);
      const double value = told ? measure(row.counts, options_.by) : -1.0;
      ranked_.emplace_back(value, &row);
      if (options_.by != RankBy::Time && options_.by != RankBy::Calls) {
        report_.unmeasured += told ? 0U : 1U;
      }
    }
    const auto heavier = [](const auto& a, const auto& b) {
      if (a.first != b.first) {
        return a.first > b.first;
      }
      const Counts& x = a.second->counts;
      const Counts& y = b.second->counts;
      if (x.query_time != y.query_time) {
        return x.query_time > y.query_time;
      }
      if (x.calls != y.calls) {
        return x.calls > y.calls;
      }
      return a.second->id != b.second->id ? a.second->id < b.second->id
                                          : a.second->name < b.second->name;
    };
    shown_ = options_.top == 0 ? ranked_.size() : std::min(options_.top, ranked_.size());
    std::partial_sort(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(shown_),
                      ranked_.end(), heavier);
    for (std::size_t at = shown_; at < ranked_.size(); ++at) {
      ++report_.other.rows;
      report_.other.calls += ranked_[at].second->counts.calls;
      report_.other.query_time += ranked_[at].second->counts.query_time;
    }
  }

  /// Of every execution once, also where a class counts for several tables.
  double whole() const {
    switch (options_.by) {
      case RankBy::Time:
        return static_cast<double>(report_.totals.query_time.count());
      case RankBy::Calls:
        return static_cast<double>(report_.totals.statements);
      default:
        break;
    }
    double sum = 0.0;
    if (options_.group.kind != TopGroup::Kind::Table) {
      for (const auto& [value, row] : ranked_) {
        sum += std::max(value, 0.0);
      }
      return sum;
    }
    for (const StoreScope& scope : scopes_) {
      for (const TargetTotal& total : store_.per_target(scope, detail_for(options_.by))) {
        sum += measure(total.counts, options_.by);
      }
    }
    return sum;
  }

  void add_shown(const LinterSource& linter) {
    const double all = adds_up(options_.by) ? whole() : 0.0;
    for (std::size_t at = 0; at < shown_; ++at) {
      const auto& [value, row] = ranked_[at];
      ReportQuery& query = report_.queries.emplace_back();
      query.id = row->id;
      query.text = row->name;
      query.fingerprints = row->fingerprints;
      set_numbers(query, row->counts);
      if (row->counts.errors > 0 && options_.group.kind != TopGroup::Kind::Class) {
        query.errors["any"] = row->counts.errors;
      }
      if (all > 0.0) {
        query.share = std::max(value, 0.0) / all;
      }
    }
    switch (options_.group.kind) {
      case TopGroup::Kind::Class:
        add_classes(linter);
        break;
      case TopGroup::Kind::Target:
        add_target_trends();
        break;
      case TopGroup::Kind::Table:
        add_table_trends();
        break;
      case TopGroup::Kind::Attribute:
        break;
    }
  }

  void add_classes(const LinterSource& linter) {
    std::vector<FingerprintId> ids;
    for (const ReportQuery& query : report_.queries) {
      ids.push_back(query.id);
    }
    const std::vector<Counts> counts = class_counts(store_, scopes_, Detail::Full, ids);
    std::vector<Trend> trends = class_trends(store_, scopes_, ids, slices());
    const Linter* const rules = ids.empty() || !linter ? nullptr : linter();
    for (std::size_t at = 0; at < ids.size(); ++at) {
      ReportQuery& query = report_.queries[at];
      set_numbers(query, counts[at]);
      query.trend = std::move(trends[at]);
      set_text(store_, ids[at], query);
      query.first_seen = store_.first_seen(ids[at]);
      set_sample(store_, options_, query);
      if (counts[at].errors > 0) {
        set_errors(store_, scopes_, counts[at].errors, query);
      }
      if (rules != nullptr) {
        set_lint(*rules, counts[at], options_.japanese, query);
      }
    }
  }

  void add_target_trends() {
    for (ReportQuery& query : report_.queries) {
      for (const ReportSource& source : plan_.sources) {
        if (source.target == query.text) {
          query.trend = whole_trend(store_, scopes_of({source}, options_.range), slices());
        }
      }
    }
  }

  void add_table_trends() {
    for (std::size_t at = 0; at < shown_; ++at) {
      const std::vector<FingerprintId>& classes = ranked_[at].second->classes;
      if (classes.size() > kMostTrendClasses) {
        continue;
      }
      Trend& sum = report_.queries[at].trend;
      for (Trend& trend : class_trends(store_, scopes_, classes, slices())) {
        if (sum.query_time_s.empty()) {
          sum = std::move(trend);
          continue;
        }
        for (std::size_t slice = 0; slice < sum.query_time_s.size(); ++slice) {
          sum.query_time_s[slice] += trend.query_time_s[slice];
        }
      }
    }
  }

  std::size_t slices() const { return trend_slices(options_.range, kMostTrendSlices); }

  const StoreReader& store_;
  TopOptions options_;
  SourcePlan plan_;
  std::vector<StoreScope> scopes_;
  std::vector<StoredRow> rows_;
  std::vector<std::pair<double, const StoredRow*>> ranked_;
  std::size_t shown_ = 0;
  AnalysisReport report_;
};

}  // namespace

std::optional<RankBy> parse_top_by(std::string_view name) {
  if (name == "time") {
    return RankBy::Time;
  }
  for (const auto& [known, by] : kMeasures) {
    if (known == name) {
      return by;
    }
  }
  return std::nullopt;
}

std::string top_by_names() {
  std::string names;
  for (const auto& [name, by] : kMeasures) {
    names += names.empty() ? "" : ", ";
    names += name;
  }
  return names;
}

std::optional<TopGroup> parse_top_group(std::string_view name) {
  TopGroup group;
  group.name = name;
  if (name == "fingerprint") {
    return group;
  }
  if (name == "target" || name == "table") {
    group.kind = name == "target" ? TopGroup::Kind::Target : TopGroup::Kind::Table;
    return group;
  }
  group.kind = TopGroup::Kind::Attribute;
  if (name == "user" || name == "database" || name == "host" ||
      (name.starts_with("tag:") && name.size() > 4)) {
    group.attribute = name;
    return group;
  }
  if (name == "job" || name == "controller" || name == "action") {
    group.attribute = "tag:" + group.name;
    return group;
  }
  return std::nullopt;
}

AnalysisReport rank_top(const StoreReader& store, const TopOptions& options,
                        const LinterSource& linter) {
  if (options.group.kind == TopGroup::Kind::Attribute && options.by != RankBy::Time &&
      options.by != RankBy::Calls) {
    throw Error(ErrorKind::Usage,
                fmt::format("--by {}: rows by {} are only kept with their calls and load; use "
                            "--by load or calls, or --group-by fingerprint, target or table",
                            name_of(options.by), options.group.name));
  }
  return Ranking(store, options).build(linter);
}

}  // namespace unjam
