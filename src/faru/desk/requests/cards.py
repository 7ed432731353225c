"""A verdict as the page shows it: its kind, every row it rests on, and everything that speaks against it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faru.attribution.moments import moment
from faru.attribution.skew import offset_text
from faru.attribution.verdicts import Candidate, Verdict, VerdictKind
from faru.desk.look.drawing import Drawing
from faru.desk.requests.codec import decode_verdict
from faru.desk.requests.models import VerdictRow
from faru.dossier.wording import VERDICTS
from faru.paper import Lease, Within, drawable, leases_around

ROWS: Final = 30
"""Evidence rows of one card; the rest is counted, and stands in the records."""
STEPS: Final = 12
"""Steps of the skew table around the time as reported."""

OPEN: Final = (
    VerdictKind.AMBIGUOUS,
    VerdictKind.PORT_MISSING,
    VerdictKind.CONTRADICTED,
    VerdictKind.TIME_UNCERTAIN,
)
"""Verdicts that somebody must look into."""
NAMES: Final = {
    VerdictKind.UNIQUE: gettext_lazy("one subscription"),
    VerdictKind.UNIQUE_FRAGILE: gettext_lazy("one subscription, fragile"),
    VerdictKind.AMBIGUOUS: gettext_lazy("ambiguous"),
    VerdictKind.PORT_MISSING: gettext_lazy("port missing"),
    VerdictKind.CONTRADICTED: gettext_lazy("contradicted"),
    VerdictKind.NO_RECORD: gettext_lazy("no record"),
    VerdictKind.TIME_UNCERTAIN: gettext_lazy("time uncertain"),
    VerdictKind.NOT_THEIRS: gettext_lazy("not theirs"),
}
"""Each kind as its badge says it."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One record row, with what finds it again."""

    file: str
    file_sha256: str
    row: int
    sha256: str
    core: bool
    subscriber: str
    address: str
    ports: str  # "" where the whole address was held
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class StepShown:
    """From one offset of the clock to another these subscribers held it."""

    since: str
    until: str
    subscribers: tuple[str, ...]
    here: bool  # the time as reported lies in it


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """Another way to read the time, and whom it names."""

    name: str
    at: datetime
    subscribers: tuple[str, ...]
    changes: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One verdict."""

    row: VerdictRow
    line_id: str
    name: object  # of its kind
    sentence: str
    verdict: Verdict
    core: tuple[datetime, datetime] | None
    tolerance: tuple[datetime, datetime] | None
    rows: tuple[EvidenceRow, ...]
    more_rows: int
    picture: Drawing | None
    steps: tuple[StepShown, ...] | None  # None: too many rows lie around
    more_steps: int
    readings: tuple[ReadingShown, ...]

    @property
    def subscribers(self) -> tuple[str, ...]:
        """Everyone who fits, once."""
        return self.verdict.subscribers

    @property
    def open(self) -> bool:
        """Somebody must look into it: its card stands open, the others are one line each."""
        return self.verdict.kind in OPEN

    @property
    def several(self) -> bool:
        """It names more than one: nobody may be picked."""
        return len(self.verdict.subscribers) > 1

    @property
    def searched(self) -> str:
        """The tolerance window in one line; "" where the time is uncertain."""
        return "" if self.tolerance is None else utc_span(*self.tolerance)

    @property
    def coverage(self) -> list[tuple[str, str, str]]:
        """The declarations that cover the time: addresses, from and to, where it is said."""
        return [
            (str(one.block), utc_span(moment(one.start), moment(one.end)), one.source)
            for one in self.verdict.coverage
        ]


def utc_span(start: datetime, end: datetime) -> str:
    """A stretch of time in UTC, in one line: "2026-03-08 00:45:45 - 00:45:53 UTC". Both are aware."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    ends = f"{last:%H:%M:%S}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M:%S}"
    return f"{first:%Y-%m-%d %H:%M:%S} \N{EN DASH} {ends} UTC"


def card(row: VerdictRow) -> Card:
    """The card of a stored verdict."""
    verdict = decode_verdict(row.body)
    core, window = _window(verdict.core), _window(verdict.window)
    steps, more = _steps(verdict)
    return Card(
        row=row,
        line_id=verdict.asked.id,
        name=NAMES[verdict.kind],
        sentence=VERDICTS[verdict.kind.value],
        verdict=verdict,
        core=core,
        tolerance=window,
        rows=tuple(_evidence(one) for one in verdict.candidates[:ROWS]),
        more_rows=max(0, len(verdict.candidates) - ROWS),
        picture=_picture(verdict, core, window),
        steps=steps,
        more_steps=more,
        readings=tuple(
            ReadingShown(
                one.reading.name,
                moment(one.reading.at),
                one.subscribers,
                one.changes or verdict.kind is VerdictKind.TIME_UNCERTAIN,
            )
            for one in (verdict.skew.readings if verdict.skew is not None else ())
        ),
    )


def _evidence(one: Candidate) -> EvidenceRow:
    record = one.record
    ports = ""
    if record.port_from is not None:
        ports = f"{record.port_from}-{record.port_to}"
        ports += f" / {record.port_step}" if (record.port_step or 1) > 1 else ""
    return EvidenceRow(
        file=record.source.name,
        file_sha256=record.source.sha256,
        row=record.row,
        sha256=record.sha256,
        core=one.within.value == Within.CORE,
        subscriber=record.subscriber,
        address=str(record.block),
        ports=ports,
        start=moment(record.start),
        end=None if record.end is None else moment(record.end),
    )


def _window(window: tuple[int, int] | None) -> tuple[datetime, datetime] | None:
    return None if window is None else (moment(window[0]), moment(window[1]))


def _picture(
    verdict: Verdict,
    core: tuple[datetime, datetime] | None,
    window: tuple[datetime, datetime] | None,
) -> Drawing | None:
    if core is None or window is None or verdict.kind is VerdictKind.NOT_THEIRS:
        return None
    leases = [
        Lease(
            label=_label(one),
            start=moment(one.record.start),
            end=None if one.record.end is None else moment(one.record.end),
            within=Within(one.within.value),
        )
        for one in verdict.candidates
    ]
    sentence = _(
        "Who held the address around the reported time. Filled bars meet the time as reported, hatched ones "
        "only the tolerance; times are UTC."
    )
    return Drawing(leases_around(leases, core=core, tolerance=window), sentence)


def _label(one: Candidate) -> str:
    named = one.record.subscriber
    return named if drawable(named) else f"row {one.record.row}"


def _steps(verdict: Verdict) -> tuple[tuple[StepShown, ...] | None, int]:
    """The steps around the time as reported, and how many more there are; (None, 0): not computed."""
    if verdict.skew is None:
        return (), 0
    steps = verdict.skew.steps
    if steps is None:
        return None, 0
    here = next((place for place, one in enumerate(steps) if one.offset_from <= 0 < one.offset_to), 0)
    first = max(0, min(here - STEPS // 2, len(steps) - STEPS))
    return (
        tuple(
            StepShown(
                offset_text(one.offset_from),
                offset_text(min(one.offset_to, verdict.skew.reach)),  # the last step is closed
                one.subscribers,
                place == here,
            )
            for place, one in enumerate(steps[first : first + STEPS], start=first)
        ),
        max(0, len(steps) - STEPS),
    )
