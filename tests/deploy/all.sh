#!/usr/bin/env bash
# All checks of the deployment, the long ones as well. Of each that has passed state.sh remembers for what: commit passed.sha256.
#
# usage: ./dev test deploy     (starts RabbitMQ, Redis and Kafka for it)
#        all.sh [NAME...]      only those, such as image; DEPLOY_CHECKS="image deb" ./dev test deploy brings their packages too
# An hour and a half on two cores the first time, with the tools that are built for it (tools.sh). Exit codes: 0 good, 1 failed.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ALL=(quick compose helm terraform kubernetes image deb debian13 upgrade)
FAILED=()

# What starts a server of its own, or wants another place to begin at.
options() { if [ "$1" = compose ]; then echo --rabbitmq; fi; }

# The scope of the shipped topology belongs to the queue and topic of the check before.
unbind_scope() {
  if [ -n "${REDIS_ADDR:-}" ]; then "$HERE/../services/unbind_scope.sh" "$REDIS_ADDR"; fi
}

run() {
  local name=$1 since=$SECONDS status=0 options
  unbind_scope
  mapfile -t options < <(options "$name")
  echo "==> $name"
  "$HERE/$name.sh" "${options[@]}" || status=$?
  if [ "$status" -eq 0 ]; then "$HERE/state.sh" --passed "$name"; else FAILED+=("$name"); fi
  echo "    $name: $([ "$status" -eq 0 ] && echo passed || echo "FAILED ($status)"), $((SECONDS - since)) s"
}

names=("$@")
if [ "$#" -eq 0 ]; then
  for name in "${ALL[@]}"; do [ ! -e "$HERE/$name.sh" ] || names+=("$name"); done
fi
for name in "${names[@]}"; do run "$name"; done
if [ "${#FAILED[@]}" -gt 0 ]; then
  echo "all.sh: failed: ${FAILED[*]}"
  exit 1
fi
echo "all.sh: all of ${names[*]} passed"
