// A server that writes a log, what rotates it, and a collector that follows it from a store's
// commits: for tests that compare what arrives with what was written.
#pragma once

#include "support/default_fingerprints.h"
#include "unjam/watch/log_collector.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unjam {

enum class LogKind : std::uint8_t { MySql, PgStderr, PgCsv };

/// Calls and microseconds per "class text, database".
using LogTruth = std::map<std::string, std::pair<std::uint64_t, std::int64_t>>;

/// Makes events one after the other, each with its own time; deterministic.
class LogWriter {
 public:
  explicit LogWriter(LogKind kind) : kind_(kind) {}
  /// What the server writes when it opens the log.
  std::string banner();
  std::string event();
  const LogTruth& truth() const { return truth_; }

 private:
  LogKind kind_;
  LogTruth truth_;
  std::uint64_t count_ = 0;
  std::string database_;  ///< MySQL: of the last `use` line.
};

/// A temporary folder with a log in it. Files get times from a clock of its own, since rotation in
/// a test is faster than file systems tell time.
class LogWorld {
 public:
  explicit LogWorld(LogKind kind);
  ~LogWorld();
  LogWorld(const LogWorld&) = delete;
  LogWorld& operator=(const LogWorld&) = delete;

  std::string path(std::string_view suffix = "") const {
    return (folder_ / "slow.log").string() + std::string(suffix);
  }
  std::string file(std::string_view name) const { return (folder_ / name).string(); }

  // The server.
  void reopen(
      const std::string& name = "");  ///< Opens or makes the log; `name`: under another one.
  void log(int events);
  void log_half();  ///< Half of an event's bytes; log_rest() writes the others.
  void log_rest();

  // What rotates. Suffixes follow the log's path.
  void rename(std::string_view from, std::string_view to);
  void create();  ///< An empty file in the log's place.
  void copy_truncate(std::string_view to);
  void truncate();
  void remove(std::string_view suffix = "");
  void gzip(std::string_view suffix);
  void zstd(std::string_view suffix);
  void link_to(const std::string& name);  ///< The path becomes a symbolic link, or another one.

  // unjam.
  /// Polls once; what it returns is committed unless `crash`.
  void poll(bool crash = false);
  /// As many polls, each a second after the last.
  void poll_for(int seconds);
  /// Only commits survive.
  void restart();
  void stop() { collector_.reset(); }
  Collector& collector();

  const LogTruth& truth() const { return writer_.truth(); }
  const LogTruth& seen() const { return seen_; }
  void tick() { now_ += std::chrono::seconds(10); }
  LogConfig config;
  LogCollectorOptions options;

 private:
  void write(std::string_view bytes);
  void set_time(const std::string& name);
  void commit(const Flush& flush);

  LogWriter writer_;
  std::filesystem::path folder_;
  int fd_ = -1;
  std::string rest_;
  TimePoint now_{std::chrono::seconds(1'716'000'000)};
  std::unique_ptr<Collector> collector_;
  CollectorState committed_;
  std::map<std::uint64_t, std::string> texts_;
  LogTruth seen_;
};

}  // namespace unjam
