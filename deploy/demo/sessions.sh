# shellcheck shell=bash
# Sourced by the shops: sessions that stay open between statements, so that locks meet whatever the machine's speed.

session_pipes=$(mktemp -d)
trap 'rm -rf "$session_pipes"' EXIT
declare -A session_input=()

# open_session NAME COMMAND...: starts a client; what it says is dropped.
open_session() {
  local name=$1 input
  shift
  mkfifo "$session_pipes/$name"
  "$@" < "$session_pipes/$name" > /dev/null 2>&1 &
  exec {input}> "$session_pipes/$name"
  session_input[$name]=$input
}

# send NAME SQL
send() { printf '%s\n' "$2" >&"${session_input[$1]}"; }

close_sessions() {
  local input
  for input in "${session_input[@]}"; do exec {input}>&-; done
  session_input=()
  wait || true # a client whose statement failed on purpose
  rm -f "$session_pipes"/*
}

# wait_until ANSWER COMMAND...: until COMMAND, run again and again, prints ANSWER.
wait_until() {
  local answer=$1 tries
  shift
  for tries in $(seq 200); do
    [ "$("$@")" != "$answer" ] || return 0
    sleep 0.25 # InnoDB's tables of transactions stand still when read every 0.1 s
  done
  echo "never $answer after $tries tries: $*" >&2
  return 1
}
