#!/bin/sh
# The whole suite; what the desk does with its database on SQLite and on PostgreSQL.
# Words behind it go to pytest, for one run: sh scripts/test.sh tests/ledger -k torn
# On PostgreSQL alone: FARU_TEST_DATABASE=postgresql sh scripts/test.sh tests/desk/cases
set -eu
cd "$(dirname "$0")/.."
sh scripts/check.sh

# What the tests need of the machine: openssl for a dossier's own commands, Chromium for the pages, and the
# programs of PostgreSQL, which tests/cluster.py starts a server of its own with.
missing=""
for tool in openssl chromium; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086 - a list of names
        { apt-get update -q && apt-get install -y -q --no-install-recommends $missing; } >&2
    else
        echo "The tests need$missing: run 'sudo apt-get install$missing', then this command again." >&2
        exit 2
    fi
fi
# Files in their own order: by number of tests, those with a few long ones would all come last, on one core.
run() { .venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder "$@"; }

if [ $# -gt 0 ]; then
    run "$@"
    exit
fi
run
# Left out of the second run, because no row of the database that the tests stand on is in them:
#   look        templates, style, printing, the built assets
#   operations  commands in processes of their own: they work with SQLite and PostgreSQL in the first run
echo "Once more on PostgreSQL: tests/desk without look and operations."
FARU_TEST_DATABASE=postgresql run tests/desk --ignore=tests/desk/look --ignore=tests/desk/operations
