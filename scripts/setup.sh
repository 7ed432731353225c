#!/bin/sh
# Makes .venv from a hashed lock, installs Faru in it, builds the desk's assets. Does nothing where that is already done.
# usage: sh scripts/setup.sh runtime|dev
set -eu
cd "$(dirname "$0")/.."
lock="requirements/${1:?runtime or dev}.txt"
PYTHON="${PYTHON:-python3}"

command -v "$PYTHON" >/dev/null || { echo "Faru needs Python 3.11 or newer: install python3." >&2; exit 2; }
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Faru needs Python 3.11 or newer; $("$PYTHON" --version) is here. Set PYTHON=/path/to/python3.11." >&2
    exit 2
}
# Debian keeps ensurepip, without which no environment gets pip, in a package of its own.
if ! "$PYTHON" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing python3-venv ..." >&2
        { apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv; } >&2
    else
        echo "Python's venv is missing: run 'sudo apt-get install python3-venv', then this command again." >&2
        exit 2
    fi
fi

# The stamp holds what was installed: lock and project file. A dev environment serves runtime as well.
want="$1 $(cat "$lock" pyproject.toml | cksum)"
runtime_want="runtime $(cat requirements/runtime.txt pyproject.toml | cksum)"
stamp=.venv/faru-installed
if ! { [ -x .venv/bin/faru ] && [ -f "$stamp" ] && grep -qxF "$want" "$stamp"; }; then
    echo "Setting up .venv (a minute or two the first time) ..." >&2
    [ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$lock"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
    { echo "$want"; [ "$1" = dev ] && echo "$runtime_want"; } > "$stamp" || true
fi
sh scripts/assets.sh
