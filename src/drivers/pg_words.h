// What a PostgreSQL server and its client library report, in our words; pure functions.
#pragma once

#include "unjam/base/error.h"
#include "unjam/config/server_address.h"

#include <string>
#include <string_view>

namespace unjam {

/// The statement as it is sent: marked as unjam's at both ends. pg_stat_statements keeps comments,
/// but from PostgreSQL 18 on not those before the first word.
std::string mark_as_own_pg(std::string_view sql);
/// Whether a text of pg_stat_statements has the mark.
bool is_marked_as_own_pg(std::string_view text);

/// A connection string for libpq: a read-only session named "unjam" with the address's timeouts.
/// Settings go with the start of the session, never as SET: behind a pooler, SET would outlive us
/// in a connection that serves somebody else. `certificates`: the trusted ones, when tls checks
/// them. Holds the password: never shown.
std::string pg_connection_string(const ServerAddress& address, const std::string& certificates);

/// A connection was refused or did not come about: libpq gives only a text, in the server's
/// language where the server said it.
Error pg_connect_error(const ServerAddress& address, std::string_view message);

/// A statement failed. `sqlstate` may be empty (the connection broke).
Error pg_statement_error(const ServerAddress& address, std::string_view sqlstate,
                         std::string_view message);

}  // namespace unjam
