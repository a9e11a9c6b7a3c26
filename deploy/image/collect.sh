#!/usr/bin/env bash
# Puts beside the programs of a build what they need at run time and the base does not have: the shared libraries they are
# linked with, and those who may vouch for a server. Run by the Dockerfile in its first stage.
#
# usage: collect.sh BASE_PACKAGES INTO     a list of the base's packages, a line each; the root that becomes the image
#
# A package would bring more than its library, and all that its own dependencies could ever need. What is taken of one is
# entered in var/lib/dpkg/status.d, where scanners look, and its copyright comes along.
set -euo pipefail
BASE_PACKAGES=$1 INTO=$2

fail() {
  printf 'collect.sh: %s\n' "$*" >&2
  exit 1
}

# Every library that a program or a plugin below INTO is linked with, directly or not.
libraries() {
  local file said
  while read -r file; do
    said=$(ldd "$file")
    if grep 'not found' <<<"$said" >&2; then fail "$file cannot be loaded"; fi
    sed -nE 's/^\s+\S+ => (\/\S+) .*/\1/p' <<<"$said"
  done < <(find "$INTO/usr/bin" "$INTO/usr/lib" -type f \( -perm -u+x -o -name '*.so' \))
}

# package_of FILE: as dpkg names it. Some packages say /lib where the file is in /usr/lib.
package_of() {
  local found
  found=$(dpkg-query -S "$1" 2>/dev/null || dpkg-query -S "${1#/usr}" 2>/dev/null) || fail "no package has $1"
  head -n 1 <<<"${found%%: /*}"
}

# record PACKAGE
record() {
  local name=${1%%:*}
  mkdir -p "$INTO/var/lib/dpkg/status.d"
  dpkg-query -s "$1" >"$INTO/var/lib/dpkg/status.d/$name"
  cp -L --parents "/usr/share/doc/$name/copyright" "$INTO"
}

while read -r library; do
  file=$(readlink -f "$library")
  package=$(package_of "$file")
  if grep -qxF "$package" "$BASE_PACKAGES"; then continue; fi
  link=$(readlink -f "$(dirname "$library")")/$(basename "$library")
  cp -a --parents "$link" "$file" "$INTO"
  record "$package"
done < <(libraries | sort -u)

cp -a --parents /etc/ssl /usr/lib/ssl /usr/share/ca-certificates "$INTO"
record ca-certificates
