// One query class on a terminal.
#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "report/text_page.h"
#include "report/text_plot.h"
#include "report/text_sections.h"
#include "unjam/report/render_class.h"

#include <algorithm>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kIndent = 3;
constexpr std::size_t kPlotRows = 6;
constexpr std::size_t kBarColumns = 40;
constexpr std::size_t kTargetsShown = 30;
constexpr std::size_t kAttributesShown = 12;

void write_header(const TextContext& context, const ClassReport& described) {
  const AnalysisReport& report = described.report;
  const ReportQuery& query = report.queries.front();
  context.page.line("unjam " + visible_line(report.version, 40) + " · " +
                        message_with(context.language, Message::ClassTitle, query.id.hex()),
                    0, Ink::Strong);
  if (const std::string span = span_line(report, context.language); !span.empty()) {
    context.page.line(span, 2, Ink::Faint);
  }
  for (const std::string& source : source_lines(report, context.language)) {
    context.page.paragraph(visible_line(source, 2'000), 2, Ink::Faint);
  }
  context.page.blank();
}

void write_latency(const TextContext& context, const ClassReport& described) {
  if (described.latency.empty()) {
    return;
  }
  context.page.blank();
  context.page.rule(heading(context.language, Message::LatencyHistogram),
                    message(context.language, described.latency_source == Source::Log
                                                  ? Message::LatencyFromLog
                                                  : Message::LatencyFromCounters));
  std::uint64_t all = 0;
  std::uint64_t most = 1;
  for (const LatencyBar& bar : described.latency) {
    all += bar.count;
    most = std::max(most, bar.count);
  }
  // What stands beside the bars takes as much.
  constexpr std::size_t kBeside = 36;
  const std::size_t room = context.page.columns() - std::min(context.page.columns(), kBeside);
  const std::size_t bars = std::clamp<std::size_t>(room, 4, kBarColumns);
  std::vector<std::vector<std::string>> rows;
  for (const LatencyBar& bar : described.latency) {
    rows.push_back({human_duration(bar.lower) + " – " + human_duration(bar.upper),
                    share_bar(static_cast<double>(bar.count) / static_cast<double>(most), bars),
                    human_count(bar.count),
                    human_percent(static_cast<double>(bar.count) /
                                  static_cast<double>(std::max<std::uint64_t>(all, 1)))});
  }
  context.page.table(
      {{std::string(message(context.language, Message::Time)), Align::Right},
       {"", Align::Left, Ink::Accent, bars},
       {std::string(message(context.language, Message::Calls)), Align::Right, Ink::Strong},
       {std::string(message(context.language, Message::Share)), Align::Left}},
      rows, kIndent);
}

void write_targets(const TextContext& context, const ClassReport& described) {
  if (described.targets.empty()) {
    return;
  }
  write_section(context, Message::PerTarget);
  const Duration all = described.report.queries.front().query_time;
  std::vector<std::vector<std::string>> rows;
  for (const ClassTarget& target : described.targets) {
    if (rows.size() == kTargetsShown) {
      break;
    }
    const double share = all > Duration(0) ? static_cast<double>(target.query_time.count()) /
                                                 static_cast<double>(all.count())
                                           : 0;
    rows.push_back({human_percent(share), human_duration(target.query_time),
                    human_count(target.calls), target.p95 ? human_duration(*target.p95) : "–",
                    std::string(message(context.language, target.source == Source::Log
                                                              ? Message::SourceLog
                                                              : Message::SourceCounters)),
                    visible_line(target.target, 200)});
  }
  const auto label = [&](Message key) { return std::string(message(context.language, key)); };
  context.page.table({{label(Message::Share), Align::Right},
                      {label(Message::Total), Align::Right, Ink::Strong},
                      {label(Message::Calls), Align::Right},
                      {"p95", Align::Right},
                      {label(Message::Source), Align::Left, Ink::Faint},
                      {label(Message::Target), Align::Left}},
                     rows, kIndent);
  if (described.targets.size() > kTargetsShown) {
    context.page.line(
        message_with(context.language, Message::AndMore, described.targets.size() - kTargetsShown),
        kIndent, Ink::Faint);
  }
}

/// A tag goes by its name.
std::string_view label_of(std::string_view key) {
  return key.starts_with("tag:") ? key.substr(4) : key;
}

void write_samples(const TextContext& context, const ClassReport& described) {
  if (described.samples.empty()) {
    return;
  }
  write_section(context, Message::Samples);
  for (const ClassExample& example : described.samples) {
    write_sample(context, example.sample);
    std::string origin = visible_line(example.target, 100);
    for (std::size_t at = 0; at < std::min(example.attributes.size(), kAttributesShown); ++at) {
      const Attribute& attribute = example.attributes[at];
      origin += " · " + visible_line(label_of(attribute.key), 64) + ' ' +
                visible_line(attribute.value, 100);
    }
    context.page.paragraph(origin, kIndent, Ink::Faint);
  }
}

}  // namespace

std::string render_class_text(const ClassReport& described, const TextStyle& style) {
  TextPage page(style);
  const TextContext context{described.report, style.language, page};
  const ReportQuery& query = described.report.queries.front();
  write_header(context, described);
  if (query.calls == 0) {
    page.paragraph(message(style.language, Message::NotRunInPeriod), 0, Ink::Strong);
    page.blank();
  }
  write_query_body(context, query);
  page.blank();
  const std::vector<double>& trend = query.trend.query_time_s;
  if (std::any_of(trend.begin(), trend.end(), [](double slice) { return slice > 0; })) {
    write_section(context, Message::LoadOverTime);
    write_load_plot(page, query.trend, kIndent, kPlotRows);
  }
  write_latency(context, described);
  write_targets(context, described);
  write_errors(context);
  write_samples(context, described);
  write_notes(context);
  return page.take();
}

}  // namespace unjam
