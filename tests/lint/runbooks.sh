#!/usr/bin/env bash
# Every alert of deploy/prometheus has its section in docs/operations.md, under its own name, and every such section its alert.
# usage: runbooks.sh [ROOT]   (exit 1: a line for each that has not)
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"
RULES=deploy/prometheus/rules.yaml
[ -e "$RULES" ] || exit 0

# ConnectorTaskFailed: Connector task failed
alerts() { sed -nE 's/^ *- alert: *([A-Za-z]+).*/\1/p' "$RULES" | sed -E 's/([a-z])([A-Z])/\1 \L\2/g' | sort; }
sections() { sed -nE '/^## Runbooks/,$s/^### (Connector .*)/\1/p' docs/operations.md | sort; }

breaches=$(
  comm -23 <(alerts) <(sections) | sed 's/^/docs\/operations.md has no section for the alert: /'
  comm -13 <(alerts) <(sections) | sed 's/^/docs\/operations.md has a section for no alert: /'
)
[ -z "$breaches" ] && exit 0
echo "$breaches"
exit 1
