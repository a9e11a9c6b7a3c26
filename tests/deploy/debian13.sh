#!/usr/bin/env bash
# The tests on Debian 13: the sources as they stand here, built in a Debian 13 root with its compiler and its libraries, and
# run there against its RabbitMQ and Redis.
#
# usage: debian13.sh [PART...]     parts of ./dev test; default: unit abi plugins simulation integration
# A whole build: the better part of an hour on two cores. What was compiled is kept for the next time, outside the clone.
# Needs root, mmdebstrap. Exit codes: those of ./dev test.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/connector-host
[ "$#" -gt 0 ] || set -- unit abi plugins simulation integration
[ "$(id -u)" = 0 ] || {
  echo "debian13.sh: only root can make a root" >&2
  exit 2
}

RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-debian13.XXXXXX")
trap 'rm -rf "$RUN"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for server in kafka kafka_connect; do SERVICE_DIR=$RUN/fetch "$HERE/../services/$server.sh" fetch; done
mapfile -t PACKAGES < <("$ROOT/dev" packages build services)
"$HERE/debian_root.sh" trixie "$RUN/debian" ca-certificates default-jre-headless opentelemetry-cpp-dev prometheus promtool "${PACKAGES[@]}"
mkdir -p "$RUN/debian/src" "$RUN/debian/cache/connector-host" "$CACHE/ccache-trixie"
tar -C "$ROOT" --exclude=./build --exclude=./.git --exclude=./.services -cf - . | tar -C "$RUN/debian/src" --no-same-owner -xf -

# Everything that it starts is in a namespace of processes, and ends with it. The network is shared, and so is loopback.
# shellcheck disable=SC2016 # for the inner shell, which has the namespaces
unshare --mount --pid --fork --kill-child --propagation private bash -ec '
  root=$1 cache=$2 jobs=$3
  shift 3
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --rbind /sys "$root/sys"
  mount --bind "$cache" "$root/cache/connector-host"
  exec chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root XDG_CACHE_HOME=/cache LANG=C.UTF-8 JOBS="$jobs" \
    CCACHE_DIR=/cache/connector-host/ccache-trixie nice -n 15 /src/dev test "$@"' debian13 "$RUN/debian" "$CACHE" "${JOBS:-$(nproc)}" "$@" || {
  status=$?
  echo "debian13.sh: ./dev test $* in a Debian 13 root: $status" >&2
  exit "$status"
}
