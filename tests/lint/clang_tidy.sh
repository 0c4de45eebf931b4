#!/bin/bash
# clang_tidy.sh BUILD [PATTERN]: clang-tidy 14 over the sources of src/ (those whose path matches PATTERN), with the
# compile commands of the build folder BUILD. Its findings are errors (.clang-tidy).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath "${1:?build folder}")
cd "$root"
runner=$(command -v run-clang-tidy-14 || command -v run-clang-tidy)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
result=0
"$runner" -quiet -p "$build" -j "$(nproc)" "^$root/src/.*${2:-}.*\.cpp\$" > "$log" 2>&1 || result=1
grep -vE '^(clang-tidy|/[^ ]*/clang-tidy)|^[0-9]+ warnings? (generated|treated)|^Suppressed |^Use -header-filter|^$' "$log" || true
echo "$(grep -c '^[^ ]*clang-tidy' "$log") files checked"
exit $result
