// What polling 10,000 entries costs, on both sides. Prints figures: how fast a machine is, is
// nobody's mistake.
#include "integration/pg_test_server.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

double thread_ms() {
  timespec at{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) * 1e3 + static_cast<double>(at.tv_nsec) / 1e6;
}

double rss_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::stod(line.substr(6)) / 1024;
    }
  }
  return 0;
}

TEST(PgCost, PollOfTenThousandEntries) {
  const PgTestServer server;
  server.restart("INT", {"pg_stat_statements.max=20000", "pg_stat_statements.track=all",
                         "log_min_duration_statement=-1"});
  server.run("SELECT pg_stat_statements_reset();");
  const auto execute = [&](int columns, int conditions) {
    server.run(
        "DO $$ BEGIN FOR c IN 1.." + std::to_string(columns) + " LOOP FOR w IN 1.." +
            std::to_string(conditions) +
            " LOOP EXECUTE 'SELECT id' || repeat(', note', c) || ' FROM orders WHERE id = 1' "
            "|| repeat(' AND id > 0', w); END LOOP; END LOOP; END $$;",
        "shop");
  };
  execute(100, 100);
  Watch watch(server.address());
  const double rss_before = rss_mb();
  const auto poll = [&] {
    const double begin = thread_ms();
    watch.poll();
    return thread_ms() - begin;
  };
  std::printf("first poll, with texts: %.1f ms CPU\n", poll());
  EXPECT_GE(watch.number("entries"), 10'000);
  std::vector<double> idle;
  for (int i = 0; i < 20; ++i) {
    idle.push_back(poll());
  }
  std::sort(idle.begin(), idle.end());
  std::printf("poll without news: %.1f ms CPU (median of 20), server %.1f ms\n", idle[10],
              watch.number("server_time_us") / 1e3);
  execute(10, 100);
  std::printf("poll of 1,000 that changed: %.1f ms CPU\n", poll());
  execute(100, 100);
  std::printf("poll of 10,000 that changed: %.1f ms CPU, store included\n", poll());
  std::printf("RSS %.1f MB before, %.1f MB after\n", rss_before, rss_mb());
  EXPECT_EQ(0U, watch.calls("SELECT 1"));
  server.restart();
}

}  // namespace
}  // namespace unjam
