"""The pages of the report on who held an address: verdict, method, rows, picture, what speaks against it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from faru.dossier import wording
from faru.dossier.casefile import Attribution, RecordRow, Skew, Window
from faru.dossier.tables import place
from faru.paper import Lease, Picture, Placed, Within, drawable, leases_around

MOST_ROWS: Final = 40
"""Record rows of one verdict in the report; evidence/records.csv has them all."""


def attributions(seen: Sequence[Attribution], zone: ZoneInfo) -> list[dict[str, Any]]:
    """One page each, in the order given."""
    pages, row = [], 1
    against = 1
    for line, one in enumerate(seen, 1):
        pages.append(_page(one, line, row, against, zone))
        row += len(one.rows)
        against += len(one.against)
    return pages


def _page(one: Attribution, line: int, first_row: int, first_against: int, zone: ZoneInfo) -> dict[str, Any]:
    seen, here = one.observation, place("observations", line)
    meaning = wording.VERDICTS.get(one.verdict)
    address = seen.address or seen.literal
    at = wording.instant(seen.at, zone)
    return {
        "id": Placed(one.id, here),
        "address": Placed(address, here),
        "port": None if seen.port is None else str(seen.port),
        "event": _placed(seen.event, here),
        "at": at and {key: Placed(text, here) for key, text in at.items()},
        "carrier": _placed(one.carrier, here),
        "referral": one.referral and (one.referral.number or one.referral.sha256[:12]),
        "verdict": one.verdict.replace("_", " "),
        "meaning": None if meaning == one.sentence else meaning,
        "sentence": Placed(one.sentence, here),
        "method": one.method,
        "subscribers": [Placed(who, here) for who in one.subscribers],
        "core": _window(one.core, zone),
        "tolerance": _window(one.tolerance, zone),
        "coverage": _coverage(one, here, zone),
        "pictures": _pictures(one, here),
        "files": [
            {"file": Placed(name, here), "sha256": wording.grouped(digest)}
            for name, digest in dict.fromkeys((row.file, row.file_sha256) for row in one.rows)
        ],
        "rows": [
            _row(row, place("records", number), zone)
            for number, row in enumerate(one.rows[:MOST_ROWS], first_row)
        ],
        "rows_more": max(0, len(one.rows) - MOST_ROWS),
        "readings": [
            {
                "name": Placed(reading.name, here),
                "at": wording.moment(reading.utc, zone),
                "subscribers": [Placed(who, here) for who in reading.subscribers],
            }
            for reading in one.readings
        ],
        "skew": [
            {"offsets": _offsets(offsets), "subscribers": [Placed(who, here) for who in who_all]}
            for who_all, offsets in _same_answers(one)
        ],
        "double": one.double_entry
        and {"agrees": one.double_entry.agrees, "sentence": Placed(one.double_entry.sentence, here)},
        "against": [
            Placed(sentence, place("against", number))
            for number, sentence in enumerate(one.against, first_against)
        ],
    }


def _row(row: RecordRow, here: str, zone: ZoneInfo) -> dict[str, Any]:
    ports = None if row.port_from is None else f"{row.port_from}–{row.port_to}"
    return {
        "row": f"{row.row:,}",
        "within": row.within,
        "reading": _placed(row.reading, here),
        "subscriber": Placed(row.subscriber, here),
        "address": Placed(row.address, here),
        "ports": ports or "whole address",
        "start": wording.moment(row.start, zone),
        "end": wording.moment(row.end, zone),
        "start_kind": row.start_kind,
        "end_kind": None if row.end is None and row.end_kind == "open" else row.end_kind,
    }


def _coverage(one: Attribution, here: str, zone: ZoneInfo) -> list[dict[str, Any]] | None:
    if one.coverage is None:
        return None
    return [
        {
            "address": Placed(part.address, here),
            "from": wording.moment(part.start, zone),
            "to": wording.moment(part.end, zone),
            "file": _placed(part.file, here),
        }
        for part in one.coverage
    ]


def _pictures(one: Attribution, here: str) -> list[dict[str, Any]]:
    """The rows around the windows, one picture for each reading of the time that has windows."""
    cited = any(row.reading is not None for row in one.rows)
    views: list[tuple[Placed | None, Window, Window, list[RecordRow]]] = [
        (
            Placed(reading.name, here),
            reading.core,
            reading.tolerance,
            [row for row in one.rows if row.reading == reading.name],
        )
        for reading in one.readings
        if reading.core is not None and reading.tolerance is not None and cited
    ]
    if not views and one.core is not None and one.tolerance is not None:
        views.append((None, one.core, one.tolerance, list(one.rows)))
    return [{"name": name, **_picture(core, tolerance, rows)} for name, core, tolerance, rows in views]


def _picture(core: Window, tolerance: Window, rows: Sequence[RecordRow]) -> dict[str, Any]:
    leases = [
        Lease(_label(row), row.start, row.end, Within.CORE if row.within == "core" else Within.TOLERANCE)
        for row in rows
    ]
    svg = leases_around(leases, core=(core.start, core.end), tolerance=(tolerance.start, tolerance.end))
    return {"svg": Picture(svg), "alt": svg.partition("<title>")[2].partition("</title>")[0]}


def _label(row: RecordRow) -> str:
    return f"row {row.row} · {row.subscriber}" if drawable(row.subscriber) else f"row {row.row}"


def _same_answers(one: Attribution) -> list[tuple[tuple[str, ...], list[Skew]]]:
    """Neighbouring offsets that give the same subscribers, in the order of the offsets."""
    steps = sorted(one.skew, key=lambda step: step.offset_s)
    return [(who, list(same)) for who, same in groupby(steps, key=lambda step: tuple(step.subscribers))]


def _offsets(steps: Sequence[Skew]) -> str:
    last = steps[-1]
    first, to = wording.offset(steps[0].offset_s), wording.offset(last.offset_s)
    if last.until_s is not None:
        return f"from {first} to below {wording.offset(last.until_s)}"
    return first if first == to else f"{first} to {to}"


def _window(window: Window | None, zone: ZoneInfo) -> dict[str, Any] | None:
    if window is None:
        return None
    return {"from": wording.moment(window.start, zone), "to": wording.moment(window.end, zone)}


def _placed(text: str | None, here: str) -> Placed | None:
    return None if text is None else Placed(text, here)
