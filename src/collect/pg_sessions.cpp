#include "collect/pg_sessions.h"

namespace unjam {

KeptEvent::KeptEvent(const LogEvent& event)
    : kind_(event.kind),
      partial_(event.partial),
      nested_(event.nested),
      at_(event.at),
      query_time_(event.query_time),
      pid_(event.pid),
      participants_(event.deadlock) {
  const DeadlockParticipant first =
      participants_.empty() ? DeadlockParticipant{} : participants_.front();
  const std::array<std::string_view, Fields> fields{
      event.sql,      event.parameters,  event.plan,  event.message,  event.user, event.host,
      event.database, event.application, event.error, event.severity, first.mode, first.object};
  std::size_t size = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    begin_[i] = size;
    size += fields[i].size();
  }
  begin_[Fields] = size;
  text_.reserve(size + kScanPadding);
  for (const std::string_view field : fields) {
    text_.append(field);
  }
  text_.append(kScanPadding, '\0');
}

std::string_view KeptEvent::view(Field field) const {
  return std::string_view(text_).substr(begin_[field], begin_[field + 1U] - begin_[field]);
}

LogEvent KeptEvent::event() const {
  LogEvent event;
  event.kind = kind_;
  event.partial = partial_;
  event.nested = nested_;
  event.at = at_;
  event.query_time = query_time_;
  event.pid = pid_;
  event.sql = view(Sql);
  event.parameters = view(Parameters);
  event.plan = view(Plan);
  event.message = view(Message);
  event.user = view(User);
  event.host = view(Host);
  event.database = view(Database);
  event.application = view(Application);
  event.error = view(Error);
  event.severity = view(Severity);
  event.deadlock = participants_;
  for (DeadlockParticipant& participant : event.deadlock) {
    participant.mode = view(Mode);
    participant.object = view(Object);
    participant.sql = {};
  }
  return event;
}

PgSession* PgSessions::find(std::uint64_t key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &*found->second;
}

PgSession& PgSessions::open(std::uint64_t key, const Drop& drop) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    sessions_.splice(sessions_.begin(), sessions_, found->second);
    return sessions_.front();
  }
  if (sessions_.size() >= kMaxSessions) {
    drop_oldest(drop);
  }
  sessions_.emplace_front();
  sessions_.front().key = key;
  by_key_.emplace(key, sessions_.begin());
  return sessions_.front();
}

void PgSessions::settle(PgSession& session, const Drop& drop) {
  std::size_t bytes = 0;
  for (const auto* kept : {&session.statement, &session.deadlock}) {
    bytes += kept->has_value() ? (*kept)->bytes() : 0;
  }
  for (const auto* kept : {&session.times, &session.plans}) {
    for (const KeptEvent& event : *kept) {
      bytes += event.bytes();
    }
  }
  bytes_ += bytes - session.bytes;
  session.bytes = bytes;
  if (bytes == 0 && session.ended == decltype(session.ended){}) {
    erase(session);
    return;
  }
  while (bytes_ > kMaxBytes) {
    drop_oldest(drop);
  }
}

void PgSessions::drop_all(const Drop& drop) {
  while (!sessions_.empty()) {
    drop_oldest(drop);
  }
}

void PgSessions::drop_oldest(const Drop& drop) {
  drop(sessions_.back());
  erase(sessions_.back());
}

void PgSessions::erase(PgSession& session) {
  bytes_ -= session.bytes;
  const auto found = by_key_.find(session.key);
  sessions_.erase(found->second);
  by_key_.erase(found);
}

}  // namespace unjam
