"""The evidence as tables: every fact of the dossier in a CSV, in the order given.

A cell that a spreadsheet would take for a formula begins with an apostrophe, and so does one that begins with
an apostrophe itself: take exactly one away and the text is as it was.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from faru.dossier.binding import utc_text
from faru.dossier.casefile import Attribution, CaseFile, RecordRow, ReferralPart, Window
from faru.vocabulary import Instant

Cell = str | int | float | bool | None
APOSTROPHE: Final = "'"
_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠" + APOSTROPHE)

HEADERS: Final = {
    "against": "observation sentence",
    "chronology": "line at_utc sentence entry",
    "coverage": "observation address from_utc to_utc file",
    "hashes": "sender number referral_sha256 file algorithm value listed_by",
    "observations": "id referral_sha256 address port at_utc as_reported zone_stated precision_s event carrier"
    " verdict sentence method core_from_utc core_to_utc tolerance_from_utc tolerance_to_utc"
    " double_entry_agrees double_entry",
    "policy": "kind sentence at_utc due_utc by signed_by mandatory status confirmed source",
    "readings": "observation reading at_utc subscriber",
    "records": "observation reading within subscriber address start_utc end_utc port_from port_to start_kind"
    " end_kind file file_sha256 source_row",
    "referrals": "line sender number sha256 size format platform incident_type incident_at_utc"
    " incident_as_reported reported_at_utc reported_as_reported received_utc tlp caveats children original"
    " stays_because",
    "requests": "id carrier questions served_utc answered_utc answer_file answer_sha256",
    "score-sheet": "rule sentence axis state points value source",
    "skew": "observation offset_s until_s subscriber",
}
"""Columns of each table below evidence/. Times are UTC, sizes bytes, precision and offsets seconds."""


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV below evidence/."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def to_bytes(self) -> bytes:
        """UTF-8 by RFC 4180; a code unit that is no character is written as its escape."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")  # with "\n" a lone "\r" would stand unquoted
        writer.writerow(self.header)
        writer.writerows([_cell(cell) for cell in row] for row in self.rows)
        return out.getvalue().encode("utf-8", "backslashreplace")


def read_table(data: bytes) -> list[dict[str, str]]:
    """The rows of a table of ours, as they were before formulas were made harmless. Raises ValueError."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except csv.Error as error:
        raise ValueError(f"This is no table of a dossier: {error}.") from error
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("This is no table of a dossier: a row has more or fewer cells than the header.")
    header = rows[0]
    return [
        {name: cell.removeprefix(APOSTROPHE) for name, cell in zip(header, row, strict=True)}
        for row in rows[1:]
    ]


def place(table: str, row: int) -> str:
    """Where a row stands, as the report says it; the first data row is 1."""
    return f"evidence/{table}.csv, row {row}"


def tables(case: CaseFile, originals: Sequence[str | None]) -> tuple[Table, ...]:
    """Every table of the dossier. `originals` has for each referral its file's name, None where it stays."""
    rows = {**_about_the_case(case, originals), **_about_observations(case.attributions)}
    return tuple(Table(name, tuple(header.split()), tuple(rows[name])) for name, header in HEADERS.items())


Rows = Iterable[tuple[Cell, ...]]


def _about_the_case(case: CaseFile, originals: Sequence[str | None]) -> dict[str, Rows]:
    parts = zip(case.referrals, originals, strict=True)
    return {
        "chronology": ((n, utc_text(e.at), e.sentence, e.entry) for n, e in enumerate(case.chronology, 1)),
        "hashes": (
            (
                h.referral.sender,
                h.referral.number,
                h.referral.sha256,
                h.file,
                h.algorithm,
                h.value,
                h.listed_by,
            )
            for h in case.hashes
        ),
        "policy": _policy(case),
        "referrals": (_referral(line, part, original) for line, (part, original) in enumerate(parts, 1)),
        "requests": (
            (r.id, r.carrier, r.questions, _utc(r.at), _utc(r.answered_at), r.answer_file, r.answer_sha256)
            for r in case.requests
        ),
        "score-sheet": (
            (s.rule, s.sentence, s.axis, s.state, s.points, s.value, s.source)
            for s in (case.score.lines if case.score else ())
        ),
    }


def _about_observations(seen: Sequence[Attribution]) -> dict[str, Rows]:
    return {
        "against": ((a.id, sentence) for a in seen for sentence in a.against),
        "coverage": (
            (a.id, c.address, utc_text(c.start), utc_text(c.end), c.file)
            for a in seen
            for c in a.coverage or ()
        ),
        "observations": (_observation(a) for a in seen),
        "readings": (
            (a.id, r.name, utc_text(r.utc), who)
            for a in seen
            for r in a.readings
            for who in r.subscribers or (None,)
        ),
        "records": (_record(a, row) for a in seen for row in a.rows),
        "skew": (
            (a.id, k.offset_s, k.until_s, who)
            for a in seen
            for k in a.skew
            for who in k.subscribers or (None,)
        ),
    }


def _observation(one: Attribution) -> tuple[Cell, ...]:
    seen, at, double = one.observation, one.observation.at, one.double_entry
    return (
        one.id, one.referral.sha256 if one.referral else None, seen.address or seen.literal, seen.port,
        *_instant(at), at.zone_stated if at else None, at.precision_s if at else None, seen.event,
        one.carrier, one.verdict, one.sentence, one.method, *_window(one.core), *_window(one.tolerance),
        double.agrees if double else None, double.sentence if double else None,
    )  # fmt: skip


def _record(one: Attribution, row: RecordRow) -> tuple[Cell, ...]:
    return (
        one.id, row.reading, row.within, row.subscriber, row.address, utc_text(row.start), _utc(row.end),
        row.port_from, row.port_to, row.start_kind, row.end_kind, row.file, row.file_sha256, row.row,
    )  # fmt: skip


def _referral(line: int, part: ReferralPart, original: str | None) -> tuple[Cell, ...]:
    who = part.identity
    return (
        line, who.sender, who.number, who.sha256, part.size, part.format, part.platform,
        part.incident_type.value if part.incident_type else None, *_instant(part.incident_at),
        *_instant(part.reported_at), _utc(part.received), part.handling.tlp, "; ".join(part.handling.caveats),
        "; ".join(part.children), original, part.stays,
    )  # fmt: skip


def _policy(case: CaseFile) -> Iterator[tuple[Cell, ...]]:
    state = case.policy
    if state is None:
        return
    yield ("stage", state.stage, None, None, None, None, None, None, None, f"{state.policy} {state.version}")
    for done in state.done:
        yield ("done", done.sentence, _utc(done.at), None, done.by, done.signed_by, None, None, None, None)
    for gap in state.missing:
        yield ("missing", gap.sentence, None, _utc(gap.due), gap.owner, None, gap.mandatory, None, None, None)
    for clock in state.deadlines:
        due = _utc(clock.due)
        confirmed, source = clock.confirmed, clock.source
        yield ("deadline", clock.sentence, None, due, None, None, None, clock.status, confirmed, source)
    for sentence in state.interrupts:
        yield ("interrupt", sentence, None, None, None, None, None, "open", None, None)


def _instant(instant: Instant | None) -> Iterable[str | None]:
    return (None, None) if instant is None else (_utc(instant.utc), instant.original)


def _window(window: Window | None) -> Iterable[str | None]:
    return (None, None) if window is None else (utc_text(window.start), utc_text(window.end))


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, (int, float)):
        return f"{cell:g}" if isinstance(cell, float) and abs(cell) < 1e6 else str(cell)
    return APOSTROPHE + cell if cell.startswith(_FORMULA) else cell
