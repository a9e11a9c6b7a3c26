#!/usr/bin/env bash
# usage: ./dev services tests/integration/connect_walk/record.sh CONNECT_WALK
# Writes recorded.json anew: starts a Kafka Connect worker beside the servers of ./dev services and walks through it.
set -euo pipefail
program=${1:?the program connect_walk}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
worker=$here/../../services/kafka_connect.sh
SERVICE_DIR=$(mktemp -d)
export SERVICE_DIR SERVICE_OWNER=$$
trap '"$worker" stop; rm -rf "$SERVICE_DIR"' EXIT
"$program" record "$("$worker" start)"
