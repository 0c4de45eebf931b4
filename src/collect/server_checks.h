// What `unjam doctor` asks of each kind of server; check_server() is the entrance.
#pragma once

#include "unjam/collect/statement_counters.h"

#include <vector>

namespace unjam {

/// check_server() for MySQL and MariaDB.
std::vector<ServerCheck> check_mysql_server(Session& session);
/// check_server() for PostgreSQL.
std::vector<ServerCheck> check_postgresql_server(Session& session);

}  // namespace unjam
