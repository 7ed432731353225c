"""`faru answer`: take a carrier's answer in, of any size; the page takes files up to 64 MiB."""

from pathlib import Path
from typing import Annotated

import typer

from faru.cli.output import REFUSED, UNUSABLE, stop
from faru.cli.unit import As, Data, actor, open_unit


def answer(
    number: Annotated[str, typer.Argument(help="The request's number.", metavar="NUMBER")],
    file: Annotated[Path, typer.Argument(help="The delivered file: CSV or Parquet.", metavar="FILE")],
    as_: As = "",
    coverage: Annotated[bool, typer.Option("--coverage", help="It declares what is covered.")] = False,
    data: Data = None,
) -> None:
    """Take a carrier's answer in: kept sealed, then read on trial by the worker.

    Exit 0: kept; 1: refused, or only its hash was kept; 2: wrong use.

    Example: faru answer R-2026-0007 lagoon.csv --as hassan
    """
    if not file.is_file():
        raise stop(f"{file}: no such file; check the path.", UNUSABLE)
    open_unit(data)
    from faru.desk.journal.acting import Denied, Refused
    from faru.desk.journal.sealing import seal_now
    from faru.desk.requests.answering import receive_path
    from faru.desk.requests.models import LegalRequest

    who = actor(as_)
    request = LegalRequest.objects.visible_to(who).filter(number=number).first()
    if request is None:
        raise stop(f"There is no request {number!r} that this user may see: check its number.")
    try:
        kept = receive_path(
            actor=who, request=request, path=file, part="coverage" if coverage else "records"
        ).kept
    except Denied as fault:
        raise stop(str(fault), REFUSED) from None
    except Refused as fault:
        raise stop(fault.sentence, REFUSED) from None
    except OSError as fault:
        raise stop(f"{file}: was not kept ({fault.strerror}); nothing of it is stored.", REFUSED) from None
    seal_now()
    if not kept:
        raise stop(f"{file}: is no table of text, so only its hash was kept: see its page.", REFUSED)
    typer.echo(f"{file.name} is kept, sealed. The worker reads it on trial: see the request's page.")
