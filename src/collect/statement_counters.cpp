#include "unjam/collect/statement_counters.h"

#include "collect/mysql_digest_poll.h"
#include "collect/pg_statements_poll.h"
#include "unjam/base/error.h"

namespace unjam {

std::unique_ptr<CounterSource> make_counter_source(Session& session) {
  switch (session.version().engine) {
    case Engine::MySql:
    case Engine::MariaDb:
      return make_mysql_digest_poll(session);
    case Engine::PostgreSql:
      return make_pg_statements_poll(session);
  }
  throw Error(ErrorKind::Unsupported, "unknown kind of server");
}

}  // namespace unjam
