// Small questions that everything which reads a PostgreSQL server asks.
#pragma once

#include "unjam/drivers/session.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace unjam {

/// The extension pg_stat_statements, as it is installed in the database that we are connected to.
struct PgStatements {
  std::string schema;  ///< Quoted.
  int version = 0;  ///< Its second part: 8 (PostgreSQL 13), 9 (14), 10 (15, 16), 11 (17), 12 (18).
};

/// nullopt when the extension was not created in this database.
std::optional<PgStatements> find_pg_statements(Session& session);

/// "ALTER SYSTEM SET NAME = 'a', 'b';": the libraries of setting `name` now, and `library`. What
/// stands in one pair of quotes would be one name to the server.
std::string pg_add_library(std::string_view name, std::string_view libraries,
                           std::string_view library);

/// "CREATE EXTENSION pg_stat_statements;" and what has to come before, one statement a line.
std::string pg_statements_installation(Session& session);

/// A setting's value; nullopt when the server has no such setting, or hides it from us.
std::optional<std::string> pg_setting(Session& session, std::string_view name);

/// Like quote_ident(), always quoted.
std::string pg_name(std::string_view name);
/// Like quote_literal(), for settings without backslashes.
std::string pg_literal(std::string_view value);

}  // namespace unjam
