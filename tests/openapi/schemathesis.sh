#!/usr/bin/env bash
# Asks a running host some thousands of questions that schemathesis makes up from its OpenAPI document, valid and invalid,
# one by one and in sequences, and holds each answer against the document. No part of the quick run: it takes minutes, and
# the first time the network.
#
# usage: schemathesis.sh [BUILD]      BUILD: the build directory, default build/release
#        EXAMPLES=N (per operation and phase, default 100)   SEED=N (replays a run)
#
# It keeps its Python packages in BUILD/openapi-venv. Exit codes: 0 good, 1 findings, 2 something is missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BUILD=$(cd "${1:-$HERE/../../build/release}" && pwd)
SEED=${SEED:-$RANDOM}
VENV=$BUILD/openapi-venv
HOST=$BUILD/bin/connector-host

# Left out, because the API takes more than the document tells of and less than a schema can say, as Kafka Connect does:
#   negative_data_rejection    unknown query parameters and words in them are ignored, a flag that is no boolean is false
#   positive_data_acceptance   whether a configuration is valid is up to the plugins, and offsets to the connector's state
CHECKS=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance
CHECKS+=,unsupported_method,allow_header_conformance,use_after_free,missing_required_header,ignored_auth,ensure_resource_availability

missing() {
  echo "schemathesis.sh: $*" >&2
  exit 2
}

install() {
  [ -x "$VENV/bin/schemathesis" ] && "$VENV/bin/pip" freeze | grep -qxFf "$HERE/requirements.txt" && return
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing "python3-venv is missing: apt-get install python3-venv"
  python3 -m venv "$VENV"
  "$VENV/bin/pip" install -q -r "$HERE/requirements.txt" || missing "pip could not install schemathesis; is the network there?"
}

HOST_PID=
RUN=
clean_up() {
  [ -z "$HOST_PID" ] || kill "$HOST_PID" 2>/dev/null || true
  [ -z "$RUN" ] || rm -rf "$RUN"
}
trap clean_up EXIT

# A host with what needs no server, and without the plugins that write files: names of files are made up here as well.
start_host() {
  RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-openapi.XXXXXX")
  mkdir "$RUN/bin" "$RUN/plugins"
  cp "$HOST" "$RUN/bin/"
  cp "$BUILD/lib/connector-host/plugins/"{generator,memory,null}.so "$RUN/plugins/"
  cat >"$RUN/t.yaml" <<YAML
plugin_dirs: [$RUN/plugins]
connectors:
  numbers: { id: none, source: { type: generator, count: 0, rate: 100 }, sink: { type: "null" } }
http: { listen: 127.0.0.1:0 }
admin: { listen: 127.0.0.1:0, unauthenticated: admin }
state_dir: $RUN/state
YAML
  "$RUN/bin/connector-host" --topology "$RUN/t.yaml" >"$RUN/host.log" 2>&1 &
  HOST_PID=$!
  for _ in $(seq 100); do
    PORT=$(sed -n 's/.*admin API on port \([0-9]*\).*/\1/p' "$RUN/host.log")
    [ -z "$PORT" ] || return 0
    kill -0 "$HOST_PID" 2>/dev/null || break
    sleep 0.1
  done
  cat "$RUN/host.log" >&2
  missing "the host does not start"
}

end_host() {
  local status=0
  kill -TERM "$HOST_PID"
  wait "$HOST_PID" || status=$?
  HOST_PID=
  # What fails inside a handler is told in the log; 1 is the code of a host with a failed task.
  if [ "$status" -gt 1 ] || grep -E ' (error|warn) .*\[http\]' "$RUN/host.log"; then
    echo "schemathesis.sh: the host ended with $status; its log ends with" >&2
    tail -n 20 "$RUN/host.log" >&2
    return 1
  fi
}

[ -x "$HOST" ] || missing "there is no $HOST; ./dev build makes it"
install
start_host
status=0
cd "$RUN" # for what schemathesis writes
PYTHONPATH=$HERE SCHEMATHESIS_HOOKS=hooks "$VENV/bin/schemathesis" run "http://127.0.0.1:$PORT/openapi.json" --phases examples,coverage,fuzzing,stateful \
  --checks "$CHECKS" --max-examples "${EXAMPLES:-100}" --seed "$SEED" --continue-on-failure --warnings off --no-color || status=1
end_host || status=1
[ "$status" -eq 0 ]
