// tail_bench LOG [STORE]: follows a log from its beginning until all of it is read, as the service
// does, and prints what that took. With STORE, every flush is written to a store there; without,
// it is counted and dropped.
#include "unjam/config/rules.h"
#include "unjam/store/store.h"
#include "unjam/watch/log_collector.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <span>

#include <fmt/format.h>
#include <sys/resource.h>

namespace {

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace unjam;
  if (argc < 2) {
    std::fputs("tail_bench LOG [STORE]\n", stderr);
    return 2;
  }
  const Normalizer normalizer(load_normalize_rules());
  std::unique_ptr<StoreWriter> store;
  if (argc > 2) {
    StoreOptions options;
    options.path = argv[2];
    store = open_store_writer(options);
  }
  LogConfig config;
  config.path = argv[1];
  LogCollectorOptions options;
  options.read_back = UINT64_MAX;
  const auto collector = make_log_collector("bench", config, normalizer, {}, options);

  const double started = cpu_seconds();
  std::uint64_t calls = 0;
  std::uint64_t flushes = 0;
  std::size_t largest = 0;
  bool more = true;
  double caught_up = started;
  for (int idle = 0; idle < 4;) {
    const auto now =
        std::chrono::floor<Duration>(std::chrono::system_clock::now()) + std::chrono::seconds(idle);
    const auto flush = collector->poll(now, more);
    if (flush) {
      ++flushes;
      largest = std::max(largest, flush->bytes());
      for (const Slice& slice : flush->slices) {
        for (const ClassDelta& delta : slice.classes) {
          calls += delta.counts.calls;
        }
      }
      if (store) {
        store->apply(std::span(&*flush, 1));
      }
      caught_up = cpu_seconds();
    }
    if (!more) {
      ++idle;
    }
  }
  const double seconds = caught_up - started;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "{} calls, {} flushes, the largest {:.1f} MB; {:.2f} s of CPU, {:.0f} calls/s, peak RSS "
      "{} MB\n",
      calls, flushes, static_cast<double>(largest) / 1e6, seconds,
      static_cast<double>(calls) / seconds, usage.ru_maxrss / 1024);
  return 0;
}
