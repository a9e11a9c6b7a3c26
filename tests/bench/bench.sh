#!/usr/bin/env bash
# The shipped line (configs/rmq-to-kafka.yaml) on real servers, beside what its client libraries do alone on the same
# servers in the same run, and beside the shortest program that is made of them for this line. `./dev bench` starts the servers and calls it.
# usage: bench.sh [--count N] [--rounds N] [--size BYTES] [--queue classic|quorum|both] [--out FILE]
#
# Method: the servers are warmed up; a queue is filled first and drained then, bare client and host in turn, and the median of the rounds is told.
# The rate runs from the first record in Kafka to the last; CPU is user and system time of all threads, start-up included;
# memory is the peak of the resident set. Every run is checked: nothing lost, nothing twice, every byte as published.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

COUNT=200000 ROUNDS=3 SIZE=256 QUEUES=both OUT=
while [ "$#" -gt 0 ]; do
  case $1 in
    --count) COUNT=$2 ;;
    --rounds) ROUNDS=$2 ;;
    --size) SIZE=$2 ;;
    --queue) QUEUES=$2 ;;
    --out) OUT=$2 ;;
    *)
      sed -nE '4p' "$0" >&2
      exit 2
      ;;
  esac
  shift 2
done
[ "$QUEUES" != both ] || QUEUES="classic quorum"

BIN=$(dirname "$CONNECTOR_TEST_HOST")
WORK=$(mktemp -d)
HOST_PID=
end() {
  if [ -n "$HOST_PID" ]; then
    kill -TERM "$HOST_PID" 2>/dev/null || true
    wait "$HOST_PID" 2>/dev/null || true
  fi
  rm -rf "$WORK"
}
trap end EXIT
trap 'exit 143' INT TERM HUP

say() { printf '    %s\n' "$*" >&2; }
fail() {
  printf 'bench: %s\n' "$*" >&2
  tail -n 20 "$WORK/host.log" >&2 2>/dev/null || true
  exit 1
}
event_tool() { "$CONNECTOR_TEST_EVENT_TOOL" "$@"; }
server_pid() { SERVICE_DIR=$1 "tests/services/$2.sh" pid; }

# cpu_us PID: user and system time so far.
cpu_us() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%d\n", ($12 + $13) * 1000000 / hz }' "/proc/$1/stat"; }
peak_mib() { awk '/^VmHWM/ { printf "%.0f\n", $2 / 1024 }' "/proc/$1/status"; }
median() { sort -g | awk '{ v[NR] = $1 } END { if (NR % 2) print v[(NR + 1) / 2]; else print (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
of_column() { awk -v column="$2" '{ print $column }' "$WORK/$1" | median; }

RABBITMQ_PID=$(server_pid "$CONNECTOR_TEST_RABBITMQ_DIR" rabbitmq)
REDIS_PID=$(server_pid "$CONNECTOR_TEST_REDIS_DIR" redis)
KAFKA_PID=$(server_pid "$CONNECTOR_TEST_KAFKA_DIR" kafka)
servers_cpu() { echo "$(cpu_us "$RABBITMQ_PID") $(cpu_us "$REDIS_PID") $(cpu_us "$KAFKA_PID")"; }

# fill TYPE SEED: a new queue with COUNT different events.
fill() {
  event_tool queue delete --url "$RABBITMQ_URL" --queue "bench.$1"
  event_tool publish --url "$RABBITMQ_URL" --queue "bench.$1" --queue-type "$1" --count "$COUNT" --size "$SIZE" --seed "$2" --duplicates 0 --poison 0
}

bare_consumer() {
  fill "$1" "$2"
  "$BIN/bare_clients" consume --url "$RABBITMQ_URL" --queue "bench.$1" --count "$COUNT" >>"$WORK/consume.$1"
  say "librabbitmq alone, $1 queue: $(tail -n 1 "$WORK/consume.$1")"
}

start_host() {
  export RABBITMQ_QUEUE=bench.$1 KAFKA_TOPIC=$2 KAFKA_DLQ_TOPIC=$2.dlq STATE_DIR=$WORK/state PLUGIN_DIR=$BIN/../lib/connector-host/plugins
  export HTTP_LISTEN ADMIN_LISTEN
  HTTP_LISTEN=127.0.0.1:$(tests/services/free_port.sh)
  ADMIN_LISTEN=127.0.0.1:$(tests/services/free_port.sh)
  mkdir -p "$STATE_DIR"
  tests/services/unbind_scope.sh "$REDIS_ADDR"
  "$CONNECTOR_TEST_HOST" --topology configs/rmq-to-kafka.yaml </dev/null >"$WORK/host.log" 2>&1 &
  HOST_PID=$!
}

# spent NAME BEFORE...: microseconds of CPU a message of each server, since BEFORE.
spent() { echo "$* $(servers_cpu)" | awk -v n="$COUNT" '{ printf "%.1f %.1f %.1f", ($4 - $1) / n, ($5 - $2) / n, ($6 - $3) / n }'; }

host_run() {
  local type=$1 seed=$2 topic=bench.$1.$2 before records seconds cpu stopped=0
  fill "$type" "$seed"
  event_tool topic create --brokers "$KAFKA_BROKERS" --topic "$topic" --partitions 3
  event_tool topic create --brokers "$KAFKA_BROKERS" --topic "$topic.dlq" --partitions 1
  before=$(servers_cpu)
  start_host "$type" "$topic"
  event_tool topic await --brokers "$KAFKA_BROKERS" --topic "$topic" --records "$COUNT" --wait 300 >"$WORK/await" || fail "the host did not deliver $COUNT events"
  read -r records seconds <"$WORK/await"
  cpu=$(cpu_us "$HOST_PID")
  echo "$(awk "BEGIN { printf \"%.0f %.2f\", $records / $seconds, $cpu / $COUNT }") $(peak_mib "$HOST_PID") $(spent "$before")" >>"$WORK/host.$type"
  kill -TERM "$HOST_PID"
  wait "$HOST_PID" || stopped=$?
  HOST_PID=
  [ "$stopped" -eq 0 ] || fail "the host exited with $stopped"
  event_tool verify --brokers "$KAFKA_BROKERS" --topic "$topic" --count "$COUNT" --size "$SIZE" --seed "$seed" --duplicates 0 --poison 0 >"$WORK/account" ||
    { cat "$WORK/account" >&2 && fail "the run is not valid"; }
  event_tool topic delete --brokers "$KAFKA_BROKERS" --topic "$topic"
  event_tool topic delete --brokers "$KAFKA_BROKERS" --topic "$topic.dlq"
  say "connector-host, $type queue: $(tail -n 1 "$WORK/host.$type")"
}

# The shortest program for the line: what the host adds is the difference.
bare_line() {
  local topic=bench.bare.$1.$2
  fill "$1" "$2"
  event_tool topic create --brokers "$KAFKA_BROKERS" --topic "$topic" --partitions 3
  "$BIN/bare_clients" carry --url "$RABBITMQ_URL" --queue "bench.$1" --brokers "$KAFKA_BROKERS" --topic "$topic" --port "${REDIS_ADDR##*:}" \
    --count "$COUNT" >>"$WORK/line.$1"
  event_tool topic delete --brokers "$KAFKA_BROKERS" --topic "$topic"
  say "one program for the line, $1 queue: $(tail -n 1 "$WORK/line.$1")"
}

bare_others() {
  event_tool topic create --brokers "$KAFKA_BROKERS" --topic "bench.bare.$1" --partitions 3
  "$BIN/bare_clients" produce --brokers "$KAFKA_BROKERS" --topic "bench.bare.$1" --count "$COUNT" --size "$SIZE" >>"$WORK/produce"
  event_tool topic delete --brokers "$KAFKA_BROKERS" --topic "bench.bare.$1"
  "$BIN/bare_clients" claim --port "${REDIS_ADDR##*:}" --count "$COUNT" --prefix "bench:$1:" >>"$WORK/claim"
  say "librdkafka alone: $(tail -n 1 "$WORK/produce"); hiredis alone: $(tail -n 1 "$WORK/claim")"
}

# A first run that does not count: the brokers' virtual machines compile their code while it goes on.
host_run classic 1
rm "$WORK/host.classic"
for round in $(seq "$ROUNDS"); do
  say "round $round of $ROUNDS"
  for queue in $QUEUES; do
    bare_consumer "$queue" $((round * 100))
    host_run "$queue" $((round * 100 + ${#queue}))
    bare_line "$queue" $((round * 100 + 50 + ${#queue}))
  done
  bare_others "$round"
done

bare_row() { printf '| %s | %.0f | %.2f | | | | |\n' "$1" "$(of_column "$2" 1)" "$(of_column "$2" 2)"; }

table() {
  local queue
  printf 'Medians of %s rounds, %s events of %s bytes, persistent, %s cores; RabbitMQ, Redis (AOF every second) and Kafka\n' "$ROUNDS" "$COUNT" "$SIZE" "$(nproc)"
  printf '(one node, 3 partitions, acks=all) on the same machine. Prefetch 2000, 2 lanes.\n\n'
  printf '| | msg/s | CPU µs/msg | peak RSS MiB | RabbitMQ µs/msg | Redis µs/msg | Kafka µs/msg |\n|---|---|---|---|---|---|---|\n'
  for queue in $QUEUES; do
    printf '| **connector-host**, %s queue | %.0f | %.2f | %.0f | %.1f | %.1f | %.1f |\n' "$queue" "$(of_column "host.$queue" 1)" "$(of_column "host.$queue" 2)" \
      "$(of_column "host.$queue" 3)" "$(of_column "host.$queue" 4)" "$(of_column "host.$queue" 5)" "$(of_column "host.$queue" 6)"
    bare_row "the shortest program for the line, $queue queue" "line.$queue"
    bare_row "librabbitmq alone, $queue queue, one ack for 500" "consume.$queue"
  done
  bare_row 'librdkafka alone, idempotent' produce
  bare_row 'hiredis alone, claim and commit, 64 in a pipeline' claim
}

table | tee ${OUT:+"$OUT"}
