#!/usr/bin/env bash
# The alerts of deploy/prometheus: promtool takes them, each fires and does not fire when rules_test.yaml says so, rules_test.yaml
# has both cases for each, and the chart has the same alerts. About a second.
#
# promtool is in Debian's package prometheus (12) or promtool (13). Exit codes: 0 good, 1 failed, 2 something is missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RULES=$HERE/../../deploy/prometheus/rules.yaml
TEST=$HERE/../../deploy/prometheus/rules_test.yaml
CHART_RULES=$HERE/../../deploy/helm/event-processor/files/rules.yaml
command -v promtool >/dev/null || {
  echo "rules.sh: there is no promtool: apt-get install prometheus (Debian 12) or promtool (13)" >&2
  exit 2
}

FAILED=0
held() {
  local text=$1
  shift
  "$@" || {
    echo "FAILED: $text"
    FAILED=1
  }
}

# Of each alert: a case in which it fires, and one in which it does not.
both_cases() {
  local alert status=0
  while read -r alert; do
    awk -v alert="$alert" '
      /alertname:/ { mine = ($NF == alert) }
      mine && /exp_alerts: \[\]/ { silent = 1 }
      mine && /exp_alerts:$/ { fires = 1 }
      END { exit !(silent && fires) }' "$TEST" || {
      echo "rules_test.yaml has no two cases for $alert, one in which it fires and one in which it does not"
      status=1
    }
  done < <(sed -nE 's/^ *- alert: (\w+)$/\1/p' "$RULES")
  return "$status"
}

# Of each alert: what happened, and where it stands what to do.
told() {
  awk '
    function check() { if (alert != "" && !(summary && description && runbook)) { print alert ": it has no summary, description or runbook"; bad = 1 } }
    /- alert:/ { check(); alert = $NF; summary = description = runbook = 0 }
    /^ *summary: / { summary = 1 }
    /^ *description: / { description = 1 }
    /^ *runbook: docs\/operations\.md#[a-z-]+$/ {
      anchor = $NF; sub(/.*#/, "", anchor)
      name = alert; gsub(/[A-Z]/, "-&", name); name = tolower(substr(name, 2))
      if (anchor == name) runbook = 1
    }
    END { check(); exit bad }' "$RULES"
}

held "promtool check rules" promtool check rules "$RULES"
held "promtool test rules" promtool test rules "$TEST"
held "each alert has a case in which it fires and one in which it does not" both_cases
held "each alert says what happened and what to do" told
held "the chart's alerts are those of deploy/prometheus" cmp "$RULES" "$CHART_RULES"
[ "$FAILED" -eq 0 ]
