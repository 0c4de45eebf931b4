#!/bin/bash
# tail.sh [MB]: how many executions a second one core takes from a log file of MB (default 300) megabytes and 10,000
# classes to flushes, and to a store; and the memory that takes. Prints one line per format and way. Logs are kept in
# UNJAM_BENCH_DIR (default: build/bench).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
mb=${1:-300}
folder=${UNJAM_BENCH_DIR:-$root/build/bench}/tail-$mb
(cd "$root" && cmake --preset release > /dev/null && cmake --build --preset release --target tail_bench -- --quiet) >&2
mkdir -p "$folder"
[ -s "$folder/mysql.json" ] || python3 -B "$root/tests/bench/gen/mysql_slow.py" --classes 10000 --mb "$mb" \
  --truth "$folder/mysql.json" "$folder/mysql.log"
[ -s "$folder/pg.json" ] || python3 -B "$root/tests/bench/gen/postgresql.py" --classes 10000 --format stderr --mb "$mb" \
  --truth "$folder/pg.json" "$folder/pg.log"
for log in mysql pg; do
  cat "$folder/$log.log" > /dev/null
  printf '%s, to flushes: ' "$log"
  taskset -c 0 "$root/build/release/tests/bench/tail_bench" "$folder/$log.log"
  printf '%s, to a store: ' "$log"
  rm -f "$folder"/store.db*
  taskset -c 0 "$root/build/release/tests/bench/tail_bench" "$folder/$log.log" "$folder/store.db"
done
