#!/usr/bin/env bash
# Whether the long checks of the deployment have passed for what is here now. They depend on the files of deploy/, tests/deploy/,
# the Dockerfile and the packaging, and on what CMake finds and installs; of these passed.sha256 has a line each.
#
# usage: state.sh            quiet and 0 when they have passed for just this; 1 and what differs when they have for something else;
#                            3 when they never have
#        state.sh --passed   writes passed.sha256: all.sh does it when all of them have passed
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$HERE/../.."
PASSED=tests/deploy/passed.sha256

# Pages change nothing, and a plugin that somebody tries with deploy/compose is no part of it.
files() {
  find Dockerfile .dockerignore CMakeLists.txt CMakePresets.json cmake configs deploy tests/deploy -type f \
    ! -name '*.md' ! -name '*.so' ! -name '*.tfstate*' ! -path '*/.terraform*' ! -path '*/__pycache__/*' ! -path "$PASSED" |
    LC_ALL=C sort
}

# Of all other CMake files only this is of interest: a new library has to come into the image and the packages.
dependencies() {
  find host plugins sdk -name CMakeLists.txt | LC_ALL=C sort | xargs sed -nE '/^ *(install|find_package|find_library|find_path|pkg_check_modules)\(/p'
}

state() {
  files | xargs sha256sum
  dependencies | sha256sum | sed 's/-$/what CMake finds and installs/'
}

if [ "${1:-}" = --passed ]; then
  state >"$PASSED"
elif [ ! -e "$PASSED" ]; then
  echo "state.sh: the long checks of the deployment have passed for nothing yet: there is no $PASSED"
  exit 3
elif ! changes=$(state | diff "$PASSED" -); then
  echo "state.sh: changed since they last passed:"
  sed -nE 's/^[<>] [0-9a-f]+ +/    /p' <<<"$changes" | LC_ALL=C sort -u
  exit 1
fi
