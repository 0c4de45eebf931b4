// Which executions of a class are kept as samples of a flush: the slowest, the newest, a random
// one.
#pragma once

#include "unjam/aggregate/names.h"
#include "unjam/collect/log_event.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace unjam {

/// Who sent an execution.
struct EventNames {
  static constexpr NameId kNoName = UINT32_MAX;
  NameId user = kNoName;
  NameId database = kNoName;
  NameId host = kNoName;
};

/// A copy of an execution; raw.
struct KeptExecution {
  std::uint64_t serial = 0;  ///< 0: none.
  std::string sql;           ///< At most kMaxText.
  std::string parameters;
  std::optional<Duration> query_time;
  TimePoint at;
  EventNames who;
  std::vector<NameId> tags;
  static constexpr std::size_t kMaxText = std::size_t{16} << 10;
};

/// What a class remembers of its samples from flush to flush.
struct SampleHistory {
  static constexpr std::int64_t kNone = -2;
  std::int64_t slowest_us = kNone;  ///< -1: an execution without a time.
  TimePoint slowest_until = TimePoint::min();
  TimePoint next_due = TimePoint::min();
};

/// Of one class in one flush.
struct PickedSamples {
  KeptExecution slowest;
  KeptExecution newest;
  KeptExecution random;
  std::uint64_t seen = 0;
};

/// Not thread-safe.
class SamplePicker {
 public:
  /// Cheap: what most executions are asked. `query_time_us`: -1 when not told.
  bool wants(const SampleHistory& history, std::int64_t query_time_us, TimePoint now) const {
    return query_time_us > history.slowest_us || now >= history.next_due;
  }
  /// An execution that is wanted; returns the bytes copied.
  std::size_t pick(SampleHistory& history, PickedSamples& picked, const LogEvent& event,
                   TimePoint at, TimePoint now, const EventNames& who,
                   std::span<const NameId> tags);
  /// Distinct ones, slowest first.
  static std::vector<const KeptExecution*> distinct(const PickedSamples& picked);

 private:
  std::uint64_t serial_ = 0;
  std::uint64_t random_ = 0x9e3779b97f4a7c15U;
};

}  // namespace unjam
