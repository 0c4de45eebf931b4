-- What unjam needs on a MariaDB server (10.6 and newer; Amazon RDS too), and no more. It only ever
-- reads. Run as an administrator, with a password of your own:
--   mariadb < mariadb.sql
-- `unjam doctor` names each of these that is missing, and what is lost without it.
-- MariaDB's performance_schema is off by default: my.cnf needs performance_schema=ON under [mysqld].

-- REQUIRE SSL needs a server with a certificate; leave it out only within one network.
CREATE USER IF NOT EXISTS 'unjam'@'%' IDENTIFIED BY 'change-me' REQUIRE SSL
  WITH MAX_USER_CONNECTIONS 5;

-- Calls, times and rows of every statement: all of unjam's counters.
GRANT SELECT ON performance_schema.events_statements_summary_by_digest TO 'unjam'@'%';
-- Whether the server collects all that (read at the start and by `unjam doctor`).
GRANT SELECT ON performance_schema.setup_consumers TO 'unjam'@'%';
GRANT SELECT ON performance_schema.setup_instruments TO 'unjam'@'%';

-- Only for a target with `slow_log_table: true` (log_output=TABLE): the slow log holds statements
-- with their values.
GRANT SELECT ON mysql.slow_log TO 'unjam'@'%';
-- Amazon RDS: where mysql.rds_rotate_slow_log puts the log when it rotates it.
-- GRANT SELECT ON mysql.slow_log_backup TO 'unjam'@'%';
