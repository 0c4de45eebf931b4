#include "unjam/rank/heaviest.h"

#include "rank/measures.h"
#include "rank/report_rows.h"
#include "unjam/normalize/normalizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>

namespace unjam {
namespace {

constexpr std::array<std::pair<RankBy, std::string_view>, 13> kNames = {{
    {RankBy::Time, "time"},
    {RankBy::Calls, "calls"},
    {RankBy::P50, "p50"},
    {RankBy::P95, "p95"},
    {RankBy::P99, "p99"},
    {RankBy::Max, "max"},
    {RankBy::Mean, "mean"},
    {RankBy::Lock, "lock"},
    {RankBy::RowsExamined, "rows"},
    {RankBy::RowsSent, "rows-sent"},
    {RankBy::RowsRatio, "ratio"},
    {RankBy::Errors, "errors"},
    {RankBy::Bytes, "bytes"},
}};

struct Ranked {
  const QueryClass* row;
  double measure;  ///< Below 0 when it is not told, so that these come last.
};

std::vector<Ranked> sorted(const std::vector<const QueryClass*>& rows, RankBy by, std::size_t top) {
  std::vector<Ranked> ranked;
  ranked.reserve(rows.size());
  for (const QueryClass* row : rows) {
    ranked.push_back({row, tells(*row, by) ? measure(*row, by) : -1.0});
  }
  const auto heavier = [](const Ranked& a, const Ranked& b) {
    if (a.measure != b.measure) {
      return a.measure > b.measure;
    }
    if (a.row->query_time != b.row->query_time) {
      return a.row->query_time > b.row->query_time;
    }
    return a.row->calls != b.row->calls ? a.row->calls > b.row->calls : a.row->id < b.row->id;
  };
  if (top > 0 && top < ranked.size()) {
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(top),
                      ranked.end(), heavier);
  } else {
    std::sort(ranked.begin(), ranked.end(), heavier);
  }
  return ranked;
}

void fill_totals(const Aggregator& seen, ReportTotals& to) {
  const Totals& from = seen.totals();
  to.events = from.events;
  to.event_time = from.event_time;
  to.statements = from.statements;
  to.query_time = from.query_time;
  if (from.lock_time.told) {
    to.lock_time = Duration(static_cast<std::int64_t>(from.lock_time.sum));
  }
  to.admin = from.admin;
  to.throttled = from.throttled;
  to.errors = from.errors;
  to.lock_waits = from.lock_waits;
  to.deadlocks = from.deadlocks;
  to.temporary_files = from.temporary_files;
  to.rate_limit = from.rate_limit;
}

}  // namespace

std::string_view to_string(RankBy by) {
  for (const auto& [value, name] : kNames) {
    if (value == by) {
      return name;
    }
  }
  return "";
}

std::optional<RankBy> parse_rank_by(std::string_view name) {
  if (name == "load") {
    return RankBy::Time;
  }
  for (const auto& [value, known] : kNames) {
    if (known == name) {
      return value;
    }
  }
  return std::nullopt;
}

std::string rank_by_names() {
  std::string names;
  for (const auto& [value, name] : kNames) {
    names += names.empty() ? "" : ", ";
    names += name;
  }
  return names;
}

std::vector<RankBy> told_measures(const Aggregator& seen) {
  std::vector<RankBy> told;
  for (const auto& [by, name] : kNames) {
    if (std::any_of(seen.classes().begin(), seen.classes().end(),
                    [by = by](const auto& row) { return row->calls > 0 && tells(*row, by); })) {
      told.push_back(by);
    }
  }
  return told;
}

AnalysisReport rank_heaviest(const Aggregator& seen, const RankOptions& options,
                             const Linter* linter) {
  AnalysisReport report;
  report.ranked_by = to_string(options.by);
  std::vector<const QueryClass*> rows;
  for (const auto& row : seen.classes()) {
    if (row->calls > 0) {
      rows.push_back(row.get());
    }
  }
  fill_totals(seen, report.totals);
  if (options.rows != RankRows::Groups) {
    report.totals.fingerprints = rows.size();
  }
  report.window = window_of(seen, options);
  report.trend = trend_within(seen.trend(), report.window);

  // Of every class once, also where a class counts for several tables.
  double whole = 0.0;
  for (const QueryClass* row : rows) {
    whole += measure(*row, options.by);
  }

  std::vector<std::unique_ptr<TableGroup>> tables;
  std::unordered_map<const QueryClass*, const TableGroup*> group_of;
  if (options.rows == RankRows::Tables) {
    tables = group_by_table(rows);
    rows.clear();
    for (const auto& table : tables) {
      rows.push_back(&table->sum);
      group_of.emplace(&table->sum, table.get());
    }
  }

  const std::vector<Ranked> ranked = sorted(rows, options.by, options.top);
  const std::size_t shown = options.top == 0 ? ranked.size() : std::min(options.top, ranked.size());
  report.queries.reserve(shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const QueryClass& row = *ranked[i].row;
    ReportQuery query = report_row(row, seen, options, linter);
    if (is_additive(options.by) && whole > 0.0) {
      query.share = std::max(ranked[i].measure, 0.0) / whole;
    }
    if (options.rows != RankRows::Classes) {
      const auto group = group_of.find(&row);
      query.fingerprints = group == group_of.end()
                               ? std::nullopt
                               : std::optional<std::uint64_t>(group->second->fingerprints);
      query.dialect.reset();
      query.tables.clear();
    }
    report.queries.push_back(std::move(query));
  }
  for (std::size_t i = shown; i < ranked.size(); ++i) {
    ++report.other.rows;
    report.other.calls += ranked[i].row->calls;
    report.other.query_time += ranked[i].row->query_time;
  }
  if (options.by != RankBy::Time) {
    report.unmeasured = static_cast<std::uint64_t>(std::count_if(
        ranked.begin(), ranked.end(), [](const Ranked& entry) { return entry.measure < 0.0; }));
  }
  add_incidents(seen, options, report);
  return report;
}

}  // namespace unjam
