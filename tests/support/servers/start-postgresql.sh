#!/bin/bash
# start-postgresql.sh BINDIR DIR PORT [name=value...]: a private PostgreSQL that logs the duration of every
# statement to DIR/log/pg.log (stderr form), DIR/log/pg.csv and, from 15 on, DIR/log/pg.json. Returns when
# it answers. BINDIR is /usr/lib/postgresql/15/bin, or bin of what get-postgresql.sh got. Data in DIR/data,
# socket folder DIR (pass it as host), client command DIR/client. User postgres, no password.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"
bin=$(realpath "${1:?folder of programs}") dir=$(realpath -m "${2:?directory}") port=${3:?port}
shift 3
server_dir "$dir"
cd /

[ -d "$dir/data" ] || "${as_server[@]}" "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync \
  > "$dir/initialize.log" 2>&1 || { tail "$dir/initialize.log"; exit 1; }
major=$(cut -d. -f1 "$dir/data/PG_VERSION")
destinations=stderr,csvlog
[ "$major" -lt 15 ] || destinations=$destinations,jsonlog
{
  cat << CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
fsync = off
shared_buffers = 32MB
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_destination = '$destinations'
log_directory = '$dir/log'
log_filename = 'pg.log'
log_file_mode = 0644
log_min_duration_statement = 0
log_lock_waits = on
deadlock_timeout = 200ms
log_temp_files = 0
log_line_prefix = '%m [%p] %q%u@%d '
CONF
  printf '%s\n' "$@"
} > "$dir/postgresql.conf"
"${as_server[@]}" sh -c 'cat > "$1/data/postgresql.auto.conf"; mkdir -p "$1/log"; chmod 755 "$1/log"' sh "$dir" < "$dir/postgresql.conf"

"${as_server[@]}" "$bin/postgres" -D "$dir/data" > "$dir/server.out" 2>&1 < /dev/null 9>&- &
pid=$!
echo "$pid" > "$dir/server.pid"
printf '#!/bin/sh\nexec psql -X -q -h %q -p %q -U postgres "$@"\n' "$dir" "$port" > "$dir/client"
chmod a+rx "$dir/client"
wait_until 90 "$pid" "$dir/client" -d postgres -c 'SELECT 1' || { tail -n 20 "$dir/server.out" "$dir"/log/*; die "no answer from PostgreSQL in $dir"; }
