#!/bin/bash
# store.sh [DAYS [RATE [EXPONENT]]]: fills a store as a service with 20 targets and 10,000 classes would have left it
# after DAYS (default 365), and prints its size by level, the times of what `top` and `show` ask, and what a busy
# collector costs. Activity: every target logs RATE executions a second (default 2; by day twice as many as by night),
# spread over all classes by Zipf's law with EXPONENT (default 1.2); each has times of its own, six web hosts, a user, a
# controller and an action. UNJAM_BENCH_DIR keeps the store for the next run (default: build/bench).
# Filling a year takes some ten minutes. "fresh" is a new process whose file is in the page cache; after it comes one
# whose file is not.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
days=${1:-365}
rate=${2:-2}
exponent=${3:-1.2}
folder=${UNJAM_BENCH_DIR:-$root/build/bench}
(cd "$root" && cmake --preset release > /dev/null && cmake --build --preset release --target store_bench -- --quiet) >&2
bench=$root/build/release/tests/bench/store_bench
store=$folder/store-$days-$rate-$exponent.db
mkdir -p "$folder"
if [ ! -s "$store" ]; then
  rm -f "$folder"/filling.db*
  "$bench" generate "$folder/filling.db" "$days" "$rate" "$exponent"
  mv "$folder/filling.db" "$store"
  rm -f "$folder"/filling.db*
fi
echo "file: $(($(stat -c %s "$store") >> 20)) MB after $days days"
if command -v sqlite3 > /dev/null; then
  sqlite3 -readonly "$store" "SELECT CASE level WHEN 0 THEN 'minutes' WHEN 1 THEN 'hours' WHEN 2 THEN 'days' ELSE 'weeks' END
    || ': ' || count(*) || ' segments of ' || CAST(avg(rows) AS INTEGER) || ' classes; bytes: load '
    || CAST(avg(length(load)) AS INTEGER) || ', sums ' || CAST(avg(length(sums)) AS INTEGER) || ', histograms '
    || CAST(avg(length(histograms)) AS INTEGER) || ', attributes ' || CAST(avg(length(attributes)) AS INTEGER) || '; '
    || sum(length(load) + length(sums) + length(histograms) + length(attributes)) / 1048576 || ' MB'
    FROM segment JOIN block ON no = block GROUP BY level"
  sqlite3 -readonly "$store" "SELECT 'samples: ' || sum(length(body)) / 1048576 || ' MB of ' || count(*) || ' classes' FROM sample"
fi
"$bench" top "$store"
# Only this file leaves the page cache.
dd if="$store" iflag=nocache count=0 status=none
echo "not in the page cache:"
"$bench" top "$store" | head -1
"$bench" show "$store"
rm -f "$folder"/ingest.db*
"$bench" ingest "$folder/ingest.db"
rm -f "$folder"/ingest.db*
