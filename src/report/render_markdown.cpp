// The report for an issue tracker: a summary, one table, and a folded section per query. Log text
// only ever appears as code, where trackers look for no markup, mention or reference.
#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/markdown_parts.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "report/sql_layout.h"
#include "unjam/report/render.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kFingerprintShown = 8'000;
constexpr std::size_t kSampleShown = 4'000;
constexpr std::size_t kCellShown = 160;
constexpr std::size_t kNamesShown = 4;
constexpr std::size_t kTagsShown = 16;
constexpr std::size_t kRowsShown = 20;

class Markdown {
 public:
  Markdown(const AnalysisReport& report, Language language)
      : report_(report),
        language_(language),
        timed_(any_timed(report)),
        shared_(any_share(report)),
        compared_(any_comparison(report)),
        own_(needs_own_column(report)) {}

  std::string render() {
    add("## {}\n\n", report_title(report_, language_));
    if (report_.queries.empty() && report_.totals.statements == 0) {
      write_nothing_found();
    }
    write_summary();
    if (!report_.queries.empty()) {
      write_ranking();
      add("\n### {}\n", label(Message::Details));
      std::size_t rank = 0;
      for (const ReportQuery& query : report_.queries) {
        write_query(++rank, query);
      }
    }
    write_markdown_incidents(report_, language_, out_);
    write_notes();
    add("\n<sub>{}</sub>\n", with(Message::MadeBy, markdown_text(report_.version)));
    return std::move(out_);
  }

 private:
  friend std::string unjam::markdown_query_body(const AnalysisReport&, const ReportQuery&,
                                                Language);
  friend std::string unjam::markdown_notes(const AnalysisReport&, Language);
  friend std::string unjam::markdown_sql(const AnalysisReport&, std::string_view, Language);

  template <typename... Values>
  void add(fmt::format_string<Values...> pattern, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), pattern, std::forward<Values>(values)...);
  }
  std::string_view label(Message key) const { return message(language_, key); }
  template <typename... Values>
  std::string with(Message key, const Values&... values) const {
    return message_with(language_, key, values...);
  }

  void write_nothing_found() {
    if (const NothingStored stored = nothing_stored(report_, language_); !stored.what.empty()) {
      add("{} {}\n\n", stored.what, markdown_text(stored.remedy));
      return;
    }
    if (const std::string text = nothing_passed(report_, language_); !text.empty()) {
      add("{}\n\n", markdown_text(text));
      return;
    }
    std::string names;
    for (std::size_t at = 0; at < std::min(report_.inputs.size(), kNamesShown); ++at) {
      names += (at == 0 ? "" : ", ") + markdown_code(excerpt(report_.inputs[at].path, 400).text);
    }
    if (report_.inputs.size() > kNamesShown) {
      names += ", " + with(Message::AndMore, report_.inputs.size() - kNamesShown);
    }
    add("{}\n\n",
        names.empty() ? std::string(label(Message::NoInput)) : with(Message::NoStatements, names));
  }

  void write_summary() {
    for (std::size_t at = 0; at < std::min(report_.inputs.size(), kNamesShown); ++at) {
      const ReportInput& input = report_.inputs[at];
      add("- {}: {}{}, {}, {}\n", label(Message::Input),
          markdown_code(excerpt(input.path, 400).text),
          input.format.empty() ? "" : " (" + markdown_text(excerpt(input.format, 40).text) + ")",
          human_bytes(input.bytes), with(Message::NRecords, human_count(input.events)));
    }
    if (report_.inputs.size() > kNamesShown) {
      add("- {}\n", with(Message::AndMore, report_.inputs.size() - kNamesShown));
    }
    if (const std::string span = span_line(report_, language_); !span.empty()) {
      add("- {}: {}\n", label(Message::TimeSpan), span);
    }
    for (const std::string& source : source_lines(report_, language_)) {
      add("- {}\n", markdown_text(excerpt(source, 2'000).text));
    }
    const ReportTotals& totals = report_.totals;
    add("- {}: **{}**", label(Message::Statements), human_count(totals.statements));
    if (totals.fingerprints) {
      add(", {}: **{}**", label(Message::QueryClasses), human_count(*totals.fingerprints));
    }
    if (!rows_are_statements(report_)) {
      add(", {}: **{}**", markdown_text(group_names(language_, report_.grouped_by)),
          human_count(all_rows(report_)));
    }
    if (timed_) {
      add(", {}: **{}**", label(Message::QueryTime), human_duration(totals.query_time));
    }
    if (const auto average = load(report_)) {
      add(", {}: **{}**", label(Message::Load), markdown_text(human_number(*average)));
    }
    if (totals.lock_time && *totals.lock_time > Duration(0)) {
      add(", {}: **{}**", label(Message::LockTime), human_duration(*totals.lock_time));
    }
    out_ += '\n';
    std::string troubles;
    const auto trouble = [&](Message key, std::uint64_t count) {
      if (count > 0) {
        troubles += fmt::format("{}{}: **{}**", troubles.empty() ? "" : ", ", label(key),
                                human_count(count));
      }
    };
    trouble(Message::Errors, totals.errors);
    trouble(Message::LockWaits, totals.lock_waits);
    trouble(Message::Deadlocks, totals.deadlocks);
    trouble(Message::TemporaryFiles, totals.temporary_files);
    if (!troubles.empty()) {
      add("- {}\n", troubles);
    }
    if (const std::string line = sparkline(load_of(report_.trend), 48); !line.empty()) {
      add("- {}: {}\n", label(Message::LoadOverTime), markdown_code(line));
    }
    if (const std::string past = past_line(report_, language_); !past.empty()) {
      add("- {}\n", markdown_text(past));
    }
  }

  void write_ranking() {
    const std::string measure = measure_name(language_, report_.ranked_by);
    add("\n### {}\n\n| # |",
        rows_are_statements(report_)
            ? with(Message::TopQueries, markdown_text(measure))
            : with(Message::TopGroups, markdown_text(group_name(language_, report_.grouped_by)),
                   markdown_text(measure)));
    std::string rule = "\n|--:|";
    const auto column = [&](std::string_view title) {
      add(" {} |", title);
      rule += "--:|";
    };
    if (shared_) {
      column(label(Message::Share));
    }
    if (own_) {
      column(markdown_text(measure));
    }
    if (timed_) {
      column(label(Message::Total));
    }
    column(label(Message::Calls));
    if (timed_) {
      column(label(Message::Mean));
      column("p95");
      column(label(Message::Max));
    }
    if (compared_) {
      column(label(Message::Change));
    }
    add(" {} |{}---|\n", markdown_text(group_name(language_, report_.grouped_by)), rule);
    std::size_t rank = 0;
    for (const ReportQuery& query : report_.queries) {
      write_row(++rank, query);
    }
    if (report_.other.rows > 0) {
      const auto share = share_of_others(report_);
      out_ += "| |";
      if (shared_) {
        add(" {} |", share ? markdown_text(human_percent(*share)) : "");
      }
      out_ += own_ ? " |" : "";
      if (timed_) {
        add(" {} |", human_duration(report_.other.query_time));
      }
      add(" {} |{}{} {} |\n", human_count(report_.other.calls), timed_ ? " | | |" : "",
          compared_ ? " |" : "", markdown_text(other_rows(report_, language_)));
    }
  }

  void write_row(std::size_t rank, const ReportQuery& query) {
    const auto time = [&](const std::optional<Duration>& duration) {
      add(" {} |", query.timed && duration ? human_duration(*duration) : "–");
    };
    add("| {} |", rank);
    if (shared_) {
      add(" {} |", query.share ? markdown_text(human_percent(*query.share)) : "");
    }
    if (own_) {
      add(" {} |", markdown_text(ranked_value(report_, query)));
    }
    if (timed_) {
      time(query.query_time);
    }
    add(" {} |", human_count(query.calls));
    if (timed_) {
      time(to_duration(query.query_time_mean_s));
      time(query.p95);
      time(query.query_time_max);
    }
    if (compared_) {
      add(" {} |", markdown_text(change_text(query, language_)));
    }
    add(" {} |\n", markdown_cell(short_name(query)));
  }

  std::string short_name(const ReportQuery& query) const {
    const std::string name = row_name(report_, query);
    const Excerpt shown = excerpt(name, kCellShown);
    return std::string(shown.text) + (shown.left_out > 0 ? "…" : "");
  }

  void write_sql(std::string_view sql, std::size_t most) {
    const Excerpt shown = excerpt(sql, most);
    std::string laid_out;
    for (const SqlLine& line : lay_out_sql(visible_text(shown.text), 100)) {
      laid_out.append(line.indent, ' ').append(line.text).append("\n");
    }
    out_ += markdown_fence(laid_out, "sql");
    if (shown.left_out > 0) {
      add("\n{}\n", with(Message::MoreText, shown.left_out));
    }
  }

  void item(Message key, const std::string& value) {
    if (!value.empty()) {
      add("- {}: {}\n", label(key), value);
    }
  }

  std::string shares(const std::map<std::string, std::uint64_t>& counts) const {
    std::string line;
    for (const NamedShare& entry : top_of(counts, kNamesShown)) {
      line += line.empty() ? "" : ", ";
      line += entry.name.empty() ? std::string(label(Message::UnknownName))
                                 : markdown_code(excerpt(entry.name, kCellShown).text);
      line += ' ' + markdown_text(human_percent(entry.share));
    }
    if (counts.size() > kNamesShown) {
      line += ", " + with(Message::AndMore, counts.size() - kNamesShown);
    }
    return line;
  }

  void write_query(std::size_t rank, const ReportQuery& query) {
    // Raw HTML: the tracker reads no Markdown in this line, and no mention inside <code>.
    add("\n<details>\n<summary>{}. {} · <code>{}</code></summary>\n\n", rank,
        html_text(query.share ? human_percent(*query.share)
                              : share_or_value(report_, query, language_)),
        html_text(visible_line(short_name(query))));
    write_body(query);
    out_ += "\n</details>\n";
  }

  void write_body(const ReportQuery& query) {
    if (rows_are_statements(report_)) {
      add("{}: {}\n\n", label(Message::Fingerprint), markdown_code(query.id.hex()));
      write_sql(query.text, kFingerprintShown);
      out_ += '\n';
    }
    write_facts(query);
    for (const LintFinding& finding : query.lint) {
      add("\n**{}: {}** ({})\n", markdown_text(severity_name(language_, finding.severity)),
          markdown_text(excerpt(finding.title, 200).text),
          markdown_code(excerpt(finding.rule, 200).text));
      if (!finding.why.empty()) {
        add("\n{}: {}\n", label(Message::Why), markdown_text(excerpt(finding.why, 2'000).text));
      }
      if (!finding.instead.empty()) {
        add("\n{}: {}\n", label(Message::Instead),
            markdown_text(excerpt(finding.instead, 2'000).text));
      }
    }
    if (query.sample && !query.sample->sql.empty()) {
      add("\n{}", label(Message::Sample));
      if (query.sample->query_time) {
        add(", {}", human_duration(*query.sample->query_time));
      }
      if (query.sample->at) {
        add(", {}", human_time(*query.sample->at));
      }
      add("{}:\n\n", query.sample->masked ? fmt::format(" ({})", label(Message::Masked)) : "");
      write_sql(query.sample->sql, kSampleShown);
    }
  }

  void write_facts(const ReportQuery& query) {
    item(Message::Calls, human_count(query.calls));
    if (query.timed) {
      item(Message::Time, human_duration(query.query_time) + latency_list(query, language_));
    }
    item(Message::Change, markdown_text(before_and_now(query, language_)));
    item(Message::LockTime, query.lock_time ? human_duration(*query.lock_time) : "");
    const auto sum = [](const std::optional<std::uint64_t>& value) {
      return value ? human_count(*value) : std::string();
    };
    item(Message::RowsExamined, sum(query.rows_examined));
    item(Message::RowsSent, sum(query.rows_sent));
    item(Message::RowsAffected, sum(query.rows_affected));
    if (query.first_seen && query.last_seen) {
      item(Message::Seen, human_time(*query.first_seen) + " – " + human_time(*query.last_seen));
    } else if (query.first_seen) {
      item(Message::FirstSeen, human_time(*query.first_seen));
    }
    std::string tables;
    for (std::size_t at = 0; at < std::min<std::size_t>(query.tables.size(), 12); ++at) {
      tables += (at == 0 ? "" : ", ") + markdown_code(excerpt(query.tables[at], kCellShown).text);
    }
    item(Message::Tables, tables);
    item(Message::Databases, shares(query.databases));
    item(Message::Users, shares(query.users));
    item(Message::Hosts, shares(query.hosts));
    std::size_t tags = 0;
    for (const auto& [key, values] : query.tags) {
      if (tags++ == kTagsShown) {
        item(Message::Tags, with(Message::AndMore, query.tags.size() - kTagsShown));
        break;
      }
      add("- {}: {}\n", markdown_code(excerpt(key, 64).text), shares(values));
    }
    std::string errors;
    for (const NamedShare& error : top_of(query.errors, kNamesShown)) {
      errors += (errors.empty() ? "" : ", ") + markdown_code(excerpt(error.name, kCellShown).text) +
                " × " + human_count(error.count);
    }
    item(Message::Errors, errors);
  }

  void write_notes() {
    const std::vector<std::string> notes = notes_of(report_, language_);
    bool any = !notes.empty();
    for (const ReportInput& input : report_.inputs) {
      any = any || !input.skipped.empty();
    }
    if (!any) {
      return;
    }
    add("\n### {}\n\n", label(Message::Notes));
    for (const std::string& note : notes) {
      add("- {}\n", markdown_text(excerpt(note, 2'000).text));
    }
    for (const ReportInput& input : report_.inputs) {
      for (const auto& [reason, count] : input.skipped) {
        add("- {}: {} × {} ({})\n", label(Message::Skipped), human_count(count),
            markdown_code(excerpt(reason, 100).text), markdown_code(excerpt(input.path, 400).text));
      }
    }
  }

  const AnalysisReport& report_;
  Language language_;
  bool timed_;
  bool shared_;
  bool compared_;
  bool own_;  ///< A column for the measure that ranks.
  std::string out_;
};

}  // namespace

std::string markdown_query_body(const AnalysisReport& report, const ReportQuery& query,
                                Language language) {
  Markdown page(report, language);
  page.write_body(query);
  return std::move(page.out_);
}

std::string markdown_notes(const AnalysisReport& report, Language language) {
  Markdown page(report, language);
  page.write_notes();
  return std::move(page.out_);
}

std::string markdown_sql(const AnalysisReport& report, std::string_view sql, Language language) {
  Markdown page(report, language);
  page.write_sql(sql, kSampleShown);
  return std::move(page.out_);
}

std::string render_markdown(const AnalysisReport& report, Language language) {
  return Markdown(report, language).render();
}

}  // namespace unjam
