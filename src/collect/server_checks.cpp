#include "collect/server_checks.h"

#include "unjam/base/error.h"

namespace unjam {

std::vector<ServerCheck> check_server(Session& session) {
  switch (session.version().engine) {
    case Engine::MySql:
    case Engine::MariaDb:
      return check_mysql_server(session);
    case Engine::PostgreSql:
      return check_postgresql_server(session);
  }
  throw Error(ErrorKind::Unsupported, "unknown kind of server");
}

}  // namespace unjam
