// The running service with collectors and a store that fail on demand. Nothing here depends on how
// fast the machine is: every wait is for an event.
#include "app/pipeline.h"

#include "unit/app/durable_source.h"
#include "unjam/base/error.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using State = CollectorStatus::State;

PipelineOptions quick() {
  PipelineOptions options;
  options.gather = std::chrono::milliseconds(1);
  options.pace = {std::chrono::milliseconds(1), std::chrono::milliseconds(4)};
  options.first_store_pause = std::chrono::milliseconds(1);
  options.longest_store_pause = std::chrono::milliseconds(4);
  options.maintain_every = std::chrono::milliseconds(5);
  return options;
}

std::vector<CollectorPlan> plans(const std::vector<DurableSource*>& sources) {
  std::vector<CollectorPlan> result;
  for (DurableSource* source : sources) {
    result.push_back(source->plan());
  }
  return result;
}

CollectorStatus status_of(const Pipeline& pipeline, const DurableSource& source) {
  for (CollectorStatus& status : pipeline.status().collectors) {
    if (status.name == source.name()) {
      return status;
    }
  }
  return {};
}

constexpr Duration kLong = std::chrono::hours(1);

TEST(Pipeline, StoresWhatCollectorsSee) {
  Disk disk;
  DurableSource a("a");
  DurableSource b("b");
  a.write(100);
  b.write(1);
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(plans({&a, &b}));
  wait_until([&] { return disk.holds(a) && disk.holds(b); });
  a.write(20);
  wait_until([&] { return disk.holds(a); });
  wait_until([&] { return disk.maintained > 1; });
  const CollectorStatus status = status_of(pipeline, a);
  EXPECT_EQ(status.state, State::Running);
  EXPECT_EQ(status.calls, 120U);
  EXPECT_EQ(status.target, "target of a");
  EXPECT_TRUE(pipeline.alive(kLong, kLong));
  EXPECT_TRUE(pipeline.stop(kLong).stored);
  EXPECT_EQ(a.alive, 0) << "a collector ends on its own thread, before stop() returns";
}

TEST(Pipeline, GoesOnFromTheCheckpointAfterARestart) {
  Disk disk;
  DurableSource a("a");
  for (int round = 1; round <= 5; ++round) {
    a.write(10);
    Pipeline pipeline(disk.open(), quick(), system_now);
    pipeline.run(plans({&a}));
    wait_until([&] { return disk.holds(a); });
  }
  EXPECT_EQ(disk.stored("a").first, 50U);
}

TEST(Pipeline, StopInTheMiddleNeitherLosesNorDoubles) {
  Disk disk;
  DurableSource a("a");
  a.write(2000);
  for (int round = 0; round < 20; ++round) {
    Pipeline pipeline(disk.open(), quick(), system_now);
    pipeline.run(plans({&a}));
    wait_until([&] { return status_of(pipeline, a).flushes > 0 || disk.holds(a); });
    pipeline.stop(kLong);
  }
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(plans({&a}));
  wait_until([&] { return disk.holds(a); });
}

TEST(Pipeline, ACollectorThatFailsTriesAgainAndDisturbsNobody) {
  Disk disk;
  DurableSource down("down");
  DurableSource well("well");
  down.on_poll([] { throw Error(ErrorKind::Unreachable, "db1 does not answer"); });
  down.write(3);
  well.write(3);
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(plans({&down, &well}));
  wait_until([&] { return disk.holds(well) && down.polled > 5; });
  const CollectorStatus status = status_of(pipeline, down);
  EXPECT_EQ(status.state, State::Retrying);
  EXPECT_EQ(status.trouble, "db1 does not answer");
  down.on_poll({});
  wait_until([&] { return disk.holds(down) && status_of(pipeline, down).state == State::Running; });
  EXPECT_EQ(status_of(pipeline, down).trouble, "");
  EXPECT_EQ(down.made, 1) << "the collector itself knows how to connect anew";
}

TEST(Pipeline, ACollectorThatIsRefusedComesBackWhenItIsMended) {
  Disk disk;
  DurableSource refused("refused");
  refused.on_poll([] { throw Error(ErrorKind::Denied, "wrong password"); });
  refused.write(2);
  PipelineOptions options = quick();
  options.pace.refused_pause = std::chrono::milliseconds(2);
  Pipeline pipeline(disk.open(), options, system_now);
  pipeline.run(plans({&refused}));
  wait_until([&] { return refused.polled > 3; });
  EXPECT_EQ(status_of(pipeline, refused).state, State::Refused);
  refused.on_poll({});
  wait_until(
      [&] { return disk.holds(refused) && status_of(pipeline, refused).state == State::Running; });
}

TEST(Pipeline, ACollectorThatNeedsAPersonIsTriedAtOnceByAReload) {
  struct Failing {
    std::function<void()> fail;
    std::string trouble;
    State state;
  };
  for (const Failing& example : std::vector<Failing>{
           {[] { throw Error(ErrorKind::Denied, "wrong password"); }, "wrong password",
            State::Refused},
           {[] { throw Error(ErrorKind::Unsupported, "no such view"); }, "no such view",
            State::Refused},
           {[] { throw std::runtime_error("oops"); }, "internal error: oops", State::Disabled}}) {
    Disk disk;
    DurableSource denied("denied");
    DurableSource well("well");
    denied.on_poll(example.fail);
    denied.write(2);
    well.write(2);
    Pipeline pipeline(disk.open(), quick(), system_now);
    pipeline.run(plans({&denied, &well}));
    wait_until(
        [&] { return disk.holds(well) && status_of(pipeline, denied).state == example.state; });
    EXPECT_EQ(status_of(pipeline, denied).trouble, example.trouble);
    EXPECT_EQ(denied.polled, 1);
    denied.on_poll({});
    pipeline.run(plans({&denied, &well}));
    wait_until([&] { return disk.holds(denied); });
    EXPECT_EQ(denied.made, 2);
    EXPECT_EQ(well.made, 1);
  }
}

TEST(Pipeline, ACollectorThatCannotEvenBeMadeIsTriedAgain) {
  Disk disk;
  DurableSource a("a");
  a.write(1);
  std::atomic<int> tries = 0;
  CollectorPlan plan = a.plan();
  plan.make = [&tries, make = plan.make](CollectorState from) {
    if (++tries < 4) {
      throw Error(ErrorKind::Unreachable, "not there yet");
    }
    return make(std::move(from));
  };
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run({plan});
  wait_until([&] { return disk.holds(a); });
  EXPECT_EQ(tries, 4);
}

TEST(Pipeline, ASlowCollectorDisturbsNobody) {
  Disk disk;
  Gate gate;
  DurableSource slow("slow");
  DurableSource well("well");
  slow.on_poll([&] { gate.pass(); });
  well.write(50);
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(plans({&slow, &well}));
  gate.await_one();
  wait_until([&] { return disk.holds(well); });
  EXPECT_TRUE(status_of(pipeline, slow).polling_since);
  // One that hangs is no reason to restart the service; all of them are.
  EXPECT_TRUE(pipeline.alive(kLong, kLong));
  gate.open();
}

TEST(Pipeline, IsNotAliveWhenEveryCollectorHangs) {
  Disk disk;
  Gate gate;
  DurableSource slow("slow");
  slow.on_poll([&] { gate.pass(); });
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(plans({&slow}));
  gate.await_one();
  EXPECT_TRUE(pipeline.alive(kLong, kLong));
  EXPECT_FALSE(pipeline.alive(kLong, Duration(-1)));
  gate.open();
}

TEST(Pipeline, StopsWhileACollectorIsBlocked) {
  Disk disk;
  Gate gate;
  DurableSource slow("slow");
  DurableSource well("well");
  well.write(10);
  slow.on_poll([&] { gate.pass(); });
  {
    Pipeline pipeline(disk.open(), quick(), system_now);
    pipeline.run(plans({&slow, &well}));
    gate.await_one();
    wait_until([&] { return status_of(pipeline, well).flushes == 10; });
    const Pipeline::Stopped stopped = pipeline.stop(std::chrono::milliseconds(200));
    EXPECT_EQ(stopped.blocked, std::vector<std::string>{"slow"});
    EXPECT_TRUE(stopped.stored);
    EXPECT_TRUE(disk.holds(well));
    EXPECT_EQ(slow.alive, 1);
    gate.open();
  }
  EXPECT_EQ(slow.alive, 0);
}

TEST(Pipeline, AFullDiskLosesNothing) {
  Disk disk;
  disk.full = true;
  DurableSource a("a");
  DurableSource b("b");
  a.write(500);
  b.write(500);
  PipelineOptions options = quick();
  options.queue_items = 8;
  options.batch_bytes = 2000;
  Pipeline pipeline(disk.open(), options, system_now);
  pipeline.run(plans({&a, &b}));
  // The queue fills up to its bound, and then the collectors wait.
  wait_until(
      [&] { return pipeline.status().queue.items == 8 && pipeline.status().store.failures > 3; });
  EXPECT_EQ(pipeline.status().store.trouble, "no space left on the device; free some");
  EXPECT_TRUE(pipeline.alive(kLong, kLong));
  EXPECT_EQ(disk.stored("a").first, 0U);
  disk.full = false;
  wait_until([&] { return disk.holds(a) && disk.holds(b); });
  EXPECT_EQ(pipeline.status().store.trouble, "");
}

TEST(Pipeline, StopsWhileTheDiskIsFullAndReadsItAgainAtTheNextStart) {
  Disk disk;
  DurableSource a("a");
  a.write(5);
  {
    Pipeline pipeline(disk.open(), quick(), system_now);
    pipeline.run(plans({&a}));
    wait_until([&] { return disk.holds(a); });
    disk.full = true;
    a.write(5);
    wait_until([&] { return pipeline.status().store.failures > 0; });
    EXPECT_FALSE(pipeline.stop(kLong).stored);
  }
  EXPECT_EQ(disk.stored("a").first, 5U);
  disk.full = false;
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(plans({&a}));
  wait_until([&] { return disk.holds(a); });
}

TEST(Pipeline, AReloadLeavesTheUnchangedAlone) {
  Disk disk;
  DurableSource kept("kept");
  DurableSource changed("changed");
  DurableSource gone("gone");
  DurableSource added("added");
  for (DurableSource* source : {&kept, &changed, &gone, &added}) {
    source->write(30);
  }
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(plans({&kept, &changed, &gone}));
  wait_until([&] { return disk.holds(kept) && disk.holds(changed) && disk.holds(gone); });
  changed.write(30);
  pipeline.run({kept.plan(), changed.plan("another interval"), added.plan()}, kLong);
  wait_until([&] { return disk.holds(changed) && disk.holds(added); });
  EXPECT_EQ(kept.made, 1);
  EXPECT_EQ(changed.made, 2);
  EXPECT_EQ(added.made, 1);
  EXPECT_EQ(gone.alive, 0);
  EXPECT_EQ(pipeline.status().collectors.size(), 3U);
}

TEST(Pipeline, AReloadTriesAtOnceWhatIsInTrouble) {
  Disk disk;
  DurableSource down("down");
  down.write(1);
  down.on_poll([] { throw Error(ErrorKind::Unreachable, "db1 does not answer"); });
  PipelineOptions options = quick();
  options.pace = {std::chrono::hours(1), std::chrono::hours(1)};
  Pipeline pipeline(disk.open(), options, system_now);
  pipeline.run(plans({&down}));
  wait_until([&] { return status_of(pipeline, down).state == State::Retrying; });
  down.on_poll({});
  pipeline.run(plans({&down}));
  wait_until([&] { return disk.holds(down); });
}

TEST(Pipeline, AChangedCollectorWaitsForTheOldOneAndForWhatItHandedOver) {
  Disk disk;
  Gate gate;
  DurableSource a("a");
  a.write(3);
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(plans({&a}));
  wait_until([&] { return disk.holds(a); });
  // What the old one hands over last waits for the disk.
  disk.full = true;
  a.write(3);
  wait_until([&] { return pipeline.status().store.failures > 0; });
  a.on_poll([&] { gate.pass(); });
  gate.await_one();
  pipeline.run({a.plan("changed")}, Duration::zero());
  pipeline.tend();
  EXPECT_EQ(a.made, 1);
  gate.open();
  wait_until([&] {
    pipeline.tend();
    return a.alive == 0;
  });
  EXPECT_EQ(a.made, 1) << "it would not know where to go on";
  disk.full = false;
  wait_until([&] {
    pipeline.tend();
    return disk.holds(a) && a.made == 2;
  });
}

TEST(Pipeline, FiftyCollectorsAtOnce) {
  Disk disk;
  std::vector<std::unique_ptr<DurableSource>> sources;
  std::vector<CollectorPlan> all;
  for (int i = 0; i < 50; ++i) {
    sources.push_back(std::make_unique<DurableSource>("s" + std::to_string(i)));
    sources.back()->write(20);
    if (i % 7 == 0) {
      sources.back()->on_poll([] { throw Error(ErrorKind::Unreachable, "down"); });
    }
    all.push_back(sources.back()->plan());
  }
  Pipeline pipeline(disk.open(), quick(), system_now);
  pipeline.run(all);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (i % 7 != 0) {
      wait_until([&] { return disk.holds(*sources[i]); });
    }
  }
  EXPECT_LT(pipeline.status().store.commits, pipeline.status().store.flushes);
}

}  // namespace
}  // namespace unjam
