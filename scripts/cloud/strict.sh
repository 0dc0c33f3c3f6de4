#!/usr/bin/env bash
# Runs a command while a stack's state machines are in the emulator this runs beside, and everything
# else stays where AWS_ENDPOINT_URL says.
#
#   scripts/cloud/emulator.sh moto scripts/cloud/strict.sh STAGE COMMAND…
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
stage=$1
shift
"$("$here/setup.sh")/bin/python" "$here/strict.py" "$stage" "$TDEV_AWS_ENDPOINT"
TDEV_AWS_ENDPOINT=$AWS_ENDPOINT_URL "$@"
