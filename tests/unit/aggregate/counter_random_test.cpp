// Increments against the truth of a simulated server: resets, restarts, evictions, clock steps.
#include "unit/aggregate/counter_snapshots.h"
#include "unjam/aggregate/counter_delta.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using namespace std::chrono_literals;

/// A server with a small table of statements, and the truth about what unjam can have seen: all
/// executions since the first poll, but for those of entries that went between two polls.
class SimulatedServer {
 public:
  SimulatedServer(std::uint32_t seed, bool tells_since)
      : random_(seed), tells_since_(tells_since) {}

  void execute() {
    const auto number = static_cast<int>(random_() % 60);
    auto [place, is_new] = entries_.try_emplace(number);
    Entry& entry = place->second;
    if (is_new) {
      entry.since = now_;
    }
    const Duration time(1 + random_() % 1000);
    ++entry.calls;
    entry.time += time;
    entry.longest = std::max(entry.longest, time);
    if (polled_once_) {
      ++entry.unpolled_calls;
      entry.unpolled_time += time;
    }
    if (entries_.size() > 40) {  // evicts one that is not the newest
      auto victim = std::next(entries_.begin(), draw(40));
      if (victim->first != number) {
        entries_.erase(victim);
      }
    }
    now_ += 1ms;
  }

  void reset() { entries_.clear(), reset_at_ = now_; }
  void restart() {
    now_ += 10s;
    start_ = now_;
    reset();
  }
  void step_clock_back() { now_ -= 3s; }

  CounterSnapshot poll(bool knows_text) {
    CounterSnapshot made = snapshot(now_, {});
    made.dialect = Dialect::PostgreSql;
    made.server_start = start_;
    made.reset_at = reset_at_;
    for (auto& [number, entry] : entries_) {
      // Three keys to one fingerprint.
      const std::string text = "SELECT * FROM t" + std::to_string(number / 3) + " WHERE id = $1";
      CounterRow one = row("q" + std::to_string(number), entry.calls, entry.time,
                           tells_since_ ? std::optional(entry.since) : std::nullopt,
                           knows_text && entry.polled ? "" : text);
      one.counts.query_time_max = entry.longest;
      entry.polled = true;
      Counts& truth = truth_[id_of(text, Dialect::PostgreSql)];
      truth.calls += entry.unpolled_calls;
      truth.query_time += entry.unpolled_time;
      entry.unpolled_calls = 0;
      entry.unpolled_time = 0us;
      made.rows.push_back(one);
    }
    std::shuffle(made.rows.begin(), made.rows.end(), random_);
    polled_once_ = true;
    return made;
  }

  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  const std::map<FingerprintId, Counts>& truth() const { return truth_; }
  TimePoint now() const { return now_; }

 private:
  struct Entry {
    std::uint64_t calls = 0;
    Duration time{0};
    Duration longest{0};
    TimePoint since;
    bool polled = false;
    std::uint64_t unpolled_calls = 0;
    Duration unpolled_time{0};
  };
  std::mt19937 random_;
  bool tells_since_;
  bool polled_once_ = false;
  TimePoint now_ = kStart;
  TimePoint start_ = kStart - 1h;
  TimePoint reset_at_ = kStart - 1h;
  std::map<int, Entry> entries_;
  std::map<FingerprintId, Counts> truth_;
};

TEST(CounterDelta, SumsAreTheTruthOfARandomServer) {
  for (std::uint32_t seed = 0; seed < 24; ++seed) {
    SCOPED_TRACE(seed);
    // Without `since`, an entry that was evicted and outgrew its last counts between two polls
    // counts too little: never too much.
    const bool tells_since = seed % 3 != 0;
    SimulatedServer server(seed, tells_since);
    Sums sums;
    CounterDelta counters = delta();
    bool knows_text = false;
    for (int poll = 0; poll < 80; ++poll) {
      for (std::uint32_t i = server.draw(100); i > 0; --i) {
        server.execute();
      }
      switch (server.draw(12)) {
        case 0:
          server.reset();
          break;
        case 1:
          server.restart();
          break;
        case 2:
          if (!tells_since) {
            server.step_clock_back();
          }
          break;
        case 3:  // unjam is killed
          counters = delta(sums);
          knows_text = false;
          break;
        default:
          break;
      }
      for (std::uint32_t i = server.draw(100); i > 0; --i) {
        server.execute();
      }
      sums.apply(counters.advance(server.poll(knows_text), server.now()));
      knows_text = true;
    }
    std::uint64_t counted = 0;
    std::uint64_t missed = 0;
    for (const auto& [id, truth] : server.truth()) {
      counted += truth.calls;
      if (tells_since) {
        EXPECT_EQ(truth.calls, sums.of(id).calls);
        EXPECT_EQ(truth.query_time, sums.of(id).query_time);
      } else {
        EXPECT_LE(sums.of(id).calls, truth.calls);
        EXPECT_LE(sums.of(id).query_time, truth.query_time);
        missed += truth.calls - sums.of(id).calls;
      }
    }
    EXPECT_GT(counted, 1000U);
    EXPECT_LE(missed, counted / 12);
  }
}

}  // namespace
}  // namespace unjam
