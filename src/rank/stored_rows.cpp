#include "rank/stored_rows.h"

#include "unjam/normalize/normalizer.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace unjam {
namespace {

std::optional<std::uint64_t> told(const OptionalSum& sum) {
  return sum.told ? std::optional<std::uint64_t>(sum.sum) : std::nullopt;
}

double mean_of(const OptionalSum& sum, std::uint64_t calls) {
  return static_cast<double>(sum.sum) / static_cast<double>(std::max<std::uint64_t>(calls, 1));
}

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

/// Counters know the times of some executions only where the server keeps no histogram: those say
/// nothing about the others.
bool knows_times(const Counts& counts) {
  return !counts.histogram.empty() && counts.histogram.count() >= counts.calls / 2;
}

/// Exact where the source tells each execution; counters tell a record when it is broken, and the
/// histogram else.
Duration longest(const Counts& counts) {
  const Duration highest = counts.histogram.quantile(1.0);
  const auto inexact = Duration(static_cast<std::int64_t>(static_cast<double>(highest.count()) * 2 *
                                                          Histogram::kRelativeError));
  return highest <= counts.query_time_max + inexact ? counts.query_time_max : highest;
}

/// A bucket's middle may lie above the longest execution that fell into it.
Duration quantile(const Counts& counts, double q) {
  return std::min(counts.histogram.quantile(q), longest(counts));
}

std::vector<StoredRow> classes(const StoreReader& store, std::span<const StoreScope> scopes,
                               Detail detail) {
  std::vector<StoredRow> rows;
  std::unordered_map<FingerprintId, std::size_t> places;
  bool first = true;
  for (const StoreScope& scope : scopes) {
    std::vector<ClassTotal> totals = store.totals(scope, detail);
    rows.reserve(rows.size() + totals.size());
    // The ids of one scope are distinct: an index is needed only for a second one.
    if (!first && places.empty()) {
      places.reserve(rows.size() * 2);
      for (std::size_t at = 0; at < rows.size(); ++at) {
        places.emplace(rows[at].id, at);
      }
    }
    for (ClassTotal& total : totals) {
      if (!first) {
        const auto [place, is_new] = places.emplace(total.id, rows.size());
        if (!is_new) {
          rows[place->second].counts.merge(total.counts);
          continue;
        }
      }
      StoredRow& row = rows.emplace_back();
      row.id = total.id;
      row.counts = std::move(total.counts);
      row.fingerprints = 1;
    }
    first = first && rows.empty();
  }
  return rows;
}

std::vector<StoredRow> targets(const StoreReader& store, std::span<const StoreScope> scopes,
                               Detail detail) {
  std::vector<StoredRow> rows;
  for (const StoreScope& scope : scopes) {
    for (TargetTotal& total : store.per_target(scope, detail)) {
      StoredRow& row = rows.emplace_back();
      row.name = std::move(total.target);
      row.counts = std::move(total.counts);
    }
  }
  return rows;
}

std::vector<StoredRow> tables(const StoreReader& store, std::span<const StoreScope> scopes,
                              Detail detail) {
  std::map<std::string, StoredRow> groups;
  for (const StoredRow& row : classes(store, scopes, detail)) {
    const auto text = store.text(row.id);
    std::vector<std::string> names = text ? tables_of(text->text) : std::vector<std::string>();
    if (names.empty()) {
      names.emplace_back();
    }
    for (std::string& name : names) {
      StoredRow& group = groups[name];
      group.name = std::move(name);
      group.counts.merge(row.counts);
      group.classes.push_back(row.id);
      group.fingerprints = group.classes.size();
    }
  }
  std::vector<StoredRow> rows;
  rows.reserve(groups.size());
  for (auto& [name, group] : groups) {
    rows.push_back(std::move(group));
  }
  return rows;
}

std::vector<StoredRow> values(const StoreReader& store, std::span<const StoreScope> scopes,
                              const std::string& key, const WholeLoad& whole) {
  std::unordered_map<std::string, std::size_t> places;
  std::vector<StoredRow> rows;
  std::vector<std::unordered_set<FingerprintId>> ids;
  StoredRow none;
  none.counts.calls = whole.calls;
  none.counts.query_time = whole.query_time;
  for (const StoreScope& scope : scopes) {
    for (AttributeTotal& total : store.attributes(scope, key)) {
      none.counts.calls -= std::min(none.counts.calls, total.calls);
      none.counts.query_time -= std::min(none.counts.query_time, total.query_time);
      const auto [place, is_new] = places.emplace(total.value, rows.size());
      if (is_new) {
        rows.emplace_back().name = std::move(total.value);
        ids.emplace_back();
      }
      StoredRow& row = rows[place->second];
      row.counts.calls += total.calls;
      row.counts.query_time += total.query_time;
      ids[place->second].insert(total.id);
      row.fingerprints = ids[place->second].size();
    }
  }
  if (none.counts.calls > 0) {
    const auto place = places.find("");
    if (place == places.end()) {
      rows.push_back(std::move(none));
    } else {
      rows[place->second].counts.merge(none.counts);
      rows[place->second].fingerprints.reset();
    }
  }
  return rows;
}

Trend empty_trend(const TimeRange& range, std::size_t slices) {
  Trend trend;
  trend.begin = range.begin;
  trend.slice = (range.end - range.begin) / static_cast<std::int64_t>(slices);
  trend.query_time_s.assign(slices, 0.0);
  return trend;
}

void add_points(Trend& trend, const std::vector<HistoryPoint>& points) {
  const std::size_t slices = std::min(points.size(), trend.query_time_s.size());
  for (std::size_t at = 0; at < slices; ++at) {
    trend.query_time_s[at] += seconds(points[at].counts.query_time);
  }
}

}  // namespace

double measure(const Counts& counts, RankBy by) {
  switch (by) {
    case RankBy::Time:
      return static_cast<double>(counts.query_time.count());
    case RankBy::Calls:
      return static_cast<double>(counts.calls);
    case RankBy::P50:
      return static_cast<double>(quantile(counts, 0.50).count());
    case RankBy::P95:
      return static_cast<double>(quantile(counts, 0.95).count());
    case RankBy::P99:
      return static_cast<double>(quantile(counts, 0.99).count());
    case RankBy::Max:
      return static_cast<double>(longest(counts).count());
    case RankBy::Mean:
      return counts.calls == 0 ? 0.0
                               : static_cast<double>(counts.query_time.count()) /
                                     static_cast<double>(counts.calls);
    case RankBy::Lock:
      return static_cast<double>(counts.lock_time.sum);
    case RankBy::RowsExamined:
      return static_cast<double>(counts.rows_examined.sum);
    case RankBy::RowsSent:
      return static_cast<double>(counts.rows_sent.sum);
    case RankBy::RowsRatio:
      return static_cast<double>(counts.rows_examined.sum) /
             static_cast<double>(std::max<std::uint64_t>(counts.rows_sent.sum, 1));
    case RankBy::Errors:
      return static_cast<double>(counts.errors);
    case RankBy::Bytes:
      return static_cast<double>(counts.bytes_sent.sum);
  }
  return 0.0;
}

bool tells(const Counts& counts, RankBy by) {
  switch (by) {
    case RankBy::Time:
    case RankBy::Calls:
    case RankBy::Mean:
    case RankBy::Errors:
      return true;
    case RankBy::P50:
    case RankBy::P95:
    case RankBy::P99:
      return knows_times(counts);
    case RankBy::Max:
      return knows_times(counts) ||
             (counts.histogram.empty() && counts.query_time_max > Duration(0));
    case RankBy::Lock:
      return counts.lock_time.told;
    case RankBy::RowsExamined:
      return counts.rows_examined.told;
    case RankBy::RowsSent:
      return counts.rows_sent.told;
    case RankBy::RowsRatio:
      return counts.rows_examined.told && counts.rows_sent.told;
    case RankBy::Bytes:
      return counts.bytes_sent.told;
  }
  return false;
}

Detail detail_for(RankBy by) {
  switch (by) {
    case RankBy::Time:
    case RankBy::Calls:
    case RankBy::Mean:
      return Detail::Load;
    case RankBy::P50:
    case RankBy::P95:
    case RankBy::P99:
    case RankBy::Max:
      return Detail::Full;
    default:
      return Detail::Sums;
  }
}

std::vector<StoredRow> stored_rows(const StoreReader& store, std::span<const StoreScope> scopes,
                                   const TopGroup& group, Detail detail, const WholeLoad& whole) {
  switch (group.kind) {
    case TopGroup::Kind::Class:
      return classes(store, scopes, detail);
    case TopGroup::Kind::Target:
      return targets(store, scopes, detail);
    case TopGroup::Kind::Table:
      return tables(store, scopes, detail);
    case TopGroup::Kind::Attribute:
      return values(store, scopes, group.attribute, whole);
  }
  return {};
}

std::vector<Counts> class_counts(const StoreReader& store, std::span<const StoreScope> scopes,
                                 Detail detail, std::span<const FingerprintId> classes) {
  std::vector<Counts> counts(classes.size());
  for (const StoreScope& scope : scopes) {
    const std::vector<ClassTotal> totals = store.totals(scope, detail, classes);
    for (std::size_t at = 0; at < std::min(totals.size(), counts.size()); ++at) {
      counts[at].merge(totals[at].counts);
    }
  }
  return counts;
}

std::size_t trend_slices(const TimeRange& range, std::size_t most) {
  constexpr auto kByDay = std::chrono::days(14);
  const Duration length = range.end - range.begin;
  return length < kByDay ? most
                         : std::min(most, static_cast<std::size_t>(length / std::chrono::days(1)));
}

std::vector<Trend> class_trends(const StoreReader& store, std::span<const StoreScope> scopes,
                                std::span<const FingerprintId> classes, std::size_t slices) {
  if (scopes.empty()) {
    return std::vector<Trend>(classes.size());
  }
  std::vector<Trend> trends(classes.size(), empty_trend(scopes.front().range, slices));
  for (const StoreScope& scope : scopes) {
    const auto histories = store.history(scope, Detail::Load, classes, slices);
    for (std::size_t at = 0; at < std::min(histories.size(), trends.size()); ++at) {
      add_points(trends[at], histories[at]);
    }
  }
  return trends;
}

Trend whole_trend(const StoreReader& store, std::span<const StoreScope> scopes,
                  std::size_t slices) {
  if (scopes.empty()) {
    return {};
  }
  Trend trend = empty_trend(scopes.front().range, slices);
  for (const StoreScope& scope : scopes) {
    add_points(trend, store.history(scope, slices));
  }
  return trend;
}

void set_numbers(ReportQuery& query, const Counts& counts) {
  query.calls = counts.calls;
  query.timed = counts.query_time > Duration(0) || !counts.histogram.empty();
  query.query_time = counts.query_time;
  if (query.timed) {
    query.query_time_mean_s =
        seconds(counts.query_time) / static_cast<double>(std::max<std::uint64_t>(counts.calls, 1));
    if (tells(counts, RankBy::Max)) {
      query.query_time_max = longest(counts);
    }
    if (knows_times(counts)) {
      query.p50 = quantile(counts, 0.50);
      query.p95 = quantile(counts, 0.95);
      query.p99 = quantile(counts, 0.99);
    }
  }
  if (counts.lock_time.told) {
    query.lock_time = Duration(static_cast<std::int64_t>(counts.lock_time.sum));
  }
  query.rows_examined = told(counts.rows_examined);
  query.rows_sent = told(counts.rows_sent);
  query.rows_affected = told(counts.rows_affected);
  query.bytes_sent = told(counts.bytes_sent);
}

std::map<std::string, double> lint_measures(const Counts& counts) {
  std::map<std::string, double> measures{{"calls", static_cast<double>(counts.calls)}};
  if (counts.rows_examined.told) {
    measures["rows_examined_mean"] = mean_of(counts.rows_examined, counts.calls);
  }
  if (counts.rows_sent.told) {
    measures["rows_sent_mean"] = mean_of(counts.rows_sent, counts.calls);
  }
  if (counts.rows_examined.told && counts.rows_sent.told) {
    measures["rows_examined_per_sent"] = measure(counts, RankBy::RowsRatio);
  }
  if (counts.bytes_sent.told) {
    measures["bytes_sent_mean"] = mean_of(counts.bytes_sent, counts.calls);
  }
  if (counts.query_time > Duration(0) && counts.calls > 0) {
    measures["query_time_mean_s"] = seconds(counts.query_time) / static_cast<double>(counts.calls);
  }
  if (knows_times(counts)) {
    measures["query_time_p95_s"] = seconds(quantile(counts, 0.95));
  }
  return measures;
}

}  // namespace unjam
