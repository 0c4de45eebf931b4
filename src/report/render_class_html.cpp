// One query class as one file that is opened from disk.
#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/html_frame.h"
#include "report/html_parts.h"
#include "report/html_plots.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "unjam/report/render_class.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kTargetsShown = 50;

class ClassPage {
 public:
  ClassPage(const ClassReport& described, Language language)
      : described_(described),
        report_(described.report),
        query_(described.report.queries.front()),
        language_(language) {}

  std::string render() {
    const std::string title =
        html_text(message_with(language_, Message::ClassTitle, query_.id.hex()));
    write_html_head(out_, language_, title);
    write_header(title);
    out_ += "<main>\n";
    write_plot(Message::LoadOverTime, load_plot(query_.trend, language_), Message::LoadMeaning);
    write_plot(Message::LatencyHistogram, latency_plot(described_.latency, language_),
               described_.latency_source == Source::Log ? Message::LatencyFromLog
                                                        : Message::LatencyFromCounters);
    add("<section><h2>{}</h2><div class=\"body\">", label(Message::Details));
    write_html_query_body(context_, query_);
    out_ += "</div></section>\n";
    write_targets();
    write_samples();
    write_html_sections(context_);
    out_ += "</main>\n";
    write_html_end(out_, language_, report_.version);
    return std::move(out_);
  }

 private:
  template <typename... Values>
  void add(fmt::format_string<Values...> pattern, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), pattern, std::forward<Values>(values)...);
  }
  std::string label(Message key) const { return html_label(language_, key); }

  void write_header(const std::string& title) {
    add("<header>\n<p class=\"brand\">unjam</p>\n<h1>{}</h1>\n", title);
    if (const std::string span = span_line(report_, language_); !span.empty()) {
      add("<p class=\"from\">{}</p>\n", html_text(span));
    }
    for (const std::string& source : source_lines(report_, language_)) {
      add("<p class=\"from\">{}</p>\n", html_text(visible_line(source, 2'000)));
    }
    if (query_.calls == 0) {
      add("<section><h2>{}</h2></section>\n", label(Message::NotRunInPeriod));
    }
    out_ += "<dl class=\"kpis\">";
    const auto figure = [&](std::string_view name, const std::string& value) {
      add("<div><dt>{}</dt><dd>{}</dd></div>", name, html_text(value));
    };
    if (query_.timed) {
      figure(label(Message::QueryTime), human_duration(query_.query_time));
    }
    figure(label(Message::Calls), human_count(query_.calls));
    if (query_.share) {
      figure(label(Message::Share), human_percent(*query_.share));
    }
    if (query_.p95) {
      figure("p95", human_duration(*query_.p95));
    }
    if (query_.comparison) {
      figure(label(Message::Change), change_text(query_, language_));
    }
    out_ += "</dl>\n</header>\n";
  }

  void write_plot(Message title, const std::string& plot, Message caption) {
    if (!plot.empty()) {
      add("<section><h2>{}</h2><figure>{}<figcaption>{}</figcaption></figure></section>\n",
          label(title), plot, label(caption));
    }
  }

  void write_targets() {
    if (described_.targets.empty()) {
      return;
    }
    add("<section><h2>{}</h2><div class=\"scroll\"><table><thead><tr><th scope=\"col\">{}</th>"
        "<th scope=\"col\" class=\"m\">{}</th><th scope=\"col\" class=\"n\">{}</th>"
        "<th scope=\"col\" class=\"n\">{}</th><th scope=\"col\" class=\"n\">p95</th></tr></thead>"
        "<tbody>",
        label(Message::PerTarget), label(Message::Target), label(Message::Source),
        label(Message::Total), label(Message::Calls));
    for (std::size_t at = 0; at < std::min(described_.targets.size(), kTargetsShown); ++at) {
      const ClassTarget& target = described_.targets[at];
      add("<tr><td>{}</td><td class=\"m\">{}</td><td class=\"n strong\">{}</td>"
          "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
          html_text(visible_line(target.target, 200)),
          label(target.source == Source::Log ? Message::SourceLog : Message::SourceCounters),
          human_duration(target.query_time), human_count(target.calls),
          target.p95 ? human_duration(*target.p95) : "–");
    }
    out_ += "</tbody></table></div>";
    if (described_.targets.size() > kTargetsShown) {
      add("<p class=\"id\">{}</p>",
          html_text(message_with(language_, Message::AndMore,
                                 described_.targets.size() - kTargetsShown)));
    }
    out_ += "</section>\n";
  }

  void write_samples() {
    if (described_.samples.empty()) {
      return;
    }
    add("<section><h2>{}</h2>", label(Message::Samples));
    for (const ClassExample& example : described_.samples) {
      write_html_sample(context_, example.sample);
      add("<p class=\"id\">{}", html_text(visible_line(example.target, 200)));
      for (const Attribute& attribute : example.attributes) {
        add(" · {} <code>{}</code>", html_text(visible_line(attribute.key, 64)),
            html_text(visible_line(attribute.value, 100)));
      }
      out_ += "</p>";
    }
    out_ += "</section>\n";
  }

  const ClassReport& described_;
  const AnalysisReport& report_;
  const ReportQuery& query_;
  Language language_;
  std::string out_;
  HtmlContext context_{report_, language_, out_};
};

}  // namespace

std::string render_class_html(const ClassReport& described, Language language) {
  return ClassPage(described, language).render();
}

}  // namespace unjam
