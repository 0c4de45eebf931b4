#include "collect/pg_interpreter_impl.h"
#include "collect/pg_plan.h"

#include <algorithm>
#include <functional>

namespace unjam {
namespace {

/// Without %p and %c all lines are taken for one session.
std::uint64_t session_key(const PgRecord& record) {
  return record.pid ? *record.pid
                    : std::hash<std::string_view>{}(record.session_id) | (std::uint64_t{1} << 63);
}

/// One text, unless one of them was cut.
bool same_text(std::string_view left, bool left_cut, std::string_view right, bool right_cut) {
  const std::size_t common = std::min(left.size(), right.size());
  return left.substr(0, common) == right.substr(0, common) &&
         (left.size() == right.size() || (left_cut && left.size() == common) ||
          (right_cut && right.size() == common));
}

/// Clocks of the executor and of the protocol layer are read at different moments.
constexpr Duration kClockSlack = std::chrono::milliseconds(2);

/// Could `plan` be an execution inside `statement`, by its times? A plan is written when its
/// execution ends. %t has whole seconds.
bool fits(const KeptEvent& plan, const LogEvent& statement) {
  if (plan.query_time() > *statement.query_time + kClockSlack) {
    return false;
  }
  return !plan.at() || !statement.at ||
         *plan.at() >= *statement.at - *statement.query_time - std::chrono::milliseconds(1100);
}

std::string_view tail_from(std::string_view text, std::string_view part) {
  return text.substr(static_cast<std::size_t>(part.data() - text.data()));
}

/// What stands for the SQL of a message: a fast-path call has no SQL, only its function.
std::string_view statement_text(const PgMessage& message, const PgRecord& record) {
  if (message.kind == PgMessageKind::Fastpath) {
    return record.message;
  }
  if (message.kind == PgMessageKind::DurationFastpath) {
    const std::size_t label = record.message.find("fastpath function call: ");
    return label == std::string_view::npos ? tail_from(record.message, message.name)
                                           : record.message.substr(label);
  }
  return message.sql;
}

/// A duration before an execution was its parse or, right before it, its bind.
void name_step(LogEvent& step, bool last, std::string_view sql) {
  if (step.kind == EventKind::Statement) {
    step.kind = last ? EventKind::Bind : EventKind::Parse;
  }
  step.sql = sql;
}

}  // namespace

PgSession* PgInterpreter::Impl::find_session(const PgRecord& record) {
  return sessions.empty() ? nullptr : sessions.find(session_key(record));
}

PgSessions::Drop PgInterpreter::Impl::drop_into(EventSink& sink) {
  return [this, &sink](PgSession& session) { flush(session, sink); };
}

PgSession& PgInterpreter::Impl::open_session(const PgRecord& record, EventSink& sink) {
  return sessions.open(session_key(record), drop_into(sink));
}

void PgInterpreter::Impl::settle(PgSession& session, EventSink& sink) {
  sessions.settle(session, drop_into(sink));
}

void PgInterpreter::Impl::flush(PgSession& session, EventSink& sink) {
  finish_plans(session, nullptr, sink);
  for (const KeptEvent& time : session.times) {
    sink.on_event(time.event());
  }
  session.times.clear();
  for (auto* const kept : {&session.statement, &session.deadlock}) {
    if (*kept) {
      sink.on_event((*kept)->event());
      kept->reset();
    }
  }
  session.ended = {};
}

void PgInterpreter::Impl::finish_plans(PgSession& session, const LogEvent* statement,
                                       EventSink& sink) {
  for (const KeptEvent& plan : session.plans) {
    LogEvent event = plan.event();
    const bool merged = statement != nullptr && fits(plan, *statement) &&
                        same_text(event.sql, event.partial, statement->sql, statement->partial);
    event.kind = merged ? EventKind::Plan : EventKind::Statement;
    sink.on_event(event);
  }
  session.plans.clear();
}

bool PgInterpreter::Impl::take_ended(PgSession& session, const LogEvent& plan) {
  const std::size_t hash = std::hash<std::string_view>{}(plan.sql);
  for (PgSession::Ended& ended : session.ended) {
    if (ended.text_hash == hash && *plan.query_time <= ended.query_time + kClockSlack) {
      ended = {};
      return true;
    }
  }
  return false;
}

bool PgInterpreter::Impl::was_recent(const PgRecord& record, const LogEvent& plan) const {
  const std::uint64_t key = session_key(record);
  return std::any_of(recent.begin(), recent.end(), [&](const Recent& statement) {
    return statement.key == key && statement.sql_size == plan.sql.size() &&
           *plan.query_time <= statement.query_time + kClockSlack;
  });
}

void PgInterpreter::Impl::on_timed(EventKind kind, const PgMessage& message, const PgRecord& record,
                                   EventSink& sink) {
  LogEvent& event = timed;
  describe(kind, record, event);
  event.query_time = message.elapsed;
  event.sql = message.kind == PgMessageKind::DurationFastpath ? statement_text(message, record)
                                                              : message.sql;
  event.parameters = record.detail.empty() || message.kind == PgMessageKind::DurationStatement
                         ? std::string_view()
                         : pg_parameters(record.detail);
  const bool executes = kind == EventKind::Statement || kind == EventKind::Fetch;
  PgSession* session = find_session(record);
  if (executes && !plans_seen) {
    recent[next_recent++ % recent.size()] = {session_key(record), event.sql.size(),
                                             *event.query_time};
  } else if (session == nullptr && executes) {
    session = &open_session(record, sink);
  }
  if (session == nullptr) {
    sink.on_event(event);
    return;
  }
  if (executes) {
    const bool matched =
        std::any_of(session->plans.begin(), session->plans.end(), [&event](const KeptEvent& plan) {
          return fits(plan, event) && same_text(plan.sql(), false, event.sql, event.partial);
        });
    finish_plans(*session, &event, sink);
    if (session->statement) {
      sink.on_event(session->statement->event());
      session->statement.reset();
    }
    const bool extended = message.kind == PgMessageKind::DurationExecute;
    const std::size_t count = session->times.size();
    for (std::size_t i = 0; i < count; ++i) {
      LogEvent step = session->times[i].event();
      if (extended) {
        name_step(step, i + 1 == count, event.sql);
      }
      sink.on_event(step);
    }
    session->times.clear();
    if (!matched && plans_seen) {
      session->ended[session->next_ended++ % session->ended.size()] = {
          std::hash<std::string_view>{}(event.sql), *event.query_time};
    }
  }
  sink.on_event(event);
  settle(*session, sink);
}

void PgInterpreter::Impl::on_bare_duration(const PgMessage& message, const PgRecord& record,
                                           EventSink& sink) {
  LogEvent event = pg_event(EventKind::Statement, record);
  event.query_time = message.elapsed;
  const bool parse = record.command_tag == "PARSE";
  const bool bind = record.command_tag == "BIND";
  PgSession* const session = find_session(record);
  if (session != nullptr && session->statement && !parse && !bind) {
    const KeptEvent kept = std::move(*session->statement);
    session->statement.reset();
    const LogEvent logged = kept.event();
    event.kind = logged.kind;
    event.sql = logged.sql;
    event.parameters = logged.parameters;
    event.partial = logged.partial;
    finish_plans(*session, &event, sink);
    sink.on_event(event);
    settle(*session, sink);
    return;
  }
  // The end of the log may have cut off what made this another message.
  if (record.partial) {
    return;
  }
  if (!parse && !bind && !record.command_tag.empty()) {
    sink.on_event(event);
    return;
  }
  event.kind = parse ? EventKind::Parse : bind ? EventKind::Bind : EventKind::Statement;
  // Parse and bind come before their statement is named; more than these two are not waited for.
  constexpr std::size_t kSteps = 2;
  PgSession& opened = session != nullptr ? *session : open_session(record, sink);
  if (opened.times.size() == kSteps) {
    sink.on_event(opened.times.front().event());
    opened.times.erase(opened.times.begin());
  }
  opened.times.emplace_back(event);
  settle(opened, sink);
}

void PgInterpreter::Impl::on_logged_statement(EventKind kind, const PgMessage& message,
                                              const PgRecord& record, EventSink& sink) {
  LogEvent event = pg_event(kind, record);
  event.sql = statement_text(message, record);
  event.parameters = pg_parameters(record.detail);
  PgSession& session = open_session(record, sink);
  finish_plans(session, nullptr, sink);
  if (session.statement) {
    sink.on_event(session.statement->event());
  }
  const bool extended = message.kind == PgMessageKind::Execute;
  const std::size_t count = session.times.size();
  for (std::size_t i = 0; i < count; ++i) {
    LogEvent step = session.times[i].event();
    if (extended) {
      name_step(step, i + 1 == count, event.sql);
    }
    sink.on_event(step);
  }
  session.times.clear();
  session.statement.emplace(event);
  settle(session, sink);
}

void PgInterpreter::Impl::on_plan(const PgMessage& message, const PgRecord& record,
                                  EventSink& sink) {
  const bool first = !plans_seen;
  plans_seen = true;
  const PgPlan plan = parse_pg_plan(message.sql, plan_scratch);
  LogEvent event = pg_event(EventKind::Plan, record);
  event.query_time = message.elapsed;
  event.sql = plan.sql;
  event.plan = plan.plan;
  event.parameters = plan.parameters;
  event.nested = !record.context.empty();
  if (event.nested) {
    sink.on_event(event);
    return;
  }
  PgSession& session = open_session(record, sink);
  const bool other_text = !session.plans.empty() && session.plans.back().sql() != event.sql;
  constexpr std::size_t kMostPlans = 8;
  if (other_text || session.plans.size() == kMostPlans) {
    finish_plans(session, nullptr, sink);
  }
  if (take_ended(session, event) || (first && was_recent(record, event))) {
    sink.on_event(event);
  } else {
    session.plans.emplace_back(event);
  }
  settle(session, sink);
}

void PgInterpreter::Impl::end_failed_statement(const PgRecord& record, LogEvent& error,
                                               EventSink& sink) {
  PgSession* const session = find_session(record);
  if (session == nullptr || !session->statement) {
    return;
  }
  const LogEvent logged = session->statement->event();
  if (record.statement.empty() ||
      same_text(logged.sql, logged.partial, record.statement, record.partial)) {
    kept_error_sql.assign(logged.sql);
    const std::size_t size = kept_error_sql.size();
    kept_error_sql.append(logged.parameters);
    const std::size_t total = kept_error_sql.size();
    kept_error_sql.append(kScanPadding, '\0');
    const std::string_view kept(kept_error_sql);
    error.sql = kept.substr(0, size);
    if (error.parameters.empty()) {
      error.parameters = kept.substr(size, total - size);
    }
  } else {
    sink.on_event(logged);
  }
  session->statement.reset();
  finish_plans(*session, nullptr, sink);
  settle(*session, sink);
}

void PgInterpreter::Impl::on_found_deadlock(const PgMessage& message, const PgRecord& record,
                                            EventSink& sink) {
  PgSession& session = open_session(record, sink);
  if (session.deadlock) {
    sink.on_event(session.deadlock->event());
  }
  session.deadlock.emplace(pg_found_deadlock_event(message, record));
  settle(session, sink);
}

void PgInterpreter::Impl::forget_found_deadlock(const PgRecord& record, EventSink& sink) {
  if (PgSession* const session = find_session(record)) {
    session->deadlock.reset();
    settle(*session, sink);
  }
}

}  // namespace unjam
