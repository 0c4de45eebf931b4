#include "collect/pg_interpreter_impl.h"

#include <array>
#include <cstring>

namespace unjam {
namespace {

constexpr std::string_view kDuration = "duration: ";

/// Up to the first ": " behind which the SQL begins.
bool take_name(std::string_view& text, PgMessage& message) {
  const std::size_t colon = text.find(": ");
  if (colon == std::string_view::npos) {
    return false;
  }
  message.name = text.substr(0, colon);
  text.remove_prefix(colon + 2);
  return true;
}

/// A template, so that the length is known where it is called and the comparison is inlined.
template <std::size_t size>
bool take(std::string_view& text, const char (&wanted)[size]) {
  if (text.size() < size - 1 || std::memcmp(text.data(), wanted, size - 1) != 0) {
    return false;
  }
  text.remove_prefix(size - 1);
  return true;
}

/// The English duration messages without the catalogue: nearly every line of most logs is one.
/// False: not one of them.
bool read_english_duration(std::string_view text, PgMessage& message) {
  if (!take(text, "duration: ")) {
    return false;
  }
  message.elapsed = take_milliseconds(text);
  if (!message.elapsed || !take(text, " ms")) {
    return false;
  }
  if (text.empty()) {
    message.kind = PgMessageKind::DurationAlone;
    return true;
  }
  if (!take(text, "  ")) {
    return false;
  }
  if (take(text, "statement: ")) {
    message.kind = PgMessageKind::DurationStatement;
  } else if (take(text, "execute fetch from ")) {
    message.kind = PgMessageKind::DurationFetch;
  } else if (take(text, "execute ")) {
    message.kind = PgMessageKind::DurationExecute;
  } else if (take(text, "bind ")) {
    message.kind = PgMessageKind::DurationBind;
  } else if (take(text, "parse ")) {
    message.kind = PgMessageKind::DurationParse;
  } else {
    return false;
  }
  if (message.kind != PgMessageKind::DurationStatement && !take_name(text, message)) {
    return false;
  }
  message.sql = text;
  return true;
}

/// Classes of SQLSTATE that are not failures: success, warning, no data.
bool is_failure(std::string_view sqlstate) {
  return sqlstate.size() == 5 && !sqlstate.starts_with("00") && !sqlstate.starts_with("01") &&
         !sqlstate.starts_with("02");
}

/// Without ` at character 15`, which text logs add to a message and csv logs do not.
std::string_view without_position(std::string_view message) {
  struct Position {
    std::string_view before;
    std::string_view after;
  };
  constexpr std::array<Position, 13> kPositions{{{" at character ", ""},
                                                 {" bei Zeichen ", ""},
                                                 {" en carácter ", ""},
                                                 {" au caractère ", ""},
                                                 {" al carattere ", ""},
                                                 {"(", "文字目)"},
                                                 {" სიმბოლოსთან ", ""},
                                                 {" ", " 번째 문자 부근"},
                                                 {" (символ ", ")"},
                                                 {" vid tecken ", ""},
                                                 {" символ ", ""},
                                                 {" 第 ", " 个字符处"},
                                                 {" 在第 ", " 個字元處"}}};
  for (const Position& position : kPositions) {
    if (!message.ends_with(position.after)) {
      continue;
    }
    const std::string_view rest = message.substr(0, message.size() - position.after.size());
    const std::size_t digits = rest.find_last_not_of("0123456789") + 1;
    if (digits < rest.size() && rest.substr(0, digits).ends_with(position.before)) {
      return rest.substr(0, digits - position.before.size());
    }
  }
  return message;
}

}  // namespace

LogEvent pg_event(EventKind kind, const PgRecord& record) {
  LogEvent event;
  describe(kind, record, event);
  return event;
}

std::string_view pg_parameters(std::string_view text) {
  constexpr std::string_view kFirst = "$1 = ";
  const std::size_t at = text.find(kFirst);
  // What stands before is a label that ends in a colon, in whatever language.
  if (at == std::string_view::npos || at < 2 ||
      text.substr(0, at).find_last_not_of(' ') == std::string_view::npos) {
    return at == 0 ? text : std::string_view();
  }
  const std::size_t colon = text.substr(0, at).find_last_not_of(' ');
  constexpr std::string_view kWideColon = "：";
  const bool labelled = text[colon] == ':' || text.substr(0, colon + 1).ends_with(kWideColon);
  return labelled ? text.substr(at) : std::string_view();
}

void PgInterpreter::Impl::on_message(const PgMessage& message, const PgRecord& record,
                                     EventSink& sink) {
  switch (message.kind) {
    case PgMessageKind::DurationStatement:
    case PgMessageKind::DurationExecute:
    case PgMessageKind::DurationFastpath:
      on_timed(EventKind::Statement, message, record, sink);
      break;
    case PgMessageKind::DurationParse:
      on_timed(EventKind::Parse, message, record, sink);
      break;
    case PgMessageKind::DurationBind:
      on_timed(EventKind::Bind, message, record, sink);
      break;
    case PgMessageKind::DurationFetch:
      on_timed(EventKind::Fetch, message, record, sink);
      break;
    case PgMessageKind::DurationPlan:
      on_plan(message, record, sink);
      break;
    case PgMessageKind::DurationAlone:
      on_bare_duration(message, record, sink);
      break;
    case PgMessageKind::Statement:
    case PgMessageKind::Execute:
    case PgMessageKind::Fastpath:
      on_logged_statement(EventKind::Statement, message, record, sink);
      break;
    case PgMessageKind::Fetch:
      on_logged_statement(EventKind::Fetch, message, record, sink);
      break;
    case PgMessageKind::StillWaiting:
    case PgMessageKind::Acquired:
    case PgMessageKind::WaitFailed:
    case PgMessageKind::DeadlockAvoided:
    case PgMessageKind::LockUnavailable:
      sink.on_event(pg_lock_wait_event(message, record));
      break;
    case PgMessageKind::DeadlockFound:
      on_found_deadlock(message, record, sink);
      break;
    case PgMessageKind::TemporaryFile:
      sink.on_event(pg_temporary_file_event(message, record));
      break;
    case PgMessageKind::Disconnection:
      if (PgSession* const session = find_session(record)) {
        flush(*session, sink);
        settle(*session, sink);
      }
      break;
    case PgMessageKind::Parameters:
    case PgMessageKind::Prepare:
    case PgMessageKind::DeadlockWaits:
    case PgMessageKind::DeadlockStatement:
    case PgMessageKind::Unknown:
      break;
  }
}

void PgInterpreter::Impl::on_log(const PgRecord& record, EventSink& sink) {
  PgMessage message;
  if (!read_english_duration(record.message, message)) {
    message = find_pg_message(record.message);
  }
  if (message.kind == PgMessageKind::Unknown) {
    message = find_pg_message(without_position(record.message));
  }
  // The server gives a duration neither STATEMENT nor CONTEXT; RAISE LOG in a function has both, so
  // that a user cannot forge one.
  const bool forged = message.elapsed && message.kind <= PgMessageKind::DurationAlone &&
                      !record.statement.empty() && !record.context.empty();
  if (!forged) {
    on_message(message, record, sink);
  }
}

void PgInterpreter::Impl::on_notice(const PgRecord& record, EventSink& sink) {
  // auto_explain.log_level may be any level.
  if (record.message.starts_with(kDuration) && record.statement.empty()) {
    const PgMessage message = find_pg_message(record.message);
    if (message.kind == PgMessageKind::DurationPlan) {
      on_message(message, record, sink);
    }
  }
}

void PgInterpreter::Impl::on_error(const PgRecord& record, PgSeverity severity, EventSink& sink) {
  const std::string_view message = without_position(record.message);
  const std::string_view sqlstate =
      is_failure(record.sqlstate) ? record.sqlstate : find_sqlstate(message);
  LogEvent event =
      sqlstate == "40P01" ? pg_deadlock_event(record) : pg_event(EventKind::Error, record);
  event.sql = record.statement;
  event.error = sqlstate;
  event.severity = record.severity;
  event.message = message;
  event.parameters = pg_parameters(record.context);
  if (!sessions.empty()) {
    if (event.kind == EventKind::Deadlock) {
      forget_found_deadlock(record, sink);
    }
    if (severity == PgSeverity::Error || !record.statement.empty()) {
      end_failed_statement(record, event, sink);
    }
  }
  sink.on_event(event);
}

PgInterpreter::PgInterpreter() : impl_(std::make_unique<Impl>()) {}
PgInterpreter::~PgInterpreter() = default;

void PgInterpreter::on_record(const PgRecord& record, EventSink& sink) {
  // Nearly every record is one, and has no business in a table of words.
  if (record.severity.size() == 3 && std::memcmp(record.severity.data(), "LOG", 3) == 0) {
    impl_->on_log(record, sink);
    return;
  }
  const std::optional<PgSeverity> known = parse_severity(record.severity);
  const PgSeverity severity =
      known.value_or(is_failure(record.sqlstate) ? PgSeverity::Error : PgSeverity::Log);
  switch (severity) {
    case PgSeverity::Log:
      impl_->on_log(record, sink);
      break;
    case PgSeverity::Error:
    case PgSeverity::Fatal:
    case PgSeverity::Panic:
      impl_->on_error(record, severity, sink);
      break;
    case PgSeverity::Notice:
      impl_->on_notice(record, sink);
      break;
    case PgSeverity::Detail:
    case PgSeverity::Hint:
    case PgSeverity::Query:
    case PgSeverity::Context:
    case PgSeverity::Statement:
    case PgSeverity::Other:
      break;
  }
}

void PgInterpreter::finish(EventSink& sink) { impl_->sessions.drop_all(impl_->drop_into(sink)); }

}  // namespace unjam
