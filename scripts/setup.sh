#!/usr/bin/env bash
# Sets up all that tdev needs: the release program, the program that runs a deployed service
# alone, and the Python interpreter components run in. Quick where nothing has changed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
command -v cargo >/dev/null || { echo "setup: Rust is missing; install it from https://rustup.rs" >&2; exit 1; }
command -v python3 >/dev/null || { echo "setup: python3 (3.10 or newer, with venv) is missing" >&2; exit 1; }
if [[ ! -x $target/release/tdev ]]; then
    echo "setup: building tdev, the first time for some minutes" >&2
fi
cargo build --quiet --release --locked --manifest-path "$root/Cargo.toml" -p tdev-cli -p tdev-service
"$root/scripts/build-interpreter.sh" >/dev/null
# Without the model tdev finds components by their words, and says so: no reason to stop here.
"$root/scripts/build-embedder.sh" >/dev/null ||
    echo "setup: the embedding model is not in place; run scripts/build-embedder.sh to try again" >&2
