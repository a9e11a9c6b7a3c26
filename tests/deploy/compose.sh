#!/usr/bin/env bash
# deploy/compose, as far as it can be judged without an engine: resolved by the reference implementation of the compose
# specification, which refuses what is not in it; held against what it refers to (compose_check.py).
#
# usage: compose.sh                a second, once the tools are there (tools.sh)
#        compose.sh --rabbitmq     a RabbitMQ of its own takes the definitions as well, and lets connector-host's URL in
# Exit codes: 0 good, 1 failed, 2 something is missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
FILE=$ROOT/deploy/compose/compose.yaml
mapfile -t FOUND < <("$HERE/tools.sh" compose python)
[ "${#FOUND[@]}" -eq 2 ] || exit 2
COMPOSE=${FOUND[0]} PYTHON=${FOUND[1]}
RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-compose.XXXXXX")
export SERVICE_DIR=$RUN/rabbitmq SERVICE_OWNER=$$
clean_up() {
  if [ -d "$SERVICE_DIR" ]; then "$HERE/../services/rabbitmq.sh" stop >/dev/null 2>&1 || true; fi
  rm -rf "$RUN"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  printf 'compose.sh: %s\n' "$*" >&2
  exit 1
}

# A check that takes everything would prove nothing: what is wrong has to be refused.
refuses() {
  sed "$1" "$FILE" >"$RUN/wrong.yaml"
  if cmp -s "$FILE" "$RUN/wrong.yaml"; then fail "the mistake could not be made: $1"; fi
  if "$COMPOSE" "$RUN/wrong.yaml" >/dev/null 2>&1; then fail "it was taken: $1"; fi
}

lets_in() {
  local url
  url=$(sed -nE 's/^ +RABBITMQ_URL: //p' "$FILE")
  "$HERE/../services/rabbitmq.sh" start >"$RUN/address"
  "$HERE/../services/rabbitmq.sh" ctl import_definitions "$ROOT/deploy/compose/rabbitmq/definitions.json"
  "${CONNECTOR_TEST_EVENT_TOOL:-$ROOT/build/release/bin/event_tool}" queue depth --url "${url/rabbitmq:5672/$(<"$RUN/address")}" --queue events
}

# With its rules where they are here.
prometheus_takes_its_file() {
  sed "s|/etc/prometheus/rules.yaml|$ROOT/deploy/prometheus/rules.yaml|" "$ROOT/deploy/compose/prometheus/prometheus.yml" >"$RUN/prometheus.yml"
  promtool check config "$RUN/prometheus.yml"
}

after_drain=$(sed -nE 's/^constexpr auto after_drain = ([0-9]+)s;.*/\1/p' "$ROOT/host/cli/run_command.cpp")
(cd "$(dirname "$FILE")" && "$COMPOSE" -format json "$FILE") >"$RUN/project.json" || fail "compose.yaml is refused"
refuses 's/^    stop_grace_period/    stop_grace_periods/'
refuses 's/^    restart: .*/    restart: [no]/'
"$PYTHON" "$HERE/compose_check.py" "$RUN/project.json" "$ROOT" "$after_drain" || fail "deploy/compose does not fit together"
if command -v promtool >/dev/null; then
  prometheus_takes_its_file >"$RUN/said" 2>&1 || fail "Prometheus does not take its file: $(<"$RUN/said")"
else
  echo "left out: Prometheus's file (promtool is missing: apt-get install prometheus on Debian 12, promtool on 13)"
fi
if [ "${1:-}" = --rabbitmq ]; then lets_in >"$RUN/said" || fail "RabbitMQ does not take the definitions: $(<"$RUN/said")"; fi
echo "compose.sh: it conforms, and fits together"
