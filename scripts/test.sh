#!/bin/sh
# The whole suite. Words behind it go to pytest: sh scripts/test.sh tests/ledger -k torn
set -eu
cd "$(dirname "$0")/.."
sh scripts/check.sh
exec .venv/bin/python -m pytest -n 2 --dist loadfile "$@"
