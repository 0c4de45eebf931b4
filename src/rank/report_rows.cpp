#include "rank/report_rows.h"

#include "unjam/normalize/normalizer.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace unjam {
namespace {

constexpr std::int64_t kTrendSlices = 48;

std::map<std::string, std::uint64_t> texts(const NameCounts& counts, const Names& names) {
  std::map<std::string, std::uint64_t> all;
  for (const auto& [name, count] : counts.entries()) {
    all[std::string(names.text(name))] += count;
  }
  return all;
}

std::optional<std::uint64_t> told(const OptionalSum& sum) {
  return sum.told ? std::optional<std::uint64_t>(sum.sum) : std::nullopt;
}

double mean_of(const OptionalSum& sum, std::uint64_t calls) {
  return static_cast<double>(sum.sum) / static_cast<double>(calls);
}

std::map<std::string, double> lint_measures(const QueryClass& row) {
  std::map<std::string, double> measures{{"calls", static_cast<double>(row.calls)},
                                         {"burst_max", static_cast<double>(row.burst_max)}};
  if (row.rows_examined.told) {
    measures["rows_examined_mean"] = mean_of(row.rows_examined, row.calls);
  }
  if (row.rows_sent.told) {
    measures["rows_sent_mean"] = mean_of(row.rows_sent, row.calls);
  }
  if (row.rows_examined.told && row.rows_sent.told) {
    measures["rows_examined_per_sent"] = rows_ratio(row);
  }
  if (row.bytes_sent.told) {
    measures["bytes_sent_mean"] = mean_of(row.bytes_sent, row.calls);
  }
  if (row.timed_calls > 0) {
    measures["query_time_mean_s"] =
        static_cast<double>(row.query_time.count()) / 1e6 / static_cast<double>(row.timed_calls);
    measures["query_time_p95_s"] = static_cast<double>(row.histogram.quantile(0.95).count()) / 1e6;
  }
  return measures;
}

LintSubject lint_subject(const QueryClass& row) {
  LintSubject subject;
  subject.dialect = row.dialect;
  subject.fingerprint = row.text;
  if (row.sample) {
    subject.sample = row.sample->sql;
  }
  subject.measures = lint_measures(row);
  return subject;
}

int severity_rank(std::string_view severity) {
  if (severity == "error") {
    return 3;
  }
  return severity == "warning" ? 2 : severity == "info" ? 1 : 0;
}

std::vector<LintFinding> lint_findings(const QueryClass& row, const Linter& linter, bool japanese) {
  std::vector<LintFinding> findings;
  for (const LintRule* rule : linter.find(lint_subject(row))) {
    const auto text = [japanese](const Text& both) { return japanese ? both.ja : both.en; };
    findings.push_back(
        {rule->id, rule->severity, text(rule->title), text(rule->why), text(rule->instead)});
  }
  return findings;
}

Duration clamped(Duration value, const QueryClass& row) {
  return std::clamp(value, row.query_time_min, row.query_time_max);
}

}  // namespace

double rows_ratio(const QueryClass& row) {
  if (!row.rows_examined.told || !row.rows_sent.told) {
    return 0.0;
  }
  return static_cast<double>(row.rows_examined.sum) /
         static_cast<double>(std::max<std::uint64_t>(row.rows_sent.sum, 1));
}

std::uint64_t error_count(const QueryClass& row) {
  std::uint64_t count = 0;
  for (const auto& entry : row.errors.entries()) {
    count += entry.second;
  }
  return count;
}

std::optional<TimeRange> window_of(const Aggregator& seen, const RankOptions& options) {
  if (!seen.first_seen() || !seen.last_seen()) {
    return std::nullopt;
  }
  TimeRange window{*seen.first_seen(), *seen.last_seen()};
  if (options.since) {
    window.begin = std::max(window.begin, *options.since);
  }
  if (options.until) {
    window.end = std::min(window.end, *options.until);
  }
  return window.begin <= window.end ? std::optional(window) : std::nullopt;
}

Trend trend_within(const TimeSeries& series, const std::optional<TimeRange>& window) {
  Trend trend;
  if (!window || series.empty()) {
    return trend;
  }
  trend.begin = window->begin;
  const std::int64_t span =
      std::max<std::int64_t>((window->end - window->begin).count() + 1, kTrendSlices);
  const std::int64_t slice = (span + kTrendSlices - 1) / kTrendSlices;
  trend.slice = Duration(slice);
  trend.query_time_s.assign(static_cast<std::size_t>(kTrendSlices), 0.0);
  // A source slice that covers several target slices is spread evenly over them.
  const std::int64_t origin = window->begin.time_since_epoch().count();
  const std::int64_t width = series.slice().count();
  for (std::size_t i = 0; i < series.values().size(); ++i) {
    const std::int64_t begin =
        series.begin().time_since_epoch().count() - origin + static_cast<std::int64_t>(i) * width;
    const std::int64_t from = std::clamp<std::int64_t>(begin, 0, span - 1);
    const std::int64_t to = std::clamp<std::int64_t>(begin + width, from + 1, span);
    for (std::int64_t at = from; at < to;) {
      const std::int64_t slot = std::min(at / slice, kTrendSlices - 1);
      const std::int64_t end = slot == kTrendSlices - 1 ? to : std::min(to, (slot + 1) * slice);
      trend.query_time_s[static_cast<std::size_t>(slot)] +=
          static_cast<double>(series.values()[i]) * static_cast<double>(end - at) /
          static_cast<double>(to - from);
      at = end;
    }
  }
  return trend;
}

ReportQuery report_row(const QueryClass& row, const Aggregator& seen, const RankOptions& options,
                       const Linter* linter) {
  const Names& names = seen.names();
  ReportQuery query;
  query.id = row.id;
  query.text = row.text;
  query.dialect = row.dialect;
  query.calls = row.calls;
  query.timed = row.timed_calls > 0;
  query.query_time = row.query_time;
  if (query.timed) {
    query.query_time_min = row.query_time_min;
    query.query_time_max = row.query_time_max;
    query.p50 = clamped(row.histogram.quantile(0.50), row);
    query.p95 = clamped(row.histogram.quantile(0.95), row);
    query.p99 = clamped(row.histogram.quantile(0.99), row);
    const double n = static_cast<double>(row.timed_calls);
    query.query_time_mean_s = static_cast<double>(row.query_time.count()) / 1e6 / n;
    const double variance =
        row.query_time_squares / n - query.query_time_mean_s * query.query_time_mean_s;
    query.query_time_stddev_s = std::sqrt(std::max(0.0, variance));
  }
  if (row.lock_time.told) {
    query.lock_time = Duration(static_cast<std::int64_t>(row.lock_time.sum));
  }
  query.rows_examined = told(row.rows_examined);
  query.rows_sent = told(row.rows_sent);
  query.rows_affected = told(row.rows_affected);
  query.bytes_sent = told(row.bytes_sent);
  query.first_seen = row.first_seen;
  query.last_seen = row.last_seen;
  query.databases = texts(row.databases, names);
  query.users = texts(row.users, names);
  query.hosts = texts(row.hosts, names);
  query.errors = texts(row.errors, names);
  for (const auto& [tag, count] : texts(row.tags, names)) {
    const std::size_t middle = tag.find('\0');
    if (middle != std::string::npos) {
      query.tags[tag.substr(0, middle)][tag.substr(middle + 1)] += count;
    }
  }
  query.trend = trend_within(row.trend, window_of(seen, options));
  if (row.sample) {
    QuerySample sample;
    sample.masked = !options.show_literals;
    sample.sql = sample.masked ? mask_literals(row.dialect, row.sample->sql) : row.sample->sql;
    sample.query_time = row.sample->query_time;
    sample.at = row.sample->at;
    if (options.show_literals) {
      sample.parameters = row.sample->parameters;
    }
    query.sample = std::move(sample);
  }
  query.tables = tables_of(row.text);
  if (linter != nullptr) {
    query.lint = lint_findings(row, *linter, options.japanese);
  }
  return query;
}

std::vector<FingerprintId> classes_with_findings(const Aggregator& seen, const Linter& linter,
                                                 std::string_view severity) {
  std::vector<FingerprintId> ids;
  for (const auto& row : seen.classes()) {
    if (row->calls == 0) {
      continue;
    }
    const auto findings = linter.find(lint_subject(*row));
    if (std::any_of(findings.begin(), findings.end(), [&](const LintRule* rule) {
          return severity_rank(rule->severity) >= severity_rank(severity);
        })) {
      ids.push_back(row->id);
    }
  }
  return ids;
}

std::vector<std::unique_ptr<TableGroup>> group_by_table(
    const std::vector<const QueryClass*>& rows) {
  std::map<std::string, std::unique_ptr<TableGroup>> groups;
  for (const QueryClass* row : rows) {
    std::vector<std::string> tables = tables_of(row->text);
    if (tables.empty()) {
      tables.emplace_back("(none)");
    }
    for (const std::string& table : tables) {
      std::unique_ptr<TableGroup>& group = groups[table];
      if (!group) {
        group = std::make_unique<TableGroup>();
        group->sum.text = table;
        group->sum.id = fingerprint_id(table);
      }
      ++group->fingerprints;
      group->sum.add_numbers(*row);
    }
  }
  std::vector<std::unique_ptr<TableGroup>> all;
  all.reserve(groups.size());
  for (auto& [name, group] : groups) {
    all.push_back(std::move(group));
  }
  return all;
}

}  // namespace unjam
