# shellcheck shell=bash
# shellcheck disable=SC2034
# Sourced by the scripts of this folder: where servers are kept, who runs them, what a log line looks
# like. Servers refuse to run as root, so root hands them to a user of their own.

UNJAM_SERVER_USER=unjam-servers

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }
die() { say "$*"; exit 1; }

is_root() { [ "$(id -u)" = 0 ]; }

# as_root COMMAND...: for package installation only.
as_root() {
  if is_root; then "$@"; elif command -v sudo > /dev/null; then sudo -n "$@"; else
    die "needs root for: $*; run it once as root"
  fi
}

# Words before a command that run it as a user that servers accept; set by server_dir. setpriv and env
# replace themselves by the command, so that `"${as_server[@]}" COMMAND &` leaves the server's pid in $!
# (a function in the background would leave that of a shell in between).
as_server=(env)

# server_dir DIR: makes a private directory that the server's user may write to.
server_dir() {
  mkdir -p "$1"
  if is_root; then
    id -u "$UNJAM_SERVER_USER" > /dev/null 2>&1 ||
      useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin "$UNJAM_SERVER_USER" ||
      id -u "$UNJAM_SERVER_USER" > /dev/null || die "could not create the user $UNJAM_SERVER_USER"
    as_server=(setpriv --reuid="$UNJAM_SERVER_USER" --regid="$UNJAM_SERVER_USER" --clear-groups
      env HOME=/nonexistent)
    chown "$UNJAM_SERVER_USER": "$1"
  fi
  (cd / && "${as_server[@]}" test -w "$1") ||
    die "the server user cannot reach $1; choose a directory that others may enter"
}

# server_cache: the folder that downloaded servers live in, one sub-folder each.
server_cache() {
  if [ -n "${UNJAM_SERVER_CACHE:-}" ]; then
    echo "$UNJAM_SERVER_CACHE"
  elif is_root && [ -z "${XDG_CACHE_HOME:-}" ]; then
    echo /var/cache/unjam-test-servers # root's home is closed to the user that runs the servers
  else
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/unjam-test-servers"
  fi
}

# install_once DEST FUNCTION [ARG...]: calls FUNCTION ARG... STAGE to fill an empty folder STAGE and
# moves it to DEST when it succeeded. Does nothing when DEST is there; safe to run in parallel.
install_once() {
  local dest=$1 stage
  shift
  mkdir -p "$(dirname "$dest")"
  exec 9> "$dest.lock"
  flock 9
  if [ ! -s "$dest/VERSION" ]; then
    stage=$dest.stage
    rm -rf "$stage" "$dest"
    mkdir -p "$stage"
    "$@" "$stage" || { rm -rf "$stage"; die "could not install $dest"; }
    chmod -R a+rX "$stage"
    mv "$stage" "$dest"
  fi
  flock -u 9
  say "$(cat "$dest/VERSION") in $dest"
}

# retry TIMES COMMAND...: for the network.
retry() {
  local left=$1
  shift
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    say "failed, trying again: $1 ${2:-}"
    sleep 5
  done
}

# wait_until SECONDS PID COMMAND...: until COMMAND succeeds; fails early when PID has died.
wait_until() {
  local tries=$(($1 * 10)) pid=$2
  shift 2
  while ! "$@" > /dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] && [ -d "/proc/$pid" ] || return 1
    sleep 0.1
  done
}
