#include "report/text_sections.h"

#include "report/facts.h"
#include "report/figures.h"
#include "report/history_facts.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "report/sql_layout.h"
#include "report/unicode.h"

#include <algorithm>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kIndent = 3;
constexpr std::size_t kFingerprintShown = 8'000;
constexpr std::size_t kSampleShown = 2'000;
constexpr std::size_t kNamesShown = 4;
constexpr std::size_t kTagsShown = 16;
constexpr std::size_t kRowsShown = 20;

Ink ink_of(std::string_view severity) {
  if (severity == "error" || severity == "ERROR" || severity == "FATAL" || severity == "PANIC") {
    return Ink::Alarm;
  }
  return severity == "warning" || severity == "WARNING" ? Ink::Warning : Ink::Accent;
}

void write_sql(const TextContext& context, std::string_view sql, std::size_t most) {
  const Excerpt shown = excerpt(sql, most);
  const std::size_t columns = context.page.columns() - kIndent;
  for (const SqlLine& line : lay_out_sql(visible_text(shown.text), columns)) {
    const std::size_t indent = std::min(line.indent, columns / 3);
    std::size_t extra = 0;
    for (const std::string& part : wrap(line.text, columns - indent - 4)) {
      context.page.line(part, kIndent + indent + extra);
      extra = 4;
    }
  }
  if (shown.left_out > 0) {
    context.page.line(message_with(context.language, Message::MoreText, shown.left_out), kIndent,
                      Ink::Faint);
  }
}

std::string shares_line(const TextContext& context,
                        const std::map<std::string, std::uint64_t>& counts) {
  std::string line;
  for (const NamedShare& entry : top_of(counts, kNamesShown)) {
    line += line.empty() ? "" : ", ";
    line += entry.name.empty() ? std::string(message(context.language, Message::UnknownName))
                               : visible_line(entry.name, 100);
    line += ' ' + human_percent(entry.share);
  }
  if (counts.size() > kNamesShown) {
    line += ", " + message_with(context.language, Message::AndMore, counts.size() - kNamesShown);
  }
  return line;
}

class Fields {
 public:
  explicit Fields(const TextContext& context) : context_(context) {}

  void add(std::string label, std::string value) {
    if (!value.empty()) {
      fields_.push_back({std::move(label), std::move(value)});
    }
  }
  void add(Message label, std::string value) {
    add(std::string(message(context_.language, label)), std::move(value));
  }
  void write() const {
    std::size_t label_columns = 0;
    for (const Field& field : fields_) {
      label_columns = std::max(label_columns, display_width(field.label));
    }
    for (const Field& field : fields_) {
      context_.page.field(field.label, field.value, kIndent,
                          std::min<std::size_t>(label_columns, 22));
    }
  }

 private:
  struct Field {
    std::string label;
    std::string value;
  };
  const TextContext& context_;
  std::vector<Field> fields_;
};

std::string named(const TextContext& context, Message label, const std::string& value) {
  return std::string(message(context.language, label)) + ' ' + value;
}

std::string calls_line(const TextContext& context, const ReportQuery& query) {
  std::string line = human_count(query.calls);
  const auto span = time_span(context.report);
  if (span && span->end - span->begin >= std::chrono::seconds(1)) {
    const double per_second = static_cast<double>(query.calls) /
                              (static_cast<double>((span->end - span->begin).count()) / 1e6);
    line += " · " + message_with(context.language, Message::PerSecond, human_number(per_second));
  }
  if (!rows_are_statements(context.report) && query.fingerprints) {
    line += " · " + (*query.fingerprints == 1
                         ? std::string(message(context.language, Message::OneClass))
                         : message_with(context.language, Message::NClasses,
                                        human_count(*query.fingerprints)));
  }
  return line;
}

std::string latency_line(const TextContext& context, const ReportQuery& query) {
  if (!query.timed) {
    return "";
  }
  std::string line;
  const auto add = [&](std::string_view label, const std::optional<Duration>& value) {
    if (value) {
      line += fmt::format("{}{} {}", line.empty() ? "" : "   ", label, human_duration(*value));
    }
  };
  add(message(context.language, Message::Min), query.query_time_min);
  add("p50", query.p50);
  add(message(context.language, Message::Mean), to_duration(query.query_time_mean_s));
  if (query.query_time_stddev_s) {
    line += " ±" + human_duration(to_duration(*query.query_time_stddev_s));
  }
  add("p95", query.p95);
  add("p99", query.p99);
  add(message(context.language, Message::Max), query.query_time_max);
  return line;
}

std::string rows_line(const TextContext& context, const ReportQuery& query) {
  std::string line;
  const auto add = [&](Message label, const std::optional<std::uint64_t>& sum) {
    if (!sum) {
      return;
    }
    line += line.empty() ? "" : "   ";
    line += named(context, label, human_count(*sum));
    if (query.calls > 0 && *sum > 0) {
      const double each = static_cast<double>(*sum) / static_cast<double>(query.calls);
      line += " (" + message_with(context.language, Message::PerCall, human_number(each)) + ")";
    }
  };
  add(Message::RowsExamined, query.rows_examined);
  add(Message::RowsSent, query.rows_sent);
  add(Message::RowsAffected, query.rows_affected);
  return line;
}

std::string ratio_line(const TextContext& context, const ReportQuery& query) {
  if (!query.rows_examined || !query.rows_sent || *query.rows_examined == 0 ||
      *query.rows_sent == 0) {
    return "";
  }
  const double ratio =
      static_cast<double>(*query.rows_examined) / static_cast<double>(*query.rows_sent);
  return ratio < kRatioShown
             ? ""
             : message_with(context.language, Message::ExaminedPerSent, human_number(ratio));
}

std::string lock_line(const TextContext& context, const ReportQuery& query) {
  if (!query.lock_time) {
    return "";
  }
  std::string line = human_duration(*query.lock_time);
  if (query.timed && query.query_time > Duration(0)) {
    const double share = static_cast<double>(query.lock_time->count()) /
                         static_cast<double>(query.query_time.count());
    line += " (" + message_with(context.language, Message::OfItsTime, human_percent(share)) + ")";
  }
  return line;
}

void write_lint(const TextContext& context, const LintFinding& finding) {
  TextPage& page = context.page;
  page.blank();
  page.paragraph("▲ " + severity_name(context.language, finding.severity) + ": " +
                     visible_line(finding.title, 200) + " [" + visible_line(finding.rule, 200) +
                     "]",
                 kIndent, ink_of(finding.severity));
  const std::string why(message(context.language, Message::Why));
  const std::string instead(message(context.language, Message::Instead));
  const std::size_t columns = std::max(display_width(why), display_width(instead));
  if (!finding.why.empty()) {
    page.field(why, visible_line(finding.why, 2'000), kIndent + 2, columns);
  }
  if (!finding.instead.empty()) {
    page.field(instead, visible_line(finding.instead, 2'000), kIndent + 2, columns);
  }
}

/// The second line of a record: its statement, cut to the width.
void write_statement(const TextContext& context, FingerprintId id, std::string_view fingerprint) {
  std::string text = visible_line(fingerprint, 400);
  if (id.value != 0) {
    text = id.hex() + "  " + text;
  }
  if (!text.empty()) {
    context.page.line(fit(text, context.page.columns() - kIndent - 2), kIndent + 2, Ink::Faint);
  }
}

void write_more(const TextContext& context, std::size_t rows) {
  if (rows > kRowsShown) {
    context.page.line(message_with(context.language, Message::AndMore, rows - kRowsShown), kIndent,
                      Ink::Faint);
  }
}

}  // namespace

void write_section(const TextContext& context, Message title) {
  context.page.blank();
  context.page.rule(heading(context.language, title));
}

void write_sample(const TextContext& context, const QuerySample& sample) {
  std::string head(message(context.language, Message::Sample));
  if (sample.query_time) {
    head += " · " + human_duration(*sample.query_time);
  }
  if (sample.at) {
    head += " · " + human_time(*sample.at);
  }
  if (sample.masked) {
    head += " · ";
    head += message(context.language, Message::Masked);
  }
  context.page.blank();
  context.page.line(head, kIndent, Ink::Faint);
  write_sql(context, sample.sql, kSampleShown);
  if (!sample.parameters.empty()) {
    context.page.paragraph(
        named(context, Message::Parameters, visible_line(sample.parameters, 1'000)), kIndent);
  }
}

void write_query_block(const TextContext& context, std::size_t rank, const ReportQuery& query) {
  context.page.blank();
  context.page.rule(rows_are_statements(context.report)
                        ? fmt::format("{}  {}", rank, query.id.hex())
                        : fmt::format("{}", rank),
                    share_or_value(context.report, query, context.language));
  write_query_body(context, query);
  if (query.sample && !query.sample->sql.empty()) {
    write_sample(context, *query.sample);
  }
}

void write_query_body(const TextContext& context, const ReportQuery& query) {
  TextPage& page = context.page;
  if (rows_are_statements(context.report)) {
    write_sql(context, query.text, kFingerprintShown);
  } else {
    const std::string name = visible_line(query.text, 1'000);
    page.paragraph(name.empty() ? message(context.language, Message::UnknownName) : name, kIndent,
                   Ink::Strong);
  }
  page.blank();
  Fields fields(context);
  fields.add(Message::Calls, calls_line(context, query));
  fields.add(Message::Time, query.timed
                                ? human_duration(query.query_time)
                                : std::string(message(context.language, Message::NotTimed)));
  fields.add(Message::LatencyPercentiles, latency_line(context, query));
  fields.add(Message::Load, sparkline(query.trend.query_time_s,
                                      std::min<std::size_t>(40, context.page.columns() - 18)));
  fields.add(Message::Change, before_and_now(query, context.language));
  fields.add(Message::Rows, rows_line(context, query));
  fields.add(" ", ratio_line(context, query));
  if (query.bytes_sent) {
    fields.add(Message::BytesSent, human_bytes(*query.bytes_sent));
  }
  fields.add(Message::LockTime, lock_line(context, query));
  if (query.first_seen && query.last_seen) {
    fields.add(Message::Seen, human_time(*query.first_seen) + " – " + human_time(*query.last_seen));
  } else if (query.first_seen) {
    fields.add(Message::FirstSeen, human_time(*query.first_seen));
  }
  std::string tables;
  for (std::size_t at = 0; at < std::min<std::size_t>(query.tables.size(), 12); ++at) {
    tables += (at == 0 ? "" : ", ") + visible_line(query.tables[at], 100);
  }
  fields.add(Message::Tables, tables);
  fields.add(Message::Databases, shares_line(context, query.databases));
  fields.add(Message::Users, shares_line(context, query.users));
  fields.add(Message::Hosts, shares_line(context, query.hosts));
  std::size_t tags = 0;
  for (const auto& [key, values] : query.tags) {
    if (tags++ == kTagsShown) {
      fields.add(Message::Tags,
                 message_with(context.language, Message::AndMore, query.tags.size() - kTagsShown));
      break;
    }
    fields.add(visible_line(key, 64), shares_line(context, values));
  }
  std::string errors;
  for (const NamedShare& error : top_of(query.errors, kNamesShown)) {
    errors += (errors.empty() ? "" : ", ") + visible_line(error.name, 100) + " × " +
              human_count(error.count);
  }
  fields.add(Message::Errors, errors);
  fields.write();
  for (const LintFinding& finding : query.lint) {
    write_lint(context, finding);
  }
}

void write_gone(const TextContext& context) {
  if (!context.report.history || !context.report.history->past ||
      context.report.history->past->gone.empty()) {
    return;
  }
  write_section(context, Message::Gone);
  for (const ReportGone& gone : context.report.history->past->gone) {
    context.page.line(fmt::format("{:>9}  {} × {}  {}", human_duration(gone.query_time),
                                  gone.id.hex(), human_count(gone.calls),
                                  fit(visible_line(short_form(gone.text, gone.tables)),
                                      context.page.columns() - kIndent - 40)),
                      kIndent);
  }
}

void write_errors(const TextContext& context) {
  const auto& errors = context.report.errors;
  if (errors.empty()) {
    return;
  }
  write_section(context, Message::Errors);
  for (std::size_t at = 0; at < std::min(errors.size(), kRowsShown); ++at) {
    const ReportError& error = errors[at];
    std::string text = fmt::format("{:>6} ×", human_count(error.count));
    for (const std::string* part : {&error.code, &error.severity, &error.message}) {
      if (!part->empty()) {
        text += ' ' + visible_line(*part, 400);
      }
    }
    context.page.paragraph(text, kIndent, ink_of(error.severity));
    write_statement(context, error.id, error.fingerprint);
  }
  write_more(context, errors.size());
}

void write_lock_waits(const TextContext& context) {
  const auto& waits = context.report.lock_waits;
  if (waits.empty()) {
    return;
  }
  write_section(context, Message::LockWaits);
  for (std::size_t at = 0; at < std::min(waits.size(), kRowsShown); ++at) {
    const ReportLockWait& wait = waits[at];
    std::string text = fmt::format("{:>7}  {} {}", human_duration(wait.waited),
                                   visible_line(wait.mode, 100), visible_line(wait.object, 200));
    text += " · ";
    text += message(context.language, wait.acquired ? Message::Acquired : Message::NotAcquired);
    if (wait.count > 1) {
      text += " · " + message_with(context.language, Message::NTimes, human_count(wait.count));
    }
    if (wait.at) {
      text += " · " + human_time(*wait.at);
    }
    if (wait.pid != 0) {
      text += " · " + named(context, Message::Process, fmt::format("{}", wait.pid));
    }
    if (!wait.holders.empty()) {
      std::string holders;
      for (std::size_t n = 0; n < std::min<std::size_t>(wait.holders.size(), 5); ++n) {
        holders += (n == 0 ? "" : ", ") + fmt::format("{}", wait.holders[n]);
      }
      text += " · " + named(context, Message::Holders, holders);
    }
    context.page.paragraph(text, kIndent);
    write_statement(context, wait.id, wait.fingerprint);
  }
  write_more(context, waits.size());
}

void write_deadlocks(const TextContext& context) {
  const auto& deadlocks = context.report.deadlocks;
  if (deadlocks.empty()) {
    return;
  }
  write_section(context, Message::Deadlocks);
  for (std::size_t at = 0; at < std::min(deadlocks.size(), kRowsShown); ++at) {
    const ReportDeadlock& deadlock = deadlocks[at];
    std::string head = deadlock.at ? human_time(*deadlock.at) : fmt::format("{}", at + 1);
    if (!deadlock.database.empty()) {
      head += " · " + visible_line(deadlock.database, 100);
    }
    context.page.line(head, kIndent, Ink::Strong);
    const std::size_t shown = std::min(deadlock.participants.size(), kRowsShown);
    for (std::size_t n = 0; n < shown; ++n) {
      const auto& participant = deadlock.participants[n];
      std::string text = named(context, Message::Process, fmt::format("{}", participant.pid));
      if (participant.blocked_by != 0) {
        text += " · " + message_with(context.language, Message::BlockedBy, participant.blocked_by);
      }
      if (!participant.mode.empty() || !participant.object.empty()) {
        text += " · " + visible_line(participant.mode, 100) + ' ' +
                visible_line(participant.object, 200);
      }
      if (participant.victim) {
        text += " · ";
        text += message(context.language, Message::Victim);
      }
      context.page.paragraph(text, kIndent + 2, participant.victim ? Ink::Alarm : Ink::Plain);
      write_statement(context, participant.id, participant.fingerprint);
    }
  }
  write_more(context, deadlocks.size());
}

void write_temporary_files(const TextContext& context) {
  const auto& files = context.report.temporary_files;
  if (files.empty()) {
    return;
  }
  write_section(context, Message::TemporaryFiles);
  for (std::size_t at = 0; at < std::min(files.size(), kRowsShown); ++at) {
    context.page.line(
        fmt::format("{:>8}  {} · {}", human_bytes(files[at].bytes),
                    message_with(context.language, Message::NTimes, human_count(files[at].count)),
                    named(context, Message::Largest, human_bytes(files[at].max_bytes))),
        kIndent);
    write_statement(context, files[at].id, files[at].fingerprint);
  }
  write_more(context, files.size());
}

void write_skipped(const TextContext& context) {
  bool any = false;
  for (const ReportInput& input : context.report.inputs) {
    for (const auto& [reason, count] : input.skipped) {
      if (!any) {
        write_section(context, Message::Skipped);
        any = true;
      }
      context.page.paragraph(fmt::format("{}  {} × {}", visible_line(input.path, 400),
                                         human_count(count), visible_line(reason, 100)),
                             kIndent);
      const auto sample = input.skipped_samples.find(reason);
      if (sample != input.skipped_samples.end()) {
        context.page.line(
            fit(visible_line(sample->second, 400), context.page.columns() - kIndent - 2),
            kIndent + 2, Ink::Faint);
      }
    }
  }
}

void write_notes(const TextContext& context) {
  const std::vector<std::string> notes = notes_of(context.report, context.language);
  if (notes.empty()) {
    return;
  }
  write_section(context, Message::Notes);
  for (const std::string& note : notes) {
    context.page.paragraph("• " + visible_line(note, 2'000), kIndent);
  }
}

}  // namespace unjam
