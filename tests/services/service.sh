# Shared by the server scripts of this folder: sourced by them, never run.
#
# A server lives in one directory, SERVICE_DIR, and answers on 127.0.0.1 only. A process is remembered as "pid start-time",
# so that a reused pid is never mistaken for ours, and each runs in a session of its own, so that what it forked ends with it.
# Environment of every script: SERVICE_DIR (required), PORT (else a free one, kept for restarts),
# SERVICE_OWNER (a pid: when that process is gone, whatever ended it, the server is stopped).
# shellcheck shell=bash
set -euo pipefail
SERVICE_DIR=${SERVICE_DIR:?SERVICE_DIR must name the directory of this server}
mkdir -p "$SERVICE_DIR"
SERVICE_DIR=$(cd "$SERVICE_DIR" && pwd)
export SERVICE_DIR
SERVICE=$(basename "$0" .sh)
SELF=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
. "$(dirname "${BASH_SOURCE[0]}")/free_port.sh"

say() { printf '%s: %s\n' "$SERVICE" "$*" >&2; }
fail() { say "$*"; exit 1; }

# start_time PID: when the kernel started it; fails for a process that is gone, or a zombie nobody has collected yet.
start_time() {
  local stat fields
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  read -ra fields <<<"${stat##*) }"
  [ "${fields[0]}" != Z ] && echo "${fields[19]}"
}

remember() { echo "$2 $(start_time "$2" || echo gone)" >"$SERVICE_DIR/$1.pid"; }

# process_of NAME: its pid, if it still runs.
process_of() {
  local pid since
  read -r pid since 2>/dev/null <"$SERVICE_DIR/$1.pid" || return 1
  [ "$(start_time "$pid")" = "$since" ] && echo "$pid"
}

# launch NAME LOG COMMAND...: in its own session, with none of our files open.
launch() {
  local name=$1 log=$2
  shift 2
  (
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-"
    done # no redirection here: bash would keep our stderr in a descriptor that this closes
    exec setsid "$@"
  ) </dev/null >>"$log" 2>&1 &
  remember "$name" $!
}

# until_true SECONDS COMMAND...: asks again until it succeeds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

ended() { ! process_of "$1" >/dev/null; }

# end_process NAME SECONDS: TERM, then KILL for what has not gone by then. The whole session goes, and is waited for.
end_process() {
  local pid
  if pid=$(process_of "$1"); then
    kill -CONT "$pid" 2>/dev/null || true
    kill -TERM "$pid" 2>/dev/null || true
    until_true "$2" ended "$1" || say "$1 did not end within $2 s and is killed"
  fi
  kill_session "$1"
}

# The leader may be gone and its children not: their group keeps its number from being given to another process.
kill_session() {
  local pid since
  read -r pid since 2>/dev/null <"$SERVICE_DIR/$1.pid" || return 0
  rm -f "$SERVICE_DIR/$1.pid"
  [ "$pid" != $$ ] || return 0 # the watcher, which has become this very script
  [ "$(start_time "$pid" || echo "$since")" = "$since" ] || return 0
  kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null || return 0
  until_true 5 gone "$pid" || true
}
gone() { ! start_time "$1" >/dev/null; }

# listens NAME PORT: is it our process, and no other, that listens there? (Two runs may have picked one port.)
listens() {
  local pid inode
  pid=$(process_of "$1") || return 1
  for inode in $(sockets_on "$2" 0A); do
    find "/proc/$pid/fd" -lname "socket:\[$inode\]" 2>/dev/null | grep -q . && return 0
  done
  return 1
}

# choose_port NAME WANTED: the wanted one, else the one it had before, else a free one. A taken one is an error when asked for.
choose_port() {
  local port=${2:-}
  [ -n "$port" ] || port=$(cat "$SERVICE_DIR/$1" 2>/dev/null || true)
  if [ -z "$port" ]; then port=$(free_port); fi
  if [ -n "$(sockets_on "$port" 0A)" ]; then
    [ "$1" != port ] || fail "port $port of 127.0.0.1 is taken by another process; set PORT to a free one"
    port=$(free_port)
  fi
  echo "$port" >"$SERVICE_DIR/$1"
}

port_of() { cat "$SERVICE_DIR/$1" 2>/dev/null || fail "is not started in $SERVICE_DIR"; }
address() { echo "127.0.0.1:$(port_of port)"; }

# Stops the server when its owner is gone, also after a SIGKILL that no trap sees.
watch_owner() {
  [ -n "${SERVICE_OWNER:-}" ] || return 0
  # shellcheck disable=SC2016
  launch watch /dev/null bash -c 'tail --pid="$1" -f /dev/null; exec "$2" stop' watch "$SERVICE_OWNER" "$SELF"
}

owner_lives() { [ -z "${SERVICE_OWNER:-}" ] || start_time "$SERVICE_OWNER" >/dev/null; }

# come_up SECONDS LOG...: waits for `answers`, and shows the end of the logs when it does not come.
come_up() {
  local end=$((SECONDS + $1))
  shift
  until answers >/dev/null 2>&1; do
    if ended server || ! owner_lives || [ "$SECONDS" -ge "$end" ]; then
      tail -n 15 "$@" >&2 2>/dev/null || true
      stop_server
      return 1
    fi
    sleep 0.2
  done
}

# start: idempotent. With a port of our own choice, one lost to somebody else in between is replaced.
start() {
  local attempt
  if process_of server >/dev/null; then answers && address && return; fi
  kill_session watch
  watch_owner
  for attempt in 1 2 3; do
    choose_port port "${PORT:-}"
    if start_server; then
      # The watcher may have come and gone before there was anything to stop.
      owner_lives || { stop && fail "is stopped again: its owner is gone"; }
      address
      return
    fi
    if [ -n "${PORT:-}" ] || [ "$attempt" = 3 ] || [ -z "$(sockets_on "$(port_of port)" 0A)" ]; then break; fi
    rm -f "$SERVICE_DIR/port"
  done
  kill_session watch
  fail "did not come up; its logs are in $SERVICE_DIR"
}

stop() {
  stop_server
  kill_session watch
}

wipe() {
  stop
  find "$SERVICE_DIR" -mindepth 1 -delete
}

# The process that does the work; a script whose server is started through another names it.
MAIN_PROCESS=server

signal_server() {
  local pid
  pid=$(process_of "$MAIN_PROCESS") || fail "is not running"
  kill "-$1" "$pid"
}

# main VERB ARGS...: what every server can do; a script defines start_server, stop_server, answers, and `own` for its own verbs.
main() {
  case ${1:-} in
    start | stop | wipe | address) "$1" ;;
    restart) stop_server && start ;;
    crash) signal_server KILL && kill_session server ;;
    freeze) signal_server STOP ;;
    thaw) signal_server CONT ;;
    pid) process_of "$MAIN_PROCESS" || fail "is not running" ;;
    status) if process_of server >/dev/null && answers; then say "up on $(address)"; else fail down; fi ;;
    *) own "$@" ;;
  esac
}

usage() {
  echo "usage: SERVICE_DIR=DIR [PORT=N] [SERVICE_OWNER=PID] $0 start|stop|restart|crash|freeze|thaw|status|address|pid|wipe${1:+|$1}" >&2
  exit 2
}
