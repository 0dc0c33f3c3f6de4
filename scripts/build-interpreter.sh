#!/usr/bin/env bash
# Builds the Python interpreter that components run in: CPython with our glue as WebAssembly
# (componentize-py), then compiled to native code by the crate that will load it.
#
#   scripts/build-interpreter.sh [--force]
#
# Needs python3 with venv, and PyPI once. The result goes to $TDEV_INTERPRETER_DIR, or
# $XDG_CACHE_HOME/tdev/interpreter, or ~/.cache/tdev/interpreter, under a name that is a hash of
# everything it is made from; if it is there and right, nothing is built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
guest=$root/crates/tdev-runtime/guest
out=${TDEV_INTERPRETER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/tdev/interpreter}
force=${1:-}

# The program that will load it compiles it: both must agree on every setting.
program=${CARGO_TARGET_DIR:-$root/target}/release/tdev
# One older than the guest would file the new interpreter under the old one's name.
if [[ ! -x $program || -n $(find "$guest" -type f -newer "$program" -not -name '*.pyc') ]]; then
    echo "building tdev, the first time for some minutes" >&2
    cargo build --quiet --release --locked --manifest-path "$root/Cargo.toml" -p tdev-cli
fi

if [[ $force != --force ]] && folder=$("$program" interpreter folder "$out" 2>/dev/null); then
    echo "$folder"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A copy, so that what is built is what git has, without caches.
mkdir "$work/guest"
cp -r "$guest/." "$work/guest/"
find "$work/guest" -name __pycache__ -prune -exec rm -rf {} +

echo "installing componentize-py" >&2
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$guest/requirements.txt"

echo "building python.wasm" >&2
(
    cd "$work/guest"
    # The snapshot must not depend on who builds it.
    env -i PATH="$PATH" HOME="$work" PYTHONDONTWRITEBYTECODE=1 \
        "$work/venv/bin/componentize-py" --wit-path wit --world component \
        componentize --python-path . app --output "$work/python.wasm" >&2
)

echo "compiling it to native code" >&2
umask 022
"$program" interpreter compile "$work/python.wasm" "$out"
