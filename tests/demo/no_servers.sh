#!/usr/bin/env bash
# The demo without servers: configs/quickstart.yaml, generator -> memory -> file, and an account of every event. Which
# ids were published is known from a second run of the same generator without the dedup store. `./dev demo --no-servers` calls it.
# Environment: CONNECTOR_TEST_HOST, DEMO_DIR (for its files).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { printf '==> %s\n' "$*"; }
fail() {
  printf 'demo: %s\n' "$*" >&2
  tail -n 20 "$DEMO_DIR"/*.log >&2
  exit 1
}

HOST_PID=
end_host() {
  if [ -n "$HOST_PID" ]; then
    kill -TERM "$HOST_PID" 2>/dev/null || true
    wait "$HOST_PID" 2>/dev/null || true
  fi
}
trap end_host EXIT
trap 'exit 143' INT TERM HUP

# start_host NAME TOPOLOGY: in the background, writing NAME.jsonl and NAME.dead.jsonl.
start_host() {
  HTTP_LISTEN=127.0.0.1:$(tests/services/free_port.sh) ADMIN_LISTEN=127.0.0.1:$(tests/services/free_port.sh) \
    OUT=$DEMO_DIR/$1.jsonl DEAD=$DEMO_DIR/$1.dead.jsonl STATE_DIR=$DEMO_DIR/$1.state \
    "$CONNECTOR_TEST_HOST" --topology "$2" </dev/null >"$DEMO_DIR/$1.log" 2>&1 &
  HOST_PID=$!
}

end_of_host() {
  local status=0
  wait "$HOST_PID" || status=$?
  HOST_PID=
  [ "$status" -eq 0 ] || fail "connector-host exited with $status"
}

lines() { wc -l <"$1"; }
ids() { sed -nE 's/^\{"event_id":"([^"]*)".*/\1/p' "$1"; }
row() { printf '  %-34s%10s\n' "$1" "$2"; }

export PLUGIN_DIR
PLUGIN_DIR=$(dirname "$CONNECTOR_TEST_HOST")/../lib/connector-host/plugins
mkdir -p "$DEMO_DIR/line.state" "$DEMO_DIR/published.state"

say "what the generator makes (the same topology without its dedup store)"
sed '/^ *dedup:/d' configs/quickstart.yaml >"$DEMO_DIR/published.yaml"
start_host published "$DEMO_DIR/published.yaml"
end_of_host

say "connector-host --topology configs/quickstart.yaml"
began=$(date +%s%N)
start_host line configs/quickstart.yaml
end_of_host
took_ms=$((($(date +%s%N) - began) / 1000000))

ids "$DEMO_DIR/published.jsonl" | sort -u >"$DEMO_DIR/wanted"
ids "$DEMO_DIR/line.jsonl" | sort >"$DEMO_DIR/delivered"
lost=$(comm -23 "$DEMO_DIR/wanted" <(uniq "$DEMO_DIR/delivered") | wc -l)
repeated=$(uniq -d "$DEMO_DIR/delivered" | wc -l)
dead=$(lines "$DEMO_DIR/line.dead.jsonl")
say "what became of them ($DEMO_DIR/line.jsonl until this ends)"
published=$(sed -nE 's/.*type: generator, count: ([0-9]+).*/\1/p' configs/quickstart.yaml)
row published "$published"
row delivered "$(lines "$DEMO_DIR/line.jsonl")"
row 'duplicates skipped' $((published - $(lines "$DEMO_DIR/line.jsonl") - dead - lost))
row dead-lettered "$dead"
row lost $((lost + $(lines "$DEMO_DIR/published.dead.jsonl") - dead))
row 'events a second' $((published * 1000 / took_ms))
[ "$lost" -eq 0 ] || fail "$lost events are missing"
[ "$repeated" -eq 0 ] || fail "$repeated events came more than once"
[ "$dead" -eq "$(lines "$DEMO_DIR/published.dead.jsonl")" ] || fail "not every bad event was dead-lettered"
