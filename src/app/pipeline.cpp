#include "app/pipeline.h"

#include "app/service_log.h"
#include "unjam/base/backoff.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace unjam {
namespace {

using std::chrono::steady_clock;

constexpr Duration kSignOfLife = std::chrono::seconds(1);

Duration since(steady_clock::time_point then) {
  return std::chrono::duration_cast<Duration>(steady_clock::now() - then);
}

}  // namespace

Pipeline::Pipeline(std::unique_ptr<StoreWriter> store, const PipelineOptions& options, Clock clock)
    : options_(options),
      clock_(std::move(clock)),
      queue_(options.queue_items, options.queue_bytes),
      store_(std::move(store)),
      last_life_(steady_clock::now()),
      next_maintenance_(steady_clock::now()) {
  prepare_log();
  writer_ = std::jthread([this] {
    write_until_closed();
    {
      const std::lock_guard lock(mutex_);
      writer_ended_ = true;
    }
    changed_.notify_all();
  });
}

Pipeline::~Pipeline() { stop(Duration::zero()); }

std::optional<CollectorState> Pipeline::resume_point(const std::string& collector,
                                                     const std::stop_token& stop) {
  {
    std::unique_lock lock(mutex_);
    const bool stored = changed_.wait(
        lock, stop, [&] { return closing_ || !waiting_flushes_.contains(collector); });
    if (!stored || closing_) {
      return std::nullopt;
    }
  }
  const std::lock_guard lock(store_mutex_);
  if (!store_) {
    return std::nullopt;
  }
  return CollectorState{store_->last_sequence(collector), store_->checkpoints(collector)};
}

bool Pipeline::push(Flush& flush, const std::stop_token& stop) {
  const std::string collector = flush.collector;
  {
    const std::lock_guard lock(mutex_);
    ++waiting_flushes_[collector];
  }
  if (queue_.push(flush, flush.bytes(), stop)) {
    return true;
  }
  const std::lock_guard lock(mutex_);
  const auto waiting = waiting_flushes_.find(collector);
  if (--waiting->second == 0) {
    waiting_flushes_.erase(waiting);
  }
  return false;
}

void Pipeline::write_until_closed() {
  Backoff backoff(options_.first_store_pause, options_.longest_store_pause, 1);
  std::vector<Flush> pending;
  SteadyTime last_write = steady_clock::now();
  while (true) {
    show_life();
    if (pending.empty()) {
      pending = queue_.pop(kSignOfLife, options_.batch_bytes);
      if (pending.empty()) {
        const std::lock_guard lock(mutex_);
        if (closing_) {
          return;
        }
      } else if (const Duration gap = options_.gather - since(last_write);
                 gap > Duration::zero() && queue_.bytes() < options_.batch_bytes) {
        // Fifty collectors that poll at the same moment make one transaction, not fifty.
        pause(gap);
        std::vector<Flush> rest = queue_.pop(Duration::zero(), options_.batch_bytes);
        std::move(rest.begin(), rest.end(), std::back_inserter(pending));
      }
    }
    if (!pending.empty()) {
      if (write(pending)) {
        pending.clear();
        backoff.reset();
        last_write = steady_clock::now();
      } else if (!pause(backoff.next())) {
        // Closing: one last try, then the next start reads it again.
        write(pending);
        return;
      } else {
        continue;
      }
    }
    if (steady_clock::now() >= next_maintenance_) {
      maintain();
    }
  }
}

bool Pipeline::write(const std::vector<Flush>& flushes) {
  const SteadyTime begin = steady_clock::now();
  try {
    const std::lock_guard lock(store_mutex_);
    store_->apply(flushes);
  } catch (const Error& error) {
    fail(error.what());
    return false;
  } catch (const std::exception& error) {
    fail(std::string("internal error: ") + error.what());
    return false;
  }
  std::string trouble;
  {
    const std::lock_guard lock(mutex_);
    std::swap(trouble, store_status_.trouble);
    ++store_status_.commits;
    store_status_.flushes += flushes.size();
    store_status_.write_time += since(begin);
    for (const Flush& flush : flushes) {
      const auto waiting = waiting_flushes_.find(flush.collector);
      if (waiting != waiting_flushes_.end() && --waiting->second == 0) {
        waiting_flushes_.erase(waiting);
      }
    }
  }
  changed_.notify_all();
  if (!trouble.empty()) {
    log_event(LogLevel::Info, "store is written again, nothing was lost",
              {{"queue_bytes", fmt::format("{}", queue_.bytes())}});
  }
  return true;
}

void Pipeline::fail(const std::string& trouble) {
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    is_new = store_status_.trouble != trouble;
    store_status_.trouble = trouble;
    ++store_status_.failures;
  }
  if (is_new) {
    log_event(LogLevel::Error,
              "store cannot be written; numbers wait in memory, then collectors wait",
              {{"error", trouble}, {"queue_bytes", fmt::format("{}", queue_.bytes())}});
  }
}

void Pipeline::maintain() {
  Maintenance done;
  std::string trouble;
  try {
    const std::lock_guard lock(store_mutex_);
    done = store_->maintain(clock_());
  } catch (const std::exception& error) {
    trouble = error.what();
  }
  const bool is_new = !trouble.empty() && trouble != maintenance_trouble_;
  maintenance_trouble_ = trouble;
  {
    const std::lock_guard lock(mutex_);
    store_status_.rolled_up += done.rolled_up;
    store_status_.expired += done.expired;
    store_status_.dropped_for_space += done.dropped_for_space;
  }
  if (is_new) {
    log_event(LogLevel::Error, "store cannot be rolled up; it is tried again",
              {{"error", trouble}});
  }
  if (done.dropped_for_space > 0) {
    log_event(LogLevel::Warning, "store is full, so the oldest detail went; raise store.max_size",
              {{"slices", fmt::format("{}", done.dropped_for_space)},
               {"minutes_from", done.detail_from ? format_time(*done.detail_from) : "unknown"}});
  }
  // What is due in pieces goes on at once, but what comes in goes first.
  next_maintenance_ = steady_clock::now() +
                      (done.more && trouble.empty() ? Duration::zero() : options_.maintain_every);
}

void Pipeline::show_life() {
  const std::lock_guard lock(mutex_);
  last_life_ = steady_clock::now();
}

bool Pipeline::pause(Duration pause) {
  const SteadyTime end = steady_clock::now() + pause;
  std::unique_lock lock(mutex_);
  while (!closing_ && steady_clock::now() < end) {
    last_life_ = steady_clock::now();
    changed_.wait_until(lock, std::min(end, last_life_ + kSignOfLife), [&] { return closing_; });
  }
  return !closing_;
}

void Pipeline::run(std::vector<CollectorPlan> plans, Duration patience) {
  const SteadyTime deadline = steady_clock::now() + patience;
  {
    const std::lock_guard lock(loops_mutex_);
    waiting_plans_.clear();
    std::vector<std::unique_ptr<CollectorLoop>> kept;
    for (std::unique_ptr<CollectorLoop>& loop : loops_) {
      const auto same = std::find_if(plans.begin(), plans.end(), [&](const CollectorPlan& plan) {
        return plan.name == loop->plan().name && plan.identity == loop->plan().identity;
      });
      // Who reloads has mended something: what is in trouble is tried again at once.
      if (same != plans.end() && loop->status().trouble.empty()) {
        plans.erase(same);
        kept.push_back(std::move(loop));
      } else {
        loop->ask_to_stop();
        retiring_.push_back(std::move(loop));
      }
    }
    loops_ = std::move(kept);
    waiting_plans_ = std::move(plans);
    for (const std::unique_ptr<CollectorLoop>& loop : retiring_) {
      loop->wait_until(deadline);
    }
  }
  tend();
}

void Pipeline::tend() {
  const std::lock_guard lock(loops_mutex_);
  const SteadyTime now = steady_clock::now();
  std::erase_if(retiring_,
                [&](const std::unique_ptr<CollectorLoop>& loop) { return loop->wait_until(now); });
  FlushTarget& target = *this;
  std::vector<CollectorPlan> waiting = std::move(waiting_plans_);
  waiting_plans_.clear();
  for (CollectorPlan& plan : waiting) {
    const bool free = std::none_of(retiring_.begin(), retiring_.end(), [&](const auto& loop) {
      return loop->plan().name == plan.name;
    });
    if (free) {
      loops_.push_back(
          std::make_unique<CollectorLoop>(std::move(plan), target, options_.pace, clock_));
    } else {
      waiting_plans_.push_back(std::move(plan));
    }
  }
}

ServiceStatus Pipeline::status() const {
  ServiceStatus status;
  status.now = clock_();
  {
    const std::lock_guard lock(loops_mutex_);
    for (const std::unique_ptr<CollectorLoop>& loop : loops_) {
      status.collectors.push_back(loop->status());
    }
  }
  status.queue = {queue_.items(), queue_.bytes(), queue_.most_bytes()};
  const std::lock_guard lock(mutex_);
  status.store = store_status_;
  return status;
}

bool Pipeline::alive(Duration limit, Duration collector_limit) const {
  {
    const std::lock_guard lock(mutex_);
    if (since(last_life_) > limit) {
      return false;
    }
  }
  const TimePoint now = clock_();
  const std::lock_guard lock(loops_mutex_);
  return loops_.empty() || std::any_of(loops_.begin(), loops_.end(), [&](const auto& loop) {
           const CollectorStatus status = loop->status();
           return !status.polling_since || now - *status.polling_since <= collector_limit;
         });
}

Pipeline::Stopped Pipeline::stop(Duration patience) {
  const SteadyTime deadline = steady_clock::now() + patience;
  // Half of the time is the writer's.
  const SteadyTime loops_deadline = steady_clock::now() + patience / 2;
  Stopped stopped;
  {
    const std::lock_guard lock(loops_mutex_);
    waiting_plans_.clear();
    for (auto* loops : {&loops_, &retiring_}) {
      for (const std::unique_ptr<CollectorLoop>& loop : *loops) {
        loop->ask_to_stop();
      }
    }
    for (auto* loops : {&loops_, &retiring_}) {
      for (const std::unique_ptr<CollectorLoop>& loop : *loops) {
        if (!loop->wait_until(loops_deadline)) {
          stopped.blocked.push_back(loop->plan().name);
        }
      }
    }
  }
  queue_.close();
  {
    std::unique_lock lock(mutex_);
    closing_ = true;
    changed_.notify_all();
    stopped.stored = changed_.wait_until(lock, deadline, [&] { return writer_ended_; }) &&
                     waiting_flushes_.empty();
    if (!writer_ended_) {
      return stopped;
    }
  }
  const std::lock_guard lock(store_mutex_);
  store_.reset();
  return stopped;
}

}  // namespace unjam
