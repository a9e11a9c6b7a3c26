#!/usr/bin/env bash
# The chart, as far as it can be judged without a cluster: lint; everything in values/ rendered, held against the schemas of
# Kubernetes, of the Prometheus Operator and of KEDA, against chart_rules.py, and its topology against connector-host itself;
# everything in values/refused refused, for the reason that its first line gives.
#
# usage: helm.sh [NAME...]     only those values; about 20 s for all, once the tools are there (tools.sh)
# CONNECTOR_TEST_HOST: the connector-host, default build/release/bin. Exit codes: 0 good, 1 failed, 2 something is missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
CHART=$ROOT/deploy/helm/event-processor
HOST=${CONNECTOR_TEST_HOST:-$ROOT/build/release/bin/connector-host}
KUBERNETES_VERSION=1.37.2 # as in tools.sh; a helm that go install built thinks of 1.20
[ -x "$HOST" ] || {
  echo "helm.sh: there is no $HOST; ./dev build makes it" >&2
  exit 2
}
mapfile -t FOUND < <("$HERE/tools.sh" helm kubeconform schemas crds python)
[ "${#FOUND[@]}" -eq 5 ] || exit 2
HELM=${FOUND[0]} KUBECONFORM=${FOUND[1]} SCHEMAS=${FOUND[2]} CRDS=${FOUND[3]} PYTHON=${FOUND[4]}
RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-helm.XXXXXX")
trap 'rm -rf "$RUN"' EXIT
export HELM_CACHE_HOME=$RUN/cache HELM_CONFIG_HOME=$RUN/config HELM_DATA_HOME=$RUN/data

PASSED=0
FAILED=0
# held TEXT COMMAND...: what it says is shown when it fails.
held() {
  local text=$1
  shift
  if "$@" >"$RUN/said" 2>&1; then
    PASSED=$((PASSED + 1))
  else
    FAILED=$((FAILED + 1))
    echo "FAILED: $text"
    sed 's/^/    /' "$RUN/said"
  fi
}

render() { "$HELM" template event-processor "$CHART" --namespace records --kube-version "$KUBERNETES_VERSION" -f "$1"; }
conforms() {
  "$KUBECONFORM" -strict -kubernetes-version "$KUBERNETES_VERSION" -schema-location "$SCHEMAS/{{.ResourceKind}}{{.KindSuffix}}.json" \
    -schema-location "$CRDS/{{.ResourceKind}}{{.KindSuffix}}.json" "$1"
}

# How long connector-host gives itself after the drain, from its source: where this changes, the chart has to follow.
after_drain() { sed -nE 's/^constexpr auto after_drain = ([0-9]+)s;.*/\1/p' "$ROOT/host/cli/run_command.cpp"; }

# connector_host_takes FOLDER: its topology, with folders of this machine in the place of the pod's.
connector_host_takes() {
  local folder=$1 plugins
  plugins=$(cd "$(dirname "$HOST")/../lib/connector-host/plugins" && pwd)
  grep -oE '/(run/secrets|opt/connector-host/plugins)/[^}]*' "$folder/topology.yaml" | while read -r file; do
    mkdir -p "$folder$(dirname "$file")"
    if [[ $file == /run/* ]]; then echo a-secret-of-16-characters >"$folder$file"; else mkdir -p "$folder$file"; fi
  done
  sed -i "s|/usr/lib/connector-host/plugins|$plugins|; s|/run/secrets|$folder&|; s|/opt/connector-host|$folder&|" "$folder/topology.yaml"
  "$PYTHON" - "$HOST" "$folder" <<'PYTHON'
import json, subprocess, sys
host, folder = sys.argv[1:]
with open(folder + "/variables.json") as file:
    variables = json.load(file)
sys.exit(subprocess.run([host, "validate", folder + "/topology.yaml"], env=variables).returncode)
PYTHON
}

# copied_plugins_are_taken FOLDER: the first init container's command is run as rendered, with an emptyDir as the kubelet makes it,
# and what it leaves is mounted as the pod's subPath is. connector-host has to take the plugins from there.
copied_plugins_are_taken() {
  local folder=$1 plugins command ours=()
  plugins=$(cd "$(dirname "$HOST")/../lib/connector-host/plugins" && pwd)
  mkdir -p "$folder/emptyDir" "$folder/mounted/mine"
  chmod 2777 "$folder/emptyDir"
  mapfile -d '' -t command < <("$PYTHON" -c '
import sys, yaml
pods = [each["spec"]["template"]["spec"] for each in yaml.safe_load_all(open(sys.argv[1])) if each and each["kind"] == "Deployment"]
print(*pods[0]["initContainers"][0]["command"], sep="\0", end="\0")' "$folder/rendered.yaml")
  command=("${command[@]/#\/plugins/$plugins}")
  "${command[@]/#\/to/$folder/emptyDir}" || return 1
  if [ "$(id -u)" -ne 0 ]; then ours=(--map-root-user); fi
  # shellcheck disable=SC2016  # the inner shell's
  unshare "${ours[@]}" --mount sh -ec 'mount --bind "$2/emptyDir/mine" "$2/mounted/mine"; exec "$1" plugin list --plugin-path "$2/mounted/mine"' \
    sh "$HOST" "$folder" | grep -F "$folder/mounted/mine/null.so"
}

check_values() {
  local name=$1 folder=$RUN/$1
  mkdir "$folder"
  if ! render "$HERE/values/$name.yaml" >"$folder/rendered.yaml" 2>"$folder/error"; then
    held "$name renders" cat "$folder/error" /nonexistent
    return
  fi
  held "$name conforms to the schemas" conforms "$folder/rendered.yaml"
  held "$name follows the chart's rules" "$PYTHON" "$HERE/chart_rules.py" "$folder/rendered.yaml" "$AFTER_DRAIN" "$CHART/files/rules.yaml" "$folder"
  held "$name has a topology that connector-host takes" connector_host_takes "$folder"
  if [ "$name" = plugins ]; then held "plugins that an init container copies are taken" copied_plugins_are_taken "$folder"; fi
}

refused() {
  local file=$1 reason
  reason=$(sed -n '1s/^# refused: //p' "$file")
  [ -n "$reason" ] || { echo "its first line gives no reason" && return 1; }
  if render "$file" >/dev/null 2>"$RUN/refusal"; then
    echo "it was rendered"
    return 1
  fi
  grep -qF -- "$reason" "$RUN/refusal" || {
    echo "it was refused, but not for: $reason"
    cat "$RUN/refusal"
    return 1
  }
}

AFTER_DRAIN=$(after_drain)
[ -n "$AFTER_DRAIN" ] || {
  echo "helm.sh: host/cli/run_command.cpp has no after_drain any more; the chart's grace period is made of it" >&2
  exit 1
}
if [ "$#" -eq 0 ]; then
  held "helm lint" "$HELM" lint --strict "$CHART"
  # A chart can only read its own files, so it has a copy.
  if [ -e "$ROOT/deploy/prometheus/rules.yaml" ]; then
    held "the chart's alerts are those of deploy/prometheus" cmp "$ROOT/deploy/prometheus/rules.yaml" "$CHART/files/rules.yaml"
  fi
  for file in "$HERE"/values/*.yaml; do set -- "$@" "$(basename "$file" .yaml)"; done
  for file in "$HERE"/values/refused/*.yaml; do held "refused: $(basename "$file" .yaml)" refused "$file"; done
fi
for name in "$@"; do check_values "$name"; done
echo "helm.sh: $PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]
