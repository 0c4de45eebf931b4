#include "collect/server_checks.h"

#include "unjam/base/error.h"

namespace unjam {

std::vector<ServerCheck> check_server(Session& session) {
  switch (session.version().engine) {
    case Engine::MySql:
    case Engine::MariaDb:
      return check_mysql_server(session);
    case Engine::PostgreSql:
      break;
  }
  throw Error(ErrorKind::Unsupported, "PostgreSQL servers cannot be checked yet");
}

}  // namespace unjam
