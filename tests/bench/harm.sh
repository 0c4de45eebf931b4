#!/bin/bash
# harm.sh [OPTION... of harm.py]: what unjam costs the servers it watches, under pgbench and sysbench. Installs what it
# needs and builds the release binary first.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/deploy/install-packages.sh" build servers bench >&2
(cd "$root" && cmake --preset release > /dev/null && cmake --build --preset release --target unjam -- --quiet) >&2
"$root/tests/support/servers/get-mysql.sh" 9 >&2
exec python3 -B "$root/tests/bench/harm.py" "$@"
