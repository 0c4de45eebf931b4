#include "unjam/collect/statement_counters.h"

#include "collect/mysql_digest_poll.h"
#include "unjam/base/error.h"

namespace unjam {

std::unique_ptr<CounterSource> make_counter_source(Session& session) {
  switch (session.version().engine) {
    case Engine::MySql:
    case Engine::MariaDb:
      return make_mysql_digest_poll(session);
    case Engine::PostgreSql:
      break;
  }
  throw Error(ErrorKind::Unsupported, "statement counters of PostgreSQL cannot be read yet");
}

}  // namespace unjam
