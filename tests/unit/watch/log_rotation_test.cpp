// Every kind of rotation, with unjam stopped and started again between any two steps of it.
#include "support/log_world.h"

#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace unjam {
namespace {

using Steps = std::vector<std::function<void(LogWorld&)>>;

struct Scenario {
  std::string name;
  Steps steps;
  /// Something is removed for ever: unjam reads it in time.
  bool destroys = false;
};

std::function<void(LogWorld&)> log(int events) {
  return [events](LogWorld& w) { w.log(events); };
}
void reopen(LogWorld& w) { w.reopen(); }
std::function<void(LogWorld&)> rename(std::string from, std::string to) {
  return [=](LogWorld& w) { w.rename(from, to); };
}
std::function<void(LogWorld&)> gzip(std::string suffix) {
  return [=](LogWorld& w) { w.gzip(suffix); };
}
std::function<void(LogWorld&)> zstd(std::string suffix) {
  return [=](LogWorld& w) { w.zstd(suffix); };
}
std::function<void(LogWorld&)> copy_truncate(std::string suffix) {
  return [=](LogWorld& w) { w.copy_truncate(suffix); };
}
void half(LogWorld& w) { w.log_half(); }
void rest(LogWorld& w) { w.log_rest(); }
void create(LogWorld& w) { w.create(); }

std::vector<Scenario> scenarios() {
  return {
      {"growth", {reopen, log(3), log(1), log(40), log(1)}},
      {"rename, the server writes on until it is told",
       {reopen, log(5), rename("", ".1"), log(3), reopen, log(4), log(1)}},
      {"rename and create, as logrotate does",
       {reopen, log(5), rename("", ".1"), create, log(3), reopen, log(4), log(2)}},
      {"flushed again and again",
       {reopen, log(5), rename("", ".1"), reopen, log(3), rename(".1", ".2"), rename("", ".1"),
        log(2), reopen, log(4), rename(".2", ".3"), rename(".1", ".2"), rename("", ".1"), reopen,
        log(1)}},
      {"only banners in between",
       {reopen, log(5), rename("", ".1"), reopen, rename(".1", ".2"), rename("", ".1"), reopen,
        log(2)}},
      {"copy and truncate",
       {reopen, log(30), copy_truncate(".1"), log(3), rename(".1", ".2"), copy_truncate(".1"),
        log(40)}},
      {"copy, truncate, compress",
       {reopen, log(30), copy_truncate(".1"), gzip(".1"), log(3), rename(".1.gz", ".2.gz"),
        copy_truncate(".1"), zstd(".1"), log(40)}},
      {"truncate",
       {reopen, log(30),
        [](LogWorld& w) {
          w.poll_for(4);
          w.truncate();
        },
        log(3), log(40)},
       true},
      {"remove and make again",
       {reopen, log(5),
        [](LogWorld& w) {
          w.poll_for(4);
          w.remove();
        },
        reopen, log(40), log(1)},
       true},
      {"compress while it is being read",
       {reopen, log(5), rename("", ".1"), log(3), reopen, log(3), gzip(".1"), log(2),
        rename(".1.gz", ".2.gz"), rename("", ".1"), reopen, log(2), zstd(".1"), log(1)}},
      {"dates",
       {reopen, log(5), rename("", "-20240518"), reopen, log(3), rename("", "-20240519"), reopen,
        log(2), gzip("-20240518"), gzip("-20240519"), log(1)}},
      {"a line in halves", {reopen, log(2), half, rest, log(1), half, rest, log(1)}},
      {"a line in halves over a rename",
       {reopen, log(2), half, rename("", ".1"), rest, reopen, log(1), log(1)}},
      {"the target of a link changes",
       {[](LogWorld& w) {
          w.reopen("db-2024-05-18.log");
          w.link_to("db-2024-05-18.log");
        },
        log(5),
        [](LogWorld& w) {
          w.reopen("db-2024-05-19.log");
          w.link_to("db-2024-05-19.log");
        },
        log(4),
        [](LogWorld& w) {
          w.reopen("db-2024-05-20.log");
          w.link_to("db-2024-05-20.log");
        },
        log(3)}},
      {"it appears late", {[](LogWorld& w) { w.poll(); }, create, reopen, log(2), log(1)}},
  };
}

/// unjam polls after every step, but it crashes after step `down` and comes back after step `up`.
void run(LogKind kind, const Scenario& scenario, std::size_t down, std::size_t up, int patience) {
  SCOPED_TRACE(fmt::format("{}: down after step {}, up after step {}, {} polls a step",
                           scenario.name, down, up, patience));
  LogWorld world(kind);
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    scenario.steps[i](world);
    world.tick();
    const bool is_down = i >= down && i < up;
    if (i == down) {
      world.poll(true);
      world.stop();
    }
    if (i == up) {
      world.restart();
    }
    if (!is_down) {
      world.poll();
      world.poll_for(patience);
    }
  }
  world.poll_for(12);
  EXPECT_EQ(world.seen(), world.truth());
  world.poll_for(3);
  EXPECT_EQ(world.seen(), world.truth());
}

class LogRotation : public testing::TestWithParam<LogKind> {};

TEST_P(LogRotation, NothingIsLostOrDoubled) {
  for (const Scenario& scenario : scenarios()) {
    const std::size_t count = scenario.steps.size();
    // Patience differs in what was delivered because nothing followed: a matter of one reader.
    for (const int patience : GetParam() == LogKind::MySql ? std::vector{0, 4} : std::vector{0}) {
      run(GetParam(), scenario, count, count, patience);
      // Before anything was committed, a start is the first one: only what the log holds then
      // counts.
      for (std::size_t down = 1; down < count; ++down) {
        for (std::size_t up = down; up < (scenario.destroys ? down + 1 : count); ++up) {
          run(GetParam(), scenario, down, up, patience);
          if (testing::Test::HasFailure()) {
            return;
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, LogRotation,
                         testing::Values(LogKind::MySql, LogKind::PgStderr, LogKind::PgCsv),
                         [](const auto& kind) {
                           switch (kind.param) {
                             case LogKind::MySql:
                               return "mysql";
                             case LogKind::PgStderr:
                               return "pg_stderr";
                             case LogKind::PgCsv:
                               return "pg_csv";
                           }
                           return "";
                         });

}  // namespace
}  // namespace unjam
