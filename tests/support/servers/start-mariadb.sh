#!/bin/bash
# start-mariadb.sh DIR PORT [mariadbd option...]: a private MariaDB of the Debian packages
# mariadb-server-core and mariadb-client-core, whose slow log holds every statement. Returns when it
# answers. Files in DIR are named as by start-mysql.sh. User root, no password.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"
dir=$(realpath -m "${1:?directory}") port=${2:?port}
shift 2
server_dir "$dir"
cd /

[ -d "$dir/data/mysql" ] || "${as_server[@]}" mariadb-install-db --no-defaults --datadir="$dir/data" \
  --auth-root-authentication-method=normal --skip-test-db --innodb-log-file-size=64M --tmpdir="$dir" \
  > "$dir/initialize.log" 2>&1 || { tail "$dir/initialize.log"; exit 1; }

"${as_server[@]}" /usr/sbin/mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/s.sock" --port="$port" \
  --bind-address=127.0.0.1 --pid-file="$dir/mariadbd.pid" --log-error="$dir/server.err" \
  --tmpdir="$dir" --performance-schema=ON --slow-query-log=ON --slow-query-log-file="$dir/slow.log" --long-query-time=0 \
  --innodb-buffer-pool-size=64M --innodb-log-file-size=64M --innodb-flush-log-at-trx-commit=0 \
  "$@" > "$dir/server.out" 2>&1 < /dev/null 9>&- &
pid=$!
echo "$pid" > "$dir/server.pid"
printf '#!/bin/sh\nexec mariadb --no-defaults --default-character-set=utf8mb4 --user=root --socket=%q "$@"\n' \
  "$dir/s.sock" > "$dir/client"
chmod a+rx "$dir/client"
wait_until 90 "$pid" "$dir/client" -e 'SELECT 1' || { tail -n 20 "$dir/server.err"; die "no answer from MariaDB in $dir"; }
