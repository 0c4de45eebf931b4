#include "report/facts.h"

#include "report/figures.h"
#include "report/history_facts.h"
#include "report/messages.h"
#include "report/sql_layout.h"
#include "report/unicode.h"

#include <algorithm>

namespace unjam {
namespace {

/// Without its day where that is the day of the begin.
std::string end_of(const TimeRange& span) {
  std::string end = human_time(span.end);
  if (human_time(span.begin).compare(0, 10, end, 0, 10) == 0) {
    end.erase(0, 11);
  }
  return end;
}

}  // namespace

std::optional<TimeRange> time_span(const AnalysisReport& report) {
  return report.window ? report.window : input_span(report);
}

std::optional<TimeRange> input_span(const AnalysisReport& report) {
  std::optional<TimeRange> span;
  for (const ReportInput& input : report.inputs) {
    if (!input.first || !input.last) {
      continue;
    }
    if (!span) {
      span = TimeRange{*input.first, *input.last};
    }
    span->begin = std::min(span->begin, *input.first);
    span->end = std::max(span->end, *input.last);
  }
  return span;
}

std::uint64_t records_read(const AnalysisReport& report) {
  std::uint64_t records = 0;
  for (const ReportInput& input : report.inputs) {
    records += input.events;
  }
  return records;
}

std::string span_line(const AnalysisReport& report, Language language) {
  const auto span = time_span(report);
  if (!span) {
    return "";
  }
  std::string line = message_with(language, Message::FromTo, human_time(span->begin), end_of(*span),
                                  human_duration(span->end - span->begin));
  if (const std::uint64_t read = records_read(report); report.totals.events < read) {
    line += " · " + message_with(language, Message::NOfRecords, human_count(report.totals.events),
                                 human_count(read));
  }
  return line;
}

std::string nothing_passed(const AnalysisReport& report, Language language) {
  const std::uint64_t read = records_read(report);
  if (read == 0 || report.totals.events > 0) {
    return "";
  }
  const auto span = input_span(report);
  return span ? message_with(language, Message::NonePasses, human_count(read),
                             human_time(span->begin), end_of(*span))
              : message_with(language, Message::NonePassesUntimed, human_count(read));
}

std::optional<double> load(const AnalysisReport& report) {
  const auto span = time_span(report);
  if (!span || report.totals.query_time <= Duration(0)) {
    return std::nullopt;
  }
  const double wall_us = static_cast<double>(span->end.time_since_epoch().count()) -
                         static_cast<double>(span->begin.time_since_epoch().count());
  if (wall_us < 1000) {
    return std::nullopt;
  }
  return static_cast<double>(report.totals.query_time.count()) / wall_us;
}

std::vector<double> load_of(const Trend& trend) {
  std::vector<double> result;
  if (trend.slice <= Duration(0)) {
    return result;
  }
  const double slice_s = static_cast<double>(trend.slice.count()) / 1e6;
  result.reserve(trend.query_time_s.size());
  for (const double seconds : trend.query_time_s) {
    result.push_back(seconds / slice_s);
  }
  return result;
}

std::vector<NamedShare> top_of(const std::map<std::string, std::uint64_t>& counts,
                               std::size_t most) {
  std::vector<NamedShare> all;
  all.reserve(counts.size());
  double sum = 0;
  for (const auto& [name, count] : counts) {
    all.push_back({name, count, 0});
    sum += static_cast<double>(count);
  }
  const auto kept = all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()));
  std::partial_sort(all.begin(), kept, all.end(), [](const NamedShare& a, const NamedShare& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  all.erase(kept, all.end());
  for (NamedShare& entry : all) {
    entry.share = sum > 0 ? static_cast<double>(entry.count) / sum : 0;
  }
  return all;
}

bool rows_are_statements(const AnalysisReport& report) {
  return report.grouped_by.empty() || report.grouped_by == "fingerprint";
}

std::string row_name(const AnalysisReport& report, const ReportQuery& query) {
  if (rows_are_statements(report)) {
    return short_form(query.text, query.tables);
  }
  return std::string(cut_bytes(query.text, 256));
}

std::uint64_t all_calls(const AnalysisReport& report) {
  std::uint64_t calls = report.other.calls;
  for (const ReportQuery& query : report.queries) {
    calls += query.calls;
  }
  return calls;
}

std::optional<double> share_of_others(const AnalysisReport& report) {
  // A statement counts for each of its tables: those of the rest may exceed the whole.
  if (report.other.rows == 0 || report.grouped_by == "table") {
    return std::nullopt;
  }
  if (report.ranked_by == "calls") {
    const auto calls = static_cast<double>(all_calls(report));
    return calls > 0 ? static_cast<double>(report.other.calls) / calls : 0;
  }
  const auto total = static_cast<double>(report.totals.query_time.count());
  if ((report.ranked_by == "time" || report.ranked_by == "load" || report.ranked_by.empty()) &&
      total > 0) {
    return static_cast<double>(report.other.query_time.count()) / total;
  }
  return std::nullopt;
}

bool any_share(const AnalysisReport& report) {
  return std::any_of(report.queries.begin(), report.queries.end(),
                     [](const ReportQuery& query) { return query.share.has_value(); });
}

std::string share_or_value(const AnalysisReport& report, const ReportQuery& query,
                           Language language) {
  const std::string name = measure_name(language, report.ranked_by);
  return query.share ? message_with(language, Message::ShareOf, human_percent(*query.share), name)
                     : name + ' ' + ranked_value(report, query);
}

std::uint64_t all_rows(const AnalysisReport& report) {
  return report.queries.size() + report.other.rows;
}

std::string other_rows(const AnalysisReport& report, Language language) {
  std::string text =
      rows_are_statements(report)
          ? std::string(message(language, Message::OtherQueries))
          : message_with(language, Message::OtherGroups, group_names(language, report.grouped_by));
  return text + " (" + human_count(report.other.rows) + ")";
}

bool any_timed(const AnalysisReport& report) {
  return std::any_of(report.queries.begin(), report.queries.end(),
                     [](const ReportQuery& query) { return query.timed; });
}

std::string latency_list(const ReportQuery& query, Language language) {
  std::string line;
  const auto part = [&](std::string_view name, const std::optional<Duration>& value) {
    if (value) {
      line.append(line.empty() ? "; " : ", ").append(name);
      line += ' ' + human_duration(*value);
    }
  };
  part(message(language, Message::Min), query.query_time_min);
  part(message(language, Message::Mean), to_duration(query.query_time_mean_s));
  part("p50", query.p50);
  part("p95", query.p95);
  part("p99", query.p99);
  part(message(language, Message::Max), query.query_time_max);
  return line;
}

std::vector<std::string> notes_of(const AnalysisReport& report, Language language) {
  std::vector<std::string> notes;
  if (const std::uint64_t limit = report.totals.rate_limit; limit > 1) {
    notes.push_back(message_with(language, Message::SampledLog, limit, limit));
  }
  if (report.unmeasured > 0) {
    notes.push_back(message_with(language, Message::Unmeasured, report.unmeasured,
                                 measure_name(language, report.ranked_by)));
  }
  if (report.verdict && report.verdict->not_shown > 0) {
    notes.push_back(message_with(language, Message::FindingsNotShown, report.verdict->classes,
                                 severity_name(language, report.verdict->severity),
                                 report.verdict->not_shown));
  }
  const std::vector<std::string> stored = history_notes(report, language);
  notes.insert(notes.end(), stored.begin(), stored.end());
  notes.insert(notes.end(), report.notes.begin(), report.notes.end());
  return notes;
}

Excerpt excerpt(std::string_view text, std::size_t bytes) {
  const std::string_view kept = cut_bytes(text, bytes);
  return {kept, text.size() - kept.size()};
}

}  // namespace unjam
