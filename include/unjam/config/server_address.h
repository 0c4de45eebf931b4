// How to reach a database server, from a target's configuration or from --dsn.
#pragma once

#include "unjam/base/time.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace unjam {

enum class Engine : std::uint8_t { MySql, MariaDb, PostgreSql };

/// "mysql", "mariadb", "postgresql".
std::string_view to_string(Engine engine);

/// A password: does not print itself by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

enum class Tls : std::uint8_t {
  Off,
  Require,     ///< Encrypted; the certificate is not checked.
  VerifyCa,    ///< The certificate's chain is checked.
  VerifyFull,  ///< The chain and the host name.
};

struct ServerAddress {
  Engine engine = Engine::MySql;
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the engine's own (3306, 5432).
  std::string socket;  ///< Unix socket (MySQL: file; PostgreSQL: its folder); then host and port do
                       ///< not matter.
  std::string user;
  Secret password;
  std::string database;  ///< PostgreSQL: where to connect; default "postgres".
  /// Default: VerifyFull when the server is remote, Off on a socket or loopback.
  Tls tls = Tls::Off;
  std::string ca_file;  ///< Empty: the system's.
  Duration connect_timeout = std::chrono::seconds(5);
  Duration statement_timeout = std::chrono::seconds(5);

  std::uint16_t effective_port() const {
    if (port != 0) {
      return port;
    }
    return engine == Engine::PostgreSql ? 5432 : 3306;
  }
  /// For messages: "mysql://unjam@db1:3306"; without the password.
  std::string display() const;
};

/// "postgresql://user:pw@host:port/db?sslmode=verify-full", "mysql://...", "mariadb://...";
/// `?socket=/path`, `tls=off|require|verify-ca|verify-full`, `ca=FILE`. Parts are percent-decoded.
/// Throws Error{Usage} with the remedy, never showing the password.
ServerAddress parse_dsn(std::string_view dsn);

}  // namespace unjam
