// What a PostgreSQL session has said and not yet explained: statements without a time, times
// without a statement, plans without a statement. Bounded in sessions and bytes.
#pragma once

#include "unjam/base/time.h"
#include "unjam/collect/log_event.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace unjam {

/// A copy of an event's facts that outlives the record it came from.
class KeptEvent {
 public:
  explicit KeptEvent(const LogEvent& event);

  /// Views into this object.
  LogEvent event() const;
  std::string_view sql() const { return view(Sql); }
  std::optional<TimePoint> at() const { return at_; }
  std::optional<Duration> query_time() const { return query_time_; }
  std::size_t bytes() const { return text_.size(); }

 private:
  enum Field : std::uint8_t {
    Sql,  // First, so that the others and the padding follow it.
    Parameters,
    Plan,
    Message,
    User,
    Host,
    Database,
    Application,
    Error,
    Severity,
    Mode,
    Object,
    Fields,
  };
  std::string_view view(Field field) const;

  EventKind kind_;
  bool partial_;
  bool nested_;
  std::optional<TimePoint> at_;
  std::optional<Duration> query_time_;
  std::optional<std::uint64_t> pid_;
  std::vector<DeadlockParticipant> participants_;
  std::array<std::size_t, Fields + 1> begin_{};
  std::string text_;
};

struct PgSession {
  std::uint64_t key = 0;
  std::optional<KeptEvent> statement;  ///< log_statement: its time may follow.
  std::vector<KeptEvent> times;        ///< log_duration: their statement may follow.
  std::vector<KeptEvent> plans;        ///< auto_explain: their statement may follow.
  std::optional<KeptEvent> deadlock;   ///< LOG `detected deadlock`: the ERROR may follow.
  /// Statements that ended last and for which no plan has come yet: a portal that stays open in a
  /// transaction logs its plan when it is closed, behind its time.
  struct Ended {
    std::size_t text_hash = 0;
    Duration query_time{0};
    bool operator==(const Ended&) const = default;
  };
  std::array<Ended, 4> ended;
  std::size_t next_ended = 0;
  std::size_t bytes = 0;  ///< As of the last PgSessions::settle.
};

/// Least recently used sessions go first. Not thread-safe.
class PgSessions {
 public:
  using Drop = std::function<void(PgSession&)>;
  static constexpr std::size_t kMaxSessions = 4096;
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

  bool empty() const { return sessions_.empty(); }
  PgSession* find(std::uint64_t key);
  /// `drop` is told of a session that has to go.
  PgSession& open(std::uint64_t key, const Drop& drop);
  /// To be called when the contents of `session` changed. It may be gone afterwards: sessions that
  /// hold nothing are forgotten.
  void settle(PgSession& session, const Drop& drop);
  /// Oldest first.
  void drop_all(const Drop& drop);

 private:
  void drop_oldest(const Drop& drop);
  void erase(PgSession& session);

  std::list<PgSession> sessions_;  // Most recently used first.
  std::unordered_map<std::uint64_t, std::list<PgSession>::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace unjam
