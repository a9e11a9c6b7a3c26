#!/usr/bin/env bash
# Which of the long checks of the deployment have to run again: those that have passed, and for other files than are here now.
# passed.sha256 has a line for each that has: a digest over what it depends on, and its name.
#
# usage: state.sh               the names, one a line; nothing where there is nothing to do
#        state.sh --never       the names of those that have never passed
#        state.sh --passed NAME writes NAME's line: all.sh does it when that check has passed
# A page changes nothing, nor does code, but for upgrade: the tests of the code are others.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$HERE/../.."
PASSED=tests/deploy/passed.sha256
CHECKS=(helm terraform kubernetes image deb debian13 upgrade)

# inputs NAME: the files and folders of the check.
inputs() {
  local build=(CMakeLists.txt CMakePresets.json cmake)
  echo "tests/deploy/$1.sh"
  case $1 in
    helm) printf '%s\n' tests/deploy/{tools.sh,tools,chart_rules.py,values} deploy/helm deploy/prometheus ;;
    terraform) printf '%s\n' tests/deploy/{tools.sh,tools} deploy/terraform deploy/helm ;;
    kubernetes) printf '%s\n' tests/deploy/{tools.sh,tools,cluster.py,cluster_test.py,values} tests/services/kubernetes* deploy/helm ;;
    image) printf '%s\n' tests/deploy/{image_run.sh,debian_root.sh} Dockerfile .dockerignore configs deploy/image "${build[@]}" ;;
    deb) printf '%s\n' tests/deploy/{run_unit.py,debian_root.sh} configs deploy/deb deploy/systemd "${build[@]}" ;;
    upgrade) printf '%s\n' host/pipeline/{claim_stage,id_rule,keeper,scope_binding}.cpp plugins/redis configs ;;
    debian13) printf '%s\n' tests/deploy/debian_root.sh "${build[@]}" ;;
  esac
}

# Of all other CMake files only this is of interest: a new library has to come into the image and the packages.
dependencies() {
  find host plugins sdk -name CMakeLists.txt | LC_ALL=C sort | xargs sed -nE '/^ *(install|find_package|find_library|find_path|pkg_check_modules)\(/p'
}

digest() {
  {
    inputs "$1" | xargs -I{} find {} -type f ! -name '*.md' ! -name '*.tfstate*' ! -path '*/.terraform*' ! -path '*/__pycache__/*' |
      LC_ALL=C sort | xargs sha256sum
    case $1 in image | deb | debian13) dependencies ;; esac
  } | sha256sum | cut -d ' ' -f 1
}

recorded() { if [ -e "$PASSED" ]; then sed -nE "s/^([0-9a-f]{64}) $1\$/\1/p" "$PASSED"; fi; }

write() {
  local name kept
  kept=$(for name in "${CHECKS[@]}"; do [ "$name" = "$1" ] || recorded "$name" | sed "s/\$/ $name/"; done)
  { [ -z "$kept" ] || echo "$kept"; echo "$(digest "$1") $1"; } | LC_ALL=C sort -k 2 >"$PASSED.new"
  mv "$PASSED.new" "$PASSED"
}

# shellcheck disable=SC2076  # a name, not a pattern
if [ "${1:-}" = --passed ]; then
  if [[ " ${CHECKS[*]} " =~ " $2 " ]]; then write "$2"; fi
  exit
fi
for name in "${CHECKS[@]}"; do
  was=$(recorded "$name")
  if [ -z "$was" ]; then
    [ "${1:-}" != --never ] || echo "$name"
  elif [ "${1:-}" != --never ] && [ "$was" != "$(digest "$name")" ]; then
    echo "$name"
  fi
done
