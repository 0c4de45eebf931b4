#include "unjam/watch/log_collector.h"

#include "support/log_world.h"
#include "unjam/base/error.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace unjam {
namespace {

double number(const CollectorHealth& health, std::string_view name) {
  for (const auto& [key, value] : health.numbers) {
    if (key == name) {
      return value;
    }
  }
  return -1;
}

std::uint64_t calls(const LogTruth& truth) {
  std::uint64_t sum = 0;
  for (const auto& [name, counts] : truth) {
    sum += counts.first;
  }
  return sum;
}

TEST(LogCollector, IsCalledAfterItsTargetAndPath) {
  LogWorld world(LogKind::MySql);
  EXPECT_EQ(world.collector().name(), "log:shop:" + world.path());
}

TEST(LogCollector, TheLastStatementIsSeenWithinTwoSeconds) {
  for (const LogKind kind : {LogKind::MySql, LogKind::PgStderr, LogKind::PgCsv}) {
    LogWorld world(kind);
    world.reopen();
    world.log(3);
    world.poll_for(3);
    world.log(1);
    world.poll();
    world.poll_for(1);
    EXPECT_EQ(calls(world.seen()), 4U);
    EXPECT_EQ(world.seen(), world.truth());
  }
}

TEST(LogCollector, HalfAnEventIsNeitherDeliveredNorLost) {
  for (const LogKind kind : {LogKind::MySql, LogKind::PgCsv}) {
    LogWorld world(kind);
    world.reopen();
    world.log(3);
    world.log_half();
    world.poll_for(60);
    EXPECT_LE(calls(world.seen()), 3U);
    world.restart();
    world.poll_for(60);
    EXPECT_LE(calls(world.seen()), 3U);
    world.log_rest();
    world.poll_for(3);
    EXPECT_EQ(world.seen(), world.truth());
  }
}

TEST(LogCollector, ALogThatIsNotThereIsAWarningUntilItIs) {
  LogWorld world(LogKind::PgStderr);
  world.poll();
  const CollectorHealth before = world.collector().health();
  ASSERT_EQ(before.warnings.size(), 1U);
  EXPECT_NE(before.warnings[0].find(world.path() + " does not exist"), std::string::npos);
  world.reopen();
  world.log(2);
  world.poll_for(3);
  EXPECT_TRUE(world.collector().health().warnings.empty());
  EXPECT_EQ(world.seen(), world.truth());
}

/// Root may read everything: then the owner of `path` is somebody else, who does what follows.
class NotRoot {
 public:
  explicit NotRoot(const std::filesystem::path& path) : was_root_(::geteuid() == 0) {
    if (was_root_) {
      for (const std::filesystem::path& each : {path.parent_path(), path}) {
        EXPECT_EQ(::chown(each.c_str(), kNobody, kNobody), 0);
      }
      EXPECT_EQ(::seteuid(kNobody), 0);
    }
  }
  ~NotRoot() { EXPECT_TRUE(!was_root_ || ::seteuid(0) == 0); }
  NotRoot(const NotRoot&) = delete;
  NotRoot& operator=(const NotRoot&) = delete;

 private:
  static constexpr ::uid_t kNobody = 65534;
  bool was_root_;
};

TEST(LogCollector, ALogThatMayNotBeReadIsDeniedUntilItMay) {
  LogWorld world(LogKind::MySql);
  world.reopen();
  world.log(2);
  const NotRoot owner(world.path());
  std::filesystem::permissions(world.path(), std::filesystem::perms::none);
  try {
    world.poll();
    FAIL() << "not denied";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Denied);
    EXPECT_NE(std::string(error.what()).find(world.path()), std::string::npos);
  }
  std::filesystem::permissions(world.path(), std::filesystem::perms::owner_read);
  world.poll_for(3);
  EXPECT_EQ(world.seen(), world.truth());
}

TEST(LogCollector, AnUnknownFormatIsAWarningThatSaysWhatWasSeen) {
  LogWorld world(LogKind::MySql);
  std::ofstream(world.path()) << "lorem ipsum dolor sit amet\nconsectetur adipiscing elit\n";
  world.poll_for(3);
  const CollectorHealth health = world.collector().health();
  ASSERT_EQ(health.warnings.size(), 1U);
  EXPECT_NE(health.warnings[0].find("unknown log format"), std::string::npos);
}

TEST(LogCollector, AnUnknownFormatInTheConfigurationIsRefused) {
  LogWorld world(LogKind::MySql);
  world.config.format = "mysql-fast";
  EXPECT_THROW(world.collector(), Error);
}

TEST(LogCollector, TheFirstStartReadsTheLastBytesOnly) {
  for (const LogKind kind : {LogKind::MySql, LogKind::PgStderr, LogKind::PgCsv}) {
    LogWorld world(kind);
    world.options.read_back = 20'000;
    world.reopen();
    world.log(3000);
    world.poll_for(3);
    EXPECT_GT(calls(world.seen()), 50U);
    EXPECT_LT(calls(world.seen()), 200U);
    ASSERT_EQ(world.collector().health().warnings.size(), 1U);
    const std::uint64_t before = calls(world.seen());
    world.restart();
    world.log(7);
    world.poll_for(3);
    EXPECT_EQ(calls(world.seen()), before + 7);
  }
}

TEST(LogCollector, GoesOnInTheMiddleOfALargeLog) {
  for (const LogKind kind : {LogKind::MySql, LogKind::PgStderr, LogKind::PgCsv}) {
    LogWorld world(kind);
    world.reopen();
    // More than a reader is warmed up with.
    world.log(50'000);
    world.poll_for(2);
    for (int i = 0; i < 3; ++i) {
      world.restart();
      world.log(11);
      world.poll_for(3);
    }
    EXPECT_EQ(world.seen(), world.truth());
    EXPECT_EQ(number(world.collector().health(), "lag_bytes"), 0);
  }
}

TEST(LogCollector, AServerMayWriteAnotherPrefixAfterARotation) {
  LogWorld world(LogKind::PgStderr);
  world.reopen();
  world.log(50);
  world.poll_for(3);
  world.rename("", ".1");
  for (const bool restarts : {false, true}) {
    std::ofstream(world.path()) << "2024-05-18 02:40:00 UTC:10.0.0.5(4000):app@shop:[77]:LOG:  "
                                   "duration: 5.000 ms  statement: select 1\n"
                                   "2024-05-18 02:40:01 UTC:10.0.0.5(4000):app@shop:[77]:LOG:  "
                                   "duration: 6.000 ms  statement: select 1\n";
    const std::uint64_t before = calls(world.seen());
    world.poll_for(2);
    if (restarts) {
      world.restart();
    }
    world.poll_for(6);
    EXPECT_EQ(calls(world.seen()), before + 2);
    world.rename("", restarts ? ".3" : ".2");
  }
}

TEST(LogCollector, APlaceOfAnotherVersionLeavesAGapRatherThanTwice) {
  LogWorld world(LogKind::MySql);
  world.reopen();
  world.log(5);
  LogConfig config;
  config.path = world.path();
  const auto collector = make_log_collector("shop", config, default_fingerprints().normalizer(),
                                            {7, {{"tail", "version 999\n"}}});
  bool more = false;
  const TimePoint now{std::chrono::seconds(1'716'000'000)};
  for (int i = 0; i < 4; ++i) {
    const auto flush = collector->poll(now + std::chrono::seconds(i), more);
    EXPECT_TRUE(!flush || flush->slices.empty());
  }
  EXPECT_FALSE(collector->health().warnings.empty());
}

}  // namespace
}  // namespace unjam
