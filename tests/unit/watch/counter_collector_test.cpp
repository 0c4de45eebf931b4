// A server that is slow, breaks and comes back: faults that a real one does not show on demand.
#include "unjam/watch/counter_collector.h"

#include "unjam/base/error.h"
#include "unjam/config/rules.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using namespace std::chrono_literals;

struct FakeServer {
  std::uint64_t calls = 10;
  Duration delay{0};
  std::optional<Error> failure;  ///< Of each statement.
  std::optional<Error> refusal;  ///< Of a connection.
  int connects = 0;
};

struct FakeRow final : Row {
  explicit FakeRow(std::vector<std::optional<std::string>> given) : values(std::move(given)) {}
  std::optional<std::string_view> text(std::size_t column) const override {
    const auto& value = values.at(column);
    return value ? std::optional<std::string_view>(*value) : std::nullopt;
  }
  std::vector<std::optional<std::string>> values;
};

/// Answers what unjam asks of pg_stat_statements 1.10.
class FakeSession final : public Session {
 public:
  explicit FakeSession(FakeServer& server) : server_(server) {}

  const ServerVersion& version() const override { return version_; }

  void query(const std::string& sql, std::span<const std::string> /*parameters*/,
             const std::function<void(const Row&)>& use) override {
    if (server_.failure) {
      throw *server_.failure;
    }
    const auto asks = [&](std::string_view part) { return sql.find(part) != std::string::npos; };
    if (asks("pg_extension")) {
      use(FakeRow({"public", "1.10"}));
    } else if (asks("clock_timestamp")) {
      use(FakeRow({"1700000000000000", "1600000000000000", "0", "1600000000000000"}));
    } else if (asks("pg_stat_statements(")) {
      std::this_thread::sleep_for(server_.delay);
      const bool with_text = asks("(true)");
      use(FakeRow({"10", "5", "-77", "1", std::to_string(server_.calls), "1.5", "1", "3", "0",
                   std::nullopt,
                   with_text ? std::optional<std::string>("SELECT $1") : std::nullopt}));
    }
  }

 private:
  FakeServer& server_;
  ServerVersion version_{Engine::PostgreSql, 160000, "16.0"};
};

const Normalizer& normalizer() {
  static const Normalizer kNormalizer{load_normalize_rules()};
  return kNormalizer;
}

std::unique_ptr<Collector> collector(FakeServer& server, Duration interval = 1s,
                                     const CollectorState& state = {}) {
  TargetConfig target;
  target.name = "shop";
  target.address = ServerAddress();
  target.counters.interval = interval;
  CounterCollectorOptions options;
  options.connect = [&server](const ServerAddress& /*address*/) -> std::unique_ptr<Session> {
    if (server.refusal) {
      throw *server.refusal;
    }
    ++server.connects;
    return std::make_unique<FakeSession>(server);
  };
  return make_counter_collector(target, normalizer(), state, options);
}

std::uint64_t calls(const std::optional<Flush>& flush) {
  std::uint64_t sum = 0;
  if (flush) {
    for (const Slice& slice : flush->slices) {
      for (const ClassDelta& delta : slice.classes) {
        sum += delta.counts.calls;
      }
    }
  }
  return sum;
}

double number(const Collector& of, std::string_view name) {
  for (const auto& [key, value] : of.health().numbers) {
    if (key == name) {
      return value;
    }
  }
  return -1;
}

TEST(CounterCollector, FlushesCountUpFromTheLastSequence) {
  FakeServer server;
  bool more = true;
  const auto first = collector(server, 1s, {41, {}});
  EXPECT_EQ("counters:shop", first->name());
  const auto baseline = first->poll(TimePoint(1h), more);
  ASSERT_TRUE(baseline);
  EXPECT_FALSE(more);
  EXPECT_EQ("counters:shop", baseline->collector);
  EXPECT_EQ(42U, baseline->sequence);
  EXPECT_EQ(0U, calls(baseline));
  EXPECT_FALSE(first->poll(TimePoint(1h), more)) << "nothing new";
  server.calls += 3;
  const auto next = first->poll(TimePoint(1h), more);
  ASSERT_TRUE(next);
  EXPECT_EQ(43U, next->sequence);
  EXPECT_EQ(3U, calls(next));
}

TEST(CounterCollector, AServerThatBreaksIsConnectedAnewAndNothingIsLost) {
  FakeServer server;
  const auto watched = collector(server);
  bool more = false;
  watched->poll(TimePoint(1h), more);
  server.calls += 5;
  server.failure = Error(ErrorKind::Unreachable, "gone");
  EXPECT_THROW(watched->poll(TimePoint(1h), more), Error);
  server.refusal = Error(ErrorKind::Unreachable, "down");
  EXPECT_THROW(watched->poll(TimePoint(1h), more), Error);
  server.failure.reset();
  server.refusal.reset();
  server.calls += 2;
  EXPECT_EQ(7U, calls(watched->poll(TimePoint(1h), more)));
  EXPECT_EQ(2, server.connects);
  EXPECT_EQ(1, number(*watched, "reconnects"));
}

TEST(CounterCollector, ASlowServerIsPolledLessUntilItIsQuick) {
  FakeServer server;
  const auto watched = collector(server, 1s);
  bool more = false;
  watched->poll(TimePoint(1h), more);
  server.delay = 100ms;  // a tenth of the interval, at least
  for (const double expected : {2.0, 4.0, 8.0}) {
    watched->poll(TimePoint(1h), more);
    EXPECT_EQ(expected, number(*watched, "interval_s"));
    EXPECT_EQ(1U, watched->health().warnings.size());
  }
  server.delay = 0ms;
  for (int i = 0; i < 20 && number(*watched, "interval_s") > 1; ++i) {
    watched->poll(TimePoint(1h), more);
  }
  EXPECT_EQ(1, number(*watched, "interval_s"));
  EXPECT_TRUE(watched->health().warnings.empty());
}

TEST(CounterCollector, WaitingEndsWhenStopIsAskedFor) {
  FakeServer server;
  const auto watched = collector(server, 10h);
  bool more = false;
  watched->poll(TimePoint(1h), more);
  std::jthread waiting([&](const std::stop_token& stop) { watched->wait(stop); });
  waiting.request_stop();
  waiting.join();
}

}  // namespace
}  // namespace unjam
