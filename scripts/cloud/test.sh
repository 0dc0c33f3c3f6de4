#!/usr/bin/env bash
# The cloud home against an emulated AWS.
#
#   scripts/cloud/test.sh [gates|stores|home]
#
# First the template and the state machines are read as AWS would read them. Then every store's
# contract and the executions in MiniStack, then the stores once more in moto, which is strict where
# the first is lenient. Then the functions are built and the real template is deployed to MiniStack:
# one suite runs over HTTP against `tdev serve`, against the deployed home, and against it with its
# state machines in moto; and a stack lives its life by the scripts that deploy to a real account.
# Needs what scripts/setup.sh makes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
what=${1:-all}
if [[ $what == all || $what == gates ]]; then
    scripts/cloud/lint.sh
fi
if [[ $what == all || $what == stores ]]; then
    tests=(cargo test --locked --quiet -p tdev-aws --features home --test cloud -- --ignored)
    "${tests[@]}" --list >/dev/null
    echo "cloud-test: stores and executions in MiniStack" >&2
    scripts/cloud/emulator.sh ministack "${tests[@]}"
    # Its executions are tried by the suite below.
    echo "cloud-test: stores once more in moto" >&2
    scripts/cloud/emulator.sh moto "${tests[@]}" --skip executions::
fi
if [[ $what == all || $what == home ]]; then
    zips=$(mktemp -d)
    trap 'rm -rf "$zips"' EXIT
    echo "cloud-test: building the functions" >&2
    scripts/cloud/build.sh "$zips" . t-developer
    scripts/cloud/emulator.sh ministack scripts/cloud/home.sh "$zips"
    echo "cloud-test: deploy, smoke and destroy" >&2
    scripts/cloud/emulator.sh ministack scripts/cloud/lifecycle.sh "$zips"
fi
