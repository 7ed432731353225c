"""What every command prints with: one JSON document on stdout, everything else on stderr."""

import json
import sys
import time
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


LONG_S = 2.0
"""Seconds from which on a person wants to see that something goes on."""
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
    """A function that opens a bar under a name and gives its `Tick`.

    Where stderr is no terminal, what took over two seconds has a line there instead, once it is done.
    """
    with progress() as shown:

        def bar(name: str) -> Tick:
            task, began = shown.add_task(name, total=None), time.monotonic()
            waiting = not shown.console.is_terminal

            def tick(done: int, total: int) -> None:
                nonlocal waiting
                shown.update(task, completed=done, total=total)
                if waiting and done >= total:
                    waiting = False
                    if (seconds := time.monotonic() - began) > LONG_S:
                        say(f"{name}: {total:,} in {seconds:.1f} s")

            return tick

        yield bar
