// The report on a terminal: the first screen says how busy the server was and with what, the blocks
// below it say why.
#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "report/text_page.h"
#include "report/text_sections.h"
#include "report/unicode.h"
#include "unjam/report/render.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kInputsShown = 4;

std::string describe(Language language, const ReportInput& input) {
  std::string text = visible_line(input.path, 400);
  if (!input.format.empty()) {
    text += " · " + visible_line(input.format, 40);
  }
  text += " · " + human_bytes(input.bytes) + " · ";
  return text + message_with(language, Message::NRecords, human_count(input.events));
}

/// Figures side by side, on as many lines as they need.
class FigureLines {
 public:
  explicit FigureLines(const TextContext& context) : context_(context) {}

  void add(Message key, const std::string& value, Ink ink) {
    add(std::string(message(context_.language, key)), value, ink);
  }
  void add(const std::string& label, const std::string& value, Ink ink) {
    const std::size_t columns = display_width(label) + 1 + display_width(value);
    if (columns_ + 3 + columns + kIndent > context_.page.columns()) {
      end_line();
    }
    text_ += columns_ == 0 ? "" : "   ";
    columns_ += columns + (columns_ == 0 ? 0 : 3);
    text_.append(label).append(" ").append(context_.page.ink(value, ink));
  }
  void add_some(Message key, std::uint64_t count, Ink ink) {
    if (count > 0) {
      add(key, human_count(count), ink);
    }
  }
  void end_line() {
    if (columns_ > 0) {
      context_.page.line(text_, kIndent);
    }
    text_.clear();
    columns_ = 0;
  }

 private:
  static constexpr std::size_t kIndent = 2;
  const TextContext& context_;
  std::string text_;
  std::size_t columns_ = 0;
};

void write_totals(const TextContext& context) {
  const ReportTotals& totals = context.report.totals;
  FigureLines figures(context);
  if (totals.query_time > Duration(0) || any_timed(context.report)) {
    figures.add(Message::QueryTime, human_duration(totals.query_time), Ink::Strong);
  }
  if (const auto average = load(context.report)) {
    figures.add(Message::Load, human_number(*average), Ink::Strong);
  }
  figures.add(Message::Statements, human_count(totals.statements), Ink::Strong);
  if (totals.fingerprints) {
    figures.add(Message::QueryClasses, human_count(*totals.fingerprints), Ink::Strong);
  }
  if (!rows_are_statements(context.report)) {
    figures.add(group_names(context.language, context.report.grouped_by),
                human_count(all_rows(context.report)), Ink::Strong);
  }
  figures.end_line();
  figures.add_some(Message::Errors, totals.errors, Ink::Alarm);
  figures.add_some(Message::LockWaits, totals.lock_waits, Ink::Warning);
  figures.add_some(Message::Deadlocks, totals.deadlocks, Ink::Alarm);
  figures.add_some(Message::TemporaryFiles, totals.temporary_files, Ink::Warning);
  if (totals.lock_time && *totals.lock_time > Duration(0)) {
    figures.add(Message::LockTime, human_duration(*totals.lock_time), Ink::Plain);
  }
  figures.add_some(Message::AdminCommands, totals.admin, Ink::Plain);
  figures.add_some(Message::Throttled, totals.throttled, Ink::Plain);
  figures.end_line();
}

void write_load(const TextContext& context) {
  const Trend& trend = context.report.trend;
  const std::vector<double> loads = load_of(trend);
  const std::string label(message(context.language, Message::Load));
  const std::string line = sparkline(loads, std::min<std::size_t>(60, context.page.columns() / 2));
  if (line.empty()) {
    return;
  }
  const auto peak = std::max_element(loads.begin(), loads.end());
  const double offset_s =
      static_cast<double>(trend.slice.count()) / 1e6 * static_cast<double>(peak - loads.begin());
  TimePoint at = trend.begin + to_duration(offset_s);
  if (context.report.history) {
    at = std::chrono::floor<std::chrono::minutes>(at);  // A store knows no seconds.
  }
  std::string when = human_time(at);
  const TimePoint end = trend.begin + trend.slice * static_cast<std::int64_t>(loads.size());
  // The day only where there are several; a window that ends at midnight is of one day.
  if (human_time(trend.begin).substr(0, 10) == human_time(end - Duration(1)).substr(0, 10)) {
    when.erase(0, 11);
  }
  if (context.report.history && when.ends_with(":00")) {
    when.resize(when.size() - 3);
  }
  const std::string text =
      message_with(context.language, Message::PeakAt, human_number(*peak), when);
  context.page.line(
      label + ' ' + context.page.ink(line, Ink::Accent) + ' ' + context.page.ink(text, Ink::Faint),
      2);
}

void write_header(const TextContext& context) {
  const AnalysisReport& report = context.report;
  TextPage& page = context.page;
  page.line("unjam " + visible_line(report.version, 40) + " · " +
                std::string(report_title(report, context.language)),
            0, Ink::Strong);
  for (std::size_t at = 0; at < std::min(report.inputs.size(), kInputsShown); ++at) {
    page.paragraph(describe(context.language, report.inputs[at]), 2, Ink::Faint);
  }
  if (report.inputs.size() > kInputsShown) {
    page.line(message_with(context.language, Message::AndMore, report.inputs.size() - kInputsShown),
              2, Ink::Faint);
  }
  if (const std::string span = span_line(report, context.language); !span.empty()) {
    page.line(span, 2, Ink::Faint);
  }
  for (const std::string& source : source_lines(report, context.language)) {
    page.paragraph(visible_line(source, 2'000), 2, Ink::Faint);
  }
  page.blank();
}

void write_nothing_found(const TextContext& context) {
  const AnalysisReport& report = context.report;
  if (const NothingStored stored = nothing_stored(report, context.language); !stored.what.empty()) {
    context.page.paragraph(stored.what, 0, Ink::Strong);
    context.page.paragraph(stored.remedy, 0);
    return;
  }
  if (const std::string text = nothing_passed(report, context.language); !text.empty()) {
    context.page.paragraph(text, 0, Ink::Strong);
    return;
  }
  std::string names;
  for (std::size_t at = 0; at < std::min(report.inputs.size(), kInputsShown); ++at) {
    names += (at == 0 ? "" : ", ") + visible_line(report.inputs[at].path, 400);
  }
  if (report.inputs.size() > kInputsShown) {
    names += ", ";
    names += message_with(context.language, Message::AndMore, report.inputs.size() - kInputsShown);
  }
  context.page.paragraph(names.empty()
                             ? std::string(message(context.language, Message::NoInput))
                             : message_with(context.language, Message::NoStatements, names),
                         0, Ink::Strong);
  if (!names.empty()) {
    context.page.paragraph(message(context.language, Message::NoStatementsRemedy), 0);
  }
}

}  // namespace

std::string render_text(const AnalysisReport& report, const TextStyle& style) {
  TextPage page(style);
  const TextContext context{report, style.language, page};
  const bool empty = report.queries.empty() && report.totals.statements == 0;
  const bool nothing_else = report.errors.empty() && report.lock_waits.empty() &&
                            report.deadlocks.empty() && report.temporary_files.empty();
  if (empty) {
    write_nothing_found(context);
    if (!nothing_else) {
      page.blank();
      write_header(context);
      write_totals(context);
    }
  } else {
    write_header(context);
    write_totals(context);
    write_load(context);
    if (const std::string past = past_line(report, style.language); !past.empty()) {
      page.paragraph(past, 2);
    }
  }
  if (!report.queries.empty()) {
    page.blank();
    const std::string measure = measure_name(style.language, report.ranked_by);
    page.line(rows_are_statements(report)
                  ? message_with(style.language, Message::TopQueries, measure)
                  : message_with(style.language, Message::TopGroups,
                                 group_name(style.language, report.grouped_by), measure),
              0, Ink::Strong);
    write_ranking(context);
    if (!any_timed(report)) {
      page.paragraph(message(style.language, Message::NotTimed), 2, Ink::Faint);
    }
    std::size_t rank = 0;
    for (const ReportQuery& query : report.queries) {
      write_query_block(context, ++rank, query);
    }
  }
  write_gone(context);
  write_errors(context);
  write_lock_waits(context);
  write_deadlocks(context);
  write_temporary_files(context);
  write_skipped(context);
  write_notes(context);
  return page.take();
}

}  // namespace unjam
