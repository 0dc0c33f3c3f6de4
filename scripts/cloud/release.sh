#!/usr/bin/env bash
# Builds every function for Amazon Linux 2023, and the one that does nothing (target/lambda/empty),
# which cold starts are measured against.
#
#   scripts/cloud/release.sh
#
# By cargo-lambda, whose linker is zig's: it holds the binaries to glibc 2.34, whatever this machine
# has. Both come from PyPI, once, into $XDG_CACHE_HOME/tdev/lambda-venv. TDEV_LAMBDA_ARCH is x86_64
# or arm64.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
venv=${XDG_CACHE_HOME:-$HOME/.cache}/tdev/lambda-venv
if ! cmp --silent "$here/build-requirements.txt" "$venv/installed.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/build-requirements.txt"
    # Last, so that an interrupted installation is made again.
    cp "$here/build-requirements.txt" "$venv/installed.txt"
fi
export PATH=$venv/bin:$PATH
case ${TDEV_LAMBDA_ARCH:-x86_64} in
x86_64) triple=x86_64-unknown-linux-gnu ;;
arm64) triple=aarch64-unknown-linux-gnu ;;
*)
    echo "release: TDEV_LAMBDA_ARCH is x86_64 or arm64" >&2
    exit 2
    ;;
esac
cd "$root"
CARGO_INCREMENTAL=0 cargo lambda build --quiet --locked --profile lambda --target "$triple.2.34" \
    -p tdev-functions --bins --example empty
if [[ -f $target/$triple/lambda/examples/empty ]]; then
    mkdir -p "$target/lambda/empty"
    cp "$target/$triple/lambda/examples/empty" "$target/lambda/empty/bootstrap"
fi
# What Amazon Linux 2023 has not is found here rather than by the first cold start.
for binary in "$target"/lambda/*/bootstrap; do
    newest=$(objdump -T "$binary" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
    if [[ $(printf '%s\n' "$newest" GLIBC_2.34 | sort -V | tail -1) != GLIBC_2.34 ]]; then
        echo "release: $binary needs $newest, Amazon Linux 2023 has GLIBC_2.34" >&2
        exit 1
    fi
done
