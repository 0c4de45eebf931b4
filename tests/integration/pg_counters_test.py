#!/usr/bin/env python3
"""pg_counters_test.py MAJOR PROGRAM [ARGUMENT...]: starts a private PostgreSQL, with unjam's role made by
deploy/grants/postgresql.sql, and runs PROGRAM (the tests in C++) on it."""
import os
import pathlib
import shutil
import subprocess
import sys

from private_server import SCRIPTS, PrivateServer, installed, skip

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SETTINGS = ("shared_preload_libraries=pg_stat_statements", "pg_stat_statements.max=5000", "track_io_timing=on",
            "session_preload_libraries=auto_explain", "auto_explain.log_min_duration=1s",
            "log_line_prefix='%m [%p] %q%u@%d %e '")
SCHEMA = """
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, state text, note text);
CREATE TABLE items (id serial PRIMARY KEY, order_id int, sku text, amount int);
INSERT INTO orders SELECT i, i % 7, 'open', repeat('x', 100) FROM generate_series(1, 1000) i;
"""
# unjam has to give its password; "stranger" may not come in at all.
ACCESS = """
local all postgres trust
host all postgres 127.0.0.1/32 trust
host all stranger 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
"""
# restart HOW [NAME=VALUE...]: stops the server and starts it with these settings and the usual ones.
# QUIT: as in a crash. KEEP: with the settings that it has.
RESTART = """#!/bin/bash
set -euo pipefail
how=$1; shift
if [ "$how" = QUIT ]; then
  kill -QUIT "$(cat {folder}/server.pid)"
fi
cp {folder}/data/postgresql.auto.conf {folder}/kept.conf
{scripts}/stop.sh {folder}
settings=({settings} "$@")
[ "$how" != KEEP ] || mapfile -t settings < <(grep -v '^#' {folder}/kept.conf)
{scripts}/start-postgresql.sh {programs} {folder} {port} "${{settings[@]}}"
"""


def main():
    major, program = sys.argv[1], sys.argv[2:]
    programs = pathlib.Path("/usr/lib/postgresql/15/bin")
    if major != "15":
        programs = installed(f"postgresql-{major}") / "bin"
    elif not programs.is_dir():
        skip("postgresql-15 is not installed")
    if not shutil.which("psql"):
        skip("postgresql-client-15 (psql) is not installed")
    with PrivateServer("start-postgresql.sh", programs, options=SETTINGS) as server:
        server.client("-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c", "SET password_encryption = 'scram-sha-256'", "-f",
                      str(ROOT / "deploy/grants/postgresql.sql"))
        for database in ("shop", "bare"):
            server.client("-d", "postgres", sql=f"CREATE DATABASE {database};")
        server.client("-d", "postgres", sql="CREATE ROLE stranger LOGIN;")
        server.client("-d", "shop", sql=SCHEMA)
        (server.folder / "data/pg_hba.conf").write_text(ACCESS)
        server.client("-d", "postgres", sql="SELECT pg_reload_conf();")
        port = server.client("-d", "postgres", "-t", "-A", sql="SHOW port;").stdout.decode().strip()
        restart = server.folder / "restart"
        restart.write_text(RESTART.format(folder=server.folder, scripts=SCRIPTS, programs=programs, port=port,
                                          settings=" ".join(f'"{setting}"' for setting in SETTINGS)))
        restart.chmod(0o755)
        environment = {**os.environ, "UNJAM_PG_FOLDER": str(server.folder), "UNJAM_PG_PORT": port,
                       "UNJAM_PG_MAJOR": major}
        return subprocess.run(program, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
