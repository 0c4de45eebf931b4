#!/bin/bash
# stop.sh DIR...: stops the servers that the start scripts of this folder started in DIR, in order, and
# waits; whoever has not stopped after 20 seconds is killed. Data and logs stay.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"

running() { [ -d "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2> /dev/null; }

for dir in "$@"; do
  [ -s "$dir/server.pid" ] || continue
  pid=$(cat "$dir/server.pid")
  signal=TERM
  [ ! -d "$dir/data/pg_wal" ] || signal=INT # PostgreSQL's fast shutdown: does not wait for clients
  kill -"$signal" "$pid" 2> /dev/null || true
  for _ in $(seq 200); do
    running "$pid" || break
    sleep 0.1
  done
  ! running "$pid" || { say "killing $pid of $dir"; kill -KILL "$pid"; }
  rm -f "$dir/server.pid"
done
