// The parts of PgInterpreter: pg_interpreter.cpp (which message is what),
// pg_interpreter_statements.cpp (durations, log_statement and plans of a session),
// pg_interpreter_locks.cpp (locks, deadlocks, files).
#pragma once

#include "collect/pg_message_catalog.h"
#include "collect/pg_record.h"
#include "collect/pg_sessions.h"
#include "collect/pg_severity.h"
#include "unjam/collect/log_event.h"

#include <array>
#include <string>
#include <string_view>

namespace unjam {

/// Sets in `event` what every record tells.
inline void describe(EventKind kind, const PgRecord& record, LogEvent& event) {
  event.kind = kind;
  event.at = record.at;
  event.pid = record.pid;
  event.user = record.user;
  event.database = record.database;
  event.host = record.host;
  event.application = record.application;
  event.partial = record.partial;
}

/// An event of `kind` with what every record tells.
LogEvent pg_event(EventKind kind, const PgRecord& record);

/// Bind values of a DETAIL (`parameters: $1 = ...`) or CONTEXT (`... with parameters: $1 = ...`) in
/// any language; empty when there are none.
std::string_view pg_parameters(std::string_view text);

LogEvent pg_lock_wait_event(const PgMessage& message, const PgRecord& record);
/// Of an ERROR with SQLSTATE 40P01. Finds the participants in its DETAIL.
LogEvent pg_deadlock_event(const PgRecord& record);
/// Of the LOG `detected deadlock`, for logs in which the ERROR is missing.
LogEvent pg_found_deadlock_event(const PgMessage& message, const PgRecord& record);
LogEvent pg_temporary_file_event(const PgMessage& message, const PgRecord& record);

struct PgInterpreter::Impl {
  void on_log(const PgRecord& record, EventSink& sink);
  void on_notice(const PgRecord& record, EventSink& sink);
  void on_error(const PgRecord& record, PgSeverity severity, EventSink& sink);
  void on_message(const PgMessage& message, const PgRecord& record, EventSink& sink);

  // Statements of a session.
  void on_timed(EventKind kind, const PgMessage& message, const PgRecord& record, EventSink& sink);
  void on_bare_duration(const PgMessage& message, const PgRecord& record, EventSink& sink);
  void on_logged_statement(EventKind kind, const PgMessage& message, const PgRecord& record,
                           EventSink& sink);
  void on_plan(const PgMessage& message, const PgRecord& record, EventSink& sink);
  /// The statement of an error did not get a time and never will.
  void end_failed_statement(const PgRecord& record, LogEvent& error, EventSink& sink);
  void on_found_deadlock(const PgMessage& message, const PgRecord& record, EventSink& sink);
  /// True: a LOG told of this deadlock before; that event is forgotten.
  void forget_found_deadlock(const PgRecord& record, EventSink& sink);
  void flush(PgSession& session, EventSink& sink);

  PgSession* find_session(const PgRecord& record);
  PgSession& open_session(const PgRecord& record, EventSink& sink);
  void settle(PgSession& session, EventSink& sink);
  PgSessions::Drop drop_into(EventSink& sink);
  void finish_plans(PgSession& session, const LogEvent* statement, EventSink& sink);
  bool take_ended(PgSession& session, const LogEvent& plan);
  bool was_recent(const PgRecord& record, const LogEvent& plan) const;

  /// Of on_timed: making a new one, field by field, would cost more than what it holds.
  LogEvent timed;
  PgSessions sessions;
  bool plans_seen = false;
  /// The last statements before the first plan: that plan may belong to one of them. Cheaper than
  /// a session each, which most logs never need.
  struct Recent {
    std::uint64_t key = 0;
    std::size_t sql_size = 0;
    Duration query_time{0};
  };
  std::array<Recent, 64> recent;
  std::size_t next_recent = 0;
  std::string plan_scratch;
  std::string kept_error_sql;
};

}  // namespace unjam
