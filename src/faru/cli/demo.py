"""`faru demo`: the main job on an invented world; in the desk, which it then serves, or the engines alone."""

from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated

import typer

from faru.cli.output import REFUSED, bars, print_json, stop
from faru.cli.unit import open_unit

if TYPE_CHECKING:
    from faru.mainjob.demo import Outcome


def demo(
    serve: Annotated[
        bool, typer.Option(help="In the desk, served afterwards; without, the engines alone, in files.")
    ] = True,
    data: Annotated[Path | None, typer.Option(help="Folder to work in; a new one if not given.")] = None,
    referrals: Annotated[int, typer.Option(help="How many alerts to invent.")] = 5_000,
    rows: Annotated[int, typer.Option(help="How many rows the carriers' records have.")] = 10_000_000,
    seed: Annotated[int, typer.Option(help="Another seed, another world.")] = 1,
    port: Annotated[int, typer.Option(help="The port of the desk.")] = 8000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """From a folder of invented alerts to a dossier that verifies.

    Example: faru demo --data demo-data
    Example: faru demo --data demo-data --referrals 300 --rows 1000000
    Example: faru demo --no-serve --data demo-data
    """
    from faru.mainjob.chain import Changed
    from faru.mainjob.demo import NotOurs, run

    folder = data or Path(mkdtemp(prefix="faru-demo-"))
    if serve:
        if as_json:
            raise stop("--json goes with --no-serve: a desk that is served prints lines.")
        _desk(folder, referrals, rows, seed, port)
        return
    try:
        with bars() as bar:
            outcome = run(folder, referrals=referrals, rows=rows, seed=seed, bar=bar)
    except (Changed, NotOurs, ValueError) as fault:
        raise stop(str(fault)) from None
    except OSError as fault:
        raise stop(f"{fault.filename or folder}: {fault.strerror or fault}.") from None
    if as_json:
        print_json(_document(outcome))
    else:
        typer.echo("\n".join(lines(outcome)))
    if outcome.sealed is None or not outcome.sealed.report.valid:
        raise typer.Exit(REFUSED)


def _desk(folder: Path, referrals: int, rows: int, seed: int, port: int) -> None:
    """A fresh unit in `folder`, worked by invented officers, then served."""
    from faru.cli.desk import serve as serve_desk
    from faru.mainjob.demo import NotOurs, make_room
    from faru.mainjob.meanwhile import inventing_records
    from faru.synthetic import generate

    try:
        make_room(folder, seed)
        with bars() as bar:
            making = bar("Inventing alerts")
            world = generate(
                folder / "world",
                seed=seed,
                referrals=referrals,
                rows=rows,
                progress=lambda _what, done, total: making(done, total),
                with_records=False,
            )
            tick = bar("Inventing records")
            with inventing_records(world.folder, seed=seed, rows=rows, tick=tick) as records_are_there:
                # The desk can be imported once there is a unit for its settings.
                from faru.desk import boot, unit

                unit.create(
                    folder,
                    name="Crimes Against Children",
                    pack_name="demo",
                    origin="unit.example/faru-demo",
                    demo=True,
                )
                open_unit(folder)
                boot.migrate()
                from faru.desk import demo as desk_demo

                outcome = desk_demo.run(world, bar, records_are_there)
    except (NotOurs, ValueError) as fault:
        raise stop(str(fault)) from None
    except OSError as fault:
        raise stop(f"{fault.filename or folder}: {fault.strerror or fault}.") from None
    typer.echo("\n".join(desk_demo.lines(outcome, folder)))
    serve_desk(data=folder, port=port)


def _document(outcome: "Outcome") -> dict[str, object]:
    sealed = outcome.sealed
    return {
        "referrals": len(outcome.queue.referrals),
        "leads": len(outcome.queue.ranking.leads),
        "observations": outcome.observations,
        "verdicts": outcome.verdicts,
        "dossier": None if sealed is None else str(sealed.path),
        "dossier_valid": sealed is not None and sealed.report.valid,
        "seconds": round(outcome.seconds, 2),
        "peak_mib": outcome.peak_mib,
        "data": str(outcome.data),
        "seed": outcome.world.seed,
        "rows": outcome.world.rows,
        "requests": len(outcome.asked.requests),
        "ledger": {"size": outcome.checkpoint.size, "root": outcome.checkpoint.root.hex()},
        "stories": [
            {"name": one.name, "rank": one.rank, "holds": one.holds, "sentence": one.sentence}
            for one in outcome.tales
        ],
        "ended_cases": [one.sentence for one in outcome.ended],
        "payloads": "in clear: every subject of this world is invented",
    }


def lines(outcome: "Outcome") -> list[str]:
    """The result for a person, under twenty lines."""
    said = [_read(outcome), _ranked(outcome), _asked(outcome), _answered(outcome), _proved(outcome)]
    told = [f"  {one.name.replace('_', ' '):<20}{_rank(one.rank):<10}{one.sentence}" for one in outcome.tales]
    ended = [f"  {one.name.replace('_', ' '):<30}{one.sentence}" for one in outcome.ended]
    ends = [
        *_case_and_dossier(outcome),
        ("ledger", f"{outcome.checkpoint.size:,} entries, sealed; payloads in clear: everybody is invented"),
        ("took", f"{outcome.seconds:.1f} s, {outcome.peak_mib:,} MiB at the peak"),
    ]
    return [
        f"An invented world (seed {outcome.world.seed}), worked in {outcome.data}",
        *(f"{label:<10}{text}" for label, text in said),
        "planted stories, the truth beside what came out",
        *told,
        *ended,
        *(f"{label:<10}{text}" for label, text in ends),
    ]


def _read(outcome: "Outcome") -> tuple[str, str]:
    readings = outcome.queue.readings
    aside = sum(len(one.set_aside) for one in readings)
    read = f"{len(outcome.queue.referrals):,} referrals in {len(readings):,} files"
    return "read", f"{read}; {aside:,} parts set aside, each with its sentence"


def _ranked(outcome: "Outcome") -> tuple[str, str]:
    leads = outcome.queue.ranking.leads
    bands = Counter(lead.band for lead in sorted(leads, key=lambda lead: -lead.danger))
    listed = ", ".join(f"{count} {band}" for band, count in bands.items())
    pinned = sum(bool(lead.interrupts) for lead in leads)
    dying = sum(lead.hours_left is not None and 0 < lead.hours_left <= 48 for lead in leads)
    return "ranked", f"{len(leads):,} leads: {listed}; {pinned} interrupts; {dying} die within 48 hours"


def _asked(outcome: "Outcome") -> tuple[str, str]:
    requests = outcome.asked.requests
    questions = sum(len(one.questions) for one in requests)
    return "asked", f"{questions:,} questions to {len(requests)} carriers, as CSV in requests/"


def _answered(outcome: "Outcome") -> tuple[str, str]:
    imported = [one.imported for one in outcome.answers.values()]
    rows, aside = sum(one.rows for one in imported), sum(one.rejected for one in imported)
    overlaps = sum(one.overlaps for one in imported)
    return "answered", f"{rows:,} rows read, {aside:,} set aside, {overlaps:,} overlaps shown"


def _proved(outcome: "Outcome") -> tuple[str, str]:
    return "proved", ", ".join(
        f"{count} {kind.replace('_', ' ')}" for kind, count in outcome.verdicts.items()
    )


def _case_and_dossier(outcome: "Outcome") -> list[tuple[str, str]]:
    sealed = outcome.sealed
    if sealed is None:
        return [("dossier", "none: the records name one subscription for no lead")]
    state, report = sealed.state, sealed.report
    lacking = sum(one.mandatory for one in state.missing)
    held = sum(check.holds is True for check in report.checks)
    verdict = f"verifies, {held} checks hold" if report.valid else "DOES NOT VERIFY"
    return [
        ("case", f"lead at rank {sealed.lead.rank}: stage {state.stage}, {lacking} mandatory steps missing"),
        ("dossier", f"{sealed.path.relative_to(outcome.data)}: {verdict}"),
    ]


def _rank(rank: int | None) -> str:
    return "not read" if rank is None else f"rank {rank}"
