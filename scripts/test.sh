#!/bin/sh
# The whole suite. Words behind it go to pytest: sh scripts/test.sh tests/ledger -k torn
set -eu
cd "$(dirname "$0")/.."
sh scripts/check.sh

# What the tests need of the machine: openssl for a dossier's own commands, Chromium for the pages.
missing=""
for tool in openssl chromium; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086 - a list of names
        { apt-get update -q && apt-get install -y -q --no-install-recommends $missing; } >&2
    else
        echo "The tests need$missing: run 'sudo apt-get install$missing', then this command again." >&2
        exit 2
    fi
fi
exec .venv/bin/python -m pytest -n 2 --dist loadfile "$@"
