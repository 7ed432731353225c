"""`faru attribute`: a table of observations against a table of records, every candidate listed."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from faru.cli.output import REFUSED, bars, print_json, say, stop


def attribute(
    records: Annotated[
        Path, typer.Option(help="CSV or Parquet: start,end,address,port_from,port_to,subscriber.")
    ],
    observations: Annotated[Path, typer.Option(help="CSV: id,address,port,at,precision_s.")],
    out: Annotated[Path, typer.Option(help="CSV to write: one row a candidate, all of them.")],
    tolerance: Annotated[str, typer.Option(help="Seconds by which a clock may be off.")] = "0",
    coverage: Annotated[Path | None, typer.Option(help="CSV: address_or_prefix,from,to.")] = None,
    carriers: Annotated[Path | None, typer.Option(help="CSV: carrier,prefix,valid_from,valid_to.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Who held each address, at its port and time: every record that could explain it.

    Rows that can't be read go to a reject file beside the output, each with its reason.

    Example: faru attribute --records answer.csv --observations asked.csv --out verdicts.csv --tolerance 60
    """
    from faru.attribution.delivered import Unusable
    from faru.attribution.double_entry import DoubleEntryMismatch

    aside = {
        name: out.with_name(f"{out.stem}.{name}-rejects.csv")
        for name in ("records", "observations", "coverage", "carriers")
    }
    inputs = [path for path in (records, observations, coverage, carriers) if path is not None]
    seconds = _seconds(tolerance)
    out = out.resolve() if out.is_symlink() else out  # what the link points at is written, the link stays
    if out.exists() and not out.is_file():
        raise stop(f"{out} is no plain file; choose another --out.")
    if not out.resolve().parent.is_dir():
        raise stop(f"{out.parent} is no folder; make it, or choose another --out.")
    if out.is_dir():
        raise stop(f"{out} is a folder; name a file for --out.")
    if clash := {path.resolve() for path in inputs} & {path.resolve() for path in (out, *aside.values())}:
        raise stop(f"{clash.pop()} is an input and would be written over; choose another --out.")
    try:
        summary = _run(records, observations, out, seconds, coverage, carriers, aside)
    except Unusable as fault:
        raise stop(str(fault)) from None
    except DoubleEntryMismatch as fault:
        raise stop(str(fault), REFUSED) from None
    except OSError as fault:
        raise stop(f"{fault.filename or out}: {fault.strerror or fault}.") from None
    for note in summary["notes"]:
        say(note)
    if as_json:
        print_json(summary)
    else:
        kinds = ", ".join(f"{count} {kind}" for kind, count in summary["verdicts"].items()) or "none"
        say(f"{summary['observations']} observations: {kinds}. See {out}.")
    if any(summary[f"rejected_{name}"] for name in aside):
        raise typer.Exit(REFUSED)


def _run(
    records: Path,
    observations: Path,
    out: Path,
    tolerance: Decimal,
    coverage: Path | None,
    carriers: Path | None,
    aside: dict[str, Path],
) -> dict[str, Any]:
    from faru.attribution.answers import write_answers
    from faru.attribution.coverage import read_coverage
    from faru.attribution.delivered import Reject, write_rejects
    from faru.attribution.observations import read_observations
    from faru.attribution.prefixes import read_prefixes
    from faru.attribution.resolver import resolve
    from faru.attribution.store import Delivery, import_records
    from faru.attribution.verdicts import VerdictKind

    table = read_observations(observations)
    nothing: tuple[Reject, ...] = ()
    covered, coverage_rejects = (None, nothing) if coverage is None else read_coverage(coverage)
    prefixes, carrier_rejects = (None, nothing) if carriers is None else read_prefixes(carriers)
    with TemporaryDirectory(prefix="faru-attribute-") as folder, bars() as bar:
        store = Path(folder) / "records.parquet"
        report = import_records(
            [Delivery(path=records)], store, aside["records"], progress=bar("Reading the records")
        )
        verdicts = resolve(
            table.asked,
            [store],
            tolerance_s=tolerance,
            coverage=covered,
            carriers=prefixes,
            progress=bar("Resolving"),
        )
        counts = write_answers(verdicts, out)
    write_rejects(aside["observations"], table.header, table.rejects)
    _write_if_any(aside["coverage"], coverage_rejects)
    _write_if_any(aside["carriers"], carrier_rejects)
    return {
        "observations": len(table.asked),
        "verdicts": {kind.value: counts[kind.value] for kind in VerdictKind if counts[kind.value]},
        "records": report.rows,
        "rejected_records": report.rejected,
        "rejected_observations": len(table.rejects),
        "rejected_coverage": len(coverage_rejects),
        "rejected_carriers": len(carrier_rejects),
        "overlaps": report.overlaps,
        "overlap_examples": [overlap.sentence for overlap in report.overlap_examples],
        "tolerance_s": str(tolerance),
        "records_sha256": report.sources[0].sha256,
        "out": str(out),
        "rejects": {name: str(path) for name, path in aside.items() if path.exists()},
        "notes": [*report.notes, *table.notes],
    }


def _write_if_any(path: Path, rejects: Iterable[Any]) -> None:
    """The reject file of an optional table; one left by an earlier run is removed."""
    from faru.attribution.delivered import write_rejects

    kept = tuple(rejects)
    path.unlink(missing_ok=True)
    if kept:
        write_rejects(path, (), kept)


def _seconds(text: str) -> Decimal:
    try:
        seconds = Decimal(text)
    except InvalidOperation:
        raise stop(f"--tolerance {text}: give a number of seconds, such as 60.") from None
    if not seconds.is_finite() or not 0 <= seconds <= 366 * 86400:
        raise stop(f"--tolerance {text}: give 0 or more seconds, at most a year.")
    return seconds
