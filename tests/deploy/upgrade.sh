#!/usr/bin/env bash
# An upgrade with both versions at work: the version before delivery windows and scope bindings (BASELINE) and the present one
# consume one queue with one Redis and one connector name, under load and over a stop of each. Nothing is lost or duplicated, so
# the keys of the one mean the same to the other, and a scope without a binding is adopted without a word.
#
# usage: upgrade.sh     with the servers of `./dev services`, or as a part of `./dev test deploy`
# The baseline is built from the history of the clone, once, outside of it: some minutes. Exit codes: 0 good, 1 failed.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
cd "$ROOT"
BASELINE=f50fa1f
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/connector-host/baseline-$BASELINE
RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-upgrade.XXXXXX")
declare -A HOSTS=()

clean_up() {
  local pid
  for pid in "${HOSTS[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${HOSTS[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$RUN"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  printf 'upgrade.sh: %s\n' "$*" >&2
  tail -n 15 "$RUN"/*.log >&2 2>/dev/null || true
  exit 1
}
event_tool() { "$CONNECTOR_TEST_EVENT_TOOL" "$@"; }

build_baseline() {
  [ ! -x "$CACHE/build/bin/connector-host" ] || return 0
  git cat-file -e "$BASELINE^{commit}" 2>/dev/null || fail "the clone has no commit $BASELINE: it needs the whole history"
  mkdir -p "$CACHE/source"
  git archive "$BASELINE" | tar -C "$CACHE/source" -xf -
  cmake -S "$CACHE/source" -B "$CACHE/build" -G Ninja -DCMAKE_BUILD_TYPE=Release >"$RUN/configure.log"
  ninja -C "$CACHE/build" connector-host plugins/all >"$RUN/build.log" || fail "the baseline cannot be built"
}

# start NAME PROGRAM TOPOLOGY
start() {
  env STATE_DIR="$RUN/state-$1" PLUGIN_DIR="$(dirname "$2")/../lib/connector-host/plugins" HTTP_LISTEN=127.0.0.1:0 ADMIN_LISTEN=127.0.0.1:0 \
    "$2" --topology "$3" </dev/null >>"$RUN/$1.log" 2>&1 &
  HOSTS[$1]=$!
}

stop() {
  local status=0
  kill -TERM "${HOSTS[$1]}"
  wait "${HOSTS[$1]}" || status=$?
  unset "HOSTS[$1]"
  [ "$status" -eq 0 ] || fail "the $1 host exited with $status"
}

build_baseline
NAME=upgrade.$$
export RABBITMQ_QUEUE=$NAME KAFKA_TOPIC=$NAME KAFKA_DLQ_TOPIC=$NAME.dlq
PLAN=(--count 60000 --seed "$$" --duplicates 0.1 --poison 0)
event_tool queue declare --url "$RABBITMQ_URL" --queue "$NAME" --queue-type quorum
event_tool topic create --brokers "$KAFKA_BROKERS" --topic "$NAME" --partitions 3
event_tool topic create --brokers "$KAFKA_BROKERS" --topic "$NAME.dlq" --partitions 1

event_tool publish --url "$RABBITMQ_URL" --queue "$NAME" --queue-type quorum "${PLAN[@]}" --rate 4000 &
PUBLISHER=$!
start old "$CACHE/build/bin/connector-host" "$CACHE/source/configs/rmq-to-kafka.yaml"
start new "$CONNECTOR_TEST_HOST" configs/rmq-to-kafka.yaml
event_tool topic await --brokers "$KAFKA_BROKERS" --topic "$NAME" --records 15000 --wait 120 >/dev/null || fail "15000 events did not arrive"
stop old
start old "$CACHE/build/bin/connector-host" "$CACHE/source/configs/rmq-to-kafka.yaml"
event_tool topic await --brokers "$KAFKA_BROKERS" --topic "$NAME" --records 30000 --wait 120 >/dev/null || fail "30000 events did not arrive"
stop new
start new "$CONNECTOR_TEST_HOST" configs/rmq-to-kafka.yaml
wait "$PUBLISHER" || fail "the publisher failed"
event_tool verify --brokers "$KAFKA_BROKERS" --topic "$NAME" "${PLAN[@]}" --wait 120 >"$RUN/account" || { cat "$RUN/account" && fail "not every event arrived once"; }
for name in old new; do
  grep -q 'RUNNING' "$RUN/$name.log" || fail "the $name host did not work"
  stop "$name"
done
event_tool verify --brokers "$KAFKA_BROKERS" --topic "$NAME" "${PLAN[@]}" || fail "a stop duplicated events"
