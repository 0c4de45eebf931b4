// One query class for an issue tracker.
#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/markdown_parts.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "unjam/report/render_class.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kTargetsShown = 30;
constexpr std::size_t kBarColumns = 20;

class ClassMarkdown {
 public:
  ClassMarkdown(const ClassReport& described, Language language)
      : described_(described), report_(described.report), language_(language) {}

  std::string render() {
    const ReportQuery& query = report_.queries.front();
    add("## {}\n\n", with(Message::ClassTitle, query.id.hex()));
    if (const std::string span = span_line(report_, language_); !span.empty()) {
      add("- {}: {}\n", label(Message::TimeSpan), span);
    }
    for (const std::string& source : source_lines(report_, language_)) {
      add("- {}\n", markdown_text(excerpt(source, 2'000).text));
    }
    if (const std::string line = sparkline(load_of(query.trend), 48); !line.empty()) {
      add("- {}: {}\n", label(Message::LoadOverTime), markdown_code(line));
    }
    if (query.calls == 0) {
      add("\n{}\n", markdown_text(label(Message::NotRunInPeriod)));
    }
    out_ += '\n' + markdown_query_body(report_, query, language_);
    write_latency();
    write_targets();
    write_markdown_incidents(report_, language_, out_);
    write_samples();
    out_ += markdown_notes(report_, language_);
    add("\n<sub>{}</sub>\n", with(Message::MadeBy, markdown_text(report_.version)));
    return std::move(out_);
  }

 private:
  template <typename... Values>
  void add(fmt::format_string<Values...> pattern, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), pattern, std::forward<Values>(values)...);
  }
  std::string_view label(Message key) const { return message(language_, key); }
  template <typename... Values>
  std::string with(Message key, const Values&... values) const {
    return message_with(language_, key, values...);
  }

  void write_latency() {
    if (described_.latency.empty()) {
      return;
    }
    add("\n### {}\n\n| {} | {} | |\n|--:|--:|---|\n", heading(language_, Message::LatencyHistogram),
        label(Message::Time), label(Message::Calls));
    std::uint64_t most = 1;
    for (const LatencyBar& bar : described_.latency) {
      most = std::max(most, bar.count);
    }
    for (const LatencyBar& bar : described_.latency) {
      const double share = static_cast<double>(bar.count) / static_cast<double>(most);
      add("| {} – {} | {} | {} |\n", human_duration(bar.lower), human_duration(bar.upper),
          human_count(bar.count), share_bar(share, kBarColumns));
    }
  }

  void write_targets() {
    if (described_.targets.empty()) {
      return;
    }
    add("\n### {}\n\n| {} | {} | {} | {} | p95 |\n|---|---|--:|--:|--:|\n",
        heading(language_, Message::PerTarget), label(Message::Target), label(Message::Source),
        label(Message::Total), label(Message::Calls));
    for (std::size_t at = 0; at < std::min(described_.targets.size(), kTargetsShown); ++at) {
      const ClassTarget& target = described_.targets[at];
      add("| {} | {} | {} | {} | {} |\n", markdown_cell(excerpt(target.target, 200).text),
          label(target.source == Source::Log ? Message::SourceLog : Message::SourceCounters),
          human_duration(target.query_time), human_count(target.calls),
          target.p95 ? human_duration(*target.p95) : "–");
    }
    if (described_.targets.size() > kTargetsShown) {
      add("\n{}\n", with(Message::AndMore, described_.targets.size() - kTargetsShown));
    }
  }

  void write_samples() {
    if (described_.samples.empty()) {
      return;
    }
    add("\n### {}\n", heading(language_, Message::Samples));
    for (const ClassExample& example : described_.samples) {
      add("\n{}", markdown_code(excerpt(example.target, 200).text));
      if (example.sample.query_time) {
        add(", {}", human_duration(*example.sample.query_time));
      }
      if (example.sample.at) {
        add(", {}", human_time(*example.sample.at));
      }
      add("{}:\n\n", example.sample.masked ? fmt::format(" ({})", label(Message::Masked)) : "");
      out_ += markdown_sql(report_, example.sample.sql, language_);
    }
  }

  const ClassReport& described_;
  const AnalysisReport& report_;
  Language language_;
  std::string out_;
};

}  // namespace

std::string render_class_markdown(const ClassReport& described, Language language) {
  return ClassMarkdown(described, language).render();
}

}  // namespace unjam
