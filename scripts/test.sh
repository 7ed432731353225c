#!/bin/sh
# The whole suite. Words behind it go to pytest: sh scripts/test.sh tests/ledger -k torn
set -eu
cd "$(dirname "$0")/.."
sh scripts/check.sh
# A dossier's README has commands of openssl in it, and a test runs them.
if ! command -v openssl >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -q && apt-get install -y -q --no-install-recommends openssl; } >&2
    else
        echo "The tests need openssl: run 'sudo apt-get install openssl', then this command again." >&2
        exit 2
    fi
fi
exec .venv/bin/python -m pytest -n 2 --dist loadfile "$@"
