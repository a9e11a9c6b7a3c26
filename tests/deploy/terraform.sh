#!/usr/bin/env bash
# The Terraform of deploy/terraform, as far as it can be judged without a cloud and without its providers: fmt; init and
# validate with stub providers that have the names, versions, arguments and blocks of the real ones; terraform test with
# mocked providers; checkov. It is not the real providers: they check values as well, and know what a plan does.
#
# usage: terraform.sh [aws|gcp]...      about a minute and a half for both, once the tools are there (tools.sh)
# Exit codes: 0 good, 1 failed, 2 something is missing.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
command -v terraform >/dev/null || {
  echo "terraform.sh: terraform is missing" >&2
  exit 2
}
mapfile -t FOUND < <("$HERE/tools.sh" providers checkov)
[ "${#FOUND[@]}" -eq 2 ] || exit 2
PROVIDERS=${FOUND[0]} CHECKOV=${FOUND[1]}
RUN=$(mktemp -d "${TMPDIR:-/tmp}/connector-terraform.XXXXXX")
trap 'rm -rf "$RUN"' EXIT

cat >"$RUN/terraformrc" <<CONF
disable_checkpoint = true
provider_installation {
  filesystem_mirror { path = "$PROVIDERS/mirror" }
}
CONF
export TF_CLI_CONFIG_FILE=$RUN/terraformrc TF_IN_AUTOMATION=1 TF_INPUT=0 STUB_SCHEMAS=$RUN/schemas
mkdir "$STUB_SCHEMAS"

FAILED=0
PASSED=0
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

# types FOLDER PROVIDER: what is used of it, as provider_schema.py takes it.
types() {
  sed -nE "s/^resource \"($2_\w+)\".*/\1/p; s/^data \"($2_\w+)\".*/data.\1/p" "$1"/*.tf | sort -u
}

# schemas FOLDER: for the providers that it requires.
schemas() {
  local name names used
  mapfile -t names < <(sed -nE 's/^ +source += "hashicorp\/(\w+)"$/\1/p' "$1/versions.tf")
  for name in "${names[@]}"; do
    mapfile -t used < <(types "$1" "$name")
    python3 "$HERE/tools/provider_schema.py" "$name" "$PROVIDERS/$name/package/lib" "${used[@]}" >"$STUB_SCHEMAS/$name.json"
  done
}

in_copy() { (cd "$RUN/deploy/terraform/$CLOUD" && "$@"); }

# A stub that takes everything would prove nothing: what is wrong has to be refused.
refuses() {
  local file=$RUN/deploy/terraform/$CLOUD/$1 what=$2
  cp "$file" "$RUN/kept"
  sed -i "$what" "$file"
  if cmp -s "$file" "$RUN/kept"; then
    echo "the mistake could not be made: $what"
    return 1
  fi
  if in_copy terraform validate -no-color; then
    echo "it was taken: $what"
    return 1
  fi
  mv "$RUN/kept" "$file"
}

check_cloud() {
  CLOUD=$1
  held "$CLOUD: fmt" terraform fmt -check -diff -recursive "$ROOT/deploy/terraform/$CLOUD"
  held "$CLOUD: schemas" schemas "$ROOT/deploy/terraform/$CLOUD"
  held "$CLOUD: init, with the versions that it pins" in_copy terraform init -no-color
  held "$CLOUD: validate" in_copy terraform validate -no-color
  held "$CLOUD: an argument that does not exist is refused" refuses vpc.tf '0,/^resource/s/^resource.*/&\n  no_such_argument = 1/'
  held "$CLOUD: a missing argument is refused" refuses vpc.tf '/vpc_id .*= aws_vpc.main.id/d; /^  source_subnetwork_ip_ranges_to_nat/d'
  held "$CLOUD: test" in_copy terraform test -no-color
  cat "$RUN/said"
  held "$CLOUD: checkov" "$CHECKOV" --directory "$ROOT/deploy/terraform/$CLOUD" --framework terraform --compact --quiet --skip-download
}

# In a copy: terraform writes its folder and its lock file where it runs, and the stub's must not be taken for real ones.
mkdir "$RUN/deploy"
cp -r "$ROOT/deploy/terraform" "$ROOT/deploy/helm" "$RUN/deploy/"
rm -rf "$RUN"/deploy/terraform/*/.terraform*
[ "$#" -gt 0 ] || set -- aws gcp
for cloud in "$@"; do check_cloud "$cloud"; done
echo "terraform.sh: $PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]
