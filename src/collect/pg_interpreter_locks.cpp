#include "collect/pg_interpreter_impl.h"
#include "unjam/base/bytes.h"

#include <algorithm>
#include <charconv>

namespace unjam {
namespace {

/// `12, 34` at the front of `text`, behind blanks.
std::vector<std::uint64_t> read_pids(std::string_view text) {
  // No lock has more holders worth naming; the bound is for hostile logs.
  constexpr std::size_t kMost = 10'000;
  std::vector<std::uint64_t> pids;
  while (pids.size() < kMost) {
    text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
    std::uint64_t pid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (error != std::errc()) {
      break;
    }
    pids.push_back(pid);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  return pids;
}

/// `Process holding the lock: 1. Wait queue: 2, 3.` in any language: two lists, each behind a
/// colon.
void read_holders(std::string_view detail, LockWaitDetail& wait) {
  const std::size_t first = detail.find(':');
  if (first == std::string_view::npos) {
    return;
  }
  wait.holders = read_pids(detail.substr(first + 1));
  const std::size_t second = detail.find(':', first + 1);
  if (second != std::string_view::npos) {
    wait.queue = read_pids(detail.substr(second + 1));
  }
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// The number in `line` before its first colon.
std::optional<std::uint64_t> pid_before_colon(std::string_view line) {
  const std::string_view label = line.substr(0, line.find(": "));
  const std::size_t digit = label.find_first_of("0123456789");
  if (label.size() == line.size() || label.size() > 64 || digit == std::string_view::npos) {
    return std::nullopt;
  }
  std::uint64_t pid = 0;
  const auto [end, error] = std::from_chars(label.data() + digit, label.data() + label.size(), pid);
  if (error != std::errc() || std::any_of(end, label.data() + label.size(), is_digit)) {
    return std::nullopt;
  }
  return pid;
}

/// `Process A: SQL` parts of `text`, in the order of `participants`. SQL may span lines and look
/// like anything, so only the process whose turn it is can begin a part.
void read_statements(std::string_view text, std::vector<DeadlockParticipant>& participants) {
  std::size_t turn = 0;
  const char* begin = nullptr;
  const char* const end = text.data() + text.size();
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (turn == participants.size() || pid_before_colon(line) != participants[turn].pid) {
      continue;
    }
    if (turn > 0) {
      const auto size = static_cast<std::size_t>(line.data() - 1 - begin);
      participants[turn - 1].sql = std::string_view(begin, size);
    }
    begin = line.data() + line.find(": ") + 2;
    ++turn;
  }
  if (turn > 0) {
    participants[turn - 1].sql = std::string_view(begin, static_cast<std::size_t>(end - begin));
  }
}

}  // namespace

LogEvent pg_lock_wait_event(const PgMessage& message, const PgRecord& record) {
  LogEvent event = pg_event(EventKind::LockWait, record);
  event.sql = record.statement;
  event.message = record.message;
  if (!event.pid) {
    event.pid = message.pid;
  }
  LockWaitDetail wait;
  wait.acquired = message.kind == PgMessageKind::Acquired;
  wait.waited = message.elapsed.value_or(Duration(0));
  wait.mode = message.mode;
  wait.object = message.object;
  read_holders(record.detail, wait);
  event.lock_wait = std::move(wait);
  return event;
}

LogEvent pg_deadlock_event(const PgRecord& record) {
  LogEvent event = pg_event(EventKind::Deadlock, record);
  std::string_view rest = record.detail;
  constexpr std::size_t kMostParticipants = 1000;
  while (!rest.empty() && event.deadlock.size() < kMostParticipants) {
    std::string_view after = rest;
    const PgMessage waits = find_pg_message(take_line(after));
    if (waits.kind != PgMessageKind::DeadlockWaits) {
      break;
    }
    event.deadlock.push_back({waits.pid, waits.mode, waits.object, waits.number, {}});
    rest = after;
  }
  read_statements(rest, event.deadlock);
  return event;
}

LogEvent pg_found_deadlock_event(const PgMessage& message, const PgRecord& record) {
  LogEvent event = pg_event(EventKind::Deadlock, record);
  LockWaitDetail wait;
  read_holders(record.detail, wait);
  const std::uint64_t holder = wait.holders.empty() ? 0 : wait.holders.front();
  event.sql = record.statement;
  event.message = record.message;
  event.error = "40P01";
  event.severity = record.severity;
  event.deadlock.push_back({message.pid, message.mode, message.object, holder, record.statement});
  return event;
}

LogEvent pg_temporary_file_event(const PgMessage& message, const PgRecord& record) {
  LogEvent event = pg_event(EventKind::TemporaryFile, record);
  event.sql = record.statement;
  event.message = record.message;
  event.file_bytes = message.number;
  return event;
}

}  // namespace unjam
