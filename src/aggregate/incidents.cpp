#include "unjam/aggregate/incidents.h"

#include "unjam/base/bytes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace unjam {
namespace {

using namespace std::string_view_literals;

/// The word before quoted text that makes it a name, not a value.
constexpr std::array kNameWords = {
    "constraint"sv, "relation"sv,  "column"sv,    "table"sv,      "index"sv,    "schema"sv,
    "database"sv,   "role"sv,      "user"sv,      "function"sv,   "sequence"sv, "view"sv,
    "operator"sv,   "extension"sv, "cursor"sv,    "trigger"sv,    "policy"sv,   "domain"sv,
    "parameter"sv,  "portal"sv,    "statement"sv, "tablespace"sv, "language"sv, "type"sv};

bool is_letter(char c) {
  return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool ends_in_name_word(std::string_view text) {
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return std::any_of(kNameWords.begin(), kNameWords.end(), [text](std::string_view word) {
    return text.ends_with(word) &&
           (text.size() == word.size() || !is_letter(text[text.size() - word.size() - 1]));
  });
}

}  // namespace

std::string mask_error_message(std::string_view message) {
  std::string masked;
  masked.reserve(message.size());
  std::size_t i = 0;
  while (i < message.size()) {
    const char c = message[i];
    // An apostrophe inside a word is no quote.
    const bool quote =
        c == '"' || c == '`' || (c == '\'' && (i == 0 || !is_letter(message[i - 1])));
    if (quote) {
      const std::size_t close = message.find(c, i + 1);
      const std::size_t end = close == std::string_view::npos ? message.size() : close + 1;
      if (ends_in_name_word(masked)) {
        masked += message.substr(i, end - i);
      } else {
        masked += '?';
      }
      i = end;
    } else if (is_digit(c) &&
               (i == 0 || (!is_letter(message[i - 1]) && !is_digit(message[i - 1])))) {
      masked += '?';
      while (i < message.size() &&
             (is_digit(message[i]) || is_letter(message[i]) ||
              (message[i] == '.' && i + 1 < message.size() && is_digit(message[i + 1])))) {
        ++i;
      }
    } else {
      masked += c;
      ++i;
    }
  }
  return masked;
}

void Incidents::add_error(FingerprintId id, const LogEvent& event) {
  constexpr std::size_t kLongestMessage = 500;
  const std::string_view message = event.message.substr(0, kLongestMessage);
  ErrorKey key{std::string(event.error), std::string(event.severity), mask_error_message(message),
               id};
  if (errors.size() >= kMaxKinds && !errors.contains(key)) {
    return;
  }
  ErrorCount& error = errors[std::move(key)];
  if (error.count == 0) {
    error.message = message;
  }
  ++error.count;
  widen(error.first, error.last, event.at);
}

void Incidents::add_lock_wait(FingerprintId id, const LogEvent& event) {
  if (!event.lock_wait) {
    return;
  }
  const LockWaitDetail& wait = *event.lock_wait;
  LockWaitKey key{id, std::string(wait.mode), mask_error_message(wait.object), wait.acquired};
  if (lock_waits.size() >= kMaxKinds && !lock_waits.contains(key)) {
    return;
  }
  LockWaitCount& known = lock_waits[std::move(key)];
  ++known.count;
  known.waited += wait.waited;
  if (known.count == 1 || wait.waited > known.longest) {
    known.longest = wait.waited;
    known.at = event.at;
    known.pid = event.pid.value_or(0);
    known.holders = wait.holders;
    known.database = event.database;
    known.user = event.user;
  }
}

void Incidents::add_temporary_file(FingerprintId id, const LogEvent& event) {
  if (temporary_files.size() >= kMaxKinds && !temporary_files.contains(id)) {
    return;
  }
  TemporaryFiles& files = temporary_files[id];
  ++files.count;
  files.bytes += event.file_bytes;
  files.max_bytes = std::max(files.max_bytes, event.file_bytes);
}

void Incidents::add_deadlock(const LogEvent& event,
                             const std::function<FingerprintId(std::string_view)>& class_of) {
  if (deadlocks.size() >= kMaxDeadlocks) {
    return;
  }
  DeadlockReport report{event.at, std::string(event.database), {}};
  for (const DeadlockParticipant& participant : event.deadlock) {
    report.participants.push_back(
        {participant.pid, participant.blocked_by,
         participant.sql.empty() ? FingerprintId{} : class_of(participant.sql),
         std::string(participant.mode), std::string(participant.object),
         event.pid && participant.pid == *event.pid});
  }
  deadlocks.push_back(std::move(report));
}

void Incidents::merge(const Incidents& other) {
  for (const auto& [key, theirs] : other.errors) {
    if (errors.size() >= kMaxKinds && !errors.contains(key)) {
      continue;
    }
    ErrorCount& ours = errors[key];
    if (ours.count == 0) {
      ours = theirs;
      continue;
    }
    ours.count += theirs.count;
    widen(ours.first, ours.last, theirs.first);
    widen(ours.first, ours.last, theirs.last);
  }
  for (const auto& [key, theirs] : other.lock_waits) {
    if (lock_waits.size() >= kMaxKinds && !lock_waits.contains(key)) {
      continue;
    }
    LockWaitCount& ours = lock_waits[key];
    LockWaitCount sum = ours.longest >= theirs.longest && ours.count > 0 ? ours : theirs;
    sum.count = ours.count + theirs.count;
    sum.waited = ours.waited + theirs.waited;
    ours = std::move(sum);
  }
  for (const DeadlockReport& report : other.deadlocks) {
    if (deadlocks.size() < kMaxDeadlocks) {
      deadlocks.push_back(report);
    }
  }
  for (const auto& [id, theirs] : other.temporary_files) {
    if (temporary_files.size() >= kMaxKinds && !temporary_files.contains(id)) {
      continue;
    }
    TemporaryFiles& ours = temporary_files[id];
    ours.count += theirs.count;
    ours.bytes += theirs.bytes;
    ours.max_bytes = std::max(ours.max_bytes, theirs.max_bytes);
  }
}

}  // namespace unjam
