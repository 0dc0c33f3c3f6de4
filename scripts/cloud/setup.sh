#!/usr/bin/env bash
# Installs what stands in for AWS into a folder of its own and prints the folder.
#
#   scripts/cloud/setup.sh
#
# Needs python3 with venv, and PyPI once. The result goes to $TDEV_CLOUD_VENV, or
# $XDG_CACHE_HOME/tdev/cloud-venv, or ~/.cache/tdev/cloud-venv; if it is there and of the pinned
# versions, nothing is done.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=${TDEV_CLOUD_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/tdev/cloud-venv}
if ! cmp --silent "$here/requirements.txt" "$venv/installed.txt"; then
    echo "installing the emulated AWS, once for a few minutes" >&2
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
    # Last, so that an interrupted installation is made again.
    cp "$here/requirements.txt" "$venv/installed.txt"
fi
echo "$venv"
