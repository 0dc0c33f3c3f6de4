#!/usr/bin/env bash
# Deploys the real template to the emulated AWS this runs beside, and drives it over HTTP.
#
#   scripts/cloud/emulator.sh ministack scripts/cloud/home.sh FOLDER-OF-ZIPS
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export AWS_ENDPOINT_URL=$TDEV_AWS_ENDPOINT
outputs=$("$(scripts/cloud/setup.sh)/bin/python" scripts/cloud/deploy.py up dev "$1" Hosts=127.0.0.1)
echo "cloud-test: deployed $outputs" >&2
output() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$outputs" "$1"; }
TDEV_API_URL="$TDEV_AWS_ENDPOINT/_aws/execute-api/$(output ApiId)/\$default" \
TDEV_ARTIFACTS_URL="$TDEV_AWS_ENDPOINT/$(output Artifacts)/t-developer" \
    cargo test --locked --quiet -p tdev-functions --test it -- --ignored
# Once more is no change, and what went up comes down.
"$(scripts/cloud/setup.sh)/bin/python" scripts/cloud/deploy.py up dev "$1" Hosts=127.0.0.1 >/dev/null
"$(scripts/cloud/setup.sh)/bin/python" scripts/cloud/deploy.py down dev >&2
