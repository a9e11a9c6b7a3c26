#!/usr/bin/env bash
# Makes a clean Debian, as its slim image has it: what is essential, apt, and the packages named; no documentation, no
# recommendations. Its sources are this machine's, with the other suite's name.
#
# usage: debian_root.sh SUITE OUT [PACKAGE...]     SUITE: bookworm or trixie
#   OUT.tar   becomes a link to the archive of it; do not write to it
#   OUT       becomes a folder with it, which finds names as this machine does, and without device files: bind /dev, /proc
#             and /sys as far as they are needed
#
# What was made is kept for the week (so that it has the security updates) in $XDG_CACHE_HOME/connector-host/roots: the slim
# one is 84 MB and takes a minute. Needs root, mmdebstrap. Exit codes: 0 good, 1 could not be made, 2 misused.
set -euo pipefail
ROOTS=${CONNECTOR_DEPLOY_ROOTS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/connector-host/roots}

say() { printf 'debian_root.sh: %s\n' "$*" >&2; }
misused() {
  say "$*"
  exit 2
}

# One a line, for this suite: where Debian's packages, their updates and their security updates come from.
sources() {
  # shellcheck disable=SC2016 # for apt-get
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Origin: Debian' |
    sed -nE "s/^(\S+) [a-z]+(-updates|-security)?$/deb \1 $SUITE\2 main/p" | sort -u
}

# Some packages (a JRE) cannot be installed where there is no folder for manual pages.
# shellcheck disable=SC2016 # for the hook
make_root() {
  local into=$1 from exclude=() each
  mapfile -t from < <(sources)
  [ "${#from[@]}" -gt 0 ] || misused "apt knows no sources of Debian; apt-get update, on a Debian"
  for each in man locale doc; do exclude+=("--dpkgopt=path-exclude=/usr/share/$each/*"); done
  nice -n 10 mmdebstrap --variant=minbase --aptopt='Apt::Install-Recommends "false"' "${exclude[@]}" \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' --essential-hook='mkdir -p "$1/usr/share/man/man1"' ${PACKAGES:+"--include=$PACKAGES"} \
    "$SUITE" "$into" "${from[@]}" 2>"$into.log" || {
    tail -n 20 "$into.log" >&2
    say "it could not be made"
    exit 1
  }
  rm -f "$into.log"
}

SUITE=${1:-} OUT=${2:-}
[[ $SUITE =~ ^(bookworm|trixie)$ ]] || misused "which suite? bookworm or trixie"
[ -n "$OUT" ] || misused "where to? A folder, or a file that ends with .tar"
[ "$(id -u)" = 0 ] || misused "only root can make one"
command -v mmdebstrap >/dev/null || misused "mmdebstrap is missing: apt-get install mmdebstrap"
shift 2
PACKAGES=$(printf '%s\n' "$@" | sort -u | paste -sd,)
NAME=$SUITE-$(sha256sum <<<"$PACKAGES" | cut -c1-12)
ARCHIVE=$ROOTS/$NAME-$(date +%G-%V).tar

mkdir -p "$ROOTS"
exec 9>"$ROOTS/$NAME.lock"
flock 9
if [ ! -e "$ARCHIVE" ]; then
  rm -f "$ROOTS/$NAME"-*.tar "$ROOTS/$NAME".part.tar
  say "making $SUITE${PACKAGES:+ with $PACKAGES}"
  make_root "$ROOTS/$NAME.part.tar"
  mv "$ROOTS/$NAME.part.tar" "$ARCHIVE"
fi
if [[ $OUT == *.tar ]]; then
  ln -sfn "$ARCHIVE" "$OUT"
else
  mkdir -p "$OUT"
  tar -C "$OUT" --numeric-owner --exclude='./dev/*' -xpf "$ARCHIVE"
  cp /etc/resolv.conf /etc/hosts "$OUT/etc/"
fi
