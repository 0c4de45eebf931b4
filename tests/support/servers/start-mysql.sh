#!/bin/bash
# start-mysql.sh PREFIX DIR PORT [mysqld option...]: a private MySQL (got by get-mysql.sh) whose slow log
# holds every statement. Returns when it answers. Data in DIR/data, socket DIR/s.sock, slow log
# DIR/slow.log, pid DIR/server.pid, client command DIR/client. User root, no password.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"
prefix=$(realpath "${1:?prefix}") dir=$(realpath -m "${2:?directory}") port=${3:?port}
shift 3
server_dir "$dir"
cd /

if [ -x "$prefix/usr/sbin/mysqld" ]; then # relocated Debian package
  loader=("$prefix/usr/lib64/ld-linux-x86-64.so.2" --library-path "$prefix/usr/lib/x86_64-linux-gnu")
  mysqld=("${loader[@]}" "$prefix/usr/sbin/mysqld")
  client=("${loader[@]}" "$prefix/usr/bin/mysql")
  common=(--no-defaults --basedir="$prefix/usr" --datadir="$dir/data" --lc-messages-dir="$prefix/usr/share/mysql"
    --character-sets-dir="$prefix/usr/share/mysql/charsets" --plugin-dir="$prefix/usr/lib/mysql/plugin")
  options=(--mysqlx=OFF --disable-log-bin --innodb-redo-log-capacity=64M --innodb-flush-method=fsync
    --log-slow-extra=ON --secure-file-priv="$dir")
  [ -d "$dir/data/mysql" ] || "${as_server[@]}" "${mysqld[@]}" "${common[@]}" --initialize-insecure \
    --innodb-redo-log-capacity=64M --log-error="$dir/initialize.err" || { tail "$dir/initialize.err"; exit 1; }
else # npm package: no installer, so the system tables are loaded by hand
  export LD_LIBRARY_PATH=$prefix
  mysqld=("$prefix/mysqld")
  client=(mariadb)
  common=(--no-defaults --basedir="$prefix" --datadir="$dir/data" --lc-messages-dir="$prefix/share"
    --character-sets-dir="$prefix/share/charsets" --innodb-log-file-size=32M)
  options=()
  if [ ! -d "$dir/data/mysql" ]; then
    "${as_server[@]}" mkdir -p "$dir/data/mysql" "$dir/data/test"
    (echo "use mysql;" && cat "$prefix"/share/{mysql_system_tables,mysql_system_tables_data,fill_help_tables}.sql) |
      "${as_server[@]}" "${mysqld[@]}" "${common[@]}" --bootstrap --log-error="$dir/initialize.err" > "$dir/initialize.log" 2>&1 ||
      { tail "$dir/initialize.err"; exit 1; }
  fi
fi

"${as_server[@]}" "${mysqld[@]}" "${common[@]}" --socket="$dir/s.sock" --port="$port" --bind-address=127.0.0.1 \
  --pid-file="$dir/mysqld.pid" --log-error="$dir/server.err" --performance-schema=ON --slow-query-log=ON \
  --slow-query-log-file="$dir/slow.log" --long-query-time=0 --innodb-buffer-pool-size=64M \
  --innodb-flush-log-at-trx-commit=0 --sync-binlog=0 "${options[@]}" "$@" > "$dir/server.out" 2>&1 < /dev/null 9>&- &
pid=$!
echo "$pid" > "$dir/server.pid"
unset LD_LIBRARY_PATH
printf '#!/bin/sh\nexec' > "$dir/client"
printf ' %q' "${client[@]}" --no-defaults --default-character-set=utf8 --user=root --socket="$dir/s.sock" >> "$dir/client"
printf ' "$@"\n' >> "$dir/client"
chmod a+rx "$dir/client"
wait_until 90 "$pid" "$dir/client" -e 'SELECT 1' || { tail -n 20 "$dir/server.err"; die "no answer from MySQL in $dir"; }
