#include "report/ranked_value.h"

#include "report/figures.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace unjam {
namespace {

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

std::optional<double> number(const std::optional<std::uint64_t>& value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

enum class Unit { Seconds, Count, Bytes, Ratio };

struct Ranked {
  Unit unit = Unit::Count;
  std::optional<double> value;
};

Ranked time(const ReportQuery& query, double value) {
  return {Unit::Seconds, query.timed ? std::optional(value) : std::nullopt};
}

Ranked time(const ReportQuery& query, const std::optional<Duration>& value) {
  return {Unit::Seconds, query.timed && value ? std::optional(seconds(*value)) : std::nullopt};
}

Ranked ranked(std::string_view by, const ReportQuery& query) {
  if (by == "calls") {
    return {Unit::Count, static_cast<double>(query.calls)};
  }
  if (by == "p50") {
    return time(query, query.p50);
  }
  if (by == "p95") {
    return time(query, query.p95);
  }
  if (by == "p99") {
    return time(query, query.p99);
  }
  if (by == "max") {
    return time(query, query.query_time_max);
  }
  if (by == "mean") {
    return time(query, query.query_time_mean_s);
  }
  if (by == "lock") {
    return {Unit::Seconds,
            query.lock_time ? std::optional(seconds(*query.lock_time)) : std::nullopt};
  }
  if (by == "rows") {
    return {Unit::Count, number(query.rows_examined)};
  }
  if (by == "rows-sent") {
    return {Unit::Count, number(query.rows_sent)};
  }
  if (by == "bytes") {
    return {Unit::Bytes, number(query.bytes_sent)};
  }
  if (by == "ratio") {
    if (!query.rows_examined || !query.rows_sent) {
      return {Unit::Ratio, std::nullopt};
    }
    // As the ranking has it: at least one row is taken as sent.
    return {Unit::Ratio, static_cast<double>(*query.rows_examined) /
                             static_cast<double>(std::max<std::uint64_t>(*query.rows_sent, 1))};
  }
  if (by == "errors") {
    std::uint64_t errors = 0;
    for (const auto& [code, count] : query.errors) {
      errors += count;
    }
    return {Unit::Count, static_cast<double>(errors)};
  }
  return time(query, seconds(query.query_time));
}

}  // namespace

std::optional<double> ranked_number(const AnalysisReport& report, const ReportQuery& query) {
  return ranked(report.ranked_by, query).value;
}

std::string ranked_value(const AnalysisReport& report, const ReportQuery& query) {
  const auto [unit, value] = ranked(report.ranked_by, query);
  if (!value) {
    return "–";
  }
  switch (unit) {
    case Unit::Seconds:
      return human_duration(to_duration(*value));
    case Unit::Count:
      return human_count(static_cast<std::uint64_t>(*value));
    case Unit::Bytes:
      return human_bytes(static_cast<std::uint64_t>(*value));
    case Unit::Ratio:
      return human_number(*value);
  }
  return "";
}

bool needs_own_column(const AnalysisReport& report) {
  constexpr std::array<std::string_view, 8> kOwn = {"p50",       "p99",   "lock",   "rows",
                                                    "rows-sent", "ratio", "errors", "bytes"};
  return std::find(kOwn.begin(), kOwn.end(), report.ranked_by) != kOwn.end();
}

}  // namespace unjam
