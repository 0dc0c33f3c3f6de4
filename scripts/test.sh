#!/usr/bin/env bash
# Every test but those of the cloud home (`make cloud-test`). Needs what scripts/setup.sh makes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo fmt --all --check
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --no-fail-fast
else
    cargo test --locked --no-fail-fast
fi
