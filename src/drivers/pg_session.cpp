#include "drivers/pg_session.h"

#include "drivers/pg_words.h"
#include "drivers/trusted_certificates.h"
#include "unjam/base/error.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <pqxx/pqxx>
#include <sys/socket.h>
#include <unistd.h>

namespace unjam {
namespace {

/// Longer than the server's own limit: this is for one that hangs, or is gone without a word.
constexpr Duration kPatience = std::chrono::seconds(2);

/// Ends a connection that does not answer in time: libpq waits without limit for an answer, and its
/// socket times out neither by SO_RCVTIMEO nor by TCP, whose other end still acknowledges.
class Deadline {
 public:
  Deadline(int socket, Duration limit)
      : socket_(::dup(socket)),  // stays ours when libpq closes it
        guard_([this, limit](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          if (!ended_.wait_for(lock, stop, limit, [] { return false; }) && !stop.stop_requested()) {
            passed_ = true;
            ::shutdown(socket_, SHUT_RDWR);
          }
        }) {}
  ~Deadline() {
    guard_.request_stop();
    guard_.join();
    ::close(socket_);
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  bool passed() const { return passed_; }

 private:
  int socket_;
  std::atomic<bool> passed_ = false;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread guard_;
};

/// libpqxx tells the SQLSTATE of some errors by the type of the exception only.
std::string sqlstate_of(const pqxx::sql_error& error) {
  if (!error.sqlstate().empty()) {
    return error.sqlstate();
  }
  const auto is = [&](const auto* type) { return dynamic_cast<decltype(type)>(&error) != nullptr; };
  using Type = std::pair<bool, const char*>;
  for (const auto& [matches, code] :
       {Type{is(static_cast<const pqxx::insufficient_privilege*>(nullptr)), "42501"},
        Type{is(static_cast<const pqxx::undefined_table*>(nullptr)), "42P01"},
        Type{is(static_cast<const pqxx::undefined_column*>(nullptr)), "42703"},
        Type{is(static_cast<const pqxx::undefined_function*>(nullptr)), "42883"},
        Type{is(static_cast<const pqxx::syntax_error*>(nullptr)), "42601"},
        Type{is(static_cast<const pqxx::feature_not_supported*>(nullptr)), "0A000"},
        Type{is(static_cast<const pqxx::data_exception*>(nullptr)), "22000"},
        Type{is(static_cast<const pqxx::too_many_connections*>(nullptr)), "53300"},
        Type{is(static_cast<const pqxx::insufficient_resources*>(nullptr)), "53000"}}) {
    if (matches) {
      return code;
    }
  }
  return {};
}

class ResultRow final : public Row {
 public:
  explicit ResultRow(const pqxx::result& result)
      : result_(result), columns_(static_cast<std::size_t>(result.columns())) {}

  void move_to(pqxx::result::size_type row) { row_ = row; }

  std::optional<std::string_view> text(std::size_t column) const override {
    if (column >= columns_) {
      throw Error(ErrorKind::Unsupported, "the answer has no column " + std::to_string(column + 1));
    }
    const pqxx::field field = result_[row_][static_cast<pqxx::row::size_type>(column)];
    if (field.is_null()) {
      return std::nullopt;
    }
    return std::string_view(field.c_str(), field.size());
  }

 private:
  const pqxx::result& result_;
  std::size_t columns_;
  pqxx::result::size_type row_ = 0;
};

class PgSession final : public Session {
 public:
  explicit PgSession(const ServerAddress& address)
      : address_(address), connection_(connect(address)), quiet_(connection_) {
    version_.engine = Engine::PostgreSql;
    version_.number = connection_.server_version();
    query("SHOW server_version", {},
          [&](const Row& row) { version_.text = row.text(0).value_or(""); });
  }

  const ServerVersion& version() const override { return version_; }

  void query(const std::string& sql, std::span<const std::string> parameters,
             const std::function<void(const Row&)>& use) override {
    const pqxx::result result = execute(mark_as_own_pg(sql), parameters);
    ResultRow row(result);
    for (pqxx::result::size_type i = 0; i < result.size(); ++i) {
      row.move_to(i);
      use(row);
    }
  }

 private:
  static std::string connection_string(const ServerAddress& address) {
    const bool checks =
        address.socket.empty() && (address.tls == Tls::VerifyCa || address.tls == Tls::VerifyFull);
    return pg_connection_string(address, checks ? trusted_certificates(address) : std::string());
  }

  static pqxx::connection connect(const ServerAddress& address) {
    try {
      return pqxx::connection(connection_string(address));
    } catch (const pqxx::failure& error) {
      throw pg_connect_error(address, error.what());
    }
  }

  pqxx::result execute(const std::string& sql, std::span<const std::string> parameters) {
    // libpqxx would silently replace a broken session by another.
    if (!connection_.is_open()) {
      throw pg_statement_error(address_, {}, "the session has ended");
    }
    const Deadline deadline(connection_.sock(), address_.statement_timeout + kPatience);
    try {
      pqxx::nontransaction work(connection_);
      return parameters.empty() ? work.exec(sql)
                                : work.exec_params(sql, pqxx::prepare::make_dynamic_params(
                                                            parameters.begin(), parameters.end()));
    } catch (const pqxx::sql_error& error) {
      throw pg_statement_error(address_, sqlstate_of(error), error.what());
    } catch (const pqxx::failure& error) {
      if (deadline.passed()) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(address_.statement_timeout);
        throw pg_statement_error(
            address_, {},
            "the server did not answer within " + std::to_string(seconds.count()) + " s");
      }
      throw pg_statement_error(address_, {}, error.what());
    }
  }

  ServerAddress address_;
  pqxx::connection connection_;
  pqxx::quiet_errorhandler quiet_;  ///< Notices are not for our terminal.
  ServerVersion version_;
};

}  // namespace

std::unique_ptr<Session> connect_postgresql(const ServerAddress& address) {
  return std::make_unique<PgSession>(address);
}

}  // namespace unjam
