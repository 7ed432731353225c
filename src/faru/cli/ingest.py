"""`faru ingest`: take foreign alerts in; with --dry-run, only show what would be understood."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from faru.cli.output import REFUSED, UNUSABLE, bars, print_json, progress, say, stop
from faru.cli.unit import Data, actor, open_unit

if TYPE_CHECKING:
    from faru.formats.column_map import ColumnMap
    from faru.formats.intake import FileReading
    from faru.formats.options import ReadOptions
    from faru.vocabulary import Instant, Referral


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", metavar="PATH...")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and show; store nothing.")] = False,
    as_: Annotated[str, typer.Option("--as", help="Who takes them in: a user name.", metavar="USER")] = "",
    data: Data = None,
    json_: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    maps: Annotated[
        list[Path] | None,
        typer.Option("--map", help="A saved column map for tables; may be repeated.", metavar="FILE"),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", help="Write the rows of tables that were set aside here.", metavar="FILE"),
    ] = None,
) -> None:
    """Take foreign alerts in (CyberTip JSON and XML, tables and workbooks, ZIPs around them).

    Files are kept encrypted, read, joined to leads and ranked; running it again changes nothing. Column maps
    are those saved on the intake page, and those given with --map. Exit 0: all was read; 1: something was set
    aside; 2: wrong use.

    Example: faru ingest alerts/ --as aisha
    Example: faru ingest --dry-run --json --map maps/p2p.json alerts/
    """
    for path in paths:
        if not path.exists():
            raise stop(f"{path}: no such file or folder; check the path.", UNUSABLE)
    if not dry_run:
        _take_in(paths, maps or [], as_, data, json_)
        return
    options = _options(maps or [])
    readings = _read(paths, options)
    if rejects is not None:
        _write_rejects(rejects, readings, options)
    if json_:
        print_json({"files": [_file(reading) for reading in readings]})
    else:
        _table(readings)
    if any(reading.set_aside for reading in readings):
        raise typer.Exit(REFUSED)


def _take_in(paths: list[Path], maps: list[Path], as_: str, data: Path | None, json_: bool) -> None:
    """Into the unit's database."""
    given = load_maps(maps)
    open_unit(data)
    from faru.desk.journal.acting import Denied
    from faru.desk.journal.sealing import seal_now
    from faru.desk.referrals.folder import take_in
    from faru.desk.referrals.mapping import save_maps

    who = actor(as_)
    try:
        save_maps(who, given)
        with bars() as bar:
            taken = take_in(actor=who, paths=paths, bar=bar)
    except Denied as fault:
        raise stop(str(fault)) from None
    seal_now()
    for sentence in taken.refused:
        say(sentence)
    if json_:
        print_json(
            {
                "files": taken.files,
                "new": taken.new,
                "again": taken.again,
                "set_aside": taken.set_aside,
                "refused": list(taken.refused),
            }
        )
    else:
        typer.echo(
            f"{taken.new:,} new referrals in {taken.files:,} files, {taken.again:,} here already; "
            f"{taken.set_aside:,} parts set aside: the intake page says why."
        )
    if taken.set_aside or taken.refused:
        raise typer.Exit(REFUSED)


def load_maps(paths: list[Path]) -> "tuple[ColumnMap, ...]":
    """The saved column maps; stops with exit 2 and a sentence where one can't be read."""
    from faru.formats.column_map import load_map
    from faru.loaders.refusals import Refused

    found = []
    for path in paths:
        if path.is_dir():
            raise stop(f"{path}: is a folder; --map wants one file, and may be repeated.", UNUSABLE)
        try:
            found.append(load_map(path.read_bytes(), str(path)))
        except Refused as error:
            raise stop(error.sentence, UNUSABLE) from error
        except OSError as error:
            raise stop(f"{path}: can't be read ({error.strerror}).", UNUSABLE) from error
    return tuple(found)


def _options(maps: list[Path]) -> "ReadOptions":
    from datetime import UTC, datetime

    from faru.formats.options import ReadOptions

    return ReadOptions(maps=load_maps(maps), today=datetime.now(UTC).date())


def _read(paths: list[Path], options: "ReadOptions") -> "list[FileReading]":
    from faru.formats.intake import read_paths

    with progress() as bars:
        task = bars.add_task("Reading", total=None)
        return list(read_paths(paths, options, lambda done, of: bars.update(task, completed=done, total=of)))


def _write_rejects(target: Path, readings: "list[FileReading]", options: "ReadOptions") -> None:
    from faru.formats.table import NAME, write_rejects

    parts = []
    for reading in readings:
        if reading.format == NAME and reading.set_aside:
            with reading.path.open("rb") as stream:
                parts.append(write_rejects(stream, options.called(str(reading.path))))
    try:
        target.write_text("".join(parts), encoding="utf-8")
    except OSError as error:
        raise stop(f"{target}: can't be written ({error.strerror}).", UNUSABLE) from error


def _file(reading: "FileReading") -> dict[str, Any]:
    from faru.vocabulary import SEALED

    unread: dict[str, str] = {}
    for referral in reading.referrals:
        unread |= referral.unread
        for child in referral.children:
            unread |= dict.fromkeys((_place(referral, path) for path, _ in child.unread.open()), SEALED)
    notices = [
        (item, aside)
        for items, aside in ((reading.set_aside, True), (reading.remarks, False))
        for item in items
    ] + [(remark, False) for referral in reading.referrals for remark in referral.remarks]
    return {
        "path": str(reading.path),
        "format": reading.format,
        "referrals": [_referral(referral) for referral in reading.referrals],
        "kept_unread": unread,
        "refused": [{"place": i.place, "sentence": i.sentence, "set_aside": aside} for i, aside in notices],
    }


def _place(referral: "Referral", path: str) -> str:
    """A child's path without the child's name in it."""
    from faru.formats.sealing import Mask

    mask = Mask()
    for child in referral.children:
        mask.add(child)
    return mask.text(path)


def _referral(referral: "Referral") -> dict[str, Any]:
    from faru.formats.wire import OFFICIAL
    from faru.vocabulary import SEALED

    kind = referral.incident_type
    accounts = [(account, account.value) for account in referral.accounts]
    accounts += [(sealed.open(), SEALED) for child in referral.children for sealed in child.accounts]
    return {
        "sender": referral.sender,
        "number": referral.number,
        "platform": referral.platform,
        "incident_type": OFFICIAL.get(kind, referral.incident_type_text) if kind else None,
        **_time("incident_at", referral.incident_at),
        **_time("reported_at", referral.reported_at),
        "observations": [
            {
                "address": SEALED if seen.child is not None else seen.address or seen.literal,
                "port": SEALED if seen.child is not None and seen.port is not None else seen.port,
                **_time("at", seen.at),
                "zone_stated": None if seen.at is None else seen.at.zone_stated,
                "precision_s": None if seen.at is None else seen.at.precision_s or None,
                "event": seen.event,
            }
            for seen in referral.observations
        ],
        "accounts": [
            {
                "platform": account.platform if value != SEALED else _service(account.platform, referral),
                "kind": account.kind.value,
                "value": value,
                "verified": account.verified,
                "role": account.role.value,
                "from_text": account.from_text,
            }
            for account, value in accounts
        ],
        "files": [
            {"name": file.name, "hashes": _hashes([(h.algorithm, h.literal) for h in file.hashes])}
            for file in referral.files
        ],
        "refers_to": list(referral.refers_to),
        "flags": list(referral.flags),
    }


def _service(platform: str | None, referral: "Referral") -> str | None:
    """The company of a child's account: shown only where it is the reporting company itself."""
    from faru.vocabulary import SEALED

    return platform if platform in (None, referral.platform) else SEALED


def _time(key: str, instant: "Instant | None") -> Mapping[str, str | None]:
    """UTC, or null with the original string beside it."""
    if instant is None:
        return {key: None}
    stated = instant.iso()
    return {key: stated} if stated is not None else {key: None, f"{key}_text": instant.original}


def _hashes(pairs: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    """By algorithm; a list only where a sender gives two different hashes of one kind."""
    found: dict[str, str | list[str]] = {}
    for algorithm, literal in pairs:
        before = found.get(algorithm)
        if before is None:
            found[algorithm] = literal
        else:
            found[algorithm] = [*(before if isinstance(before, list) else [before]), literal]
    return found


def _table(readings: "list[FileReading]") -> None:
    for reading in readings:
        typer.echo(f"{reading.path}: {reading.format or 'not read'}, {len(reading.referrals)} referrals")
        for referral in reading.referrals:
            parts = (
                f"{len(referral.observations)} observations",
                f"{len(referral.accounts)} accounts",
                f"{len(referral.files)} files",
                f"{len(referral.children)} children (sealed)",
            )
            typer.echo(f"  {referral.sender} {referral.number or '(no number)'}: {', '.join(parts)}")
        for aside in reading.set_aside:
            typer.echo(f"  set aside: {aside.sentence}")
        for remark in (*reading.remarks, *(r for referral in reading.referrals for r in referral.remarks)):
            typer.echo(f"  remark: {remark.sentence}")
