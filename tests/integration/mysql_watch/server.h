// The private server that mysql_watch_test.py has started, as an application and as unjam use it.
#pragma once

#include "unjam/config/server_address.h"
#include "unjam/normalize/normalizer.h"
#include "unjam/store/memory_store.h"
#include "unjam/watch/collector.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <cppconn/connection.h>

namespace unjam {

/// From the environment: UNJAM_TEST_ENGINE (mysql or mariadb), UNJAM_TEST_PORT, UNJAM_TEST_SOCKET,
/// UNJAM_TEST_CA, UNJAM_TEST_PASSWORD (of the user that deploy/grants makes), UNJAM_TEST_RESTART
/// (a command).
class TestServer {
 public:
  static TestServer& instance();

  bool is_mysql() const { return is_mysql_; }
  /// As unjam connects, with no more rights than deploy/grants gives.
  const ServerAddress& watched() const { return watched_; }
  /// The same for another user, whose password is "secret".
  ServerAddress watched_as(const std::string& user) const;
  /// As an administrator, by Session.
  ServerAddress administrator() const;
  void restart();

 private:
  TestServer();
  bool is_mysql_;
  ServerAddress watched_;
};

/// A connection of an application's (by default root's), not unjam's.
class Application {
 public:
  explicit Application(const std::string& database = "shop");
  /// Reads all results. False when the statement failed.
  bool execute(const std::string& sql);
  /// Executes `sql`, whose one placeholder is a number, `times` times by the binary protocol.
  void prepared(const std::string& sql, int times);
  /// The first column of the first row; empty when there is none.
  std::string value(const std::string& sql);

 private:
  /// A server counts and logs a statement after it has answered; another statement on the same
  /// connection waits for that.
  void finish();

  std::unique_ptr<sql::Connection> connection_;
};

const Normalizer& normalizer();
FingerprintId fingerprint_of(const std::string& sql);

/// A collector together with a store, as the service runs them.
class Watch {
 public:
  using Factory = std::function<std::unique_ptr<Collector>(CollectorState)>;
  Watch(std::string name, Source source, Factory factory);

  /// Until there is nothing more; the store gets everything.
  void poll();
  /// As poll(), but what the last poll found is lost before it is stored, as by kill -9.
  void poll_and_die();
  /// The collector begins again with what the store knows.
  void restart();

  std::uint64_t calls(const std::string& sql) const;
  Counts counts(const std::string& sql) const;
  Counts counts(FingerprintId id) const;
  /// Texts of all classes.
  std::map<FingerprintId, std::string> texts() const { return texts_; }
  std::vector<ErrorTotal> errors() const;
  std::vector<ClassSample> samples(const std::string& sql) const;
  std::vector<AttributeTotal> attributes(const std::string& sql, const std::string& key) const;
  Collector& collector() { return *collector_; }
  /// First and last minute that anything was seen in.
  std::optional<Coverage> coverage() const;

 private:
  StoreScope scope() const;
  std::optional<Flush> next(bool& more);

  std::string name_;
  Source source_;
  Factory factory_;
  std::unique_ptr<MemoryStore> store_ = make_memory_store();
  std::unique_ptr<Collector> collector_;
  std::map<FingerprintId, std::string> texts_;
  TimePoint clock_;
};

}  // namespace unjam
