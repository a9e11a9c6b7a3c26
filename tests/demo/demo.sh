#!/usr/bin/env bash
# The demo: the shipped topology between three real servers, a few thousand events with repeats and bad ones among them,
# and an account of every one. `./dev demo` starts the servers and calls it. usage: demo.sh [--count N] [--seed N]
# Environment: CONNECTOR_TEST_HOST, CONNECTOR_TEST_EVENT_TOOL, RABBITMQ_URL, REDIS_ADDR, KAFKA_BROKERS, DEMO_DIR (for its files).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

COUNT=5000
SEED=$RANDOM
while [ "$#" -gt 0 ]; do
  case $1 in
    --count) COUNT=${2:?--count wants a number} ;;
    --seed) SEED=${2:?--seed wants a number} ;;
    *)
      echo "demo: there is no option $1; --count N and --seed N are" >&2
      exit 2
      ;;
  esac
  shift 2
done
if ! [[ $COUNT =~ ^[1-9][0-9]*$ ]] || ! [[ $SEED =~ ^[0-9]+$ ]]; then
  echo "demo: --count and --seed want whole numbers" >&2
  exit 2
fi

HOST_PID=
end_host() {
  if [ -n "$HOST_PID" ]; then
    kill -TERM "$HOST_PID" 2>/dev/null || true
    wait "$HOST_PID" 2>/dev/null || true
  fi
}
trap end_host EXIT
trap 'exit 143' INT TERM HUP

say() { printf '==> %s\n' "$*"; }
fail() {
  printf 'demo: %s\n' "$*" >&2
  tail -n 20 "$DEMO_DIR/host.log" >&2 2>/dev/null || true
  exit 1
}
event_tool() { "$CONNECTOR_TEST_EVENT_TOOL" "$@"; }

# answer PATH: the status code of the host's health port, without a program for it.
answer() {
  local line
  {
    exec 3<>"/dev/tcp/127.0.0.1/$HTTP_PORT" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
    read -r -t 5 line <&3 || return 1
    exec 3>&-
  } 2>/dev/null
  line=${line#* }
  echo "${line%% *}"
}

await_ready() {
  local end=$((SECONDS + 60))
  until [ "$(answer /readyz)" = 200 ]; do
    kill -0 "$HOST_PID" 2>/dev/null || { HOST_PID= && fail "connector-host ended before it was ready"; }
    [ "$SECONDS" -lt "$end" ] || fail "connector-host was not ready within 60 s"
    sleep 0.1
  done
}

HTTP_PORT=$(tests/services/free_port.sh)
export HTTP_LISTEN=127.0.0.1:$HTTP_PORT ADMIN_LISTEN ADMIN_UNAUTHENTICATED=admin STATE_DIR=$DEMO_DIR/state PLUGIN_DIR
ADMIN_LISTEN=127.0.0.1:$(tests/services/free_port.sh)
PLUGIN_DIR=$(dirname "$CONNECTOR_TEST_HOST")/../lib/connector-host/plugins
export RABBITMQ_QUEUE=demo.events KAFKA_TOPIC=demo.events KAFKA_DLQ_TOPIC=demo.events.dlq
mkdir -p "$STATE_DIR"
PLAN=(--count "$COUNT" --seed "$SEED" --duplicates 0.1 --poison 0.02)

say "a queue and two topics"
event_tool queue declare --url "$RABBITMQ_URL" --queue "$RABBITMQ_QUEUE"
event_tool topic create --brokers "$KAFKA_BROKERS" --topic "$KAFKA_TOPIC" --partitions 3
event_tool topic create --brokers "$KAFKA_BROKERS" --topic "$KAFKA_DLQ_TOPIC" --partitions 1

say "connector-host --topology configs/rmq-to-kafka.yaml (metrics and health: http://127.0.0.1:$HTTP_PORT)"
"$CONNECTOR_TEST_HOST" --topology configs/rmq-to-kafka.yaml </dev/null >"$DEMO_DIR/host.log" 2>&1 &
HOST_PID=$!
await_ready

say "publishing $COUNT events, a tenth of them repeats and 2 % without an id (seed $SEED)"
event_tool publish --url "$RABBITMQ_URL" --queue "$RABBITMQ_QUEUE" "${PLAN[@]}" --progress &
PUBLISHER=$!
kept=0
event_tool verify --brokers "$KAFKA_BROKERS" --topic "$KAFKA_TOPIC" --dlq "$KAFKA_DLQ_TOPIC" "${PLAN[@]}" --wait 60 --progress \
  >"$DEMO_DIR/account" || kept=$?
wait "$PUBLISHER" || fail "the publisher failed"

say "stopping connector-host"
stopped=0
kill -TERM "$HOST_PID"
wait "$HOST_PID" || stopped=$?
HOST_PID=
[ "$stopped" -eq 0 ] || fail "connector-host exited with $stopped"
read -r left _ < <(event_tool queue depth --url "$RABBITMQ_URL" --queue "$RABBITMQ_QUEUE")

# Once more, now that nobody writes: what a stop may have repeated would show here.
[ "$kept" -ne 0 ] || event_tool verify --brokers "$KAFKA_BROKERS" --topic "$KAFKA_TOPIC" --dlq "$KAFKA_DLQ_TOPIC" "${PLAN[@]}" >"$DEMO_DIR/account" || kept=$?
say "what became of them"
cat "$DEMO_DIR/account"
[ "$kept" -le 1 ] || fail "the topics could not be read"
[ "$kept" -eq 0 ] || fail "not every event arrived once and unchanged"
[ "$left" -eq 0 ] || fail "$left events are still in the queue"
