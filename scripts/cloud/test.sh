#!/usr/bin/env bash
# The cloud home against an emulated AWS.
#
#   scripts/cloud/test.sh [stores|home]
#
# First every store's contract and the executions in MiniStack, then the stores once more in moto,
# which is strict where the first is lenient. Then the functions are built, the real template is
# deployed to MiniStack, and one suite runs over HTTP against `tdev serve`, against the deployed home,
# and against it with its state machines in moto. Needs what scripts/setup.sh makes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
what=${1:-all}
venv=$(scripts/cloud/setup.sh)
"$venv/bin/cfn-lint" infra/template.yaml
if [[ $what != home ]]; then
    tests=(cargo test --locked --quiet -p tdev-aws --features home --test cloud -- --ignored)
    "${tests[@]}" --list >/dev/null
    echo "cloud-test: stores and executions in MiniStack" >&2
    scripts/cloud/emulator.sh ministack "${tests[@]}"
    # Its executions are tried by the suite below.
    echo "cloud-test: stores once more in moto" >&2
    scripts/cloud/emulator.sh moto "${tests[@]}" --skip executions::
fi
if [[ $what != stores ]]; then
    zips=$(mktemp -d)
    trap 'rm -rf "$zips"' EXIT
    echo "cloud-test: building the functions" >&2
    scripts/cloud/build.sh "$zips" . t-developer
    scripts/cloud/emulator.sh ministack scripts/cloud/home.sh "$zips"
fi
