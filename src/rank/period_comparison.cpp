#include "rank/period_comparison.h"

#include "rank/source_plan.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/rank/comparison.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace unjam {
namespace {

constexpr std::size_t kGoneShown = 5;
/// A class that was lighter than this part of all is not missed.
constexpr double kGoneShare = 0.005;

bool holds(const std::vector<ReportSource>& sources, std::string_view target, Source source) {
  return std::any_of(sources.begin(), sources.end(), [&](const ReportSource& one) {
    return one.target == target && one.source == source;
  });
}

WholeLoad whole_of(const std::vector<Coverage>& covered, const std::vector<ReportSource>& sources) {
  WholeLoad whole;
  for (const Coverage& coverage : covered) {
    if (holds(sources, coverage.target, coverage.source)) {
      whole.calls += coverage.calls;
      whole.query_time += coverage.query_time;
    }
  }
  return whole;
}

/// Adds the numbers of `then` and `now` to the comparisons of the shown rows; `key` tells rows
/// apart.
template <typename Key>
void fill_comparisons(const std::vector<StoredRow>& then, const std::vector<StoredRow>& now,
                      std::span<const StoredRow* const> shown, std::vector<ReportQuery>& queries,
                      const Key& key) {
  std::unordered_map<std::decay_t<decltype(key(*shown.front()))>, ReportQuery*> places;
  for (std::size_t at = 0; at < shown.size(); ++at) {
    places.emplace(key(*shown[at]), &queries[at]);
  }
  const auto comparison_of = [&](const StoredRow& row) -> ReportComparison* {
    const auto found = places.find(key(row));
    if (found == places.end()) {
      return nullptr;
    }
    auto& comparison = found->second->comparison;
    return comparison ? &*comparison : &comparison.emplace();
  };
  for (const StoredRow& row : now) {
    if (ReportComparison* const comparison = comparison_of(row)) {
      comparison->calls = row.counts.calls;
      comparison->query_time = row.counts.query_time;
    }
  }
  for (const StoredRow& row : then) {
    if (ReportComparison* const comparison = comparison_of(row)) {
      comparison->calls_before = row.counts.calls;
      comparison->query_time_before = row.counts.query_time;
    }
  }
}

void add_gone(const StoreReader& store, const std::vector<StoredRow>& then,
              const std::vector<StoredRow>& now, ReportPast& past) {
  std::unordered_set<FingerprintId> running;
  running.reserve(now.size() * 2);
  for (const StoredRow& row : now) {
    if (row.counts.calls > 0) {
      running.insert(row.id);
    }
  }
  std::vector<const StoredRow*> gone;
  for (const StoredRow& row : then) {
    if (row.counts.calls > 0 && !running.contains(row.id)) {
      gone.push_back(&row);
    }
  }
  past.gone_classes = gone.size();
  const auto shown = gone.begin() + static_cast<std::ptrdiff_t>(std::min(gone.size(), kGoneShown));
  std::partial_sort(gone.begin(), shown, gone.end(), [](const auto* a, const auto* b) {
    return a->counts.query_time != b->counts.query_time
               ? a->counts.query_time > b->counts.query_time
               : a->id < b->id;
  });
  const double least = kGoneShare * static_cast<double>(past.query_time_before.count());
  for (auto row = gone.begin(); row != shown; ++row) {
    const Counts& counts = (*row)->counts;
    if (static_cast<double>(counts.query_time.count()) < least) {
      break;
    }
    ReportGone& entry = past.gone.emplace_back();
    entry.id = (*row)->id;
    entry.calls = counts.calls;
    entry.query_time = counts.query_time;
    if (auto text = store.text(entry.id)) {
      entry.text = std::move(text->text);
      entry.tables = tables_of(entry.text);
    }
  }
}

void judge(const ReportPast& past, TimePoint begin, ReportQuery& query) {
  ReportComparison& row = *query.comparison;
  if (row.calls_before == 0 && query.first_seen && *query.first_seen >= begin) {
    row.verdict = Verdict::New;
    return;
  }
  row.verdict = compare_loads({row.calls_before, row.query_time_before},
                              {row.calls, row.query_time}, past.query_time_before, past.query_time);
}

/// Fills what is said of the period before as a whole; the sources that have numbers of it.
std::vector<ReportSource> begin_past(const StoreReader& store, const TopOptions& options,
                                     const std::vector<ReportSource>& sources,
                                     AnalysisReport& report) {
  const TimeRange before = period_before(options.range);
  const std::vector<Coverage> covered = store.coverage(before);
  std::vector<ReportSource> compared = comparable_sources(store, sources, before, covered);
  if (compared.empty()) {
    return compared;
  }
  ReportPast& past = report.history->past.emplace();
  past.range = before;
  for (const ReportSource& source : sources) {
    if (!holds(compared, source.target, source.source)) {
      past.not_compared.push_back(source.target);
    }
  }
  const WholeLoad then = whole_of(covered, compared);
  past.calls_before = then.calls;
  past.query_time_before = then.query_time;
  past.calls = report.totals.statements;
  past.query_time = report.totals.query_time;
  if (!past.not_compared.empty()) {
    const WholeLoad now = whole_of(store.coverage(options.range), compared);
    past.calls = now.calls;
    past.query_time = now.query_time;
  }
  return compared;
}

}  // namespace

void compare_class(const StoreReader& store, const TopOptions& options,
                   const std::vector<ReportSource>& sources, const Counts& counts,
                   AnalysisReport& report) {
  const std::vector<ReportSource> compared = begin_past(store, options, sources, report);
  if (compared.empty()) {
    return;
  }
  const ReportPast& past = *report.history->past;
  ReportQuery& query = report.queries.front();
  const auto sum = [&](const TimeRange& range) {
    return class_counts(store, scopes_of(compared, range), Detail::Load, {&query.id, 1}).front();
  };
  const Counts then = sum(past.range);
  const Counts now = past.not_compared.empty() ? counts : sum(options.range);
  if (then.calls > 0 || now.calls > 0) {
    query.comparison = {then.calls, then.query_time, now.calls, now.query_time, Verdict::Same};
    judge(past, options.range.begin, query);
  }
}

void compare_periods(const StoreReader& store, const TopOptions& options,
                     const std::vector<ReportSource>& sources, const std::vector<StoredRow>& rows,
                     std::span<const StoredRow* const> shown, AnalysisReport& report) {
  const std::vector<ReportSource> compared = begin_past(store, options, sources, report);
  if (compared.empty() || shown.empty()) {
    return;
  }
  ReportPast& past = *report.history->past;
  const std::vector<StoredRow> then =
      stored_rows(store, scopes_of(compared, past.range), options.group, Detail::Load,
                  {past.calls_before, past.query_time_before});
  // The same targets now as then: else every class of a new target would look as if it had grown.
  std::vector<StoredRow> narrowed;
  if (!past.not_compared.empty()) {
    narrowed = stored_rows(store, scopes_of(compared, options.range), options.group, Detail::Load,
                           {past.calls, past.query_time});
  }
  const std::vector<StoredRow>& now = past.not_compared.empty() ? rows : narrowed;
  if (options.group.kind == TopGroup::Kind::Class) {
    fill_comparisons(then, now, shown, report.queries, [](const StoredRow& row) { return row.id; });
    add_gone(store, then, now, past);
  } else {
    fill_comparisons(then, now, shown, report.queries,
                     [](const StoredRow& row) -> const std::string& { return row.name; });
  }
  for (ReportQuery& query : report.queries) {
    if (query.comparison) {
      judge(past, options.range.begin, query);
    }
  }
}

}  // namespace unjam
