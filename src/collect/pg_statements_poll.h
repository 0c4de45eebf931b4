// PostgreSQL's statistics of statements: the extension pg_stat_statements, PostgreSQL 13 and newer.
// https://www.postgresql.org/docs/current/pgstatstatements.html
#pragma once

#include "unjam/collect/statement_counters.h"

#include <memory>

namespace unjam {

/// make_counter_source() for PostgreSQL. Each poll reads every entry's numbers, because the server
/// does not tell which have changed, but texts, which the server keeps in a file, only when there
/// are new entries. What our own role sends with unjam's mark is left out.
std::unique_ptr<CounterSource> make_pg_statements_poll(Session& session);

}  // namespace unjam
