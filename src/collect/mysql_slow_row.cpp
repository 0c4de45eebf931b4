#include "collect/mysql_slow_row.h"

#include "collect/mysql_fields.h"
#include "collect/mysql_readers.h"
#include "collect/mysql_time.h"
#include "collect/mysql_user_host.h"

namespace unjam {

LogEvent event_of(const MySqlSlowRow& row) {
  LogEvent event;
  event.at = row.at;
  event.query_time = parse_mysql_time_column(row.query_time);
  event.lock_time = parse_mysql_time_column(row.lock_time);
  event.sql = row.sql;
  const MySqlUserHost sent_by = parse_user_host(row.user_host);
  event.user = sent_by.user;
  event.host = sent_by.host;
  event.database = row.database;
  event.thread_id = parse_count(row.thread_id);
  if (is_mysql_admin_command(event.sql)) {
    event.kind = EventKind::Admin;
  } else if (event.user.empty() && event.host.empty() && is_mysql_throttle_summary(event.sql)) {
    event.kind = EventKind::Throttle;
  } else {
    event.rows_sent = parse_count(row.rows_sent);
    event.rows_examined = parse_count(row.rows_examined);
    event.rows_affected = parse_count(row.rows_affected);
  }
  return event;
}

}  // namespace unjam
