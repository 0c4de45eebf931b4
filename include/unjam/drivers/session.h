// A connection to a monitored server, whatever its kind. Read-only by intent: unjam never changes a
// server.
#pragma once

#include "unjam/base/time.h"
#include "unjam/config/server_address.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace unjam {

/// One row of an answer; valid during the call that delivers it. An absent value is SQL NULL.
class Row {
 public:
  virtual ~Row() = default;
  virtual std::optional<std::string_view> text(std::size_t column) const = 0;
  /// Throw Error{Unsupported} when the value is not such a number.
  std::optional<std::uint64_t> integer(std::size_t column) const;
  std::optional<double> real(std::size_t column) const;
};

struct ServerVersion {
  Engine engine = Engine::MySql;
  int number = 0;    ///< MySQL, MariaDB: 80036, 101106; PostgreSQL: 160002.
  std::string text;  ///< As the server writes it.
};

/// Opened, used and closed by one thread. Every statement begins with `/* unjam */` (query() puts
/// it there), runs under the address's statement timeout and a short lock timeout, in a read-only
/// session named "unjam".
class Session {
 public:
  virtual ~Session() = default;

  virtual const ServerVersion& version() const = 0;

  /// Runs `sql` with text `parameters` (placeholders as the server writes them: `?` or `$1`) and
  /// gives each row to `use`. Throws Error that names the server and the operation: Unreachable
  /// (gone, timed out: connect anew), Denied (a right is missing), Unsupported (an unknown table,
  /// column or function), with the remedy where there is one.
  virtual void query(const std::string& sql, std::span<const std::string> parameters,
                     const std::function<void(const Row&)>& use) = 0;
};

/// Throws Error: Unreachable, Denied (wrong user or password, missing right to connect), Usage (TLS
/// material), each with the remedy. The password is never in a message. Thread-safe.
std::unique_ptr<Session> connect(const ServerAddress& address);

}  // namespace unjam
