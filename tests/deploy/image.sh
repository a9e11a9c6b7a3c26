#!/usr/bin/env bash
# The image: built from the Dockerfile itself on a Debian 13 that is made here, without a container engine; looked into; and
# run as an engine would run it that allows nothing, while a few thousand events go through it.
#
# usage: ./dev services tests/deploy/image.sh     (the addresses of RabbitMQ, Redis and Kafka are in its environment)
#   IMAGE_ROOT=FOLDER   do not build: look into this root, which an earlier run with KEEP=1 has left, and run it
# Ten minutes on two cores, most of them the build. Needs root, buildah, mmdebstrap. Exit codes: 0 good, 1 failed, 2 missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
cd "$ROOT"
TOOL=${CONNECTOR_TEST_EVENT_TOOL:-$ROOT/build/release/bin/event_tool}
LIMIT_MB=60 # over the base
PLAN=(--count 4000 --seed 61 --duplicates 0.1 --poison 0.02)

missing() {
  echo "image.sh: $*" >&2
  exit 2
}
[ "$(id -u)" = 0 ] || missing "only root can build and run an image without an engine"
for program in buildah mmdebstrap unshare setpriv; do
  command -v "$program" >/dev/null || missing "$program is missing: apt-get install $program"
done
for variable in RABBITMQ_URL REDIS_ADDR KAFKA_BROKERS; do
  [ -n "${!variable:-}" ] || missing "there is no $variable: run it with ./dev services $0"
done
[ -x "$TOOL" ] || missing "there is no $TOOL; ./dev build makes it"

RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-image.XXXXXX")
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF=$RUN/storage.conf
printf '[storage]\ndriver = "vfs"\nrunroot = "%s/run"\ngraphroot = "%s/graph"\n' "$RUN" "$RUN" >"$CONTAINERS_STORAGE_CONF"
mkdir "$RUN/plugins"
HOST=      # what runs the image
clean_up() {
  local status=$?
  if [ -n "$HOST" ]; then kill -KILL "$HOST" 2>/dev/null || true; fi
  if [ "$status" -ne 0 ] && [ -e "$RUN/host.log" ]; then tail -n 20 "$RUN/host.log" >&2; fi
  if [ -n "${KEEP:-}" ]; then echo "image.sh: kept: $RUN" >&2; else rm -rf "$RUN"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '==> %s\n' "$*"; }
fail() {
  printf 'image.sh: %s\n' "$*" >&2
  exit 1
}

# ---------------------------------------------------------------- building

import_base() {
  local container
  "$HERE/debian_root.sh" trixie "$RUN/base.tar"
  container=$(buildah from scratch)
  buildah add -q "$container" "$RUN/base.tar" / >/dev/null
  buildah commit -q "$container" localhost/debian:trixie-slim >/dev/null
  mkdir "$RUN/base"
  tar -C "$RUN/base" --exclude='./dev/*' -xf "$RUN/base.tar"
}

build_image() {
  local container
  nice -n 15 buildah bud --format docker --build-arg BASE=localhost/debian:trixie-slim --build-arg COMMIT=0123abc \
    --build-arg "JOBS=${JOBS:-$(nproc)}" -t event-processor:latest . >"$RUN/build.log" 2>&1 || {
    tail -n 40 "$RUN/build.log" >&2
    fail "the image does not build"
  }
  container=$(buildah from event-processor:latest)
  IMAGE_ROOT=$(buildah mount "$container")
}

# What an engine is told, a line each.
configuration() {
  buildah inspect --type image event-processor:latest | python3 -c '
import json, sys
config = json.load(sys.stdin)["Docker"]["config"]
for key in "User", "Entrypoint", "Cmd", "Volumes", "ExposedPorts", "Env":
    print(key, json.dumps(config.get(key)))
print("Healthcheck", json.dumps(config["Healthcheck"]["Test"]))
for key in "version", "revision":
    print(key, config["Labels"]["org.opencontainers.image." + key])'
}

check_configuration() {
  local version
  version=$(sed -nE 's/^project\(connector-host VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
  diff - <(configuration) <<CONFIGURATION || fail "the image tells an engine something else"
User "10001:10001"
Entrypoint ["/usr/bin/connector-host"]
Cmd ["--topology", "/etc/connector-host/rmq-to-kafka.yaml"]
Volumes {"/var/lib/connector-host": {}}
ExposedPorts {"8080/tcp": {}, "8083/tcp": {}}
Env ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "CONNECTOR_PLUGIN_PATH=/opt/connector-host/plugins"]
Healthcheck ["CMD", "/usr/bin/connector-host", "healthcheck"]
version $version
revision 0123abc
CONFIGURATION
}

# ---------------------------------------------------------------- looking into it

check_contents() {
  local found
  found=$(find "$IMAGE_ROOT" -xdev \( -name 'g++*' -o -name 'gcc*' -o -name cc1plus -o -name ld -o -name cmake -o -name ninja -o -name '*.a' \
    -o -name '*.hpp' -o -path "$IMAGE_ROOT/src" -o -name curl -o -name wget -o -path '*/apt/lists/*' -o -name '*.deb' -o -name 'pkgcache.bin' \) \
    ! -type d ! -path '*/dpkg/info/*' ! -path '*/apt/lists/lock' -print)
  [ -z "$found" ] || fail "that is only for a build: $found"
  found=$(find "$IMAGE_ROOT" -xdev \( -perm -o+w -o -uid 10001 \) ! -type l ! -path "$IMAGE_ROOT/proc/*" ! -path "$IMAGE_ROOT/dev/*" ! -perm -1000 -print)
  [ "$found" = "$IMAGE_ROOT/var/lib/connector-host" ] || fail "beside the state this can be written: $found"
  cmp configs/rmq-to-kafka.yaml "$IMAGE_ROOT/etc/connector-host/rmq-to-kafka.yaml" || fail "the topology is not the shipped one"
}

bytes() { find "$1" -xdev -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%d\n", sum }'; }

# What is in the image and not in its base, the largest first.
check_size() {
  local over
  over=$(($(bytes "$IMAGE_ROOT") - $(bytes "$RUN/base")))
  say "$((over / 1000)) kB over the base, which is $(($(bytes "$RUN/base") / 1000)) kB; of that:"
  (cd "$IMAGE_ROOT" && find . -xdev -type f -printf '%s %p\n') | sort -rn | while read -r size file; do
    [ -e "$RUN/base/$file" ] || echo "$size ${file#.}"
  done | awk 'NR <= 12 { printf "    %7d kB  %s\n", $1 / 1000, $2 } NR > 12 { rest += $1 } END { printf "    %7d kB  the rest\n", rest / 1000 }'
  [ "$over" -lt $((LIMIT_MB * 1000000)) ] || fail "that is more than $LIMIT_MB MB"
}

# ---------------------------------------------------------------- running it

HTTP_PORT=$("$HERE/../services/free_port.sh")
ADMIN_PORT=$("$HERE/../services/free_port.sh")
# The variables of the service that this one replaces; others only because no port here is a fixed one, and a collector that is
# not there, so that the module for traces is loaded.
VARIABLES=(CONNECTOR_PLUGIN_PATH=/opt/connector-host/plugins
  "RABBITMQ_URL=$RABBITMQ_URL" RABBITMQ_QUEUE=image.events "KAFKA_BROKERS=$KAFKA_BROKERS" KAFKA_TOPIC=image.events "REDIS_ADDR=$REDIS_ADDR"
  LOG_LEVEL=info KAFKA_DLQ_TOPIC=image.events.dlq "HTTP_LISTEN=127.0.0.1:$HTTP_PORT" "ADMIN_LISTEN=127.0.0.1:$ADMIN_PORT"
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 "CONNECTOR_HOST_HEALTH_URL=http://127.0.0.1:$HTTP_PORT" "CONNECTOR_HOST_URL=http://127.0.0.1:$ADMIN_PORT")
in_image() { "$HERE/image_run.sh" "$IMAGE_ROOT" "$RUN/plugins" "${VARIABLES[@]}" "$@"; }

# Not in_image: of a function in the background, bash would be the parent.
start_host() {
  "$HERE/image_run.sh" "$IMAGE_ROOT" "$RUN/plugins" "${VARIABLES[@]}" \
    /usr/bin/connector-host --topology /etc/connector-host/rmq-to-kafka.yaml >"$RUN/host.log" 2>&1 &
  HOST=$!
  await_alive
  CHILD=$(pgrep -P "$HOST")
}

# One of one's own: here a copy of one that is in the image, which therefore stands behind that one, and is seen.
check_plugins() {
  cp "$IMAGE_ROOT/usr/lib/connector-host/plugins/null.so" "$RUN/plugins/mine.so"
  in_image /usr/bin/connector-host plugin list --json >"$RUN/plugins.json"
  for each in file generator kafka memory null rabbitmq redis; do
    grep -q "/usr/lib/connector-host/plugins/$each.so" "$RUN/plugins.json" || fail "the image has no plugin $each"
  done
  grep -q /opt/connector-host/plugins/mine.so "$RUN/plugins.json" || fail "the mounted plugin is not seen"
}

await_alive() {
  local end=$((SECONDS + 30))
  until in_image /usr/bin/connector-host healthcheck >"$RUN/healthcheck" 2>&1; do
    kill -0 "$HOST" 2>/dev/null || fail "it ended at once"
    [ "$SECONDS" -lt "$end" ] || fail "it is not alive: $(<"$RUN/healthcheck")"
    sleep 0.2
  done
}

# field NAME: of the process's status
field() { sed -nE "s/^$1:\s+(\S+).*/\1/p" "/proc/$CHILD/status"; }

check_confinement() {
  [ "$(field Uid) $(field Gid)" = "10001 10001" ] || fail "it runs as $(field Uid):$(field Gid)"
  [ "$(field CapEff)$(field CapBnd)" = 00000000000000000000000000000000 ] || fail "it has capabilities"
  [ "$(field NoNewPrivs)" = 1 ] || fail "it may gain privileges"
  grep -qE '^Max core file size +0 +0 ' "/proc/$CHILD/limits" || fail "it may write a core file"
  [ "$(stat -c %u "/proc/$CHILD/environ")" = 0 ] || fail "other processes of its user can read its memory"
  [ "$(sed -nE 's/^NSpid:\s+[0-9]+\s+//p' "/proc/$CHILD/status")" = 1 ] || fail "it is not process 1"
  awk '$5 == "/" { options = $6 } END { exit options !~ /^ro(,|$)/ }' "/proc/$CHILD/mountinfo" || fail "its root can be written"
  grep -q 'Permission denied\|Read-only' < <(in_image /bin/sh -c ': >/tmp/x' 2>&1) || fail "its /tmp can be written"
}

carry_events() {
  local topics=(--brokers "$KAFKA_BROKERS" --topic image.events) left
  "$TOOL" queue declare --url "$RABBITMQ_URL" --queue image.events
  "$TOOL" topic create "${topics[@]}" --partitions 3
  "$TOOL" topic create --brokers "$KAFKA_BROKERS" --topic image.events.dlq --partitions 1
  in_image /usr/bin/connector-host check /etc/connector-host/rmq-to-kafka.yaml || fail "check does not reach the servers"
  start_host
  check_confinement
  "$TOOL" publish --url "$RABBITMQ_URL" --queue image.events "${PLAN[@]}"
  "$TOOL" verify "${topics[@]}" --dlq image.events.dlq "${PLAN[@]}" --wait 60 || fail "not every event arrived once"
  in_image /usr/bin/connector-host status
  stop_host
  "$TOOL" verify "${topics[@]}" --dlq image.events.dlq "${PLAN[@]}" >"$RUN/account" || fail "the stop repeated some: $(<"$RUN/account")"
  read -r left _ < <("$TOOL" queue depth --url "$RABBITMQ_URL" --queue image.events)
  [ "$left" -eq 0 ] || fail "$left events are still in the queue"
}

stop_host() {
  local status=0
  kill -TERM "$CHILD"
  wait "$HOST" || status=$?
  HOST=
  [ "$status" -eq 0 ] || fail "SIGTERM ended it with $status"
  if grep -E 'Z error |random worker id|there are no traces' "$RUN/host.log"; then fail "it complained"; fi
  status=0
  in_image /usr/bin/connector-host healthcheck 2>/dev/null || status=$?
  [ "$status" -eq 3 ] || fail "the health check of one that has ended is $status and not 3"
}

if [ -z "${IMAGE_ROOT:-}" ]; then
  say "a base, and the image on it"
  import_base
  build_image
  say "built in $SECONDS s"
  check_configuration
  check_contents
  check_size
fi
check_plugins
carry_events
echo "image.sh: all of it is as it should be"
