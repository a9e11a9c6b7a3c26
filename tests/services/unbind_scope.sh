#!/usr/bin/env bash
# The dedup scope of the shipped topology belongs to the queue and the topic that first used it (README of redis). Whoever runs that
# topology once more between others, on the same Redis, takes the binding away first.
#
# usage: unbind_scope.sh REDIS_HOST:PORT
set -euo pipefail
redis-cli -h "${1%:*}" -p "${1##*:}" DEL 'connector-host:#%bound:rmq-to-kafka' >/dev/null
