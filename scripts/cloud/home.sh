#!/usr/bin/env bash
# Deploys the real template to the emulated AWS this runs beside, and runs the suite of tests/it/homes
# against it and against `tdev serve`.
#
#   scripts/cloud/emulator.sh ministack scripts/cloud/home.sh FOLDER-OF-ZIPS
#
# The stack `dev` is wholly in MiniStack. Another, `staging`, has its state machines in moto, which
# reads them more strictly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export AWS_ENDPOINT_URL=$TDEV_AWS_ENDPOINT
zips=$1
python=$(scripts/cloud/setup.sh)/bin/python

# deployed STAGE: puts it in place and tells the tests where it is.
deployed() {
    local outputs
    outputs=$("$python" scripts/cloud/deploy.py up "$1" "$zips" Hosts=127.0.0.1)
    output() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$outputs" "$1"; }
    export TDEV_STACK_NAME="tdev-$1"
    export TDEV_API_URL="$TDEV_AWS_ENDPOINT/_aws/execute-api/$(output ApiId)/\$default"
    export TDEV_ARTIFACTS_URL="$TDEV_AWS_ENDPOINT/$(output Artifacts)/t-developer"
    echo "cloud-test: deployed $outputs" >&2
}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
# suite COLUMN COMMAND…: runs it and keeps what it printed; where it fails, the rest runs all the same.
failed=0
suite() {
    local log=$logs/$1
    shift
    "$@" >"$log" 2>&1 || failed=1
    grep -v '^test .* ok$' "$log" >&2 || true
}
cases=(cargo test --locked -p tdev-tests --test it -- --include-ignored)

echo "cloud-test: the suite against tdev serve" >&2
suite here "${cases[@]}" homes::on_this_machine
deployed dev
# MiniStack's histories tell neither what a function was given nor which event followed which.
export TDEV_HISTORIES=partial
echo "cloud-test: the suite in MiniStack" >&2
suite ministack "${cases[@]}" homes::deployed homes::differential
deployed staging
export TDEV_HISTORIES=whole
echo "cloud-test: the suite once more, its state machines in moto" >&2
TDEV_FUNCTIONS_ENDPOINT=$TDEV_AWS_ENDPOINT suite moto scripts/cloud/emulator.sh moto scripts/cloud/strict.sh \
    staging "${cases[@]}" homes::deployed homes::differential
python3 scripts/cloud/table.py "tdev serve=$logs/here" "MiniStack=$logs/ministack" "moto=$logs/moto"
[[ $failed == 0 ]]

# Once more is no change, and what went up comes down.
for stage in dev staging; do
    "$python" scripts/cloud/deploy.py up "$stage" "$zips" Hosts=127.0.0.1 >/dev/null
    "$python" scripts/cloud/deploy.py down "$stage" >&2
done
