#!/usr/bin/env bash
# The cloud home against an emulated AWS: every store's contract in MiniStack, and once more in
# moto, which is strict where the first is lenient.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tests=(cargo test --locked --quiet -p tdev-aws --test it -- --ignored)
"${tests[@]}" --list >/dev/null
echo "cloud-test: stores and executions in MiniStack" >&2
scripts/cloud/emulator.sh ministack "${tests[@]}"
# Its Step Functions know no JSONata.
echo "cloud-test: stores once more in moto" >&2
scripts/cloud/emulator.sh moto "${tests[@]}" --skip executions::
