#!/usr/bin/env bash
# Prints a port of 127.0.0.1 that nobody listens on; sourced, it only defines sockets_on and free_port.
set -euo pipefail

# sockets_on PORT [STATE]: inodes of the TCP sockets bound to it (STATE 0A: listening).
sockets_on() {
  local hex
  printf -v hex '%04X' "$1"
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$hex" -v state="${2:-}" '
    { split($2, local, ":"); if (local[2] == port && (state == "" || $4 == state)) print $10 }'
}

# free_port: below the range the kernel gives to outgoing connections, so that none of those takes it meanwhile.
free_port() {
  local port
  while :; do
    port=$((15000 + (RANDOM * 32768 + RANDOM) % 16000))
    [ -n "$(sockets_on "$port")" ] || { echo "$port"; return; }
  done
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then free_port; fi
