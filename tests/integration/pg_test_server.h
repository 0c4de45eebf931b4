// The PostgreSQL server that pg_counters_test.py has started for the tests, and unjam's side of it.
#pragma once

#include "unjam/config/config.h"
#include "unjam/drivers/session.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/store/memory_store.h"
#include "unjam/watch/collector.h"
#include "unjam/watch/counter_collector.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unjam {

/// Throws std::runtime_error when a command fails.
class PgTestServer {
 public:
  /// From the environment: UNJAM_PG_FOLDER, UNJAM_PG_PORT, UNJAM_PG_MAJOR.
  PgTestServer();

  /// Runs SQL with psql as the superuser; gives its output without decoration, without the last
  /// line end.
  std::string run(const std::string& sql, const std::string& database = "postgres") const;
  /// Stops (`how`: "INT" cleanly, "QUIT" as a crash) and starts again, with more settings.
  void restart(const std::string& how = "INT", const std::vector<std::string>& settings = {}) const;

  int major() const { return major_; }
  /// Of the role of deploy/grants/postgresql.sql, over TCP with its password.
  ServerAddress address() const;
  /// Executions that pg_stat_statements has counted of the entry with this text.
  std::string folder() const { return folder_; }

 private:
  std::string folder_;
  std::uint16_t port_ = 0;
  int major_ = 0;
};

/// A collector and the store it fills.
class Watch {
 public:
  explicit Watch(const ServerAddress& address);

  /// Polls once and stores what comes.
  void poll();
  /// As if unjam had been killed and started again.
  void restart_unjam();

  std::uint64_t calls(std::string_view sql) const { return counts(sql).calls; }
  /// Of the class of this statement.
  Counts counts(std::string_view sql) const;
  std::uint64_t all_calls() const;
  std::vector<std::string> texts() const;
  CollectorHealth health() const { return collector_->health(); }
  double number(std::string_view name) const;
  MemoryStore& store() { return *store_; }

  static const Normalizer& normalizer();
  static StoreScope everything(Source source);

 private:
  TargetConfig target_;
  std::unique_ptr<MemoryStore> store_;
  std::unique_ptr<Collector> collector_;
};

}  // namespace unjam
