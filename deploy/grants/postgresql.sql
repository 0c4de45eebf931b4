-- What unjam needs on a PostgreSQL server (13 and newer; Amazon RDS, Aurora and Cloud SQL too), and no
-- more. It only ever reads. Run as a superuser (on RDS: rds_superuser), with a password of your own,
-- in the database that the target of unjam names (default: postgres):
--   psql -d postgres -f postgresql.sql
-- `unjam doctor` names each of these that is missing, and what is lost without it.

-- A password in plain text may reach the server's log; psql's \password does not.
CREATE ROLE unjam LOGIN PASSWORD 'change-me' CONNECTION LIMIT 5;

-- What other roles execute, the sizes of tables, and settings such as shared_preload_libraries
-- (pg_monitor is pg_read_all_stats, pg_read_all_settings and pg_stat_scan_tables).
GRANT pg_monitor TO unjam;

-- Calls, times and rows of every statement: all of unjam's counters. The server must have loaded the
-- module; if it has not, run this and restart it (on RDS: in the parameter group), keeping what is in
-- the setting already:
--   ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
