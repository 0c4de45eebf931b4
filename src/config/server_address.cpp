#include "unjam/config/server_address.h"

#include "config/server_values.h"
#include "unjam/base/error.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace unjam {
namespace {

constexpr std::string_view kForm =
    "write mysql://USER:PASSWORD@HOST:PORT/DATABASE, mariadb://... or postgresql://...";

// Nothing of the address is ever quoted: where a password is not percent-encoded, any part may be
// a piece of it.
[[noreturn]] void refuse(std::string_view why, std::string_view remedy) {
  throw Error(ErrorKind::Usage, fmt::format("server address (DSN): {}; {}", why, remedy));
}

std::optional<char> hex_byte(std::string_view digits) {
  unsigned int value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) {
    return std::nullopt;
  }
  return static_cast<char>(value);
}

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const auto byte = hex_byte(text.substr(i + 1, 2));
    if (!byte) {
      refuse("a % is not followed by two hex digits", "write a % that is meant as such as %25");
    }
    result += *byte;
    i += 2;
  }
  if (!is_plain(result)) {
    refuse("it holds a control character", kForm);
  }
  return result;
}

/// The text before the first `separator`, which is taken off `rest`; all of it without one.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view front = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return front;
}

void read_place(std::string_view place, ServerAddress& address) {
  std::string_view host;
  if (place.starts_with('[')) {
    const std::size_t close = place.find(']');
    if (close == std::string_view::npos) {
      refuse("the [ of an IPv6 address is not closed", "write [ADDRESS]:PORT");
    }
    host = place.substr(1, close - 1);
    place.remove_prefix(close + 1);
    if (!place.empty() && !place.starts_with(':')) {
      refuse("only a port may follow an IPv6 address", "write [ADDRESS]:PORT");
    }
  } else {
    const std::size_t colon = std::min(place.find(':'), place.size());
    host = place.substr(0, colon);
    place.remove_prefix(colon);
  }
  if (!place.empty()) {
    const auto port = parse_port(place.substr(1));
    if (!port) {
      refuse("the port is not a number from 1 to 65535",
             "percent-encode @ : / ? # % in user and password (@ is %40), and put IPv6 addresses "
             "in brackets");
    }
    address.port = *port;
  }
  if (host.empty()) {
    return;
  }
  address.host = decoded(host);
  if (!is_host(address.host)) {
    refuse("the host is neither a name nor an address",
           "percent-encode @ : / ? # % in user and password (@ is %40)");
  }
}

Tls read_tls(const std::string& name) {
  if (const auto tls = parse_tls(name)) {
    return *tls;
  }
  if (name == "disable") {
    return Tls::Off;
  }
  refuse("unknown value of tls",
         "write off, require, verify-ca or verify-full; encryption that gives way when somebody "
         "interferes is not offered");
}

/// One KEY=VALUE behind the `?`. True when it sets TLS.
bool read_parameter(std::string_view parameter, ServerAddress& address) {
  const std::string key = decoded(take_until(parameter, '='));
  const std::string value = decoded(parameter);
  if (key == "socket") {
    address.socket = value;
  } else if (key == "tls" || key == "sslmode") {
    address.tls = read_tls(value);
    return true;
  } else if (key == "ca" || key == "sslrootcert") {
    address.ca_file = value;
  } else {
    refuse("unknown parameter behind the ?",
           "known are socket, tls (or sslmode) and ca (or sslrootcert); percent-encode a ? of the "
           "password as %3F");
  }
  return false;
}

std::string encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || std::string_view("%@:/?#[]").find(c) != std::string::npos) {
      result += fmt::format("%{:02X}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string ServerAddress::display() const {
  std::string result = fmt::format("{}://", to_string(engine));
  if (!user.empty()) {
    result += encoded(user) + '@';
  }
  if (socket.empty()) {
    const bool brackets = host.find(':') != std::string::npos;
    result +=
        fmt::format("{}{}{}:{}", brackets ? "[" : "", host, brackets ? "]" : "", effective_port());
  }
  if (!database.empty()) {
    result += '/' + encoded(database);
  }
  if (!socket.empty()) {
    result += "?socket=" + socket;
  }
  return result;
}

ServerAddress parse_dsn(std::string_view dsn) {
  ServerAddress address;
  const std::size_t colon = dsn.find("://");
  if (colon == std::string_view::npos) {
    refuse("it does not begin with a scheme", kForm);
  }
  const std::string_view scheme = dsn.substr(0, colon);
  const auto engine = parse_engine(scheme == "postgres" ? "postgresql" : scheme);
  if (!engine) {
    refuse("unknown scheme", kForm);
  }
  address.engine = *engine;
  std::string_view rest = dsn.substr(colon + 3);
  std::string_view parameters = rest;
  rest = take_until(parameters, '?');
  std::string_view database = rest;
  std::string_view place = take_until(database, '/');
  if (const std::size_t at = place.rfind('@'); at != std::string_view::npos) {
    std::string_view password = place.substr(0, at);
    address.user = decoded(take_until(password, ':'));
    address.password = Secret(decoded(password));
    place.remove_prefix(at + 1);
  }
  address.database = decoded(database);
  read_place(place, address);
  bool tls_given = false;
  while (!parameters.empty()) {
    tls_given |= read_parameter(take_until(parameters, '&'), address);
  }
  if (!tls_given) {
    address.tls = default_tls(address);
  }
  return address;
}

}  // namespace unjam
