#!/usr/bin/env bash
# The Debian package: built for each release of Debian, installed with apt in a clean root of it, the main job run from it as
# its unit says, between real servers, and purged. systemd itself does not run: run_unit.py does of it what it can.
#
# usage: deb.sh [SUITE...]     bookworm trixie (both by default)
# The one of this machine's own release comes out of build/release; the other is built in a root of that release (minutes, the
# first time), in build/deb-SUITE. The packages stay in build/packages. Starts RabbitMQ, Redis and Kafka by ./dev services
# unless CONNECTOR_TEST_* name them. Needs root. Exit codes: 0 good, 1 failed, 2 something is missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
[ -n "${CONNECTOR_TEST_KAFKA:-}" ] || exec "$ROOT/dev" services "$HERE/deb.sh" "$@"
JOBS=${JOBS:-$(nproc)}
EVENT_TOOL=${CONNECTOR_TEST_EVENT_TOOL:-$ROOT/build/release/bin/event_tool}
PACKAGES=$ROOT/build/packages
COUNT=20000
SEED=$(($$ * 10)) # of the events' ids: each suite has its own, or the shared Redis would skip those of the second as repeats

[ "$(id -u)" = 0 ] || {
  echo "deb.sh: only root can make and enter a root" >&2
  exit 2
}
for each in mmdebstrap systemd-analyze lintian dpkg-shlibdeps; do
  command -v "$each" >/dev/null || {
    echo "deb.sh: $each is missing: apt-get install mmdebstrap systemd lintian dpkg-dev" >&2
    exit 2
  }
done
[ -x "$EVENT_TOOL" ] || {
  echo "deb.sh: there is no $EVENT_TOOL; ./dev build makes it" >&2
  exit 2
}

RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-deb.XXXXXX")
SERVICE_PID=
clean_up() {
  [ -z "$SERVICE_PID" ] || kill -TERM "$SERVICE_PID" 2>/dev/null || true
  [ -z "$SERVICE_PID" ] || wait "$SERVICE_PID" || true
  rm -rf --one-file-system "$RUN"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

PASSED=0
FAILED=0
# held TEXT COMMAND...: what it says is shown when it fails.
held() {
  local text="$SUITE: $1"
  shift
  if "$@" >"$RUN/said" 2>&1; then
    PASSED=$((PASSED + 1))
    echo "  $text"
  else
    FAILED=$((FAILED + 1))
    echo "FAILED: $text"
    sed 's/^/    /' "$RUN/said"
    return 1
  fi
}

# inside FOLDER COMMAND...: in the root in FOLDER. What is mounted for it, and what it leaves running, ends with it.
inside() {
  local folder=$1
  shift
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child --propagation private bash -ec '
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    for each in source build ccache; do if [ -d "$root/$each" ]; then mount --bind "$(cat "$root/$each.from")" "$root/$each"; fi; done
    exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root "$@"' _ "$folder" "$@"
}

# offer FOLDER NAME FROM: inside shows FROM as /NAME.
offer() {
  mkdir -p "$1/$2" "$3"
  echo "$3" >"$1/$2.from"
}

# ---------------------------------------------------------------- building

suite_of_this_machine() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

build_here() {
  cd "$ROOT"
  [ -e build/release/build.ninja ] || cmake --preset release
  ninja -C build/release -j "$JOBS" connector-host plugins/all
  cpack -G DEB --config build/release/CPackConfig.cmake -B "$RUN/packed-$SUITE"
}

build_in_a_root() {
  local folder=$RUN/build-$SUITE BUILD_PACKAGES=()
  eval "$(sed -nE '/^BUILD_PACKAGES=\(/,/\)$/p' "$ROOT/dev")" # the one list of them
  "$HERE/debian_root.sh" "$SUITE" "$folder" "${BUILD_PACKAGES[@]}" dpkg-dev file
  offer "$folder" source "$ROOT"
  offer "$folder" build "$ROOT/build/deb-$SUITE"
  offer "$folder" ccache "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/connector-host/ccache-$SUITE"
  inside "$folder" env CCACHE_DIR=/ccache nice -n 10 bash -ec "
    cd /source
    cmake --preset release -B /build -DCONNECTOR_TESTS=OFF -DCONNECTOR_BENCHMARKS=OFF
    ninja -C /build -j $JOBS connector-host plugins/all
    cpack -G DEB --config /build/CPackConfig.cmake -B /packed"
  mv "$folder/packed" "$RUN/packed-$SUITE"
  rm -rf --one-file-system "$folder"
}

build() {
  local log=$PACKAGES/$SUITE.log
  mkdir -p "$PACKAGES"
  if [ "$SUITE" = "$(suite_of_this_machine)" ]; then build_here >"$log" 2>&1; else build_in_a_root >"$log" 2>&1; fi || {
    tail -n 30 "$log"
    return 1
  }
  DEB=$(echo "$RUN/packed-$SUITE"/*.deb)
  cp "$DEB" "$PACKAGES/"
}

# ---------------------------------------------------------------- the package

files_of() { dpkg-deb -c "$DEB" | awk '$1 !~ /^d/ { print substr($6, 2) }' | sort; }

expected_files() {
  local name
  for name in file generator kafka memory null rabbitmq redis; do echo "/usr/lib/connector-host/plugins/$name.so"; done
  for name in changelog.Debian.gz changelog.gz copyright operations.md; do echo "/usr/share/doc/connector-host/$name"; done
  if [ "$SUITE" != bookworm ]; then echo /usr/lib/systemd/system/connector-host.service.d/notify-reload.conf; fi
  printf '%s\n' /etc/connector-host/rmq-to-kafka.yaml /etc/default/connector-host /usr/bin/connector-host \
    /usr/lib/systemd/system/connector-host.service /usr/lib/sysusers.d/connector-host.conf
}

holds_what_it_should() { diff <(expected_files | sort) <(files_of); }

# The brokers are elsewhere.
depends_on_libraries_alone() {
  local depends
  depends=$(dpkg-deb -f "$DEB" Depends Pre-Depends)
  echo "$depends"
  [[ $depends == *librdkafka1* && $depends == *librabbitmq4* && $depends == *libc6* ]] || return 1
  ! grep -qE 'rabbitmq-server|redis-server|kafka[^0-9]|default-jre|-dev' <<<"$depends"
}

# Everything that lintian has to say, but for what is decided otherwise, with the reason:
lintian_is_content() {
  local tag tags=() suppressed=(
    no-manual-page               # connector-host --help and operations.md are the manual
    initial-upload-closes-no-bugs # there is no bug report to close outside of Debian's archive
    non-standard-file-perm       # /etc/default/connector-host may hold a password
    copyright-without-copyright-notice # there is no licence to give
  )
  for tag in "${suppressed[@]}"; do
    if lintian-explain-tags "$tag" >/dev/null 2>&1; then tags+=("$tag"); fi
  done
  lintian --allow-root --no-cfg --fail-on error,warning --suppress-tags "$(IFS=, && echo "${tags[*]}")" "$DEB"
}

check_package() {
  held "it holds the program, its plugins, a topology, a unit and nothing else" holds_what_it_should
  held "it depends on libraries and on nothing that serves" depends_on_libraries_alone
  held "lintian has neither errors nor warnings" lintian_is_content
}

# ---------------------------------------------------------------- installing

apt_get() { inside "$CLEAN" apt-get -q -y -o APT::Install-Recommends=false -o APT::Sandbox::User=root "$@"; }

install_package() {
  apt_get update
  cp "$DEB" "$CLEAN/package.deb"
  apt_get install /package.deb
  rm "$CLEAN/package.deb"
  inside "$CLEAN" dpkg -s connector-host | grep -q '^Status: install ok installed'
}

user_is_there() { inside "$CLEAN" id connector-host; }
is_not_enabled() { ! find "$CLEAN/etc/systemd/system" -name 'connector-host*' | grep .; }

# Every library is there, and the plugins are trusted.
plugins_can_be_used() {
  local list
  list=$(inside "$CLEAN" setpriv --reuid connector-host --regid connector-host --clear-groups connector-host plugin list)
  echo "$list"
  local name
  for name in file generator kafka memory null rabbitmq redis; do grep -qw "$name" <<<"$list" || return 1; done
}

unit_is_right() {
  inside "$CLEAN" systemd-analyze verify --man=no /usr/lib/systemd/system/connector-host.service >"$RUN/verify" 2>&1
  cat "$RUN/verify"
  [ ! -s "$RUN/verify" ]
}

# Of systemd's scale from 0 to 10, times ten.
unit_is_hardened() { inside "$CLEAN" systemd-analyze security --no-pager --offline=true --threshold=19 connector-host.service; }

# systemd must not cut a stop in good order short: the drain of the shipped topology, and what may follow it.
unit_waits_for_the_drain() {
  local drain after waits
  drain=$(sed -nE 's/^ *drain_timeout: ([0-9]+)s.*/\1/p' "$ROOT/configs/rmq-to-kafka.yaml")
  after=$(sed -nE 's/^constexpr auto after_drain = ([0-9]+)s;.*/\1/p' "$ROOT/host/cli/run_command.cpp")
  waits=$(sed -nE 's/^TimeoutStopSec=([0-9]+)$/\1/p' "$ROOT/deploy/systemd/connector-host.service")
  echo "drain_timeout $drain, after_drain $after, TimeoutStopSec $waits"
  [ "$waits" -gt $((drain + after)) ]
}

check_installation() {
  held "apt installs it in a clean root" install_package || return 1
  held "its user is there" user_is_there
  held "it is neither enabled nor started" is_not_enabled
  held "its user can use every plugin" plugins_can_be_used
  held "systemd-analyze verify says nothing against the unit" unit_is_right
  held "systemd-analyze security: less than 2" unit_is_hardened
  held "TimeoutStopSec is over the drain" unit_waits_for_the_drain
}

# ---------------------------------------------------------------- running

configure() {
  HTTP_PORT=$("$ROOT/tests/services/free_port.sh")
  cat >"$CLEAN/etc/default/connector-host" <<VARIABLES
RABBITMQ_URL=amqp://guest:guest@$CONNECTOR_TEST_RABBITMQ
RABBITMQ_QUEUE=$NAME
REDIS_ADDR=$CONNECTOR_TEST_REDIS
KAFKA_BROKERS=$CONNECTOR_TEST_KAFKA
KAFKA_TOPIC=$NAME
KAFKA_DLQ_TOPIC=$NAME.dlq
HTTP_LISTEN=127.0.0.1:$HTTP_PORT
ADMIN_LISTEN=127.0.0.1:$("$ROOT/tests/services/free_port.sh")
VARIABLES
  "$HERE/../services/unbind_scope.sh" "$CONNECTOR_TEST_REDIS"
  "$EVENT_TOOL" queue declare --url "amqp://guest:guest@$CONNECTOR_TEST_RABBITMQ" --queue "$NAME" --queue-type quorum
  "$EVENT_TOOL" topic create --brokers "$CONNECTOR_TEST_KAFKA" --topic "$NAME" --partitions 3
  "$EVENT_TOOL" topic create --brokers "$CONNECTOR_TEST_KAFKA" --topic "$NAME.dlq" --partitions 1
}

check_command() {
  local variables
  mapfile -t variables <"$CLEAN/etc/default/connector-host"
  inside "$CLEAN" setpriv --reuid connector-host --regid connector-host --clear-groups env "${variables[@]}" \
    connector-host check /etc/connector-host/rmq-to-kafka.yaml
}

# said LINE [TIMES]: the service has told its manager so.
said() {
  local end=$((SECONDS + 60))
  until [ "$(grep -c -- "$1" "$RUN/service.log")" -ge "${2:-1}" ]; do
    if [ "$SECONDS" -ge "$end" ] || ! kill -0 "$SERVICE_PID" 2>/dev/null; then
      cat "$RUN/service.log"
      return 1
    fi
    sleep 0.1
  done
}

begin_service() {
  "$HERE/run_unit.py" "$CLEAN" connector-host.service >"$RUN/service.log" 2>&1 &
  SERVICE_PID=$!
  said READY=1
}

service_is_confined() {
  local pid status
  pid=$(pgrep -P "$SERVICE_PID" -x connector-host)
  status=$(cat "/proc/$pid/status")
  grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' <<<"$status"
  grep -E '^Max core file size +0 +0 ' "/proc/$pid/limits" || return 1
  grep -qE '^NoNewPrivs:\s1$' <<<"$status" && grep -qE '^Seccomp:\s2$' <<<"$status" &&
    grep -qE '^CapEff:\s0+$' <<<"$status" && ! grep -qE '^Uid:\s0' <<<"$status"
}

carries_everything() {
  "$EVENT_TOOL" publish --url "amqp://guest:guest@$CONNECTOR_TEST_RABBITMQ" --queue "$NAME" --queue-type quorum "${PLAN[@]}"
  "$EVENT_TOOL" verify --brokers "$CONNECTOR_TEST_KAFKA" --topic "$NAME" --dlq "$NAME.dlq" "${PLAN[@]}" --wait 90
}

reload() {
  kill -HUP "$SERVICE_PID"
  said RELOADING=1 && said READY=1 2
}

end_service() {
  local status=0
  kill -TERM "$SERVICE_PID"
  wait "$SERVICE_PID" || status=$?
  SERVICE_PID=
  cat "$RUN/service.log"
  [ "$status" -eq 0 ] && grep -q STOPPING=1 "$RUN/service.log" && [ -n "$(ls "$CLEAN/var/lib/connector-host")" ]
}

# What is missing in a sandbox that is too narrow shows as a refused call.
nothing_was_refused() {
  cat "$RUN/service.log"
  ! grep -iE 'not permitted|denied|read-only|cannot be (written|kept)| error ' "$RUN/service.log"
}

check_run() {
  PLAN=(--count "$COUNT" --seed "$((SEED += 1))" --duplicates 0.1 --poison 0.02)
  held "the servers have what it needs" configure || return 1
  held "its user's check of every dependency is good" check_command
  held "it is READY under its unit" begin_service || return 1
  held "it runs as its user, without capabilities, under a filter" service_is_confined
  held "$COUNT messages: each arrives once" carries_everything
  held "it lives: the watchdog hears of it" said WATCHDOG=1 2
  held "a reload is told" reload
  held "SIGTERM drains it and it ends with 0" end_service
  held "nothing of that was refused by the sandbox" nothing_was_refused
  "$EVENT_TOOL" queue delete --url "amqp://guest:guest@$CONNECTOR_TEST_RABBITMQ" --queue "$NAME" || true
}

# ---------------------------------------------------------------- leaving

upgrade_keeps_what_was_changed() {
  cp "$DEB" "$CLEAN/package.deb"
  echo 'LOG_LEVEL=debug' >>"$CLEAN/etc/default/connector-host"
  apt_get install --reinstall /package.deb
  rm "$CLEAN/package.deb"
  grep -q LOG_LEVEL=debug "$CLEAN/etc/default/connector-host"
}

purge_leaves_nothing() {
  local id left
  id=$(inside "$CLEAN" id -u connector-host)
  apt_get purge connector-host
  left=$(find "$CLEAN" -xdev \( -name '*connector-host*' -o -uid "$id" \) ! -path "$CLEAN/var/cache/*" ! -path "$CLEAN/var/log/*")
  echo "$left"
  [ -z "$left" ] && ! grep connector-host "$CLEAN/etc/passwd" "$CLEAN/etc/group"
}

check_suite() {
  NAME=deb.$SUITE.$$
  CLEAN=$RUN/$SUITE
  held "it is built" build || return 0
  check_package || true
  "$HERE/debian_root.sh" "$SUITE" "$CLEAN"
  check_installation || return 0
  check_run || true
  held "an upgrade keeps a changed configuration" upgrade_keeps_what_was_changed || true
  held "purge leaves nothing" purge_leaves_nothing || true
}

[ "$#" -gt 0 ] || set -- bookworm trixie
for SUITE in "$@"; do check_suite; done
echo "deb.sh: $PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]
