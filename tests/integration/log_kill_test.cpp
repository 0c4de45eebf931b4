// A process follows two logs into a store while they are written and rotated, and is killed again
// and again at random instants. In the end the store must hold exactly what was written.
#include "support/log_world.h"
#include "unjam/store/store.h"
#include "unjam/watch/log_collector.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

namespace unjam {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kKills = 220;
/// The collectors' clock runs this much faster, so that a life of some milliseconds is long enough
/// for a log to be idle or quiet.
constexpr int kHaste = 40;

/// A server's log and its rotation, on the disk's own clock.
class RotatedLogFile {
 public:
  RotatedLogFile(std::string path, LogKind kind, std::uint64_t seed)
      : path_(std::move(path)), writer_(kind), random_(seed) {
    reopen();
    write_events(10);
  }
  ~RotatedLogFile() { ::close(fd_); }
  RotatedLogFile(const RotatedLogFile&) = delete;
  RotatedLogFile& operator=(const RotatedLogFile&) = delete;

  /// Some events, a half one, a rotation, whatever comes.
  void live_on() {
    const std::uint64_t what = random_() % 100;
    if (what < 75) {
      write_events(1 + random_() % (what < 5 ? 400 : 12));
    } else if (what < 90) {
      pending_ += writer_.event();
      put(1 + random_() % (pending_.size() - 1));
    } else if (what < 92) {
      put(pending_.size());
      rotate_by_rename();
    } else if (what < 93) {
      put(pending_.size());
      rotate_by_copy();
    } else if (what < 95) {
      compress_one();
    }
  }
  void settle() { put(pending_.size()); }

  const std::string& path() const { return path_; }
  const LogTruth& truth() const { return writer_.truth(); }
  int rotations() const { return rotations_; }
  int compressed() const { return compressed_; }

 private:
  void reopen() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    pending_ += writer_.banner();
    put(pending_.size());
  }

  void write_events(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      pending_ += writer_.event();
    }
    put(pending_.size());
  }

  void put(std::size_t count) {
    while (count > 0) {
      const ssize_t done = ::write(fd_, pending_.data(), count);
      ASSERT_GT(done, 0);
      pending_.erase(0, static_cast<std::size_t>(done));
      count -= static_cast<std::size_t>(done);
    }
  }

  std::string next_name() { return fmt::format("{}-20240518{:04}", path_, ++rotations_); }

  void rotate_by_rename() {
    const std::string name = next_name();
    fs::rename(path_, name);
    waiting_.push_back(name);
    write_events(random_() % 4);
    reopen();
  }

  void rotate_by_copy() {
    const std::string name = next_name();
    fs::copy_file(path_, name);
    waiting_.push_back(name);
    fs::resize_file(path_, 0);
  }

  /// Written under its last name, as gzip does, before the original goes.
  void compress_one() {
    if (waiting_.empty()) {
      return;
    }
    const std::string name = waiting_.front();
    waiting_.erase(waiting_.begin());
    std::FILE* in = std::fopen(name.c_str(), "rb");
    gzFile out = ::gzopen((name + ".gz").c_str(), "wb");
    std::vector<char> bytes(1 << 16);
    for (std::size_t got = 0; (got = std::fread(bytes.data(), 1, bytes.size(), in)) > 0;) {
      ::gzwrite(out, bytes.data(), static_cast<unsigned>(got));
    }
    ::gzclose(out);
    std::fclose(in);
    fs::last_write_time(name + ".gz", fs::last_write_time(name));
    fs::remove(name);
    ++compressed_;
  }

  std::string path_;
  LogWriter writer_;
  std::mt19937 random_;
  int fd_ = -1;
  std::string pending_;
  std::vector<std::string> waiting_;  ///< Rotated, not compressed.
  int rotations_ = 0;
  int compressed_ = 0;
};

/// What the service does, on one thread; a byte to `steps` before and after each commit. Returns
/// when nothing came for a while.
void follow(const fs::path& store_path, const std::vector<std::string>& logs, int steps) {
  StoreOptions options;
  options.path = store_path;
  const auto store = open_store_writer(options);
  std::vector<std::unique_ptr<Collector>> collectors;
  for (const std::string& log : logs) {
    LogConfig config;
    config.path = log;
    const std::string name = "log:shop:" + log;
    collectors.push_back(
        make_log_collector("shop", config, default_fingerprints().normalizer(),
                           {store->last_sequence(name), store->checkpoints(name)}));
  }
  const auto started = Clock::now();
  const auto wall = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  Clock::time_point last = started;
  while (Clock::now() - last < std::chrono::milliseconds(12'000) / kHaste) {
    for (const auto& collector : collectors) {
      const auto elapsed = std::chrono::floor<Duration>(Clock::now() - started);
      bool more = true;
      if (const auto flush = collector->poll(wall + elapsed * kHaste, more)) {
        (void)!::write(steps, "a", 1);
        store->apply(std::span(&*flush, 1));
        (void)!::write(steps, "b", 1);
        last = Clock::now();
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

pid_t start(const fs::path& store, const std::vector<std::string>& logs, int steps) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      follow(store, logs, steps);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "collecting ended: %s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  return child;
}

/// Per class, whatever the database. A MySQL server that was not told of a truncation does not
/// repeat its `use`, so that among dozens of rotations a second the first event of a file may be
/// taken for one of another database; it is counted once all the same.
LogTruth per_class(const LogTruth& truth) {
  LogTruth result;
  for (const auto& [name, counts] : truth) {
    auto& [calls, time] = result[name.substr(0, name.rfind(", "))];
    calls += counts.first;
    time += counts.second;
  }
  return result;
}

LogTruth stored(const fs::path& path) {
  const auto reader = open_store_reader(path);
  StoreScope scope;
  scope.range = {TimePoint(std::chrono::seconds(1'715'900'000)),
                 TimePoint(std::chrono::seconds(1'716'200'000))};
  LogTruth result;
  for (const AttributeTotal& total : reader->attributes(scope, "database")) {
    const auto text = reader->text(total.id);
    auto& [calls, time] =
        result[fmt::format("{}, {}", text ? text->text : total.id.hex(), total.value)];
    calls += total.calls;
    time += total.query_time.count();
  }
  return result;
}

TEST(KilledAtAnyInstant, NothingIsLostAndNothingDoubled) {
  std::string folder = (fs::temp_directory_path() / "unjam-kill-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const fs::path store = fs::path(folder) / "unjam.db";
  const char* const wish = std::getenv("UNJAM_SEED");
  const auto seed = static_cast<std::uint32_t>(wish != nullptr ? std::strtoul(wish, nullptr, 10)
                                                               : std::random_device{}());
  SCOPED_TRACE(fmt::format("UNJAM_SEED={}", seed));
  std::mt19937 random(seed);
  (void)default_fingerprints();  // Before the forks, so that each child has it at once.

  RotatedLogFile mysql(folder + "/slow.log", LogKind::MySql, random());
  RotatedLogFile pg(folder + "/db.csv", LogKind::PgCsv, random());
  const std::vector<std::string> logs{mysql.path(), pg.path()};
  int steps[2] = {-1, -1};
  ASSERT_EQ(::pipe2(steps, O_NONBLOCK | O_CLOEXEC), 0);
  for (int kill = 0; kill < kKills; ++kill) {
    const pid_t child = start(store, logs, steps[1]);
    ASSERT_GT(child, 0);
    // Until there is a checkpoint, rotation may take away what was never seen.
    const bool first = kill == 0;
    const std::uint64_t life = first ? 4 : random() % 7;
    const auto end = Clock::now() + std::chrono::milliseconds(first ? 10'000 : 250);
    for (std::uint64_t lived = 0; lived < life && Clock::now() < end;) {
      if (!first) {
        (random() % 2 == 0 ? mysql : pg).live_on();
      }
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
      char bytes[64];
      const ssize_t got = ::read(steps[0], bytes, sizeof bytes);
      lived += got > 0 ? static_cast<std::uint64_t>(got) : 0;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "collecting failed by itself";
  }
  mysql.settle();
  pg.settle();
  const pid_t child = start(store, logs, steps[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);

  LogTruth truth = mysql.truth();
  for (const auto& [name, counts] : pg.truth()) {
    truth[name].first += counts.first;
    truth[name].second += counts.second;
  }
  const LogTruth result = stored(store);
  EXPECT_EQ(per_class(result), per_class(truth));
  std::uint64_t elsewhere = 0;
  for (const auto& [name, counts] : result) {
    const std::uint64_t wanted = truth[name].first;
    elsewhere += counts.first > wanted ? counts.first - wanted : 0;
  }

  StoreOptions options;
  options.path = store;
  const auto writer = open_store_writer(options);
  std::uint64_t calls = 0;
  for (const auto& [name, counts] : truth) {
    calls += counts.first;
  }
  std::uint64_t flushes = 0;
  for (const std::string& log : logs) {
    flushes += writer->last_sequence("log:shop:" + log);
  }
  fmt::print(
      "{} kills, {} rotations, {} files compressed, {} flushes, {} executions, {} of them in "
      "another "
      "database\n",
      kKills, mysql.rotations() + pg.rotations(), mysql.compressed() + pg.compressed(), flushes,
      calls, elsewhere);
  EXPECT_LE(elsewhere * 1000, calls);
  EXPECT_GT(mysql.rotations() + pg.rotations(), 20);
  EXPECT_GT(flushes, 50U);
  ::close(steps[0]);
  ::close(steps[1]);
  if (!testing::Test::HasFailure() || std::getenv("UNJAM_KEEP") == nullptr) {
    fs::remove_all(folder);
  } else {
    fmt::print("kept: {}\n", folder);
  }
}

}  // namespace
}  // namespace unjam
