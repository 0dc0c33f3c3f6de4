#!/usr/bin/env bash
# Builds the functions and packs each as Lambda takes it.
#
#   scripts/cloud/build.sh OUT [PROJECT-FOLDER NAME]
#
# OUT gets a zip for each. That of `component` holds the Python interpreter too and, where one is
# named, the files of a project that its components may be granted. Built by `dev` for this machine,
# for an emulator.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
project=${2:-}
name=${3:-}
target=${CARGO_TARGET_DIR:-$root/target}
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p tdev-functions
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for source in "$root"/functions/src/bin/*.rs; do
    function=$(basename "$source" .rs)
    mkdir "$work/$function"
    strip -o "$work/$function/bootstrap" "$target/debug/$function"
    if [[ $function == component ]]; then
        mkdir "$work/component/interpreter"
        cp -r "${TDEV_INTERPRETER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/tdev/interpreter}/." "$work/component/interpreter/"
        if [[ -n $project ]]; then
            mkdir -p "$work/component/projects/$name"
            cp "$project/tdev.toml" "$work/component/projects/$name/"
            cp -r "$project/examples" "$work/component/projects/$name/"
        fi
    fi
    rm -f "$out/$function.zip"
    (cd "$work/$function" && python3 -m zipfile -c "$out/$function.zip" ./*)
done
