#!/usr/bin/env bash
# Builds the functions for AWS and puts the cloud home into the account the AWS CLI is set up for.
#
#   scripts/cloud/deploy.sh STAGE [--plan] [--yes] [NAME=VALUE…]
#
# Needs what `make setup` needs, and credentials. What it asks of the account is in infra/README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
stage=${1:?give a stage: dev, staging or prod}
shift
python=$(scripts/cloud/setup.sh deploy)/bin/python
# Before the build, which takes minutes.
"$python" -c 'import sys; sys.path.insert(0, "scripts/cloud"); import account; account.caller()'
zips=target/zips
echo "building the functions" >&2
scripts/cloud/build.sh --release "$zips" . t-developer
outputs=$("$python" scripts/cloud/deploy.py up "$stage" "$zips" "$@")
if [[ -n $outputs ]]; then
    echo "$outputs"
    next=$(python3 -c 'import json, sys; o = json.loads(sys.argv[1]); print("URL=" + o["ApiUrl"], "ARTIFACTS=" + o["Artifacts"])' "$outputs")
    echo "next: make smoke $next" >&2
fi
