"""The second computation: the same answer by a plain check of each row, sharing nothing with the first.

Dates are compared as dates, addresses as `ipaddress` reads them, sets as sets; no integer space, no join, no
prefix table. A verdict on which the two disagree is an error and goes nowhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from faru.attribution.carriers import Carrier
from faru.attribution.moments import iso
from faru.attribution.observations import Asked
from faru.attribution.rows import RecordRow
from faru.attribution.verdicts import Verdict


class DoubleEntryMismatch(Exception):
    """The two computations of one verdict differ: nothing may rest on it until the fault is found."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the plain check found."""

    kind: str
    rows: tuple[tuple[str, int, str], ...]  # file's SHA-256, row, within


def check(
    verdict: Verdict,
    rows: Sequence[RecordRow],
    *,
    theirs: bool | None,
    covered: Sequence[tuple[str, str, str]],
) -> int:
    """Compute the verdict again from `rows` (a superset of its candidates); returns how many rows were gone
    through.

    `covered` are all declarations about the address as text: (prefix, from, to). Raises DoubleEntryMismatch.
    """
    entry = _compute(verdict, rows, theirs, covered)
    first = Entry(
        verdict.kind.value,
        tuple((*candidate.record.key, candidate.within.value) for candidate in verdict.candidates),
    )
    if entry.kind != first.kind or sorted(entry.rows) != sorted(first.rows):
        raise DoubleEntryMismatch(
            f"Observation {verdict.asked.id}: the first computation says {first.kind} by {len(first.rows)} "
            "rows, "
            f"the second {entry.kind} by {len(entry.rows)}. No verdict is given; this is a fault in Faru, "
            "report it."
        )
    return len(rows)


def held_by_any(carriers: Iterable[Carrier], asked: Asked) -> bool:
    """Whether any listed prefix held the address at any moment that the observation can mean."""
    address = _address(asked.address)
    stated, local = asked.instant.utc, asked.instant.local
    low = high = None
    if asked.at is not None:
        low = _time(iso(asked.at))
        high = low + timedelta(microseconds=asked.precision)
    elif stated is None and local is not None:
        low = datetime.combine(local.date(), local.time(), UTC) - timedelta(hours=14)
        high = low + timedelta(hours=28)
    for carrier in carriers:
        for prefix in carrier.prefixes:
            if address not in prefix.network:
                continue
            if low is None or high is None:
                return True
            too_late = prefix.valid_from is not None and prefix.valid_from > high
            too_early = prefix.valid_to is not None and prefix.valid_to <= low
            if not too_late and not too_early:
                return True
    return False


def _compute(
    verdict: Verdict, rows: Sequence[RecordRow], theirs: bool | None, covered: Sequence[tuple[str, str, str]]
) -> Entry:
    if theirs is False:
        return Entry("not_theirs", ())
    stated = verdict.asked.instant.utc
    if stated is None:
        return Entry("time_uncertain", ())
    at = _time(iso(verdict.asked.at)) if verdict.asked.at is not None else stated
    until = at + timedelta(microseconds=verdict.asked.precision)
    slack = timedelta(microseconds=verdict.tolerance)
    address, port = _address(verdict.asked.address), verdict.asked.port
    hits = [(row, _within(row, at, until, slack)) for row in rows if _explains(row, address, port)]
    kept = [(row, within) for row, within in hits if within]
    found = tuple((row.source.sha256, row.row, within) for row, within in kept)
    everyone = {row.subscriber for row, _ in kept}
    in_core = {row.subscriber for row, within in kept if within == "core"}
    if not kept:
        return Entry("contradicted" if _is_covered(covered, address, at, until) else "no_record", found)
    if _two_tales([row for row, _ in kept], at - slack, until + slack):
        return Entry("contradicted", found)
    if len(everyone) >= 2 and not port and [row for row, _ in kept if row.port_from is not None]:
        return Entry("port_missing", found)
    if len(in_core) >= 2 or (len(in_core) == 0 and len(everyone) >= 2):
        return Entry("ambiguous", found)
    return Entry("unique" if in_core == everyone else "unique_fragile", found)


def _explains(row: RecordRow, address: IPv4Address | IPv6Address, port: int | None) -> bool:
    if address not in _network(str(row.block)):
        return False
    if port is None or row.port_from is None or row.port_to is None:
        return True
    return port in range(row.port_from, row.port_to + 1, row.port_step or 1)


def _within(row: RecordRow, at: datetime, until: datetime, slack: timedelta) -> str:
    start = _time(iso(row.start))
    end = None if row.end is None else _time(iso(row.end))
    for name, low, high in (("core", at, until), ("tolerance", at - slack, until + slack)):
        if not (start > high or (end is not None and end <= low)):
            return name
    return ""


def _is_covered(
    covered: Sequence[tuple[str, str, str]], address: IPv4Address | IPv6Address, at: datetime, until: datetime
) -> bool:
    spans = [(_time(start), _time(end)) for prefix, start, end in covered if address in _network(prefix)]
    # The earliest moment that no span holds is `at` or the end of a span: none of them may lie in [at,
    # until].
    moments = [at, *(end for _, end in spans if at <= end <= until)]
    return all(any(start <= moment < end for start, end in spans) for moment in moments)


def _two_tales(rows: Sequence[RecordRow], low: datetime, high: datetime) -> bool:
    told: dict[tuple[object, str], set[str]] = {}
    for row in rows:
        told.setdefault((row.source.kind, row.source.origin), set()).add(row.subscriber)
    alone = {key: next(iter(who)) for key, who in told.items() if len(who) == 1}
    if len(alone) < 2:
        return False
    for one in rows:
        for other in rows:
            key, other_key = (one.source.kind, one.source.origin), (other.source.kind, other.source.origin)
            if key[0] != other_key[0] or key == other_key or key not in alone or other_key not in alone:
                continue
            if (
                alone[key] != alone[other_key]
                and _share_a_moment(one, other, low, high)
                and _share_a_port(one, other)
            ):
                return True
    return False


def _share_a_moment(one: RecordRow, other: RecordRow, low: datetime, high: datetime) -> bool:
    begin = max(low, _time(iso(one.start)), _time(iso(other.start)))
    return begin <= high and all(row.end is None or begin < _time(iso(row.end)) for row in (one, other))


def _share_a_port(one: RecordRow, other: RecordRow) -> bool:
    if one.port_from is None or one.port_to is None or other.port_from is None or other.port_to is None:
        return True
    ports = range(one.port_from, one.port_to + 1, one.port_step or 1)
    others = range(other.port_from, other.port_to + 1, other.port_step or 1)
    return not set(ports).isdisjoint(others)


@lru_cache(maxsize=65536)
def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@lru_cache(maxsize=65536)
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)


@lru_cache(maxsize=65536)
def _address(text: str) -> IPv4Address | IPv6Address:
    return ip_address(text)
