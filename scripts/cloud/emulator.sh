#!/usr/bin/env bash
# Runs a command beside an emulated AWS on loopback, which ends with it.
#
#   scripts/cloud/emulator.sh {ministack|moto} COMMAND…
#
# The command finds it by TDEV_AWS_ENDPOINT. Nothing of it is kept; its log is shown where the
# command fails.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kind=$1
shift
venv=$("$here/setup.sh")
work=$(mktemp -d)
port=$("$venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export TDEV_AWS_ENDPOINT=http://127.0.0.1:$port
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 AWS_REGION=us-east-1
export AWS_EC2_METADATA_DISABLED=true
case $kind in
ministack)
    # By default it listens to everybody.
    start=(env BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" AWS_ENDPOINT_URL="$TDEV_AWS_ENDPOINT" "$venv/bin/python" "$here/start_ministack.py")
    alive=_ministack/health
    ;;
moto)
    start=("$venv/bin/python" "$here/start_moto.py" "$port")
    alive=moto-api/data.json
    ;;
*)
    echo "emulator: \`$kind\` is neither ministack nor moto" >&2
    exit 2
    ;;
esac
cd "$work"
"${start[@]}" >"$work/log" 2>&1 &
emulator=$!
# Asked to end, MiniStack waits for its warm functions, which wait for it. Nothing of it is kept.
trap 'pkill -KILL -P "$emulator" || true; kill -KILL "$emulator" 2>/dev/null || true; wait "$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT
if ! curl --silent --fail --retry 60 --retry-delay 1 --retry-connrefused --output /dev/null \
    "$TDEV_AWS_ENDPOINT/$alive"; then
    cat "$work/log" >&2
    echo "emulator: $kind did not start" >&2
    exit 1
fi
cd "$OLDPWD"
"$@" || {
    status=$?
    tail -n 40 "$work/log" >&2
    exit "$status"
}
