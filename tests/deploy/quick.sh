#!/usr/bin/env bash
# The checks of deploy/ and the Dockerfile that take seconds: they run in every ./dev test. What they need and this machine
# does not have is told, and the check left out: all.sh has them all.
#
# usage: quick.sh     half a minute; the first time one more, for small tools (tools.sh)
# Exit codes: 0 good, 1 failed.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
cd "$ROOT"
FAILED=0

check() {
  local text=$1 status=0
  shift
  "$@" || status=$?
  case $status in
    0) ;;
    2) echo "left out: $text (see above)" ;;
    *)
      FAILED=$((FAILED + 1))
      echo "FAILED: $text"
      ;;
  esac
}

# has PROGRAM WHAT: for WHAT
has() { command -v "$1" >/dev/null || { echo "left out: $2 ($1 is missing)" && return 1; }; }

check_dockerfile() { "$("$HERE/tools.sh" hadolint)" Dockerfile; }

check "the Dockerfile" check_dockerfile
if has terraform "deploy/terraform"; then check "deploy/terraform" env -u TF_CLI_CONFIG_FILE terraform fmt -check -diff -recursive deploy/terraform; fi
if has go "deploy/compose"; then check "deploy/compose" "$HERE/compose.sh"; fi
# Helm takes three CPU minutes to build: all.sh does that.
if "$HERE/tools.sh" --made helm kubeconform schemas crds python; then
  check "the chart" "$HERE/helm.sh"
else
  echo "left out: the chart (its tools are not made yet: tests/deploy/helm.sh does it)"
fi
[ "$FAILED" -eq 0 ]
