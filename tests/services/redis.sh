#!/usr/bin/env bash
# A private Redis on 127.0.0.1 with the append-only file on, as production has it. Own verb: cli ARGS...
. "$(dirname "${BASH_SOURCE[0]}")/service.sh"

cli() { redis-cli -h 127.0.0.1 -p "$(port_of port)" "$@"; }
# While the append-only file is read, PING answers LOADING: that is not up yet.
answers() { listens server "$(port_of port)" && [ "$(cli ping)" = PONG ]; }

write_config() {
  cat >"$SERVICE_DIR/redis.conf" <<CONF
bind 127.0.0.1
port $(port_of port)
dir "$SERVICE_DIR/data"
logfile "$SERVICE_DIR/redis.log"
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory 1gb
maxmemory-policy noeviction
CONF
}

start_server() {
  mkdir -p "$SERVICE_DIR/data"
  write_config
  launch server "$SERVICE_DIR/stdout.log" redis-server "$SERVICE_DIR/redis.conf"
  come_up 20 "$SERVICE_DIR/redis.log" "$SERVICE_DIR/stdout.log"
}

stop_server() { end_process server 20; }

own() {
  [ "${1:-}" = cli ] || usage "cli ARGS..."
  shift
  cli "$@"
}

main "$@"
