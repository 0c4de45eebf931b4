#!/bin/bash
# quickstart.sh [LOG...]: from a fresh Debian 12 to a first report.
#
# Installs what building needs, builds unjam, and analyses the slow-query logs that are named (any format, .gz and .zst
# too). Without a log it starts private MariaDB and PostgreSQL servers, lets a small shop run on them, analyses their
# logs, and removes the servers again. As root, or as a user with sudo.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit 0 ;; esac

for log in "$@"; do
  [ "$log" = - ] || [ -r "$log" ] || { echo "quickstart: cannot read $log" >&2; exit 3; }
done
(. /etc/os-release && [ "$ID" = debian ] && [ "${VERSION_ID:-}" = 12 ]) 2> /dev/null ||
  echo "quickstart: this is not Debian 12; going on, but package names may differ" >&2

out=$root/build/quickstart
mkdir -p "$out"

# quietly WHAT COMMAND...: says what is done, and shows the command's output only when it fails.
quietly() {
  printf '%s ... ' "$1" >&2
  local started=$SECONDS
  if "${@:2}" > "$out/last-step.log" 2>&1 < /dev/null; then
    printf 'done (%d s)\n' $((SECONDS - started)) >&2
  else
    printf 'failed\n' >&2
    tail -30 "$out/last-step.log" >&2
    exit 1
  fi
}

build() ( # in a shell of its own: the logs are named as seen from here
  options=()
  # Whoever develops in this tree keeps the tests switched on.
  [ -e "$root/build/release/CMakeCache.txt" ] || options=(-DUNJAM_TESTS=OFF)
  cd "$root" && cmake --preset release "${options[@]}" && cmake --build --preset release --target unjam
)

quietly "Installing packages for the build" "$root/deploy/install-packages.sh" build
quietly "Building unjam (a few minutes the first time)" build
unjam=$root/build/release/src/app/unjam

if [ $# -gt 0 ]; then
  exec "$unjam" analyze "$@"
fi

quietly "Installing MariaDB and PostgreSQL (no service is started)" "$root/deploy/install-packages.sh" servers

servers=$root/tests/support/servers
private=$(mktemp -d /tmp/unjam-quickstart.XXXXXX)
chmod 755 "$private"
clean_up() {
  trap - EXIT INT TERM HUP
  "$servers/stop.sh" "$private/mariadb" "$private/postgresql" 2> /dev/null || true
  rm -rf "$private"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

run_mariadb() {
  "$servers/start-mariadb.sh" "$private/mariadb" "$(free_port)" &&
    "$root/deploy/demo/shop-mariadb.sh" "$private/mariadb/client" &&
    "$servers/stop.sh" "$private/mariadb" && cp "$private/mariadb/slow.log" "$out/mariadb.log"
}
run_postgresql() {
  "$servers/start-postgresql.sh" /usr/lib/postgresql/15/bin "$private/postgresql" "$(free_port)" &&
    "$root/deploy/demo/shop-postgresql.sh" "$private/postgresql/client" &&
    "$servers/stop.sh" "$private/postgresql" && cp "$private/postgresql/log/pg.log" "$out/postgresql.log"
}
quietly "Running a small shop on a private MariaDB" run_mariadb
quietly "Running a small shop on a private PostgreSQL" run_postgresql

for server in mariadb postgresql; do
  printf '\n'
  "$unjam" analyze --top 8 "$out/$server.log"
  "$unjam" analyze --output html "$out/$server.log" > "$out/$server.html"
done
cat << END

The same as a page, with plots, samples and advice:
  $out/mariadb.html
  $out/postgresql.html
Your own logs:
  $unjam analyze /var/log/mysql/slow.log
END
