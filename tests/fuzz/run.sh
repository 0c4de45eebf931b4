#!/bin/bash
# run.sh SECONDS [TARGET...]: fuzzes every target (or those named) for SECONDS each, two at a time. Inputs come from
# tests/fuzz/corpus/TARGET and tests/golden; those that reach new code are minimised and added to the corpus. A crash is
# kept in build/fuzz/crashes, and the exit code is not 0. UNJAM_FUZZ_BUILD is another folder than build/fuzz.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:?seconds per target}
shift
cd "$root"
build=${UNJAM_FUZZ_BUILD:-$root/build/fuzz}
cmake --preset fuzz -B "$build" > /dev/null
cmake --build "$build" -- --quiet
bin=$build/tests/fuzz
if [ $# -eq 0 ]; then
  for target in "$bin"/*_fuzz; do set -- "$@" "$(basename "$target")"; done
fi
seeds=$build/seeds
rm -rf "$seeds"
mkdir -p "$seeds" "$build/crashes"
# Flat, because libFuzzer does not look for what a folder is about; big logs teach it nothing. The longest input
# is short because the readers' targets read it through windows of every size.
find tests/golden -type f ! -name '*.py' -size -64k -exec sh -c 'for f; do cp "$f" "$0/$(echo "$f" | tr / _)"; done' "$seeds" {} +

# Both sanitizers stay on while a corpus is minimised, so that it never holds an input that crashes.
fuzz() {
  local target=$1 corpus=tests/fuzz/corpus/$1 work=$build/corpora/$1
  rm -rf "$work" && mkdir -p "$work/found" "$work/corpus" "$corpus"
  "$bin/$target" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="$build/crashes/$target-" "$work/found" "$corpus" "$seeds" > "$work/log" 2>&1 || {
    echo "$target: FAILED" && tail -40 "$work/log"
    return 1
  }
  "$bin/$target" -merge=1 -max_len=4096 "$work/corpus" "$corpus" "$work/found" "$seeds" > "$work/merge.log" 2>&1 || return 1
  local file
  for file in "$work"/corpus/*; do
    # Only what is small enough to live in the repository.
    [ "$(stat -c %s "$file")" -gt 2048 ] || cp -n "$file" "$corpus/"
  done
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log") inputs run, $(find "$corpus" -type f | wc -l) in the corpus"
}
export -f fuzz
export bin build seconds seeds
printf '%s\n' "$@" | xargs -P 2 -I{} bash -c 'fuzz {}'
