#!/bin/bash
# run.sh: installs what is missing, builds, and runs every check of the project on a Debian 12 machine; exits
# non-zero when one of them fails. As root or as a user with sudo; needs no terminal and no input.
#
# In order: unit tests, fuzz corpora and lint checks with ASan and UBSan (preset dev); tests against real
# servers with the release binary; with CLANG_TIDY=1 clang-tidy, which remembers clean files; the threaded
# parts with TSan.
set -uo pipefail
exec < /dev/null
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
export DEBIAN_FRONTEND=noninteractive CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)}
export UNJAM_REQUIRE_SERVERS=1 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
# Results are kept apart from what they say, so that the summary cannot be fooled by a log.
logs=$root/build/run
mkdir -p "$logs"
passed=0 failed=0 skipped=0 summary=()

# step NAME COMMAND...: runs it, shows its output, and counts it as one check, or as ctest counted.
step() {
  local name=$1 log=$logs/$1.log started=$SECONDS state=ok counts
  shift
  printf '\n=== %s: %s\n' "$name" "$*"
  "$@" 2>&1 | tee "$log"
  [ "${PIPESTATUS[0]}" = 0 ] || state=FAILED
  counts=$(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$log" | tail -1)
  if [ -n "$counts" ]; then
    local bad=${counts% *} all=${counts#* } not_run
    not_run=$(grep -cE '^ *[0-9]+/[0-9]+ Test .*\*\*\*Skipped' "$log")
    failed=$((failed + bad)) skipped=$((skipped + not_run)) passed=$((passed + all - bad - not_run))
    [ "$state" = ok ] || [ "$bad" -gt 0 ] || failed=$((failed + 1))
  elif [ "$state" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  summary+=("$(printf '%-14s %-6s %4d s %s' "$name" "$state" $((SECONDS - started)) "${counts:+(${counts% *} of ${counts#* } failed)}")")
  [ "$state" = ok ]
}

get_servers() {
  local servers=tests/support/servers
  "$servers/get-mysql.sh" 9 && "$servers/get-mysql.sh" 5.6 || return 1
  local major
  for major in 12 13 14 16 17 18; do "$servers/get-postgresql.sh" "$major" || return 1; done
}

build() { # PRESET [TARGET...]
  local preset=$1
  shift
  cmake --preset "$preset" -DUNJAM_TESTS=ON > "$logs/configure-$preset.log" 2>&1 || { tail -30 "$logs/configure-$preset.log"; return 1; }
  cmake --build --preset "$preset" -j "$(nproc)" ${1:+--target "$@"} -- --quiet
}

run_tests() { # PRESET CTEST-OPTION...
  local preset=$1
  shift
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error "$@"
}

step packages deploy/install-packages.sh build servers test || true
step servers get_servers || true
if step build-dev build dev; then
  step unit run_tests dev -LE integration || true
fi
if step build-release build release unjam integration_programs; then
  # Servers on a busy machine: what fails is run once more, and both runs are shown.
  step integration run_tests release -L integration --repeat until-pass:2 || true
  [ "${CLANG_TIDY:-0}" = 0 ] || step clang-tidy python3 -B tests/lint/clang_tidy.py build/release || true
fi
if step build-tsan build tsan aggregate_test app_test base_test; then
  step tsan run_tests tsan -R '^(aggregate|app|base)\.' || true
fi

printf '\n%s\n' "${summary[@]}"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
