"""`faru dossier verify`: is the sealed file as it was sealed, and does it say what the ledger says?"""

from pathlib import Path
from typing import Annotated

import typer

from faru.cli.output import REFUSED, UNUSABLE, WELL, print_json, say, stop


def dossier_verify(
    file: Annotated[Path, typer.Argument(help="The dossier, a ZIP.", metavar="FILE")],
    key: Annotated[
        Path | None, typer.Option(help="The public key that you trust, as in key.pub.", metavar="FILE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check a dossier, offline, and name what does not hold. Nothing is unpacked.

    Without --key the words of the key in the file are printed: have the unit read theirs by telephone.

    Example: faru dossier verify DATA/dossiers/case.zip --key unit.pub
    """
    from faru.dossier.verify import verify
    from faru.ledger.keys import fingerprint_words
    from faru.ledger.verify import Unreadable, read_public_key

    try:
        trusted = read_public_key(key.read_text(encoding="utf-8")) if key else None
    except (OSError, ValueError, Unreadable) as error:
        raise stop(f"The key {key} can't be read: {error}", UNUSABLE) from error
    report = verify(file, trusted)
    words = list(fingerprint_words(report.key)) if report.key else None
    if as_json:
        print_json(
            {
                "valid": report.valid,
                "file": str(file),
                "key_fingerprint": report.key.fingerprint if report.key else None,
                "key_words": words,
                "key_trusted": report.key_trusted,
                "checks": [
                    {"name": check.name, "holds": check.holds, "sentence": check.sentence}
                    for check in report.checks
                ],
            }
        )
    else:
        marks = {True: "holds        ", False: "DOES NOT HOLD", None: "not compared "}
        for check in report.checks:
            typer.echo(f"{marks[check.holds]}  {check.name}: {check.sentence}")
        if report.key and words:
            typer.echo(f"Key {report.key.fingerprint}\n  in words: {' '.join(words)}")
    say("Everything holds." if report.valid else "Something does not hold.")
    if not report.readable:
        raise typer.Exit(UNUSABLE)
    raise typer.Exit(WELL if report.valid else REFUSED)
