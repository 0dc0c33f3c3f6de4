#!/usr/bin/env bash
# The three goals of the README, one after the other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
./tdev orchestrate "Scan the QR image and return the associated username" --input image=@examples/badge.png
./tdev orchestrate "List the files in examples/articles, read each file, detect the language and extract the keywords of each text, and if there are more than 3 files, summarize each text"
./tdev orchestrate "Look up the username behind the QR code on this badge image" --input image=@examples/badge.png
