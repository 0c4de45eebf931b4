#include "report/html_parts.h"

#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/html_plots.h"
#include "report/neutralise.h"
#include "report/sql_layout.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kFingerprintShown = std::size_t{64} * 1024;
constexpr std::size_t kSampleShown = std::size_t{16} * 1024;
constexpr std::size_t kNameShown = 200;
constexpr std::size_t kNamesShown = 4;
constexpr std::size_t kTagsShown = 16;
constexpr std::size_t kRowsShown = 50;

template <typename... Values>
void add(const HtmlContext& context, fmt::format_string<Values...> pattern, Values&&... values) {
  fmt::format_to(std::back_inserter(context.out), pattern, std::forward<Values>(values)...);
}

std::string cut(std::string_view text, std::size_t bytes) {
  return html_text(visible_line(text, bytes));
}

void write_sql(const HtmlContext& context, std::string_view sql, std::size_t most) {
  const Excerpt shown = excerpt(sql, most);
  context.out += "<pre>";
  for (const SqlLine& line : lay_out_sql(visible_text(shown.text), 72)) {
    context.out.append(line.indent, ' ');
    std::string_view rest = line.text;
    while (!rest.empty()) {
      const SqlToken token = take_sql_token(rest);
      const char* element = token.piece == SqlPiece::Keyword  ? "b"
                            : token.piece == SqlPiece::Quoted ? "i"
                                                              : nullptr;
      if (element != nullptr) {
        add(context, "<{0}>{1}</{0}>", element, html_text(token.text));
      } else {
        context.out += html_text(token.text);
      }
    }
    context.out += '\n';
  }
  context.out += "</pre>";
  if (shown.left_out > 0) {
    add(context, "<p class=\"id\">{}</p>",
        html_text(message_with(context.language, Message::MoreText, shown.left_out)));
  }
}

std::string shares(const HtmlContext& context, const std::map<std::string, std::uint64_t>& counts) {
  std::string line;
  for (const NamedShare& entry : top_of(counts, kNamesShown)) {
    line += fmt::format("{}{} <small>{}</small>", line.empty() ? "" : ", ",
                        entry.name.empty() ? html_label(context.language, Message::UnknownName)
                                           : cut(entry.name, 100),
                        html_text(human_percent(entry.share)));
  }
  if (counts.size() > kNamesShown) {
    line += ", " + html_text(message_with(context.language, Message::AndMore,
                                          counts.size() - kNamesShown));
  }
  return line;
}

/// `label` and `value` are HTML.
void write_fact(const HtmlContext& context, std::string_view label, std::string_view value) {
  if (!value.empty()) {
    add(context, "<div><dt>{}</dt><dd>{}</dd></div>", label, value);
  }
}

void write_fact(const HtmlContext& context, Message label, std::string_view value) {
  write_fact(context, html_label(context.language, label), value);
}

std::string sum_and_each(const HtmlContext& context, const std::optional<std::uint64_t>& sum,
                         std::uint64_t calls) {
  if (!sum) {
    return "";
  }
  std::string text = human_count(*sum);
  if (calls > 0 && *sum > 0) {
    const double each = static_cast<double>(*sum) / static_cast<double>(calls);
    text += fmt::format(
        " <small>{}</small>",
        html_text(message_with(context.language, Message::PerCall, human_number(each))));
  }
  return text;
}

std::string tables_of_query(const ReportQuery& query) {
  std::string tables;
  for (std::size_t at = 0; at < std::min<std::size_t>(query.tables.size(), 12); ++at) {
    tables += (at == 0 ? "<code>" : ", <code>") + cut(query.tables[at], 100) + "</code>";
  }
  return tables;
}

void write_facts(const HtmlContext& context, const ReportQuery& query) {
  context.out += "<dl class=\"facts\">";
  write_fact(context, Message::Calls, human_count(query.calls));
  write_fact(context, Message::Change, html_text(before_and_now(query, context.language)));
  if (!rows_are_statements(context.report) && query.fingerprints) {
    write_fact(context, Message::QueryClasses, human_count(*query.fingerprints));
  }
  if (query.timed) {
    write_fact(context, Message::QueryTime, human_duration(query.query_time));
  } else {
    write_fact(context, Message::Time, html_label(context.language, Message::NotTimed));
  }
  if (query.timed && query.query_time_stddev_s) {
    write_fact(context, Message::Deviation,
               human_duration(to_duration(*query.query_time_stddev_s)));
  }
  if (query.lock_time) {
    std::string lock = human_duration(*query.lock_time);
    if (query.timed && query.query_time > Duration(0)) {
      const double share = static_cast<double>(query.lock_time->count()) /
                           static_cast<double>(query.query_time.count());
      lock += fmt::format(
          " <small>{}</small>",
          html_text(message_with(context.language, Message::OfItsTime, human_percent(share))));
    }
    write_fact(context, Message::LockTime, lock);
  }
  write_fact(context, Message::RowsExamined,
             sum_and_each(context, query.rows_examined, query.calls));
  write_fact(context, Message::RowsSent, sum_and_each(context, query.rows_sent, query.calls));
  if (query.rows_examined && query.rows_sent && *query.rows_sent > 0 && *query.rows_examined > 0) {
    const double ratio =
        static_cast<double>(*query.rows_examined) / static_cast<double>(*query.rows_sent);
    if (ratio >= kRatioShown) {
      write_fact(
          context, Message::Rows,
          html_text(message_with(context.language, Message::ExaminedPerSent, human_number(ratio))));
    }
  }
  write_fact(context, Message::RowsAffected,
             sum_and_each(context, query.rows_affected, query.calls));
  if (query.bytes_sent) {
    write_fact(context, Message::BytesSent, human_bytes(*query.bytes_sent));
  }
  if (query.first_seen && query.last_seen) {
    write_fact(context, Message::FirstSeen, human_time(*query.first_seen));
    write_fact(context, Message::LastSeen, human_time(*query.last_seen));
  } else if (query.first_seen) {
    write_fact(context, Message::FirstSeen, human_time(*query.first_seen));
  }
  write_fact(context, Message::Tables, tables_of_query(query));
  write_fact(context, Message::Databases, shares(context, query.databases));
  write_fact(context, Message::Users, shares(context, query.users));
  write_fact(context, Message::Hosts, shares(context, query.hosts));
  std::size_t tags = 0;
  for (const auto& [key, values] : query.tags) {
    if (tags++ == kTagsShown) {
      write_fact(context, Message::Tags,
                 html_text(message_with(context.language, Message::AndMore,
                                        query.tags.size() - kTagsShown)));
      break;
    }
    write_fact(context, cut(key, 64), shares(context, values));
  }
  std::string errors;
  for (const NamedShare& error : top_of(query.errors, kNamesShown)) {
    errors +=
        (errors.empty() ? "" : ", ") + cut(error.name, 100) + " × " + human_count(error.count);
  }
  write_fact(context, Message::Errors, errors);
  context.out += "</dl>";
}

void write_latency(const HtmlContext& context, const ReportQuery& query) {
  add(context, "<h3>{}</h3><table class=\"lat\"><tbody>",
      html_label(context.language, Message::LatencyPercentiles));
  const Duration mean = to_duration(query.query_time_mean_s);
  const auto longest =
      static_cast<double>(query.query_time_max.value_or(query.p99.value_or(mean)).count());
  const auto row = [&](std::string_view label, const std::optional<Duration>& value) {
    if (!value) {
      return;
    }
    const double share = longest > 0 ? static_cast<double>(value->count()) / longest : 0;
    add(context, "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td></tr>", label,
        bar_plot(share), human_duration(*value));
  };
  row(html_label(context.language, Message::Min), query.query_time_min);
  row("p50", query.p50);
  row(html_label(context.language, Message::Mean), mean);
  row("p95", query.p95);
  row("p99", query.p99);
  row(html_label(context.language, Message::Max), query.query_time_max);
  context.out += "</tbody></table>";
}

/// A class name of the style sheet: never a text that comes from elsewhere.
std::string_view severity_class(std::string_view severity) {
  return severity == "error" ? "error" : (severity == "warning" ? "warning" : "info");
}

void write_lint(const HtmlContext& context, const LintFinding& finding) {
  add(context, "<div class=\"lint {}\"><p>{}: {} <small><code>{}</code></small></p>",
      severity_class(finding.severity),
      html_text(severity_name(context.language, finding.severity)), cut(finding.title, 200),
      cut(finding.rule, 100));
  if (!finding.why.empty()) {
    add(context, "<p>{}</p>", cut(finding.why, 2'000));
  }
  if (!finding.instead.empty()) {
    add(context, "<p><b>{}:</b> {}</p>", html_label(context.language, Message::Instead),
        cut(finding.instead, 2'000));
  }
  context.out += "</div>";
}

std::string statement(FingerprintId id, std::string_view fingerprint) {
  const std::string text = (id.value != 0 ? id.hex() + ' ' : "") + cut(fingerprint, kNameShown);
  return text.empty() ? "" : "<code class=\"statement\">" + text + "</code>";
}

std::string time_of(const std::optional<TimePoint>& at) { return at ? human_time(*at) : ""; }

struct Column {
  Message title;
  const char* style = "";
};

/// A section with one table; `rows` are rows of HTML cells.
void write_table(const HtmlContext& context, Message title, std::initializer_list<Column> columns,
                 const std::vector<std::vector<std::string>>& rows, std::size_t all) {
  add(context, "<section><h2>{}</h2><div class=\"scroll\"><table><thead><tr>",
      html_label(context.language, title));
  for (const Column& column : columns) {
    add(context, "<th scope=\"col\" class=\"{}\">{}</th>", column.style,
        html_label(context.language, column.title));
  }
  context.out += "</tr></thead><tbody>";
  for (const auto& row : rows) {
    context.out += "<tr>";
    std::size_t at = 0;
    for (const Column& column : columns) {
      add(context, "<td class=\"{}\">{}</td>", column.style, row[at++]);
    }
    context.out += "</tr>";
  }
  context.out += "</tbody></table></div>";
  if (all > rows.size()) {
    add(context, "<p class=\"id\">{}</p>",
        html_text(message_with(context.language, Message::AndMore, all - rows.size())));
  }
  context.out += "</section>\n";
}

void write_gone(const HtmlContext& context) {
  if (!context.report.history || !context.report.history->past) {
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const ReportGone& gone : context.report.history->past->gone) {
    rows.push_back({human_duration(gone.query_time), human_count(gone.calls),
                    statement(gone.id, short_form(gone.text, gone.tables))});
  }
  if (!rows.empty()) {
    write_table(context, Message::Gone,
                {{Message::Total, "n strong"}, {Message::Calls, "n"}, {Message::Query}}, rows,
                rows.size());
  }
}

void write_errors(const HtmlContext& context) {
  std::vector<std::vector<std::string>> rows;
  for (const ReportError& error : context.report.errors) {
    if (rows.size() == kRowsShown) {
      break;
    }
    rows.push_back({human_count(error.count), "<code>" + cut(error.code, 40) + "</code>",
                    cut(error.severity, 40),
                    cut(error.message, 400) + statement(error.id, error.fingerprint),
                    time_of(error.last_seen)});
  }
  if (!rows.empty()) {
    write_table(context, Message::Errors,
                {{Message::Count, "n strong"},
                 {Message::Code},
                 {Message::Severity, "m"},
                 {Message::Message},
                 {Message::LastSeen, "l"}},
                rows, context.report.errors.size());
  }
}

void write_lock_waits(const HtmlContext& context) {
  std::vector<std::vector<std::string>> rows;
  for (const ReportLockWait& wait : context.report.lock_waits) {
    if (rows.size() == kRowsShown) {
      break;
    }
    std::string holders;
    for (std::size_t n = 0; n < std::min<std::size_t>(wait.holders.size(), 5); ++n) {
      holders += fmt::format("{}{}", n == 0 ? "" : ", ", wait.holders[n]);
    }
    rows.push_back(
        {human_duration(wait.waited), human_count(wait.count),
         cut(wait.mode, 60) + ' ' + cut(wait.object, 200) + statement(wait.id, wait.fingerprint),
         html_label(context.language, wait.acquired ? Message::Acquired : Message::NotAcquired),
         holders, time_of(wait.at)});
  }
  if (!rows.empty()) {
    write_table(context, Message::LockWaits,
                {{Message::Waited, "n strong"},
                 {Message::Count, "n m"},
                 {Message::Object},
                 {Message::Outcome, "m"},
                 {Message::Holders, "l"},
                 {Message::At, "l"}},
                rows, context.report.lock_waits.size());
  }
}

void write_deadlocks(const HtmlContext& context) {
  std::vector<std::vector<std::string>> rows;
  std::size_t all = 0;
  for (const ReportDeadlock& deadlock : context.report.deadlocks) {
    all += deadlock.participants.size();
    for (const ReportDeadlock::Participant& participant : deadlock.participants) {
      if (rows.size() == kRowsShown) {
        break;
      }
      std::string outcome;
      if (participant.blocked_by != 0) {
        outcome =
            html_text(message_with(context.language, Message::BlockedBy, participant.blocked_by));
      }
      if (participant.victim) {
        outcome += fmt::format("{}<span class=\"alarm\">{}</span>", outcome.empty() ? "" : ", ",
                               html_label(context.language, Message::Victim));
      }
      rows.push_back({time_of(deadlock.at), fmt::format("{}", participant.pid), outcome,
                      cut(participant.mode, 60) + ' ' + cut(participant.object, 200) +
                          statement(participant.id, participant.fingerprint)});
    }
  }
  if (!rows.empty()) {
    write_table(
        context, Message::Deadlocks,
        {{Message::At, "l"}, {Message::Process, "n"}, {Message::Outcome}, {Message::Object}}, rows,
        all);
  }
}

void write_temporary_files(const HtmlContext& context) {
  std::vector<std::vector<std::string>> rows;
  for (const ReportTemporaryFiles& files : context.report.temporary_files) {
    if (rows.size() == kRowsShown) {
      break;
    }
    rows.push_back({human_bytes(files.bytes), human_count(files.count),
                    human_bytes(files.max_bytes), statement(files.id, files.fingerprint)});
  }
  if (!rows.empty()) {
    write_table(context, Message::TemporaryFiles,
                {{Message::Size, "n strong"},
                 {Message::Count, "n"},
                 {Message::Largest, "n m"},
                 {Message::Query}},
                rows, context.report.temporary_files.size());
  }
}

void write_skipped(const HtmlContext& context) {
  std::vector<std::vector<std::string>> rows;
  std::size_t all = 0;
  for (const ReportInput& input : context.report.inputs) {
    for (const auto& [reason, count] : input.skipped) {
      if (++all > kRowsShown) {
        continue;
      }
      const auto sample = input.skipped_samples.find(reason);
      rows.push_back(
          {human_count(count), cut(reason, 100),
           cut(input.path, 200) +
               (sample == input.skipped_samples.end()
                    ? ""
                    : "<code class=\"statement\">" + cut(sample->second, kNameShown) + "</code>")});
    }
  }
  if (!rows.empty()) {
    write_table(context, Message::Skipped,
                {{Message::Count, "n strong"}, {Message::Reason}, {Message::Input}}, rows, all);
  }
}

void write_notes(const HtmlContext& context) {
  const std::vector<std::string> notes = notes_of(context.report, context.language);
  if (notes.empty()) {
    return;
  }
  add(context, "<section><h2>{}</h2><ul class=\"notes\">",
      html_label(context.language, Message::Notes));
  for (const std::string& note : notes) {
    add(context, "<li>{}</li>", cut(note, 2'000));
  }
  context.out += "</ul></section>\n";
}

}  // namespace

std::string html_label(Language language, Message key) { return html_text(heading(language, key)); }

std::string html_name(const HtmlContext& context, const ReportQuery& query) {
  const std::string name = cut(row_name(context.report, query), kNameShown);
  return name.empty() ? html_label(context.language, Message::UnknownName)
                      : "<code>" + name + "</code>";
}

void write_html_sample(const HtmlContext& context, const QuerySample& sample) {
  std::string head = html_label(context.language, Message::Sample);
  if (sample.query_time) {
    head += " · " + human_duration(*sample.query_time);
  }
  if (sample.at) {
    head += " · " + human_time(*sample.at);
  }
  if (sample.masked) {
    head += " · " + html_label(context.language, Message::Masked);
  }
  add(context, "<h3>{}</h3>", head);
  write_sql(context, sample.sql, kSampleShown);
  if (!sample.parameters.empty()) {
    add(context, "<p class=\"id\">{}: <code>{}</code></p>",
        html_label(context.language, Message::Parameters), cut(sample.parameters, 2'000));
  }
}

void write_html_query(const HtmlContext& context, std::size_t rank, const ReportQuery& query) {
  add(context,
      "<details class=\"query\" id=\"q{0}\"><summary><span class=\"no\">{0}</span>"
      "<span class=\"name two\">{1}</span><span class=\"amount\">{2}{3}</span></summary>"
      "<div class=\"body\">",
      rank, html_name(context, query),
      html_text(query.share ? human_percent(*query.share)
                            : share_or_value(context.report, query, context.language)),
      query.timed ? " · " + human_duration(query.query_time) : "");
  write_html_query_body(context, query);
  context.out += "</div></details>\n";
}

void write_html_query_body(const HtmlContext& context, const ReportQuery& query) {
  context.out += "<div>";
  if (rows_are_statements(context.report)) {
    write_sql(context, query.text, kFingerprintShown);
    add(context, "<p class=\"id\">{} <code>{}</code></p>",
        html_label(context.language, Message::Fingerprint), query.id.hex());
  } else {
    add(context, "<p class=\"strong\">{}</p>", html_name(context, query));
  }
  for (const LintFinding& finding : query.lint) {
    write_lint(context, finding);
  }
  if (query.sample && !query.sample->sql.empty()) {
    write_html_sample(context, *query.sample);
  }
  context.out += "</div><div>";
  if (query.timed) {
    write_latency(context, query);
  }
  const std::string trend =
      spark_plot(query.trend.query_time_s, 72, message(context.language, Message::Trend));
  if (!trend.empty()) {
    add(context, "<h3>{}</h3>{}", html_label(context.language, Message::LoadOverTime), trend);
  }
  add(context, "<h3>{}</h3>", html_label(context.language, Message::Details));
  write_facts(context, query);
  context.out += "</div>";
}

void write_html_sections(const HtmlContext& context) {
  write_gone(context);
  write_errors(context);
  write_lock_waits(context);
  write_deadlocks(context);
  write_temporary_files(context);
  write_skipped(context);
  write_notes(context);
}

}  // namespace unjam
