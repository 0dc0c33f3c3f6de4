#!/usr/bin/env bash
# Measures the first answer of every function against one that does nothing.
#
#   scripts/cloud/coldstart.sh [ROUNDS]
#
# Builds what is shipped first; Lambda's runtime API and AWS are scripted on loopback.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/scripts/cloud/release.sh" >&2
cd "$root"
cargo run --quiet --locked -p tdev-functions --example coldstart -- "${CARGO_TARGET_DIR:-target}/lambda" "$@"
