// What goes wrong besides being slow: errors, lock waits, deadlocks and temporary files, by class.
#pragma once

#include "unjam/base/time.h"
#include "unjam/collect/log_event.h"
#include "unjam/model/sql.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Each list is bounded; what exceeds it is counted in the totals only.
struct Incidents {
  static constexpr std::size_t kMaxKinds = 10'000;
  static constexpr std::size_t kMaxDeadlocks = 1'000;

  struct ErrorKey {
    std::string code;
    std::string severity;
    std::string message;  ///< Values masked (mask_error_message).
    FingerprintId id;
    // clang-tidy 14 takes a 0 of the generated code for a pointer.
    // NOLINTNEXTLINE(modernize-use-nullptr)
    auto operator<=>(const ErrorKey&) const = default;
  };
  struct ErrorCount {
    std::uint64_t count = 0;
    std::optional<TimePoint> first;
    std::optional<TimePoint> last;
    std::string message;  ///< As logged, of the first one.
  };
  std::map<ErrorKey, ErrorCount> errors;

  struct LockWaitKey {
    FingerprintId id;
    std::string mode;
    std::string object;  ///< Numbers that differ each time (transaction, tuple) masked.
    bool acquired = false;
    // NOLINTNEXTLINE(modernize-use-nullptr): as above
    auto operator<=>(const LockWaitKey&) const = default;
  };
  struct LockWaitCount {
    std::uint64_t count = 0;
    Duration waited{0};
    std::optional<TimePoint> at;  ///< Of the longest.
    Duration longest{0};
    std::uint64_t pid = 0;
    std::vector<std::uint64_t> holders;
    std::string database;
    std::string user;
  };
  std::map<LockWaitKey, LockWaitCount> lock_waits;

  struct Participant {
    std::uint64_t pid = 0;
    std::uint64_t blocked_by = 0;
    FingerprintId id;
    std::string mode;
    std::string object;
    bool victim = false;
  };
  struct DeadlockReport {
    std::optional<TimePoint> at;
    std::string database;
    std::vector<Participant> participants;
  };
  std::vector<DeadlockReport> deadlocks;

  struct TemporaryFiles {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    std::uint64_t max_bytes = 0;
  };
  std::map<FingerprintId, TemporaryFiles> temporary_files;

  /// `id`: the event's class; 0 when it has no statement.
  void add_error(FingerprintId id, const LogEvent& event);
  void add_lock_wait(FingerprintId id, const LogEvent& event);
  void add_temporary_file(FingerprintId id, const LogEvent& event);
  /// `class_of` gives the class of a participant's statement.
  void add_deadlock(const LogEvent& event,
                    const std::function<FingerprintId(std::string_view)>& class_of);
  void merge(const Incidents& other);
};

/// A server message without the values in it: numbers become `?`, and so does quoted text unless
/// the word before it says that it is a name (constraint, relation, column, ...).
std::string mask_error_message(std::string_view message);

}  // namespace unjam
