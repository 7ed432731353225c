"""`python -m faru.cli`: the same as `faru`."""

from faru.cli.main import run

run()
