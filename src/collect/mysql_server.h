// Small questions that everything which reads a MySQL or MariaDB server asks.
#pragma once

#include "unjam/base/time.h"
#include "unjam/drivers/session.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace unjam {

/// Its clock now.
TimePoint read_server_time(Session& session);

/// By its uptime; whole seconds. The same over time, unless its clock is set.
TimePoint read_server_start(Session& session);

struct DigestSettings {
  std::uint64_t size = 0;         ///< performance_schema_digests_size
  std::uint64_t text_length = 0;  ///< The smaller of the two settings of digests' length, bytes.
};

/// Throws Error{Unsupported, Denied} when digests cannot be read, with the exact setting or
/// statement that mends it.
DigestSettings read_digest_settings(Session& session);

/// Executions by COM_STMT_EXECUTE since the server started, if it has no digest for them (MariaDB:
/// Com_stmt_execute); else 0.
std::uint64_t uncounted_executions(Session& session);

/// A digest keeps at most `text_length` bytes of tokens: two for each, and for a name its length
/// and two more. Nothing in the text says that it was cut; this says that no common token would
/// have fitted.
bool is_cut_digest(std::string_view digest_text, std::uint64_t text_length);

/// "GRANT SELECT ON performance_schema.x TO 'unjam'@'%'": for the account that we are.
std::string grant_select(Session& session, std::string_view table);

/// `text` as a literal that needs no escapes, whatever the sql_mode.
std::string sql_literal(std::string_view text);

}  // namespace unjam
