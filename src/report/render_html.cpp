// The report as one file that is opened from disk: figures first, then the ranking, then a folded
// block per query. All log text goes through html_text(); the page may load nothing and run only
// its own script.
#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/html_frame.h"
#include "report/html_parts.h"
#include "report/html_plots.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "unjam/report/render.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kInputsShown = 4;

class HtmlPage {
 public:
  HtmlPage(const AnalysisReport& report, Language language)
      : report_(report),
        language_(language),
        timed_(any_timed(report)),
        shared_(any_share(report)),
        compared_(any_comparison(report)),
        own_(needs_own_column(report)) {}

  std::string render() {
    const bool empty = report_.queries.empty() && report_.totals.statements == 0;
    write_head();
    write_header(empty);
    out_ += "<main>\n";
    write_load();
    if (!report_.queries.empty()) {
      write_ranking();
      add("<section><h2>{}</h2>\n", label(Message::Details));
      std::size_t rank = 0;
      for (const ReportQuery& query : report_.queries) {
        write_html_query(context_, ++rank, query);
      }
      out_ += "</section>\n";
    }
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

  std::string title() const { return html_text(std::string(report_title(report_, language_))); }

  void write_head() {
    write_html_head(out_, language_, title());
    if (!report_.queries.empty()) {
      add("<a class=\"skip\" href=\"#ranking\">{}</a>\n", label(Message::SkipToRanking));
    }
  }

  void write_header(bool empty) {
    add("<header>\n<p class=\"brand\">unjam</p>\n<h1>{}</h1>\n", title());
    for (std::size_t at = 0; at < std::min(report_.inputs.size(), kInputsShown); ++at) {
      const ReportInput& input = report_.inputs[at];
      add("<p class=\"from\">{}{} · {} · {}</p>\n", html_text(visible_line(input.path, 400)),
          input.format.empty() ? "" : " · " + html_text(visible_line(input.format, 40)),
          human_bytes(input.bytes),
          html_text(message_with(language_, Message::NRecords, human_count(input.events))));
    }
    if (report_.inputs.size() > kInputsShown) {
      add("<p class=\"from\">{}</p>\n",
          html_text(
              message_with(language_, Message::AndMore, report_.inputs.size() - kInputsShown)));
    }
    if (const std::string span = span_line(report_, language_); !span.empty()) {
      add("<p class=\"from\">{}</p>\n", html_text(span));
    }
    for (const std::string& source : source_lines(report_, language_)) {
      add("<p class=\"from\">{}</p>\n", html_text(visible_line(source, 2'000)));
    }
    if (empty) {
      write_nothing_found();
    }
    write_figures();
    out_ += "</header>\n";
  }

  void write_nothing_found() {
    if (const NothingStored stored = nothing_stored(report_, language_); !stored.what.empty()) {
      add("<section><h2>{}</h2><p>{}</p></section>\n", html_text(stored.what),
          html_text(stored.remedy));
      return;
    }
    if (const std::string text = nothing_passed(report_, language_); !text.empty()) {
      add("<section><h2>{}</h2></section>\n", html_text(text));
      return;
    }
    std::string names;
    for (std::size_t at = 0; at < std::min(report_.inputs.size(), kInputsShown); ++at) {
      names += (at == 0 ? "" : ", ") + visible_line(report_.inputs[at].path, 400);
    }
    add("<section><h2>{}</h2><p>{}</p></section>\n",
        names.empty() ? label(Message::NoInput)
                      : html_text(message_with(language_, Message::NoStatements, names)),
        names.empty() ? "" : label(Message::NoStatementsRemedy));
  }

  void write_figures() {
    const ReportTotals& totals = report_.totals;
    out_ += "<dl class=\"kpis\">";
    const auto figure = [&](Message key, const std::string& value, const char* style) {
      add("<div{}><dt>{}</dt><dd>{}</dd></div>", style, label(key), html_text(value));
    };
    if (timed_) {
      figure(Message::QueryTime, human_duration(totals.query_time), "");
    }
    if (const auto average = load(report_)) {
      figure(Message::Load, human_number(*average), "");
    }
    figure(Message::Statements, human_count(totals.statements), "");
    if (totals.fingerprints) {
      figure(Message::QueryClasses, human_count(*totals.fingerprints), "");
    }
    if (!rows_are_statements(report_)) {
      add("<div><dt>{}</dt><dd>{}</dd></div>",
          html_text(capitalised(group_names(language_, report_.grouped_by))),
          human_count(all_rows(report_)));
    }
    if (totals.lock_time && *totals.lock_time > Duration(0)) {
      figure(Message::LockTime, human_duration(*totals.lock_time), "");
    }
    const auto some = [&](Message key, std::uint64_t count, const char* style) {
      if (count > 0) {
        figure(key, human_count(count), style);
      }
    };
    some(Message::Errors, totals.errors, " class=\"bad\"");
    some(Message::LockWaits, totals.lock_waits, "");
    some(Message::Deadlocks, totals.deadlocks, " class=\"bad\"");
    some(Message::TemporaryFiles, totals.temporary_files, "");
    out_ += "</dl>\n";
  }

  void write_load() {
    const std::string plot = load_plot(report_.trend, language_);
    if (!plot.empty()) {
      const std::string past = past_line(report_, language_);
      add("<section><h2>{}</h2><figure>{}<figcaption>{}{}{}</figcaption></figure></section>\n",
          label(Message::LoadOverTime), plot, label(Message::LoadMeaning),
          past.empty() ? "" : "<br>", html_text(past));
    }
  }

  /// `title` is HTML. `sort`: the column can be sorted by its cells' data-value.
  void head(std::string_view title, std::string_view style, bool sort) {
    add("<th scope=\"col\" class=\"{}\"", style);
    if (sort) {
      add(" data-sort=\"{}\"", message_with(language_, Message::SortHint, title));
    }
    add(">{}</th>", title);
  }

  void write_ranking() {
    const std::string measure = measure_name(language_, report_.ranked_by);
    add("<section id=\"ranking\"><h2>{}</h2><div class=\"scroll\"><table "
        "class=\"rank\"><thead><tr>",
        html_text(rows_are_statements(report_)
                      ? message_with(language_, Message::TopQueries, measure)
                      : message_with(language_, Message::TopGroups,
                                     group_name(language_, report_.grouped_by), measure)));
    head("#", "n", true);
    head(html_text(capitalised(group_name(language_, report_.grouped_by))), "q", false);
    if (shared_) {
      head(label(Message::Share), "n", true);
      out_ += "<td class=\"sh m\"></td>";
    }
    if (own_) {
      // p50 and p99 are written as p95 is.
      head(html_text(measure == "p50" || measure == "p99" ? measure : capitalised(measure)), "n",
           true);
    }
    if (timed_) {
      head(label(Message::Total), "n", true);
    }
    head(label(Message::Calls), "n m", true);
    if (timed_) {
      head(label(Message::Mean), "n l", true);
      head("p95", "n m", true);
      head(label(Message::Max), "n l", true);
    }
    if (compared_) {
      head(label(Message::Change), "n", true);
    }
    head(label(Message::Trend), "l", false);
    out_ += "</tr></thead><tbody>\n";
    std::size_t rank = 0;
    for (const ReportQuery& query : report_.queries) {
      write_row(++rank, query);
    }
    out_ += "</tbody>";
    if (report_.other.rows > 0) {
      write_others();
    }
    out_ += "</table></div></section>\n";
  }

  void number(std::string_view style, std::string_view value, const std::string& text) {
    add("<td class=\"n {}\" data-value=\"{}\">{}</td>", style, value, html_text(text));
  }

  void write_row(std::size_t rank, const ReportQuery& query) {
    out_ += "<tr>";
    number("", fmt::format("{}", rank), fmt::format("{}", rank));
    add("<th scope=\"row\" class=\"q\"><a class=\"two\" href=\"#q{}\">{}</a>", rank,
        html_name(context_, query));
    for (const LintFinding& finding : query.lint) {
      add("<span class=\"mark {}\">{}</span>",
          finding.severity == "error" ? "error"
                                      : (finding.severity == "warning" ? "warning" : "info"),
          html_text(visible_line(finding.title, 80)));
    }
    out_ += "</th>";
    if (shared_) {
      const double share = query.share.value_or(0);
      number("", exact_ratio(share), query.share ? human_percent(share) : "");
      add("<td class=\"sh m\">{}</td>", bar_plot(share));
    }
    if (own_) {
      number("strong", exact_ratio(ranked_number(report_, query).value_or(-1)),
             ranked_value(report_, query));
    }
    const auto time = [&](std::string_view style, const std::optional<Duration>& duration) {
      const bool told = query.timed && duration;
      number(style, told ? exact_seconds(*duration) : "0", told ? human_duration(*duration) : "–");
    };
    if (timed_) {
      time("strong", query.query_time);
    }
    number("m", fmt::format("{}", query.calls), human_count(query.calls));
    if (timed_) {
      time("l", to_duration(query.query_time_mean_s));
      time("m", query.p95);
      time("l", query.query_time_max);
    }
    if (compared_) {
      write_change(query);
    }
    add("<td class=\"l\">{}</td></tr>\n",
        spark_plot(query.trend.query_time_s, 24, message(language_, Message::Trend)));
  }

  void write_change(const ReportQuery& query) {
    if (!query.comparison) {
      out_ += "<td></td>";
      return;
    }
    const ReportComparison& row = *query.comparison;
    const Duration change = row.query_time - row.query_time_before;
    const std::string_view style = row.verdict == Verdict::Worse    ? "alarm"
                                   : row.verdict == Verdict::Better ? "good"
                                   : row.verdict == Verdict::New    ? "mark warning"
                                                                    : "";
    add("<td class=\"n\" data-value=\"{}\" title=\"{}\"><span class=\"{}\">{}</span></td>",
        exact_seconds(change), html_text(before_and_now(query, language_)), style,
        html_text(change_text(query, language_)));
  }

  void write_others() {
    const auto share = share_of_others(report_);
    add("<tfoot><tr><td></td><td>{}</td>", html_text(capitalised(other_rows(report_, language_))));
    if (shared_) {
      add("<td class=\"n\">{}</td><td class=\"m\">{}</td>",
          share ? html_text(human_percent(*share)) : "", share ? bar_plot(*share) : "");
    }
    out_ += own_ ? "<td></td>" : "";
    if (timed_) {
      add("<td class=\"n\">{}</td>", human_duration(report_.other.query_time));
    }
    add("<td class=\"n m\">{}</td>{}{}<td class=\"l\"></td></tr></tfoot>",
        human_count(report_.other.calls),
        timed_ ? "<td class=\"l\"></td><td class=\"m\"></td><td class=\"l\"></td>" : "",
        compared_ ? "<td></td>" : "");
  }

  const AnalysisReport& report_;
  Language language_;
  bool timed_;
  bool shared_;
  bool compared_;
  bool own_;  ///< A column for the measure that ranks.
  std::string out_;
  HtmlContext context_{report_, language_, out_};
};

}  // namespace

std::string render_html(const AnalysisReport& report, Language language) {
  return HtmlPage(report, language).render();
}

}  // namespace unjam
