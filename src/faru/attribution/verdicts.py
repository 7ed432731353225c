"""What a carrier's records prove about an observation: the kinds of verdict, and which one applies.

The order of the kinds is the order of the decision: the first that applies is the verdict.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from faru.attribution.carriers import Match
from faru.attribution.coverage import Covered
from faru.attribution.observations import Asked
from faru.attribution.rows import RecordRow
from faru.attribution.skew import SkewReport

METHOD: Final = "faru-attribution-1"
"""Changes with every change of the rules by which a verdict is reached."""


class VerdictKind(StrEnum):
    """In the order of the decision."""

    NOT_THEIRS = "not_theirs"
    TIME_UNCERTAIN = "time_uncertain"
    NO_RECORD = "no_record"
    CONTRADICTED = "contradicted"
    PORT_MISSING = "port_missing"
    AMBIGUOUS = "ambiguous"
    UNIQUE_FRAGILE = "unique_fragile"
    UNIQUE = "unique"


class Within(StrEnum):
    """Which window a row meets."""

    CORE = "core"
    TOLERANCE = "tolerance"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row that could explain the observation."""

    record: RecordRow
    within: Within


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to one observation, with everything that it rests on and everything that speaks against it.

    It names subscriptions, never people: who sat behind the line, and where, is a second question.
    """

    kind: VerdictKind
    asked: Asked
    candidates: tuple[Candidate, ...]  # all of them, by file and row
    tolerance: int  # microseconds
    match: Match | None = None  # the carrier's prefix; None also where no table of carriers was given
    coverage: tuple[Covered, ...] = ()  # the declarations that cover the core window
    zone_reading: str = ""  # how the time was read
    skew: SkewReport | None = None
    against: tuple[str, ...] = ()  # whole sentences
    rows_checked: int = 0  # rows that the second, independent computation went through, with the same answer
    method: str = field(default=METHOD)

    @property
    def core(self) -> tuple[int, int] | None:
        """The core window, closed, in microseconds; None where the time is uncertain."""
        return self.asked.core

    @property
    def window(self) -> tuple[int, int] | None:
        """The tolerance window, closed."""
        core = self.asked.core
        return None if core is None else (core[0] - self.tolerance, core[1] + self.tolerance)

    @property
    def subscribers(self) -> tuple[str, ...]:
        """Every subscriber that could explain it, each once, in the order of the rows."""
        return names(candidate.record for candidate in self.candidates)

    @property
    def subscriber(self) -> str | None:
        """The one subscriber of `unique` and `unique_fragile` (the core window's, where it has one), else
        None.
        """
        if self.kind not in (VerdictKind.UNIQUE, VerdictKind.UNIQUE_FRAGILE):
            return None
        core = names(c.record for c in self.candidates if c.within is Within.CORE)
        return (core or self.subscribers)[0]


def names(rows: Iterable[RecordRow]) -> tuple[str, ...]:
    """The distinct subscribers of rows, in their order."""
    return tuple(dict.fromkeys(row.subscriber for row in rows))


def decide(
    *,
    theirs: bool | None,
    certain: bool,
    port: int | None,
    candidates: Sequence[Candidate],
    covered: bool,
    disagree: bool,
) -> VerdictKind:
    """The first kind that applies. `theirs` None: no table of carriers was given; `certain`: the time has one
    reading.
    """
    if theirs is False:
        return VerdictKind.NOT_THEIRS
    if not certain:
        return VerdictKind.TIME_UNCERTAIN
    if not candidates:
        return VerdictKind.CONTRADICTED if covered else VerdictKind.NO_RECORD
    if disagree:
        return VerdictKind.CONTRADICTED
    every = set(names(candidate.record for candidate in candidates))
    with_ports = any(candidate.record.port_from is not None for candidate in candidates)
    if port is None and with_ports and len(every) > 1:
        return VerdictKind.PORT_MISSING
    core = set(names(candidate.record for candidate in candidates if candidate.within is Within.CORE))
    if len(core) > 1 or (not core and len(every) > 1):
        return VerdictKind.AMBIGUOUS
    if not core or len(every) > 1:
        return VerdictKind.UNIQUE_FRAGILE
    return VerdictKind.UNIQUE


def sources_disagree(
    candidates: Sequence[Candidate], first: int, last: int
) -> tuple[RecordRow, RecordRow] | None:
    """Two rows of two origins of one kind that each name one other subscriber, for one moment of [first,
    last].

    A moment matters: an address that changed hands at midnight, told by two days' files, is no disagreement.
    """
    by_origin: dict[tuple[str, str], list[RecordRow]] = {}
    for candidate in candidates:
        source = candidate.record.source
        by_origin.setdefault((source.kind or "", source.origin), []).append(candidate.record)
    sole = [(key, rows) for key, rows in by_origin.items() if len(names(rows)) == 1]
    for index, ((kind, _), rows) in enumerate(sole):
        for (other_kind, _), others in sole[index + 1 :]:
            if kind != other_kind or rows[0].subscriber == others[0].subscriber:
                continue
            for one in rows:
                for other in others:
                    if at_once(one, other, first, last):
                        return one, other
    return None


def at_once(one: RecordRow, other: RecordRow, first: int, last: int) -> bool:
    """Whether both rows hold for one moment of [first, last] and for a port that both could mean."""
    start = max(one.start, other.start, first)
    ends = [row.end for row in (one, other) if row.end is not None]
    if start > last or any(end <= start for end in ends):
        return False
    if one.port_from is None or other.port_from is None or one.port_to is None or other.port_to is None:
        return True
    if (one.port_step or 1) > 1 or (other.port_step or 1) > 1:
        return any(
            one.fits_port(port) for port in range(other.port_from, other.port_to + 1, other.port_step or 1)
        )
    return one.port_from <= other.port_to and other.port_from <= one.port_to
