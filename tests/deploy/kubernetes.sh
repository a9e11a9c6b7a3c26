#!/usr/bin/env bash
# The chart in a real Kubernetes: install, helm test, upgrade, rollback, uninstall, under enforced restricted pod security,
# with the definitions of the Prometheus Operator and of KEDA installed. No container runs: pods only seem to.
#
# usage: kubernetes.sh [TEST...]     such as ChartTest.test_uninstalling_leaves_nothing; about two minutes for all
# The programs are built the first time, which takes about 20 CPU minutes (tools.sh). Exit codes: 0 good, 1 failed, 2 something is missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command -v openssl >/dev/null || {
  echo "kubernetes.sh: openssl is missing" >&2
  exit 2
}
mapfile -t FOUND < <("$HERE/tools.sh" helm crds python etcd kwok kubernetes)
[ "${#FOUND[@]}" -eq 6 ] || exit 2
export HELM=${FOUND[0]} CRDS=${FOUND[1]}
RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-kubernetes.XXXXXX")
export SERVICE_DIR=$RUN/kubernetes SERVICE_OWNER=$$ KUBECONFIG=$RUN/kubernetes/kubeconfig
export HELM_CACHE_HOME=$RUN/helm/cache HELM_CONFIG_HOME=$RUN/helm/config HELM_DATA_HOME=$RUN/helm/data
export KUBECACHEDIR=$RUN/helm/discovery KUBE_FEATURE_WatchListClient=false # the latter as in the script that starts it
KEEP=
clean_up() {
  "$HERE/../services/kubernetes.sh" stop >/dev/null 2>&1 || true
  if [ -n "$KEEP" ]; then echo "the logs are kept in $RUN" >&2; else rm -rf "$RUN"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

KEEP=1
"$HERE/../services/kubernetes.sh" start >"$RUN/address" || exit 1
echo "kubernetes.sh: Kubernetes is at $(<"$RUN/address")"
cd "$HERE"
PYTHONDONTWRITEBYTECODE=1 "${FOUND[2]}" cluster_test.py -v "$@"
KEEP=
