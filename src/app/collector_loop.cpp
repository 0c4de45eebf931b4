#include "app/collector_loop.h"

#include "app/service_log.h"
#include "unjam/base/backoff.h"
#include "unjam/base/error.h"

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace unjam {
namespace {

std::uint64_t calls_of(const Flush& flush) {
  std::uint64_t calls = 0;
  for (const Slice& slice : flush.slices) {
    for (const ClassDelta& delta : slice.classes) {
      calls += delta.counts.calls;
    }
  }
  return calls;
}

}  // namespace

CollectorLoop::CollectorLoop(CollectorPlan plan, FlushTarget& target, const CollectorPace& pace,
                             Clock clock)
    : plan_(std::move(plan)), target_(target), pace_(pace), clock_(std::move(clock)) {
  status_.name = plan_.name;
  status_.target = plan_.target;
  status_.since = clock_();
  thread_ = std::jthread([this](const std::stop_token& stop) {
    run(stop);
    // Here, not in the destructor: a session is closed by the thread that opened it.
    collector_.reset();
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
  });
}

CollectorStatus CollectorLoop::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

bool CollectorLoop::wait_until(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return ended_; });
}

void CollectorLoop::run(const std::stop_token& stop) {
  Backoff backoff(pace_.first_pause, pace_.longest_pause, std::hash<std::string>()(plan_.name));
  while (!stop.stop_requested()) {
    try {
      if (!poll_once(stop)) {
        return;
      }
      backoff.reset();
      continue;
    } catch (const Error& error) {
      enter(error.kind() == ErrorKind::Unreachable ? CollectorStatus::State::Retrying
                                                   : CollectorStatus::State::Refused,
            error.what());
    } catch (const std::exception& error) {
      enter(CollectorStatus::State::Disabled, std::string("internal error: ") + error.what());
    }
    const CollectorStatus::State state = status().state;
    if (state == CollectorStatus::State::Disabled) {
      return;
    }
    pause(stop, state == CollectorStatus::State::Refused ? pace_.refused_pause : backoff.next());
  }
}

bool CollectorLoop::poll_once(const std::stop_token& stop) {
  if (!collector_) {
    auto from = target_.resume_point(plan_.name, stop);
    if (!from) {
      return false;
    }
    {
      const std::lock_guard lock(mutex_);
      status_.polling_since = clock_();
    }
    collector_ = plan_.make(std::move(*from));
    if (collector_->name() != plan_.name) {
      throw std::logic_error("a collector has another name than its plan: " + collector_->name());
    }
  }
  bool more = true;
  while (more && !stop.stop_requested()) {
    more = false;
    const TimePoint begin = clock_();
    {
      const std::lock_guard lock(mutex_);
      status_.polling_since = begin;
    }
    std::optional<Flush> flush = collector_->poll(begin, more);
    CollectorHealth health = collector_->health();
    const TimePoint end = clock_();
    {
      const std::lock_guard lock(mutex_);
      status_.polling_since.reset();
      ++status_.polls;
      status_.poll_time += end - begin;
    }
    note_health(std::move(health));
    enter(CollectorStatus::State::Running, "");
    if (flush) {
      const std::uint64_t calls = calls_of(*flush);
      if (!target_.push(*flush, stop)) {
        return false;
      }
      const std::lock_guard lock(mutex_);
      ++status_.flushes;
      status_.calls += calls;
      status_.last_flush = end;
    }
  }
  if (!stop.stop_requested()) {
    collector_->wait(stop);
  }
  return true;
}

void CollectorLoop::pause(const std::stop_token& stop, Duration pause) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, pause, [] { return false; });
}

void CollectorLoop::enter(CollectorStatus::State state, const std::string& trouble) {
  using State = CollectorStatus::State;
  State before = State::Starting;
  bool same = false;
  {
    const std::lock_guard lock(mutex_);
    before = status_.state;
    same = before == state && status_.trouble == trouble;
    status_.polling_since.reset();
    if (state != State::Running) {
      ++status_.errors;
    }
    if (before != state) {
      status_.since = clock_();
    }
    status_.state = state;
    status_.trouble = trouble;
  }
  if (same) {
    return;
  }
  switch (state) {
    case State::Starting:
      break;
    case State::Running:
      log_event(LogLevel::Info,
                before == State::Starting ? "collector runs" : "collector works again",
                {{"target", plan_.target}, {"collector", plan_.name}});
      break;
    case State::Retrying:
      // Another reason is news (first the connection is lost, then the server refuses), but one
      // alarm is enough.
      log_event(before == State::Retrying ? LogLevel::Info : LogLevel::Warning,
                before == State::Retrying ? "collector still fails"
                                          : "collector failed and will try again by itself",
                {{"target", plan_.target}, {"collector", plan_.name}, {"error", trouble}});
      break;
    case State::Refused:
      log_event(LogLevel::Error,
                "collector is refused and tries again every few minutes, or at once by a reload",
                {{"target", plan_.target}, {"collector", plan_.name}, {"error", trouble}});
      break;
    case State::Disabled:
      log_event(LogLevel::Error, "collector is disabled until the next reload",
                {{"target", plan_.target}, {"collector", plan_.name}, {"error", trouble}});
      break;
  }
}

void CollectorLoop::note_health(CollectorHealth health) {
  std::set<std::string> now(health.warnings.begin(), health.warnings.end());
  for (const std::string& warning : now) {
    if (!warnings_.contains(warning)) {
      log_event(LogLevel::Warning, "collector warns",
                {{"target", plan_.target}, {"collector", plan_.name}, {"warning", warning}});
    }
  }
  warnings_ = std::move(now);
  const std::lock_guard lock(mutex_);
  status_.health = std::move(health);
}

}  // namespace unjam
