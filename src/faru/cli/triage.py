"""`faru triage evaluate`: is the order of the queue worth anything? On invented years; nothing is stored."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faru.cli.output import bars, print_json, say, stop

if TYPE_CHECKING:
    from faru.evaluation.summary import Earlier

_MOST_SEEDS = 1000
_SEED = re.compile(r"[0-9]{1,9}")


def evaluate(
    pack: Annotated[str, typer.Option(help="A shipped pack's name, or a pack's folder.")] = "demo",
    seeds: Annotated[str, typer.Option(help="Seeds of the invented years: 1-10, or 1,4,7.")] = "1-10",
    referrals: Annotated[int, typer.Option(help="Different alerts in each year.", min=30)] = 3000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the page of evidence (Markdown) there.", metavar="FILE")
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(help="An earlier run's --json: the page shows before and after.", metavar="FILE"),
    ] = None,
) -> None:
    """Measure the pack's rules against four plainer orders, on synthetic years with a latent truth.

    Exit 0: measured; 2: wrong use.

    Example: faru triage evaluate --seeds 1-10 --out docs/triage-evidence.md
    """
    from faru.evaluation.evaluate import evaluate as measure
    from faru.evaluation.evidence import page
    from faru.evaluation.summary import document
    from faru.packs import PackFault, load

    numbers = _seeds(seeds)
    earlier = None if before is None else _earlier(before)
    try:
        chosen = load(pack)
    except PackFault as fault:
        raise stop(str(fault)) from None
    with bars() as bar:
        try:
            found = measure(chosen, numbers, referrals, bar("Invented years"))
        except ValueError as fault:
            raise stop(str(fault)) from None
    command = _command(pack, seeds, referrals, before, out)
    if out is not None:
        try:
            out.write_text(page(found, command, earlier), encoding="utf-8")
        except OSError as error:
            raise stop(f"{out}: can't be written ({error.strerror}).") from error
        say(f"Written: {out}")
    if as_json:
        print_json(document(found))
    elif out is None:
        typer.echo(page(found, command, earlier))


def _command(pack: str, seeds: str, referrals: int, before: Path | None, out: Path | None) -> str:
    """What to type to get the same page again."""
    asked = f"faru triage evaluate --pack {pack} --seeds {seeds} --referrals {referrals}"
    named = {"--before": before, "--out": out}
    return asked + "".join(f" {option} {path}" for option, path in named.items() if path is not None)


def _seeds(text: str) -> tuple[int, ...]:
    """Seeds as written, "1-10" or "1,4,7", each once in that order."""
    numbers: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not _SEED.fullmatch(first) or (dash and not _SEED.fullmatch(last)):
            raise stop(f"--seeds {text}: not seeds; write them as 1-10 or 1,4,7.")
        begin, end = int(first), int(last or first)
        if end < begin or end - begin >= _MOST_SEEDS:
            raise stop(f"--seeds {text}: a range goes upward and over {_MOST_SEEDS} seeds at most.")
        numbers.update(dict.fromkeys(range(begin, end + 1)))
    return tuple(numbers)


def _earlier(path: Path) -> "Earlier":
    """The earlier run; stops with a sentence where it is none."""
    from faru.evaluation.summary import read_earlier

    try:
        return read_earlier(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise stop(f"{path}: can't be read ({error.strerror}).") from error
    except ValueError:
        raise stop(f"{path}: not an earlier run; give what faru triage evaluate --json printed.") from None
