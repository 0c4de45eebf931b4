#include "report/history_facts.h"

#include "report/figures.h"
#include "report/messages.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kNamesShown = 8;

std::string names(const std::vector<std::string>& all, Language language) {
  std::string text;
  for (std::size_t at = 0; at < std::min(all.size(), kNamesShown); ++at) {
    text += (at == 0 ? "" : ", ") + all[at];
  }
  if (all.size() > kNamesShown) {
    text += ", " + message_with(language, Message::AndMore, all.size() - kNamesShown);
  }
  return text;
}

std::string source_line(Source source, SourceChoice choice, const std::string& targets,
                        Language language) {
  switch (choice) {
    case SourceChoice::Only:
    case SourceChoice::Complete:
      return message_with(
          language, source == Source::Log ? Message::FromLog : Message::FromCounters, targets);
    case SourceChoice::Longer:
      return message_with(language, Message::FromLogLonger, targets);
    case SourceChoice::Tells:
      return message_with(language, Message::FromLogTells, targets);
    case SourceChoice::Asked:
      return message_with(
          language, Message::FromAsked,
          message(language, source == Source::Log ? Message::SourceLog : Message::SourceCounters),
          targets);
  }
  return "";
}

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

std::string load_in(Duration query_time, const TimeRange& range) {
  const double wall = seconds(range.end - range.begin);
  return human_number(wall > 0 ? seconds(query_time) / wall : 0);
}

}  // namespace

std::string_view report_title(const AnalysisReport& report, Language language) {
  return message(language, report.history ? Message::StoreTitle : Message::Title);
}

std::vector<std::string> source_lines(const AnalysisReport& report, Language language) {
  std::vector<std::string> lines;
  if (!report.history) {
    return lines;
  }
  std::map<std::pair<Source, SourceChoice>, std::vector<std::string>> groups;
  for (const ReportSource& source : report.history->sources) {
    // Why counters were taken is said by what they are.
    const SourceChoice choice =
        source.choice == SourceChoice::Complete ? SourceChoice::Only : source.choice;
    groups[{source.source, choice}].push_back(source.target);
  }
  for (const auto& [source, targets] : groups) {
    lines.push_back(source_line(source.first, source.second, names(targets, language), language));
  }
  return lines;
}

std::string relative_change(Duration before, Duration now) {
  if (before <= Duration(0)) {
    return "";
  }
  const double ratio = seconds(now) / seconds(before);
  if (ratio >= 10) {
    return "× " + human_number(ratio);
  }
  const double percent = (ratio - 1) * 100;
  if (std::abs(percent) < 0.5) {
    return "±0 %";
  }
  return fmt::format("{}{:.0f} %", percent < 0 ? "−" : "+", std::abs(percent));
}

std::string change_text(const ReportQuery& query, Language language) {
  if (!query.comparison) {
    return "";
  }
  const ReportComparison& row = *query.comparison;
  const std::string change = relative_change(row.query_time_before, row.query_time);
  switch (row.verdict) {
    case Verdict::New:
      return std::string(message(language, Message::VerdictNew));
    case Verdict::Worse:
      return change.empty() ? "↑" : "↑ " + change;
    case Verdict::Better:
      return change.empty() ? "↓" : "↓ " + change;
    case Verdict::Same:
      return "=";
  }
  return "";
}

std::string before_and_now(const ReportQuery& query, Language language) {
  if (!query.comparison) {
    return "";
  }
  const ReportComparison& row = *query.comparison;
  return message_with(language, Message::BeforeNow, verdict_name(language, row.verdict),
                      human_duration(row.query_time_before), human_count(row.calls_before),
                      human_duration(row.query_time), human_count(row.calls));
}

std::string past_line(const AnalysisReport& report, Language language) {
  if (!report.history || !report.history->past || !report.window) {
    return "";
  }
  const ReportPast& past = *report.history->past;
  const std::string change = relative_change(past.query_time_before, past.query_time);
  return message_with(
      language, Message::PastLine, human_duration(past.range.end - past.range.begin),
      load_in(past.query_time_before, past.range), load_in(past.query_time, *report.window),
      change.empty() ? "–" : change, human_count(past.calls_before), human_count(past.calls));
}

NothingStored nothing_stored(const AnalysisReport& report, Language language) {
  if (!report.history || !report.queries.empty()) {
    return {};
  }
  const auto& available = report.history->available;
  if (!available && report.history->sources.empty()) {
    return {std::string(message(language, Message::NothingStored)),
            std::string(message(language, Message::NothingStoredRemedy))};
  }
  NothingStored text;
  if (report.window) {
    text.what = message_with(language, Message::NothingInRange, human_time(report.window->begin),
                             human_time(report.window->end));
  }
  if (available) {
    text.remedy = message_with(language, Message::NothingInRangeRemedy,
                               human_time(available->begin), human_time(available->end));
  }
  return text;
}

bool any_comparison(const AnalysisReport& report) {
  return std::any_of(report.queries.begin(), report.queries.end(),
                     [](const ReportQuery& query) { return query.comparison.has_value(); });
}

std::vector<std::string> history_notes(const AnalysisReport& report, Language language) {
  std::vector<std::string> notes;
  if (!report.history) {
    return notes;
  }
  const ReportHistory& history = *report.history;
  if (history.since) {
    notes.push_back(message_with(language, Message::CountersSince, human_time(*history.since)));
  }
  if (!history.without.empty()) {
    notes.push_back(
        message_with(language, Message::WithoutNumbers, names(history.without, language)));
  }
  if (history.past && !history.past->not_compared.empty()) {
    notes.push_back(
        message_with(language, Message::NotCompared, names(history.past->not_compared, language)));
  }
  if (history.past && history.past->gone_classes > 0) {
    notes.push_back(
        message_with(language, Message::GoneInAll, human_count(history.past->gone_classes)));
  }
  return notes;
}

}  // namespace unjam
