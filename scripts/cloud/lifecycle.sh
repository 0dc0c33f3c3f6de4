#!/usr/bin/env bash
# Lets a stack live its life in the emulated AWS this runs beside, by the scripts for a real account.
#
#   scripts/cloud/emulator.sh ministack scripts/cloud/lifecycle.sh FOLDER-OF-ZIPS
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export AWS_ENDPOINT_URL=$TDEV_AWS_ENDPOINT
exec "$("$here/setup.sh" deploy)/bin/python" "$here/lifecycle.py" "$1"
