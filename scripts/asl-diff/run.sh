#!/usr/bin/env bash
# Random machines through tdev-asl and through moto's interpreter: run.sh COUNT SEED [more for main.py].
# The virtual environment is made under target/ at the first call; after that no network is needed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
venv=$target/asl-diff/venv
count=$1 seed=$2
shift 2
if ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
    echo "asl-diff: installing moto" >&2
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/installed.txt"
fi
cargo build --quiet --release --locked --manifest-path "$root/Cargo.toml" -p tdev-asl --example asl_diff
exec env PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" "$here/main.py" \
    "$target/release/examples/asl_diff" "$count" "$seed" "$@"
