#!/usr/bin/env bash
# A private Kubernetes on 127.0.0.1: a real API server, controllers and scheduler over etcd, and kwok, which pretends that
# pods run on the one node that there is. SERVICE_DIR/kubeconfig lets in, as an administrator. The programs come from
# tests/deploy/tools.sh, which has to build them the first time (about 20 CPU minutes).
. "$(dirname "${BASH_SOURCE[0]}")/service.sh"
TOOLS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../deploy" && pwd)/tools.sh

# Debian 12's etcd is older than the watches that clients begin with (WatchList): each would be refused, and asked again up to
# a minute later. So clients list first, as they did before, and those that ask all the same are told so at once.
export KUBE_FEATURE_WatchListClient=false

# Every run has a token of its own: a port of loopback is open to everybody on the machine.
make_access() {
  local token
  mkdir -p "$SERVICE_DIR/pki"
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && echo "$token,admin,1,system:masters" >"$SERVICE_DIR/pki/tokens.csv")
  openssl genrsa -out "$SERVICE_DIR/pki/service-accounts.key" 2048 2>/dev/null
  cat >"$SERVICE_DIR/kubeconfig" <<CONF
apiVersion: v1
kind: Config
clusters: [{ name: test, cluster: { server: "https://$(address)", insecure-skip-tls-verify: true } }]
users: [{ name: admin, user: { token: "$token" } }]
contexts: [{ name: test, context: { cluster: test, user: admin } }]
current-context: test
CONF
  chmod 600 "$SERVICE_DIR/kubeconfig"
}

ask() { curl -skf -H "Authorization: Bearer $(cut -d, -f1 "$SERVICE_DIR/pki/tokens.csv")" "https://$(address)$1" "${@:2}"; }
answers() { listens server "$(port_of port)" && ask /readyz; }

start_etcd() {
  local client peer
  choose_port etcd_port
  choose_port etcd_peer_port
  client=http://127.0.0.1:$(port_of etcd_port) peer=http://127.0.0.1:$(port_of etcd_peer_port)
  launch etcd "$SERVICE_DIR/etcd.log" "$ETCD" --name test --data-dir "$SERVICE_DIR/etcd" --listen-client-urls "$client" \
    --advertise-client-urls "$client" --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "test=$peer"
}

# The address of an endpoint must not be on loopback, which ours is: there is none.
start_api_server() {
  launch server "$SERVICE_DIR/api-server.log" "$KUBERNETES/kube-apiserver" --etcd-servers="http://127.0.0.1:$(port_of etcd_port)" \
    --bind-address=127.0.0.1 --secure-port="$(port_of port)" --endpoint-reconciler-type=none --cert-dir="$SERVICE_DIR/pki" \
    --token-auth-file="$SERVICE_DIR/pki/tokens.csv" --authorization-mode=RBAC --service-cluster-ip-range=10.96.0.0/16 \
    --service-account-issuer="https://$(address)" --service-account-key-file="$SERVICE_DIR/pki/service-accounts.key" \
    --service-account-signing-key-file="$SERVICE_DIR/pki/service-accounts.key" --feature-gates=WatchList=false
  come_up 60 "$SERVICE_DIR/api-server.log" "$SERVICE_DIR/etcd.log"
}

# What makes pods out of a Deployment, and has them run.
start_controllers() {
  local each
  for each in controllers_port scheduler_port kwok_port; do choose_port "$each"; done
  launch controllers "$SERVICE_DIR/controllers.log" "$KUBERNETES/kube-controller-manager" --kubeconfig="$SERVICE_DIR/kubeconfig" \
    --bind-address=127.0.0.1 --secure-port="$(port_of controllers_port)" --cert-dir="$SERVICE_DIR/pki" --leader-elect=false \
    --service-account-private-key-file="$SERVICE_DIR/pki/service-accounts.key" --controllers='*,-node-ipam-controller' \
    --node-monitor-grace-period=10m
  launch scheduler "$SERVICE_DIR/scheduler.log" "$KUBERNETES/kube-scheduler" --kubeconfig="$SERVICE_DIR/kubeconfig" \
    --bind-address=127.0.0.1 --secure-port="$(port_of scheduler_port)" --cert-dir="$SERVICE_DIR/pki" --leader-elect=false
  launch kwok "$SERVICE_DIR/kwok.log" "$KWOK/kwok" --kubeconfig="$SERVICE_DIR/kubeconfig" --manage-all-nodes=true \
    --config="$KWOK/stages.yaml" --config="$(dirname "$SELF")/kubernetes_test_pod.yaml" --server-address="127.0.0.1:$(port_of kwok_port)" --node-ip=127.0.0.1
}

make_node() {
  ask /api/v1/nodes/node-0 >/dev/null && return
  ask /api/v1/nodes -H 'Content-Type: application/json' --data @- >/dev/null <<'JSON'
{"apiVersion": "v1", "kind": "Node",
 "metadata": {"name": "node-0", "labels": {"kubernetes.io/hostname": "node-0", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}},
 "status": {"allocatable": {"cpu": "8", "memory": "32Gi", "pods": "110"}, "capacity": {"cpu": "8", "memory": "32Gi", "pods": "110"}}}
JSON
}

start_server() {
  local found
  mapfile -t found < <("$TOOLS" etcd kubernetes kwok)
  [ "${#found[@]}" -eq 3 ] || fail "its programs could not be made"
  ETCD=${found[0]} KUBERNETES=${found[1]} KWOK=${found[2]}
  make_access
  start_etcd
  start_api_server || return 1
  make_node
  start_controllers
}

stop_server() {
  local each
  for each in kwok scheduler controllers server etcd; do end_process "$each" 20; done
}

own() { usage ""; }

main "$@"
