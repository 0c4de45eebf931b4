// Something to collect from and something to store in, both of which fail on demand and survive the
// service, as a log and a disk do.
#pragma once

#include "app/collector_loop.h"
#include "unjam/base/error.h"
#include "unjam/store/memory_store.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace unjam {

/// Until `done`, which some other thread brings about.
inline void wait_until(const std::function<bool()>& done) {
  while (!done()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// Something durable with executions in it, as a log is: read from a checkpoint, again if need be.
class DurableSource {
 public:
  explicit DurableSource(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  void write(std::uint64_t executions) { written_ += executions; }
  std::uint64_t written() const { return written_; }

  /// Called at each poll, on the collector's thread; may throw or take its time.
  void on_poll(std::function<void()> action) {
    const std::lock_guard lock(mutex_);
    action_ = std::move(action);
  }
  void poll() const {
    std::function<void()> action;
    {
      const std::lock_guard lock(mutex_);
      action = action_;
    }
    if (action) {
      action();
    }
  }

  CollectorPlan plan(const std::string& identity = "") {
    return {name_, "target of " + name_, identity,
            [this](CollectorState from) { return make(std::move(from)); }};
  }

  std::atomic<int> made = 0;
  std::atomic<int> polled = 0;
  std::atomic<int> alive = 0;

 private:
  std::unique_ptr<Collector> make(CollectorState from);

  std::string name_;
  std::atomic<std::uint64_t> written_ = 0;
  mutable std::mutex mutex_;
  std::function<void()> action_;
};

class DurableCollector : public Collector {
 public:
  DurableCollector(DurableSource& source, const CollectorState& from)
      : source_(source), sequence_(from.last_sequence) {
    for (const Checkpoint& checkpoint : from.checkpoints) {
      at_ = std::stoull(checkpoint.state);
    }
    ++source_.alive;
  }
  ~DurableCollector() override { --source_.alive; }
  DurableCollector(const DurableCollector&) = delete;
  DurableCollector& operator=(const DurableCollector&) = delete;

  const std::string& name() const override { return source_.name(); }

  std::optional<Flush> poll(TimePoint now, bool& more) override {
    ++source_.polled;
    source_.poll();
    const std::uint64_t end = source_.written();
    if (at_ == end) {
      return std::nullopt;
    }
    Flush flush;
    flush.collector = source_.name();
    flush.sequence = ++sequence_;
    ClassDelta delta;
    delta.id = FingerprintId{1};
    delta.counts.calls = 1;
    delta.counts.query_time = Duration(at_ + 1);
    const TimePoint minute = std::chrono::floor<std::chrono::minutes>(now);
    flush.slices.push_back({source_.name(), Source::Log, minute, {delta}});
    ++at_;
    flush.checkpoints.push_back({"at", std::to_string(at_)});
    more = at_ < end;
    return flush;
  }

  void wait(const std::stop_token& stop) override {
    if (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  CollectorHealth health() const override { return {{}, {{"at", static_cast<double>(at_)}}}; }

 private:
  DurableSource& source_;
  std::uint64_t sequence_;
  std::uint64_t at_ = 0;
};

inline std::unique_ptr<Collector> DurableSource::make(CollectorState from) {
  ++made;
  return std::make_unique<DurableCollector>(*this, from);
}

/// A disk that fails on demand; what was written survives the pipeline.
class Disk {
 public:
  std::atomic<bool> full = false;
  std::atomic<int> maintained = 0;

  std::unique_ptr<StoreWriter> open();
  /// Executions of `source`; 1 + 2 + ... + n microseconds when each was counted once.
  std::pair<std::uint64_t, Duration> stored(const std::string& source) const {
    const std::lock_guard lock(mutex_);
    const TimeRange always{TimePoint(), TimePoint(std::chrono::days(100'000))};
    std::pair<std::uint64_t, Duration> sum{0, 0};
    for (const ClassTotal& total : store_->totals({always, {source}, Source::Log}, Detail::Load)) {
      sum.first += total.counts.calls;
      sum.second += total.counts.query_time;
    }
    return sum;
  }
  bool holds(const DurableSource& source) const {
    const std::uint64_t n = source.written();
    return stored(source.name()) == std::pair(n, Duration(n * (n + 1) / 2));
  }

 private:
  friend class DiskWriter;
  mutable std::mutex mutex_;
  std::unique_ptr<MemoryStore> store_ = make_memory_store();
};

class DiskWriter : public StoreWriter {
 public:
  explicit DiskWriter(Disk& disk) : disk_(disk) {}
  void apply(std::span<const Flush> flushes) override {
    if (disk_.full) {
      throw Error(ErrorKind::Unreachable, "no space left on the device; free some");
    }
    const std::lock_guard lock(disk_.mutex_);
    disk_.store_->apply(flushes);
  }
  std::uint64_t last_sequence(std::string_view collector) const override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.store_->last_sequence(collector);
  }
  std::vector<Checkpoint> checkpoints(std::string_view collector) const override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.store_->checkpoints(collector);
  }
  Maintenance maintain(TimePoint) override {
    ++disk_.maintained;
    return {};
  }

 private:
  Disk& disk_;
};

inline std::unique_ptr<StoreWriter> Disk::open() { return std::make_unique<DiskWriter>(*this); }

/// Holds polls until it is opened or destroyed.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void await_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ > 0; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

}  // namespace unjam
