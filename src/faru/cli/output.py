"""What every command prints with: one JSON document on stdout, everything else on stderr."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

WELL, REFUSED, UNUSABLE = 0, 1, 2
"""Exit codes: all well; something does not hold or was refused; can't be read or wrong use."""


def print_json(document: Any) -> None:
    """One JSON document on stdout, UTF-8, keys in the order given."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))  # whatever the terminal's own encoding
    sys.stdout.buffer.flush()


def say(sentence: str) -> None:
    """One sentence to the person at the keyboard, on stderr."""
    typer.echo(printable(sentence), err=True)


def printable(text: str) -> str:
    """A text that can't forge a line or turn round on a terminal: control and format characters as codes."""
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c)[0] == "C" else c for c in text)


def stop(sentence: str, code: int = UNUSABLE) -> typer.Exit:
    """Say why, and give the exit to raise."""
    say(sentence)
    return typer.Exit(code)


Tick = Callable[[int, int], None]
"""Told (done, in all)."""


@contextmanager
def progress() -> Iterator[Progress]:
    """Bars with the time left, on stderr, gone when all is done."""
    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield shown


@contextmanager
def bars() -> Iterator[Callable[[str], Tick]]:
    """A function that opens a bar under a name and gives its `Tick`."""
    with progress() as shown:

        def bar(name: str) -> Tick:
            task = shown.add_task(name, total=None)
            return lambda done, total: shown.update(task, completed=done, total=total)

        yield bar
