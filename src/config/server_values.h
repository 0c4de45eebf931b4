// What a part of a server's address may be: the same for a target in the configuration and for
// --dsn.
#pragma once

#include "unjam/config/server_address.h"

#include <optional>
#include <string_view>

namespace unjam {

/// "mysql", "mariadb", "postgresql".
std::optional<Engine> parse_engine(std::string_view name);

/// "off", "require", "verify-ca", "verify-full".
std::optional<Tls> parse_tls(std::string_view name);

/// A name or an IPv4 or IPv6 address (without brackets).
bool is_host(std::string_view text);

/// An address of this machine that no packet leaves for.
bool is_loopback(std::string_view host);

/// VerifyFull when the server is remote, Off on a socket or loopback.
Tls default_tls(const ServerAddress& address);

/// From 1 to 65535.
std::optional<std::uint16_t> parse_port(std::string_view text);

/// Free of control characters.
bool is_plain(std::string_view text);

}  // namespace unjam
