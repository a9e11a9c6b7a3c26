#!/usr/bin/env bash
# A private Jaeger on 127.0.0.1 that keeps its traces in memory; its address is that of its page and of its query API.
# Own verbs: fetch (builds it with Go into JAEGER, once: about 6 CPU minutes); otlp_address (takes spans by OTLP over HTTP).
. "$(dirname "${BASH_SOURCE[0]}")/service.sh"

JAEGER_VERSION=v1.76.0
JAEGER=${JAEGER:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/connector-host/jaeger-$JAEGER_VERSION}

# Two runs at once build it once; a half-done build is never taken for a whole one.
fetch() {
  [ ! -d "$JAEGER" ] || return 0
  command -v go >/dev/null || fail "go is missing, which builds Jaeger (1.24 or later: go.dev)"
  mkdir -p "$(dirname "$JAEGER")"
  exec 9>"$JAEGER.lock"
  flock 9
  if [ ! -d "$JAEGER" ]; then
    say "building $JAEGER_VERSION"
    rm -rf "$JAEGER.part"
    mkdir "$JAEGER.part"
    (build "$JAEGER.part") >"$JAEGER.log" 2>&1 || { tail -n 15 "$JAEGER.log" >&2; fail "could not be built; see $JAEGER.log"; }
    mv "$JAEGER.part" "$JAEGER"
  fi
  exec 9>&-
}

# Its go.mod replaces modules, so that `go install` of it is refused: it is built where its own go.mod is the main one. The
# folder of the module cache is read-only, and the build writes nothing into it.
build() {
  local module
  module=$(cd / && go mod download -json "github.com/jaegertracing/jaeger@$JAEGER_VERSION" | sed -nE 's/^\s*"Dir": "(.*)",?$/\1/p')
  [ -n "$module" ] || return 1
  cd "$module"
  nice -n 15 go build -mod=readonly -trimpath -buildvcs=false -ldflags '-s -w' -o "$1/jaeger" ./cmd/all-in-one
}

# It opens its port for spans after the one for questions.
answers() { listens server "$(port_of port)" && listens server "$(port_of otlp_port)"; }

start_server() {
  local each host=127.0.0.1
  fetch
  for each in otlp_port otlp_grpc_port query_grpc_port collector_grpc_port collector_port admin_port; do choose_port "$each"; done
  SPAN_STORAGE_TYPE=memory launch server "$SERVICE_DIR/jaeger.log" "$JAEGER/jaeger" --memory.max-traces=50000 --log-level=warn \
    --query.http-server.host-port="$host:$(port_of port)" --query.grpc-server.host-port="$host:$(port_of query_grpc_port)" \
    --collector.otlp.http.host-port="$host:$(port_of otlp_port)" --collector.otlp.grpc.host-port="$host:$(port_of otlp_grpc_port)" \
    --collector.http-server.host-port="$host:$(port_of collector_port)" --admin.http.host-port="$host:$(port_of admin_port)" \
    --collector.grpc-server.host-port="$host:$(port_of collector_grpc_port)"
  come_up 30 "$SERVICE_DIR/jaeger.log"
}

stop_server() { end_process server 10; }

own() {
  case ${1:-} in
    fetch) fetch ;;
    otlp_address) echo "127.0.0.1:$(port_of otlp_port)" ;;
    *) usage "fetch|otlp_address" ;;
  esac
}

main "$@"
