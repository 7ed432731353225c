#!/bin/sh
# Writes requirements/*.txt anew. No line of a lock names a registry host; a test holds that.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header "$@"
}
compile requirements/runtime.in -o requirements/runtime.txt
compile requirements/dev.in -c requirements/runtime.txt -o requirements/dev.txt  # same versions in both
compile requirements/assets.in -o requirements/assets.txt
compile requirements/node.in -o requirements/node.txt
