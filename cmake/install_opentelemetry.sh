#!/usr/bin/env bash
# Installs opentelemetry-cpp where it is missing: from Debian itself, on Debian 12 from its backports. The machine's own list of
# sources is left as it is: the backports are looked for in a private one. As root.
# Exit codes: 0 it is there now; 1 it cannot be had: connector-host is built without tracing then.
set -euo pipefail
PACKAGE=opentelemetry-cpp-dev
installed() { dpkg-query -W -f='${db:Status-Abbrev}' "$PACKAGE" 2>/dev/null | grep -q '^ii'; }
installed && exit 0

FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/connector-apt.XXXXXX")
trap 'rm -rf "$FOLDER"' EXIT
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "${OPTIONS[@]}" "$@"; }

# The sources of the machine, and beside each of the release itself one of its backports.
add_backports() {
  local release=$1 list
  mkdir -p "$FOLDER/parts" "$FOLDER/lists/partial"
  for list in /etc/apt/sources.list.d/*.sources; do
    [ -e "$list" ] || continue
    cp "$list" "$FOLDER/parts/"
    # One paragraph for each source; those that have the release itself.
    awk -v RS= -v ORS='\n\n' -v release="$release" '$0 ~ "(^|\n)Suites:[^\n]*[ \t]" release "([ \t\n]|$)" {
      sub(/(^|\n)Suites:[^\n]*/, "\nSuites: " release "-backports"); print }' "$list" >"$FOLDER/parts/backports-${list##*/}"
  done
  if [ -s /etc/apt/sources.list ]; then
    cp /etc/apt/sources.list "$FOLDER/parts/main.list"
    sed -nE "s/^(deb +(\[[^]]*\] +)?[^ ]+ +)$release( .*)/\1$release-backports\3/p" /etc/apt/sources.list >"$FOLDER/parts/backports.list"
  fi
  OPTIONS=(-o "Dir::Etc::sourceparts=$FOLDER/parts" -o Dir::Etc::sourcelist=/dev/null -o "Dir::State::lists=$FOLDER/lists")
}

OPTIONS=()
RELEASE=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
if [ "$RELEASE" = bookworm ]; then add_backports "$RELEASE"; fi
apt_get update && apt_get install -y --no-install-recommends "$PACKAGE"
installed
