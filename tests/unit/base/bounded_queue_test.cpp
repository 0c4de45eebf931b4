#include "unjam/base/bounded_queue.h"

#include "unjam/base/backoff.h"

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

using std::chrono::seconds;

constexpr Duration kAtOnce{0};
constexpr std::size_t kAll = 1U << 30;

template <typename T>
bool push(BoundedQueue<T>& queue, T item, std::size_t bytes, bool stopped = false) {
  std::stop_source source;
  if (stopped) {
    source.request_stop();
  }
  return queue.push(item, bytes, source.get_token());
}

TEST(BoundedQueue, FirstInFirstOut) {
  BoundedQueue<int> queue(10, 100);
  EXPECT_TRUE(push(queue, 1, 10));
  EXPECT_TRUE(push(queue, 2, 10));
  EXPECT_TRUE(push(queue, 3, 10));
  EXPECT_EQ(queue.items(), 3U);
  EXPECT_EQ(queue.bytes(), 30U);
  EXPECT_EQ(queue.pop(kAtOnce, 20), (std::vector<int>{1, 2}));
  EXPECT_EQ(queue.pop(kAtOnce, 1), std::vector<int>{3});
  EXPECT_EQ(queue.pop(kAtOnce, kAll), std::vector<int>());
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(BoundedQueue, IsBoundedByBytesAndItems) {
  for (const auto& [items, bytes] : {std::pair(2U, 1000U), std::pair(1000U, 20U)}) {
    BoundedQueue<std::string> queue(items, bytes);
    EXPECT_TRUE(push<std::string>(queue, "a", 10));
    EXPECT_TRUE(push<std::string>(queue, "b", 10));
    // There is no room, so the wait for it ends by being told to stop.
    std::string third = "c";
    std::stop_source source;
    std::jthread stopper([&] { source.request_stop(); });
    EXPECT_FALSE(queue.push(third, 10, source.get_token()));
    EXPECT_EQ(third, "c") << "what was not taken is untouched";
    EXPECT_EQ(queue.items(), 2U);
  }
}

TEST(BoundedQueue, OneItemLargerThanTheBoundHasRoomWhenItIsAlone) {
  BoundedQueue<int> queue(10, 100);
  EXPECT_TRUE(push(queue, 1, 1000));
  std::atomic<bool> pushed = false;
  std::jthread pusher([&] {
    push(queue, 2, 1000);
    pushed = true;
  });
  EXPECT_FALSE(pushed);
  EXPECT_EQ(queue.pop(seconds(60), kAll), std::vector<int>{1});
  EXPECT_EQ(queue.pop(seconds(60), kAll), std::vector<int>{2});
}

TEST(BoundedQueue, StoppedOrClosedTakesNothing) {
  BoundedQueue<int> queue(10, 100);
  EXPECT_FALSE(push(queue, 1, 1, true));
  EXPECT_TRUE(push(queue, 2, 1));
  queue.close();
  EXPECT_FALSE(push(queue, 3, 1));
  EXPECT_EQ(queue.pop(seconds(60), kAll), std::vector<int>{2}) << "what is in can be taken";
  EXPECT_EQ(queue.pop(seconds(60), kAll), std::vector<int>()) << "and then nobody waits";
}

TEST(BoundedQueue, ClosingWakesThoseThatWaitForRoom) {
  BoundedQueue<int> queue(1, 100);
  EXPECT_TRUE(push(queue, 1, 1));
  std::jthread closer([&] { queue.close(); });
  EXPECT_FALSE(push(queue, 2, 1));
}

TEST(BoundedQueue, ManyPushersLoseNothing) {
  constexpr int kPushers = 8;
  constexpr int kEach = 500;
  BoundedQueue<int> queue(7, 50);
  std::vector<int> seen(kPushers * kEach, 0);
  {
    std::vector<std::jthread> pushers;
    for (int pusher = 0; pusher < kPushers; ++pusher) {
      pushers.emplace_back([&queue, pusher](const std::stop_token& stop) {
        for (int i = 0; i < kEach; ++i) {
          int item = pusher * kEach + i;
          queue.push(item, 10, stop);
        }
      });
    }
    std::vector<int> last(kPushers, -1);
    for (int taken = 0; taken < kPushers * kEach;) {
      for (const int item : queue.pop(seconds(60), kAll)) {
        ++seen[static_cast<std::size_t>(item)];
        int& previous = last[static_cast<std::size_t>(item / kEach)];
        EXPECT_GT(item, previous) << "each pusher's items come in its order";
        previous = item;
        ++taken;
      }
      EXPECT_LE(queue.bytes(), 50U);
    }
  }
  EXPECT_EQ(seen, std::vector<int>(kPushers * kEach, 1));
}

TEST(Backoff, DoublesUpToItsBoundWithinHalf) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Backoff backoff(seconds(1), seconds(60), seed);
    for (const int whole : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
      const Duration pause = backoff.next();
      EXPECT_GE(pause, Duration(seconds(whole)) / 2);
      EXPECT_LE(pause, seconds(whole));
    }
    backoff.reset();
    EXPECT_LE(backoff.next(), seconds(1));
  }
}

TEST(Backoff, ThoseThatFailTogetherTryAgainApart) {
  std::set<Duration> pauses;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Backoff backoff(seconds(60), seconds(60), seed);
    backoff.next();
    pauses.insert(backoff.next());
  }
  EXPECT_GT(pauses.size(), 45U);
}

}  // namespace
}  // namespace unjam
