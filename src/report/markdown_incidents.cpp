// What went wrong besides being slow, and what is gone, as Markdown tables.
#include "report/facts.h"
#include "report/figures.h"
#include "report/markdown_parts.h"
#include "report/messages.h"
#include "report/neutralise.h"
#include "report/sql_layout.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::size_t kCellShown = 160;
constexpr std::size_t kRowsShown = 20;

class Incidents {
 public:
  Incidents(const AnalysisReport& report, Language language, std::string& out)
      : report_(report), language_(language), out_(out) {}

  void write_gone() {
    if (!report_.history || !report_.history->past || report_.history->past->gone.empty()) {
      return;
    }
    section(Message::Gone, {Message::Total, Message::Calls, Message::Fingerprint, Message::Query});
    for (const ReportGone& gone : report_.history->past->gone) {
      add("| {} | {} | {} | {} |\n", human_duration(gone.query_time), human_count(gone.calls),
          markdown_cell(gone.id.hex()),
          markdown_cell(excerpt(short_form(gone.text, gone.tables), kCellShown).text));
    }
  }

  void write_errors() {
    const auto& errors = report_.errors;
    if (errors.empty()) {
      return;
    }
    section(Message::Errors, {Message::Count, Message::Code, Message::Severity, Message::Message,
                              Message::LastSeen, Message::Query});
    for (std::size_t at = 0; at < std::min(errors.size(), kRowsShown); ++at) {
      const ReportError& error = errors[at];
      add("| {} | {} | {} | {} | {} | {} |\n", human_count(error.count), cell(error.code),
          cell(error.severity), cell(error.message), time(error.last_seen),
          statement(error.id, error.fingerprint));
    }
    write_more(errors.size());
  }

  void write_lock_waits() {
    const auto& waits = report_.lock_waits;
    if (waits.empty()) {
      return;
    }
    section(Message::LockWaits, {Message::Waited, Message::Count, Message::Outcome, Message::Mode,
                                 Message::Object, Message::At, Message::Query});
    for (std::size_t at = 0; at < std::min(waits.size(), kRowsShown); ++at) {
      const ReportLockWait& wait = waits[at];
      add("| {} | {} | {} | {} | {} | {} | {} |\n", human_duration(wait.waited),
          human_count(wait.count), label(wait.acquired ? Message::Acquired : Message::NotAcquired),
          cell(wait.mode), cell(wait.object), time(wait.at), statement(wait.id, wait.fingerprint));
    }
    write_more(waits.size());
  }

  void write_deadlocks() {
    const auto& deadlocks = report_.deadlocks;
    if (deadlocks.empty()) {
      return;
    }
    section(Message::Deadlocks, {Message::At, Message::Process, Message::Outcome, Message::Mode,
                                 Message::Object, Message::Query});
    for (std::size_t at = 0; at < std::min(deadlocks.size(), kRowsShown); ++at) {
      const auto& participants = deadlocks[at].participants;
      for (std::size_t n = 0; n < std::min(participants.size(), kRowsShown); ++n) {
        const auto& participant = participants[n];
        add("| {} | {} | {} | {} | {} | {} |\n", time(deadlocks[at].at), participant.pid,
            participant.victim            ? std::string(label(Message::Victim))
            : participant.blocked_by != 0 ? with(Message::BlockedBy, participant.blocked_by)
                                          : "",
            cell(participant.mode), cell(participant.object),
            statement(participant.id, participant.fingerprint));
      }
    }
    write_more(deadlocks.size());
  }

  void write_temporary_files() {
    const auto& files = report_.temporary_files;
    if (files.empty()) {
      return;
    }
    section(Message::TemporaryFiles,
            {Message::Size, Message::Count, Message::Largest, Message::Query});
    for (std::size_t at = 0; at < std::min(files.size(), kRowsShown); ++at) {
      add("| {} | {} | {} | {} |\n", human_bytes(files[at].bytes), human_count(files[at].count),
          human_bytes(files[at].max_bytes), statement(files[at].id, files[at].fingerprint));
    }
    write_more(files.size());
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

  std::string statement(FingerprintId id, std::string_view fingerprint) const {
    if (fingerprint.empty()) {
      return id.value == 0 ? "" : markdown_cell(id.hex());
    }
    const Excerpt shown = excerpt(fingerprint, kCellShown);
    return markdown_cell(std::string(shown.text) + (shown.left_out > 0 ? "…" : ""));
  }

  void section(Message title, std::initializer_list<Message> columns) {
    add("\n### {}\n\n|", heading(language_, title));
    for (const Message column : columns) {
      add(" {} |", label(column));
    }
    out_ += "\n|";
    for (std::size_t n = 0; n < columns.size(); ++n) {
      out_ += "---|";
    }
    out_ += '\n';
  }

  void write_more(std::size_t rows) {
    if (rows > kRowsShown) {
      add("\n{}\n", with(Message::AndMore, rows - kRowsShown));
    }
  }

  static std::string cell(std::string_view text) {
    return text.empty() ? "" : markdown_cell(excerpt(text, kCellShown).text);
  }

  static std::string time(const std::optional<TimePoint>& at) { return at ? human_time(*at) : ""; }

  const AnalysisReport& report_;
  Language language_;
  std::string& out_;
};

}  // namespace

void write_markdown_incidents(const AnalysisReport& report, Language language, std::string& out) {
  Incidents incidents(report, language, out);
  incidents.write_gone();
  incidents.write_errors();
  incidents.write_lock_waits();
  incidents.write_deadlocks();
  incidents.write_temporary_files();
}

}  // namespace unjam
