"""`faru ledger verify`: does the log still say what was sealed?"""

import base64
from pathlib import Path
from typing import Annotated

import typer

from faru.cli.output import REFUSED, UNUSABLE, WELL, print_json, progress, say, stop


def ledger_verify(
    data: Annotated[
        Path, typer.Option(help="The unit's data folder, with its folder ledger.", metavar="DIR")
    ],
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="One or several checkpoints that were kept elsewhere.", metavar="FILE"),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The public key that you trust, as in key.pub.", metavar="FILE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check the whole ledger, offline. Sequence numbers count from 0.

    A tail that was cut off, or a log rewritten and signed again, shows only against --checkpoint.
    Without --key the key's fingerprint is printed: compare it by telephone.

    Example: faru ledger verify --data DATA --checkpoint daybook.txt --key unit.pub
    """
    from faru.ledger.keys import fingerprint_words
    from faru.ledger.store import being_written
    from faru.ledger.verify import (
        ENTRIES,
        LEAVES,
        Unreadable,
        read_checkpoints,
        read_public_key,
        verify_folder,
    )

    folder = data / "ledger"
    try:
        expected = read_checkpoints(_text(checkpoint)) if checkpoint else ()
        trusted = read_public_key(_text(key)) if key else None
        with progress() as bars:
            tasks = {
                name: bars.add_task(name, total=(folder / name).stat().st_size)
                for name in (ENTRIES, LEAVES)
                if (folder / name).is_file()
            }
            report = verify_folder(
                folder,
                expected=expected,
                trusted=trusted,
                living=being_written(folder),
                seen=lambda name, count: bars.update(tasks[name], completed=count),
            )
    except (Unreadable, OSError) as error:
        raise stop(str(error), UNUSABLE) from error
    words = list(fingerprint_words(report.key)) if report.key else None
    if as_json:
        expectation = {None: None, True: "holds", False: "does not hold"}
        print_json(
            {
                "valid": report.valid,
                "size": report.size,
                "root": report.root.hex(),
                "root_base64": base64.b64encode(report.root).decode(),
                "checkpoints": report.checkpoints,
                "key_fingerprint": report.key.fingerprint if report.key else None,
                "key_words": words,
                "key_trusted": report.key_trusted,
                "expected_checkpoint": expectation[report.expected_holds],
                "problems": [
                    {"sequence": p.sequence, "from": p.first, "to": p.last, "sentence": p.sentence}
                    for p in report.problems
                ],
                "remarks": list(report.remarks),
            }
        )
    else:
        typer.echo(f"{report.size:,} entries, {report.checkpoints:,} checkpoints, root {report.root.hex()}")
        if report.key and words:
            typer.echo(f"Key {report.key.fingerprint}\n  in words: {' '.join(words)}")
            if trusted is None:
                typer.echo("  Nobody said yet that this is the unit's key: compare the words, or give --key.")
        for line in (*report.remarks, *(problem.sentence for problem in report.problems)):
            typer.echo(line)
        if not expected:
            typer.echo("No --checkpoint was given: a tail that was cut off would not show.")
    say("Everything holds." if report.valid else "Something does not hold.")
    raise typer.Exit(WELL if report.valid else REFUSED)


def _text(path: Path) -> str:
    from faru.ledger.verify import Unreadable

    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} can't be read: {error}.") from error
