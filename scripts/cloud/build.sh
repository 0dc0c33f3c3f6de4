#!/usr/bin/env bash
# Builds the functions and packs each as Lambda takes it.
#
#   scripts/cloud/build.sh [--release] OUT [PROJECT-FOLDER NAME]
#
# OUT gets a zip for each. That of `component` holds the Python interpreter too and, where one is
# named, the files of a project that its components may be granted. Without --release they are built
# by `dev` for this machine, for an emulator. With it they are built for Amazon Linux 2023 on x86-64
# (or TDEV_LAMBDA_ARCH=arm64, where Rust's target for it is installed), and a table of sizes is
# printed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
release=false
if [[ ${1:-} == --release ]]; then
    release=true
    shift
fi
mkdir -p "$1"
out=$(cd "$1" && pwd)
project=${2:-}
name=${3:-}
target=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if $release; then
    "$here/release.sh" >&2
else
    cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p tdev-functions
fi
for source in "$root"/functions/src/bin/*.rs; do
    function=$(basename "$source" .rs)
    mkdir "$work/$function"
    if $release; then
        cp "$target/lambda/$function/bootstrap" "$work/$function/bootstrap"
    else
        strip -o "$work/$function/bootstrap" "$target/debug/$function"
    fi
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
    if $release; then
        printf '%-12s %7d KB %7d KB zipped\n' "$function" \
            $(($(stat -c %s "$work/$function/bootstrap") / 1000)) $(($(stat -c %s "$out/$function.zip") / 1000))
    fi
done
