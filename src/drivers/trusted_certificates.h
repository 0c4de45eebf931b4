// Where the certificates are that TLS trusts.
#pragma once

#include "unjam/config/server_address.h"

#include <string>

namespace unjam {

/// The file of trusted certificates for `address`: its own or the system's. The client libraries of
/// databases check nothing without one. Throws Error{Usage} when there is none.
std::string trusted_certificates(const ServerAddress& address);

}  // namespace unjam
