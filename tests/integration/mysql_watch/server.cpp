#include "integration/mysql_watch/server.h"

#include "unjam/config/rules.h"

#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

namespace unjam {
namespace {

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) {
    throw std::runtime_error(std::string(name) + " is not set; mysql_watch_test.py sets it");
  }
  return value;
}

}  // namespace

TestServer::TestServer() : is_mysql_(environment("UNJAM_TEST_ENGINE") == "mysql") {
  watched_.engine = is_mysql_ ? Engine::MySql : Engine::MariaDb;
  watched_.port = static_cast<std::uint16_t>(std::stoi(environment("UNJAM_TEST_PORT")));
  watched_.user = "unjam";
  watched_.password = Secret(environment("UNJAM_TEST_PASSWORD"));
  watched_.ca_file = environment("UNJAM_TEST_CA");
  watched_.tls = watched_.ca_file.empty() ? Tls::Off : Tls::VerifyCa;
}

TestServer& TestServer::instance() {
  static TestServer server;
  return server;
}

ServerAddress TestServer::watched_as(const std::string& user) const {
  ServerAddress address = watched_;
  address.user = user;
  address.password = Secret("secret");
  return address;
}

ServerAddress TestServer::administrator() const {
  ServerAddress address = watched_;
  address.socket = environment("UNJAM_TEST_SOCKET");
  address.user = "root";
  address.password = Secret();
  address.tls = Tls::Off;
  return address;
}

void TestServer::restart() {
  if (std::system(environment("UNJAM_TEST_RESTART").c_str()) != 0) {
    throw std::runtime_error("the server did not restart");
  }
}

Application::Application(const std::string& database) {
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString("unix://" + environment("UNJAM_TEST_SOCKET"));
  options["userName"] = sql::SQLString("root");
  options["password"] = sql::SQLString("");
  options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  connection_.reset(get_driver_instance()->connect(options));
  if (!database.empty()) {
    connection_->setSchema(database);
  }
}

bool Application::execute(const std::string& sql) {
  const std::unique_ptr<sql::Statement> statement(connection_->createStatement());
  try {
    bool has_rows = statement->execute(sql);
    // CALL gives one answer for each statement, and a count at the end.
    do {
      if (has_rows) {
        const std::unique_ptr<sql::ResultSet> rows(statement->getResultSet());
      }
      has_rows = statement->getMoreResults();
    } while (has_rows);
    finish();
    return true;
  } catch (const sql::SQLException&) {
    finish();
    return false;
  }
}

void Application::finish() {
  const std::unique_ptr<sql::Statement> statement(connection_->createStatement());
  statement->execute("DO 0");
}

void Application::prepared(const std::string& sql, int times) {
  const std::unique_ptr<sql::PreparedStatement> statement(connection_->prepareStatement(sql));
  for (int i = 0; i < times; ++i) {
    statement->setInt(1, i);
    const std::unique_ptr<sql::ResultSet> rows(statement->executeQuery());
    while (rows->next()) {
    }
  }
  finish();
}

std::string Application::value(const std::string& sql) {
  const std::unique_ptr<sql::Statement> statement(connection_->createStatement());
  const std::unique_ptr<sql::ResultSet> rows(statement->executeQuery(sql));
  return rows->next() ? rows->getString(1).asStdString() : std::string();
}

const Normalizer& normalizer() {
  static const Normalizer kNormalizer{load_normalize_rules()};
  return kNormalizer;
}

FingerprintId fingerprint_of(const std::string& sql) {
  const bool is_mysql = TestServer::instance().is_mysql();
  return normalizer().fingerprint(is_mysql ? Dialect::MySql : Dialect::MariaDb, sql).id;
}

Watch::Watch(std::string name, Source source, Factory factory)
    : name_(std::move(name)),
      source_(source),
      factory_(std::move(factory)),
      clock_(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())) {
  restart();
}

void Watch::restart() {
  collector_ = factory_({store_->last_sequence(name_), store_->checkpoints(name_)});
}

std::optional<Flush> Watch::next(bool& more) {
  clock_ += std::chrono::seconds(10);
  return collector_->poll(clock_, more);
}

void Watch::poll() {
  bool more = true;
  while (more) {
    const std::optional<Flush> flush = next(more);
    if (flush) {
      for (const ClassText& text : flush->texts) {
        texts_.emplace(text.id, text.text);
      }
      store_->apply(std::span(&*flush, 1));
    }
  }
}

void Watch::poll_and_die() {
  bool more = false;
  next(more);
  restart();
}

StoreScope Watch::scope() const {
  StoreScope scope;
  scope.range = {TimePoint(), clock_ + std::chrono::hours(24 * 365)};
  scope.source = source_;
  return scope;
}

Counts Watch::counts(FingerprintId id) const {
  return store_->totals(scope(), Detail::Full, std::span(&id, 1)).front().counts;
}

Counts Watch::counts(const std::string& sql) const { return counts(fingerprint_of(sql)); }

std::uint64_t Watch::calls(const std::string& sql) const { return counts(sql).calls; }

std::vector<ErrorTotal> Watch::errors() const { return store_->errors(scope()); }

std::vector<ClassSample> Watch::samples(const std::string& sql) const {
  return store_->samples(fingerprint_of(sql));
}

std::vector<AttributeTotal> Watch::attributes(const std::string& sql,
                                              const std::string& key) const {
  return store_->attributes(scope(), key, fingerprint_of(sql));
}

std::optional<Coverage> Watch::coverage() const {
  for (const Coverage& coverage : store_->coverage(scope().range)) {
    return coverage;
  }
  return std::nullopt;
}

}  // namespace unjam
