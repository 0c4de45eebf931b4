#!/bin/bash
# install-packages.sh build|servers|test|bench...: installs the Debian 12 packages that building unjam, trying it
# on private servers, testing it or comparing it needs. Returns at once when all are there. As root, or as a
# user with sudo. No service is started or left enabled by it.
set -euo pipefail

build=(build-essential cmake ninja-build pkg-config libcli11-dev libcpp-httplib-dev libfmt-dev libmariadb3
  libmysqlcppconn-dev libpqxx-dev libre2-dev libspdlog-dev libsqlite3-dev libsystemd-dev libxxhash-dev libyaml-cpp-dev libzstd-dev
  nlohmann-json3-dev zlib1g-dev)
servers=(mariadb-client-core mariadb-server-core postgresql-15 postgresql-client-15 python3)
test=(ca-certificates ccache clang clang-format-14 clang-tidy-14 git gzip libclang-rt-14-dev libgtest-dev llvm-14
  procps python3 zstd)
bench=(mariadb-client percona-toolkit pgbadger python3 sysbench zstd)

wanted=()
for set in "$@"; do
  case $set in
    build) wanted+=("${build[@]}") ;;
    servers) wanted+=("${servers[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    *) echo "install-packages: no such set: $set (build, servers, test or bench)" >&2; exit 2 ;;
  esac
done
# Servers that are only on the npm registry; whoever has npm from elsewhere keeps it.
case " $* " in *" test "*) command -v npm > /dev/null || wanted+=(npm) ;; esac

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then root=(env); else
  command -v sudo > /dev/null || { echo "install-packages: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
  root=(sudo -n)
fi
apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)

# Debian starts a service as soon as its package is installed, unless this file says no.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap '"${root[@]}" rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee $policy > /dev/null
  "${root[@]}" chmod 755 $policy
fi

echo "installing: ${missing[*]}" >&2
had_cluster=$([ -e /etc/postgresql/15/main ] && echo yes || true)
log=$(mktemp)
for try in 1 2 3 4 5; do
  if "${apt[@]}" update > "$log" 2>&1 &&
    "${apt[@]}" -y --no-install-recommends install "${missing[@]}" >> "$log" 2>&1; then
    # The package makes a cluster that would be started at the next boot; nobody asked for it.
    if [ -z "$had_cluster" ] && [ -e /etc/postgresql/15/main ]; then
      "${root[@]}" pg_dropcluster 15 main
    fi
    rm -f "$log"
    exit 0
  fi
  echo "install-packages: try $try failed: $(grep '^E:' "$log" | head -1)" >&2
  sleep $((try * 5))
done
tail -20 "$log" >&2
echo "install-packages: could not install: ${missing[*]}; what apt-get said is above and in $log" >&2
exit 1
