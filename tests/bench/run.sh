#!/bin/bash
# run.sh [MB]: measures the release build of unjam on generated logs of MB (default 500) megabytes in every format,
# against grep, wc, zcat, zstdcat, pt-query-digest, mysqldumpslow and pgbadger, and checks what it read. Prints Markdown.
# Exit code 1: a wrong count, or slower than the bars in measure.py. UNJAM_BENCH_DIR keeps logs for the next run
# (default: build/bench); UNJAM_BENCH_RUNS is the number of runs (default 5); UNJAM_BIN another binary.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
mb=${1:-500}
small=15
folder=${UNJAM_BENCH_DIR:-$root/build/bench}/$mb
unjam=${UNJAM_BIN:-$root/build/release/src/app/unjam}
"$root/deploy/install-packages.sh" build bench >&2
if [ -z "${UNJAM_BIN:-}" ]; then
  (cd "$root" && cmake --preset release > /dev/null && cmake --build --preset release --target unjam -- --quiet) >&2
fi
mkdir -p "$folder"

# generate NAME GENERATOR OPTION...: once, in the full and the small size.
generate() {
  local name=$1
  shift
  [ -s "$folder/$name.json" ] || { echo "generating $name" >&2; python3 -B "$root/tests/bench/gen/$1" "${@:2}" --mb "$mb" --truth "$folder/$name.tmp" "$folder/$name.log" && mv "$folder/$name.tmp" "$folder/$name.json"; }
  [ -s "$folder/$name.small.json" ] || python3 -B "$root/tests/bench/gen/$1" "${@:2}" --mb "$small" --truth "$folder/$name.small.json" "$folder/$name.small.log"
}
for flavour in mysql80 percona mariadb mysql51; do generate "$flavour" mysql_slow.py --flavour "$flavour"; done
for format in stderr rds csv json; do generate "$format" postgresql.py --format "$format"; done

dumpslow=$(command -v mysqldumpslow || command -v mariadb-dumpslow ||
  (. "$root/tests/support/servers/environment.sh" && ls "$(server_cache)/mysql-9/usr/bin/mysqldumpslow" 2> /dev/null) || echo mysqldumpslow)
python3 -B "$root/tests/bench/measure.py" "$folder" --unjam "$unjam" --runs "${UNJAM_BENCH_RUNS:-5}" --mysqldumpslow "$dumpslow"
