// Statement counters of MySQL (8.0 and newer) and MariaDB (10.6 and newer), from
// performance_schema.events_statements_summary_by_digest:
// https://dev.mysql.com/doc/refman/8.4/en/performance-schema-statement-summary-tables.html
// https://mariadb.com/kb/en/performance-schema-events_statements_summary_by_digest-table/
#pragma once

#include "unjam/collect/statement_counters.h"

#include <memory>

namespace unjam {

/// make_counter_source() for MySQL and MariaDB.
///
/// One scan of the digest table per poll, without order, join or sort, that sends the entries used
/// since the poll before (LAST_SEEN); every kFullEvery-th poll sends all, which also finds what a
/// clock that went back had hidden. On MySQL there are two more: events_errors_summary_global_by_
/// error (entries raised since; errors and warnings are one number there, so names that begin with
/// "ER_WARN" or "WARN" are left out), and events_statements_histogram_by_digest of the
/// kMostHistograms entries that took the most time since the poll before. MariaDB has neither.
///
/// Prepared statements: MySQL counts each execution, MariaDB those of the binary protocol not at
/// all, which is a warning.
///
/// unjam's own statements (drivers/mysql_words.h) are not reported, except the three that the
/// client library sends by itself when it connects. Their time is `server_time`: what all of unjam
/// cost this server since the poll before; 0 the first time, or when the digest table had no room
/// for them.
std::unique_ptr<CounterSource> make_mysql_digest_poll(Session& session);

}  // namespace unjam
