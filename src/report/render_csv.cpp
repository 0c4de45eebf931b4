// One row per query class for spreadsheets: always the same columns; what the logs do not tell is
// empty.
#include "report/facts.h"
#include "report/figures.h"
#include "report/neutralise.h"
#include "unjam/report/render.h"

#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::string_view kHeader =
    "rank,fingerprint_id,query,dialect,fingerprints,calls,share,query_time_sum_s,query_time_min_s,"
    "query_time_mean_s,query_time_stddev_s,query_time_p50_s,query_time_p95_s,query_time_p99_s,"
    "query_time_max_s,lock_time_sum_s,rows_examined_sum,rows_sent_sum,rows_affected_sum,"
    "bytes_sent_sum,first_seen,last_seen,tables,databases,users,hosts,errors,lint\n";

constexpr std::string_view kHistoryHeader = ",verdict,calls_before,query_time_before_s";

class Row {
 public:
  explicit Row(std::string& out) : out_(out) {}

  void raw(std::string_view field) {
    if (!first_) {
      out_ += ',';
    }
    first_ = false;
    out_ += field;
  }
  void text(std::string_view field) { raw(field.empty() ? std::string() : csv_field(field)); }
  void count(std::uint64_t number) { raw(fmt::format_int(number).str()); }
  void count(const std::optional<std::uint64_t>& number) {
    raw(number ? fmt::format_int(*number).str() : std::string());
  }
  void time(const std::optional<TimePoint>& at) { raw(at ? format_time(*at) : std::string()); }
  void counts(const std::map<std::string, std::uint64_t>& counts) {
    std::string list;
    for (const auto& [name, number] : counts) {
      fmt::format_to(std::back_inserter(list), "{}{}: {}", list.empty() ? "" : "; ", name, number);
    }
    text(list);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void append_row(std::string& out, const AnalysisReport& report, std::size_t rank,
                const ReportQuery& query) {
  Row row(out);
  row.count(rank);
  row.raw(rows_are_statements(report) ? query.id.hex() : std::string());
  row.text(query.text);
  row.raw(query.dialect ? to_string(*query.dialect) : "");
  row.count(query.fingerprints);
  row.count(query.calls);
  row.raw(query.share ? exact_ratio(*query.share) : "");
  const auto timed = [&](const auto& value) {
    row.raw(query.timed && value ? exact_seconds(*value) : "");
  };
  timed(std::optional(query.query_time));
  timed(query.query_time_min);
  timed(std::optional(query.query_time_mean_s));
  timed(query.query_time_stddev_s);
  timed(query.p50);
  timed(query.p95);
  timed(query.p99);
  timed(query.query_time_max);
  row.raw(query.lock_time ? exact_seconds(*query.lock_time) : "");
  row.count(query.rows_examined);
  row.count(query.rows_sent);
  row.count(query.rows_affected);
  row.count(query.bytes_sent);
  row.time(query.first_seen);
  row.time(query.last_seen);
  std::string tables;
  for (const std::string& table : query.tables) {
    tables += (tables.empty() ? "" : "; ") + table;
  }
  row.text(tables);
  row.counts(query.databases);
  row.counts(query.users);
  row.counts(query.hosts);
  row.counts(query.errors);
  std::string lint;
  for (const LintFinding& finding : query.lint) {
    lint += (lint.empty() ? "" : "; ") + finding.rule;
  }
  row.text(lint);
  if (report.history) {
    const auto& comparison = query.comparison;
    row.raw(comparison ? to_string(comparison->verdict) : "");
    row.count(comparison ? std::optional(comparison->calls_before) : std::nullopt);
    row.raw(comparison ? exact_seconds(comparison->query_time_before) : "");
  }
  out += '\n';
}

}  // namespace

std::string render_csv(const AnalysisReport& report) {
  std::string out(kHeader);
  if (report.history) {
    out.insert(out.size() - 1, kHistoryHeader);
  }
  std::size_t rank = 0;
  for (const ReportQuery& query : report.queries) {
    append_row(out, report, ++rank, query);
  }
  return out;
}

}  // namespace unjam
