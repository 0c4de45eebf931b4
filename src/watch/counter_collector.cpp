#include "unjam/watch/counter_collector.h"

#include "unjam/aggregate/counter_delta.h"
#include "unjam/base/error.h"
#include "unjam/collect/statement_counters.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace unjam {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Duration kLongestInterval = std::chrono::minutes(5);
constexpr Duration kUsualInterval = std::chrono::seconds(10);
/// Polling costs a server at most one part in so many of one of its cores.
constexpr int kMostOfACore = 200;

class CounterCollector final : public Collector {
 public:
  CounterCollector(const TargetConfig& target, const Normalizer& normalizer,
                   const CollectorState& state, CounterCollectorOptions options)
      : name_("counters:" + target.name),
        address_(target.address.value()),
        configured_interval_(target.counters.interval),
        interval_(configured_interval_),
        options_(std::move(options)),
        counters_({target.name, options_.mask_samples}, normalizer, state.checkpoints),
        sequence_(state.last_sequence) {}

  const std::string& name() const override { return name_; }

  std::optional<Flush> poll(TimePoint now, bool& more) override {
    more = false;
    const auto begin = SteadyClock::now();
    last_begin_ = begin;
    CounterSnapshot snapshot;
    try {
      connect_if_needed();
      snapshot = source_->poll();
    } catch (...) {
      // Whatever it was: a new session knows nothing of it. Texts are read anew with it.
      source_.reset();
      session_.reset();
      throw;
    }
    const auto elapsed = std::chrono::duration_cast<Duration>(SteadyClock::now() - begin);
    Flush flush = counters_.advance(snapshot, now);
    note(snapshot, elapsed);
    if (flush.slices.empty() && flush.texts.empty() && flush.samples.empty() &&
        flush.errors.empty() && flush.checkpoints.empty()) {
      return std::nullopt;
    }
    flush.collector = name_;
    flush.sequence = ++sequence_;
    return flush;
  }

  void wait(const std::stop_token& stop) override {
    std::mutex mutex;
    std::condition_variable_any nobody_notifies;
    std::unique_lock lock(mutex);
    nobody_notifies.wait_until(lock, stop, last_begin_ + interval_, [] { return false; });
  }

  CollectorHealth health() const override {
    const auto us = [](Duration duration) { return static_cast<double>(duration.count()); };
    return {warnings_,
            {{"server_time_us", us(server_time_)},
             {"poll_time_us", us(poll_time_)},
             {"interval_s", us(interval_) / 1e6},
             {"entries", static_cast<double>(counters_.entries())},
             {"rows_read", static_cast<double>(rows_)},
             {"rows_read_total", static_cast<double>(all_rows_)},
             {"reconnects", static_cast<double>(connects_ > 0 ? connects_ - 1 : 0)}}};
  }

 private:
  void connect_if_needed() {
    if (!session_) {
      session_ = options_.connect(address_);
      ++connects_;
    }
    if (!source_) {
      source_ = make_counter_source(*session_);
      reads_everything_ = true;
    }
  }

  void note(CounterSnapshot& snapshot, Duration elapsed) {
    rows_ = snapshot.rows.size();
    all_rows_ += rows_;
    server_time_ = snapshot.server_time;
    poll_time_ = elapsed;
    warnings_ = std::move(snapshot.warnings);
    // A first poll reads every text: it says nothing about the next ones.
    if (!std::exchange(reads_everything_, false)) {
      pace(elapsed);
    }
    if (interval_ > configured_interval_) {
      const auto seconds = [](Duration duration) {
        return std::to_string(std::chrono::ceil<std::chrono::seconds>(duration).count()) + " s";
      };
      warnings_.push_back(
          address_.display() + ": reading statement statistics took " +
          std::to_string(elapsed.count() / 1000) + " ms, " +
          std::to_string(server_time_.count() / 1000) + " ms of the server's: polled every " +
          seconds(interval_) + " instead of every " + seconds(configured_interval_) +
          " until it is quick again; if this stays, raise counters.interval of the target");
    }
  }

  void pace(Duration elapsed) {
    const bool slow = elapsed * 10 >= configured_interval_;
    const auto costly = [&](Duration interval) {
      return server_time_ * kMostOfACore > std::max(interval, kUsualInterval);
    };
    if (slow || costly(interval_)) {
      interval_ = std::min(interval_ * 2, std::max(kLongestInterval, configured_interval_));
    } else if (!costly(interval_ / 2)) {
      interval_ = std::max(interval_ / 2, configured_interval_);
    }
  }

  const std::string name_;
  const ServerAddress address_;
  const Duration configured_interval_;
  Duration interval_;
  CounterCollectorOptions options_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<CounterSource> source_;  ///< Uses session_.
  CounterDelta counters_;
  std::uint64_t sequence_;

  SteadyClock::time_point last_begin_ = SteadyClock::now();
  bool reads_everything_ = true;
  std::vector<std::string> warnings_;
  Duration server_time_{0};
  Duration poll_time_{0};
  std::size_t rows_ = 0;
  std::uint64_t all_rows_ = 0;
  std::uint64_t connects_ = 0;
};

}  // namespace

std::unique_ptr<Collector> make_counter_collector(const TargetConfig& target,
                                                  const Normalizer& normalizer,
                                                  const CollectorState& state,
                                                  CounterCollectorOptions options) {
  return std::make_unique<CounterCollector>(target, normalizer, state, std::move(options));
}

}  // namespace unjam
