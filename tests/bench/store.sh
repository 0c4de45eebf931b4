#!/bin/bash
# store.sh [DAYS [RATE [EXPONENT]]]: fills a store as a service with 20 targets and 10,000 classes would have left it
# after DAYS (default 365), and prints its size by level, what `unjam top` and `unjam show` take as processes, the times
# of what they ask the store, and what a busy collector costs. Activity: every target logs RATE executions a second
# (default 2; by day twice as many as by night), spread over all classes by Zipf's law with EXPONENT (default 1.2); each
# has times of its own, six web hosts, a user, a controller and an action. UNJAM_BENCH_DIR keeps the store for the next
# run (default: build/bench). Filling a year takes some ten minutes on an idle machine.
# cold: the store is not in the page cache (the program is); warm: it is. Times are real ones, and those of the CPU.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
days=${1:-365}
rate=${2:-2}
exponent=${3:-1.2}
folder=${UNJAM_BENCH_DIR:-$root/build/bench}
(cd "$root" && cmake --preset release > /dev/null \
  && cmake --build --preset release --target store_bench unjam -- --quiet) >&2
bench=$root/build/release/tests/bench/store_bench
unjam=$root/build/release/src/app/unjam
store=$folder/store-$days-$rate-$exponent.db
mkdir -p "$folder"
if [ ! -s "$store" ]; then
  rm -f "$folder"/filling.db*
  "$bench" generate "$folder/filling.db" "$days" "$rate" "$exponent"
  mv "$folder/filling.db" "$store"
  rm -f "$folder"/filling.db*
fi
echo "load average: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) processors"
echo "file: $(($(stat -Lc %s "$store") >> 20)) MB after $days days"
if command -v sqlite3 > /dev/null; then
  sqlite3 -readonly "$store" "SELECT CASE level WHEN 0 THEN 'minutes' WHEN 1 THEN 'hours' WHEN 2 THEN 'days' ELSE 'weeks' END
    || ': ' || count(*) || ' segments of ' || CAST(avg(rows) AS INTEGER) || ' classes; bytes: load '
    || CAST(avg(length(load)) AS INTEGER) || ', sums ' || CAST(avg(length(sums)) AS INTEGER) || ', histograms '
    || CAST(avg(length(histograms)) AS INTEGER) || ', attributes ' || CAST(avg(length(attributes)) AS INTEGER) || '; '
    || (sum(length(load) + length(sums) + length(histograms) + length(attributes)) / 1048576) || ' MB'
    FROM segment JOIN block ON no = block GROUP BY level"
  sqlite3 -readonly "$store" "SELECT 'samples: ' || (sum(length(body)) / 1048576) || ' MB of ' || count(*) || ' classes' FROM sample"
fi
python3 -B - "$unjam" "$store" << 'PYTHON'
import json, os, resource, subprocess, sys, time

unjam, store = sys.argv[1:]
# The end of what store_bench generates, and 30 days before.
scope = ["--store", store, "--since", "2026-04-12T14:37:00Z", "--until", "2026-05-12T14:37:00Z"]


def drop_cache():
    with open(store, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def run(arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    output = subprocess.run([unjam] + arguments, stdout=subprocess.PIPE, check=True).stdout
    real = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return real * 1e3, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3, output


def measure(name, arguments, runs):
    cold = []
    for _ in range(3):
        drop_cache()
        cold.append(run(arguments)[:2])
    run(arguments)
    warm = [run(arguments)[:2] for _ in range(runs)]
    middle = lambda times: sorted(times)[len(times) // 2]
    for state, times in (("cold", cold), ("warm", warm)):
        print("%-28s %s %6.0f ms real, %6.0f ms CPU (least %.0f, %.0f)"
              % (name, state, *middle(times), min(t[0] for t in times), min(t[1] for t in times)))


measure("unjam --version", ["--version"], 9)
measure("unjam top, 30 days", ["top"] + scope, 9)
measure("unjam top --by p95", ["top", "--by", "p95"] + scope, 3)
measure("unjam top --group-by user", ["top", "--group-by", "user"] + scope, 3)
heaviest = json.loads(run(["top", "--output", "json"] + scope)[2])["queries"][0]["fingerprint_id"]
measure("unjam show, 30 days", ["show", heaviest] + scope, 9)
PYTHON
echo "within one process:"
"$bench" top "$store" | sed -n '1p;$p'
"$bench" show "$store"
rm -f "$folder"/ingest.db*
"$bench" ingest "$folder/ingest.db"
rm -f "$folder"/ingest.db*
