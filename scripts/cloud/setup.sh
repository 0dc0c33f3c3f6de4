#!/usr/bin/env bash
# Installs a set of tools into a folder of its own and prints the folder.
#
#   scripts/cloud/setup.sh            what stands in for AWS
#   scripts/cloud/setup.sh deploy     what talks to AWS
#   scripts/cloud/setup.sh lint       what reads the template and the state machines
#
# Needs python3 with venv, and PyPI once; `lint` needs npm too. The result goes to
# $TDEV_CLOUD_VENV[-SET], or $XDG_CACHE_HOME/tdev/cloud-venv[-SET], or the same under ~/.cache; if it
# is there and of the pinned versions, nothing is done.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
suffix=${1:+-$1}
wanted=("$here/requirements$suffix.txt")
[[ -f ${wanted[0]} ]] || {
    echo "setup: \`$1\` is neither deploy nor lint" >&2
    exit 2
}
[[ ${1:-} == lint ]] && wanted+=("$here/asl-validator/package.json" "$here/asl-validator/package-lock.json")
venv=${TDEV_CLOUD_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/tdev/cloud-venv}$suffix
if ! cat "${wanted[@]}" | cmp --silent - "$venv/installed.txt"; then
    echo "installing the tools of scripts/cloud/requirements$suffix.txt, once" >&2
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "${wanted[0]}" >&2
    if [[ ${1:-} == lint ]]; then
        mkdir "$venv/asl-validator"
        cp "$here"/asl-validator/package*.json "$venv/asl-validator/"
        npm ci --silent --no-audit --no-fund --prefix "$venv/asl-validator" >&2
    fi
    # Last, so that an interrupted installation is made again.
    cat "${wanted[@]}" >"$venv/installed.txt"
fi
echo "$venv"
