#include "drivers/mysql_session.h"

#include "drivers/mysql_words.h"
#include "drivers/trusted_certificates.h"
#include "unjam/base/error.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/metadata.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>

namespace unjam {
namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kNoTls = 2026;  ///< CR_SSL_CONNECTION_ERROR

/// The client library wants to know of each thread that uses it, before and after.
class DriverThread {
 public:
  explicit DriverThread(sql::Driver& driver) : driver_(driver) { driver_.threadInit(); }
  ~DriverThread() { driver_.threadEnd(); }
  DriverThread(const DriverThread&) = delete;
  DriverThread& operator=(const DriverThread&) = delete;

 private:
  sql::Driver& driver_;
};

sql::Driver& driver() {
  // get_driver_instance() fills a table without a lock; a static is initialised once.
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): the library's own
  static sql::Driver* const instance = get_driver_instance();
  thread_local const DriverThread registered(*instance);
  return *instance;
}

/// Where the client library finds the authentication methods that are not compiled into it
/// (caching_sha2_password, the default of MySQL 8 and later). Empty: where it looks by itself.
std::string plugin_folder() {
  if (std::getenv("MARIADB_PLUGIN_DIR") != nullptr) {  // NOLINT(concurrency-mt-unsafe): nobody sets
    return {};
  }
  for (const char* const folder :
       {UNJAM_MYSQL_PLUGIN_DIR, "/usr/lib64/mariadb/plugin", "/usr/lib/mariadb/plugin"}) {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::path(folder) / "caching_sha2_password.so",
                                ignored)) {
      return folder;
    }
  }
  return {};
}

sql::ConnectOptionsMap connect_options(const ServerAddress& address) {
  sql::ConnectOptionsMap options;
  if (!address.socket.empty()) {
    options["hostName"] = sql::SQLString("unix://" + address.socket);
  } else {
    const bool ipv6 = address.host.find(':') != std::string::npos;
    options["hostName"] =
        sql::SQLString(ipv6 ? "tcp://[" + address.host + "]" : "tcp://" + address.host);
    options["port"] = static_cast<int>(address.effective_port());
  }
  options["userName"] = sql::SQLString(address.user);
  options["password"] = sql::SQLString(address.password.reveal());
  options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  options["OPT_RECONNECT"] = false;
  // A server can ask its client for any file.
  options["OPT_LOCAL_INFILE"] = 0;
  options["OPT_CONNECT_TIMEOUT"] =
      static_cast<int>(std::max<std::int64_t>(1, ceil<seconds>(address.connect_timeout).count()));
  // The server ends a statement that takes too long; this is for a server that hangs.
  const int patience = static_cast<int>(ceil<seconds>(address.statement_timeout).count()) + 5;
  options["OPT_READ_TIMEOUT"] = patience;
  options["OPT_WRITE_TIMEOUT"] = patience;
  options["OPT_CONNECT_ATTR_ADD"] =
      std::map<sql::SQLString, sql::SQLString>{{"program_name", "unjam"}};
  if (const std::string folder = plugin_folder(); !folder.empty()) {
    options["pluginDir"] = sql::SQLString(folder);
  }
  switch (address.tls) {
    case Tls::Off:
      break;
    case Tls::Require:
      options["sslEnforce"] = true;
      break;
    case Tls::VerifyFull:
      options["sslVerify"] = true;
      [[fallthrough]];
    case Tls::VerifyCa:
      options["sslEnforce"] = true;
      options["sslCA"] = sql::SQLString(trusted_certificates(address));
      break;
  }
  return options;
}

/// Reads columns of the row that the result is at; texts live until the next row.
class ResultRow final : public Row {
 public:
  explicit ResultRow(sql::ResultSet& result)
      : result_(result), values_(result.getMetaData()->getColumnCount()) {}

  std::optional<std::string_view> text(std::size_t column) const override {
    if (column >= values_.size()) {
      throw Error(ErrorKind::Unsupported, "the answer has no column " + std::to_string(column + 1));
    }
    values_[column] = result_.getString(static_cast<std::uint32_t>(column + 1));
    if (result_.wasNull()) {
      return std::nullopt;
    }
    return values_[column].asStdString();
  }

 private:
  sql::ResultSet& result_;
  mutable std::vector<sql::SQLString> values_;
};

class MySqlSession final : public Session {
 public:
  explicit MySqlSession(const ServerAddress& address) : address_(address) {
    const sql::ConnectOptionsMap options = connect_options(address);
    translate("connecting", [&] {
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): connect() takes it by reference
      connection_.reset(driver().connect(const_cast<sql::ConnectOptionsMap&>(options)));
    });
    // Behind a proxy the greeting tells the proxy's version; it is good enough for the mark.
    translate("connecting", [&] {
      version_ = parse_mysql_version(
          connection_->getMetaData()->getDatabaseProductVersion().asStdString());
    });
    query("SELECT VERSION()", {},
          [&](const Row& row) { version_ = parse_mysql_version(row.text(0).value_or("")); });
    set_up();
    require_tls();
  }

  const ServerVersion& version() const override { return version_; }

  void query(const std::string& sql, std::span<const std::string> parameters,
             const std::function<void(const Row&)>& use) override {
    const std::string text = mark_as_own(version_, sql);
    translate("a statement of unjam", [&] {
      if (parameters.empty()) {
        const std::unique_ptr<sql::Statement> statement(connection_->createStatement());
        // Not TYPE_FORWARD_ONLY: Connector/C++ takes an error between two rows for their end.
        if (statement->execute(text)) {
          const std::unique_ptr<sql::ResultSet> result(statement->getResultSet());
          deliver(*result, use);
        }
        return;
      }
      const std::unique_ptr<sql::PreparedStatement> statement(connection_->prepareStatement(text));
      unsigned number = 0;
      for (const std::string& parameter : parameters) {
        statement->setString(++number, parameter);
      }
      if (statement->execute()) {
        const std::unique_ptr<sql::ResultSet> result(statement->getResultSet());
        deliver(*result, use);
      }
    });
  }

 private:
  static void deliver(sql::ResultSet& result, const std::function<void(const Row&)>& use) {
    const ResultRow row(result);
    while (result.next()) {
      use(row);
    }
  }

  /// Times are asked for and given in UTC; nothing can be changed; no statement takes long or waits
  /// long for a lock.
  void set_up() {
    const auto timeout = ceil<milliseconds>(address_.statement_timeout).count();
    std::string set =
        "SET SESSION time_zone = '+00:00', SESSION lock_wait_timeout = 1, "
        "SESSION innodb_lock_wait_timeout = 1";
    if (version_.engine == Engine::MariaDb) {
      set += ", SESSION tx_read_only = 1, SESSION max_statement_time = " +
             std::to_string(timeout / 1000) + "." + std::to_string(1000 + timeout % 1000).substr(1);
    } else if (version_.number >= 80000) {
      set += ", SESSION transaction_read_only = 1, SESSION max_execution_time = " +
             std::to_string(timeout);
    }
    if (supports_mark(version_)) {
      set += ", @unjam = (" + std::string(kOwnMark) + " SELECT 1)";
    }
    query(set, {}, [](const Row& /*row*/) {});
  }

  /// Unless it also checks the host's name, the client library goes on without TLS when a server
  /// offers none.
  void require_tls() {
    if (address_.tls == Tls::Off || !address_.socket.empty()) {
      return;
    }
    bool encrypted = false;
    query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", {},
          [&](const Row& row) { encrypted = !row.text(1).value_or("").empty(); });
    if (!encrypted) {
      throw mysql_error(address_, "connecting", kNoTls, "the server offers no TLS");
    }
  }

  template <typename Work>
  void translate(std::string_view operation, const Work& work) {
    try {
      work();
    } catch (const sql::SQLException& error) {
      throw mysql_error(address_, operation, error.getErrorCode(), error.what());
    }
  }

  ServerAddress address_;
  std::unique_ptr<sql::Connection> connection_;
  ServerVersion version_;
};

}  // namespace

std::unique_ptr<Session> connect_mysql(const ServerAddress& address) {
  return std::make_unique<MySqlSession>(address);
}

}  // namespace unjam
