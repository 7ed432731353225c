"""How police came to the wrong door, each as a check with its own sentence.

Every pattern is from published errors: transposed digits, a wrong zone, a lost AM/PM, a port of the wrong
side, an address that changed hands minutes later, answers matched by order. A check returns a sentence or
None.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from typing import Final

from faru.attribution.blocks import Block, read_block
from faru.attribution.moments import SECOND, iso, micros, moment
from faru.attribution.observations import Asked
from faru.attribution.rows import RecordRow
from faru.attribution.verdicts import at_once, names
from faru.loaders.addresses import read_address

SOON: Final = 10 * 60 * SECOND
"""Within this time a change of hands is told: a clock that is minutes off names the neighbour."""
SERVER_PORTS: Final = 1024
TELLING: Final = 20
"""So many times of one sender, none of them past 12 o'clock, are no accident any more."""


def address_differs(reported: str, quoted: str) -> str | None:
    """A letter quotes the referral's address, number for number (one digit more did two years of harm)."""
    first, second = read_block(reported), read_block(quoted)
    if isinstance(first, Block) and first == second:
        return None
    return (
        f"The address quoted, {quoted}, is not the one reported, {reported}: nothing may be sent or served."
    )


def private_address(asked: Asked) -> str | None:
    """A private address names nobody outside its own network."""
    if not read_address(asked.address).private:
        return None
    return (
        f"{asked.address} is a private address: no carrier can name its user; ask the sender for the public "
        "side."
    )


def server_port(asked: Asked) -> str | None:
    """443 and its like are the server's side of a connection; the question needs the other side."""
    if asked.port is None or asked.port >= SERVER_PORTS:
        return None
    return (
        f"Port {asked.port} is a server's port: probably the wrong side was reported; ask for the source "
        "port."
    )


def coarse_time(asked: Asked) -> str | None:
    """A time cut off at the minute or the day."""
    if asked.precision < 60 * SECOND:
        return None
    return (
        f"The time was reported to {asked.precision // SECOND} s only: everybody who held the address then "
        "is listed."
    )


def echo_differs(asked: Asked, echoed_address: str, echoed_at: datetime) -> str | None:
    """A carrier's answer repeats what it was asked; another instant or address answers another question."""
    if address := address_differs(asked.address, echoed_address):
        return address.replace("quoted", "that the carrier answers about").replace(
            "sent or served", "rested on it"
        )
    if asked.at is not None and micros(echoed_at) == asked.at:
        return None
    mine = "a time without a zone" if asked.at is None else iso(asked.at)
    return (
        f"The carrier answers about {iso(micros(echoed_at))} and was asked about {mine}: the answer is to "
        "another question."
    )


def after_its_report(asked: Asked, received: datetime) -> str | None:
    """An event cannot be later than the referral that tells of it (a year picked wrongly stood for four
    months).
    """
    if asked.at is None or asked.at <= micros(received):
        return None
    return (
        f"The time asked about, {iso(asked.at)}, is after the referral of {iso(micros(received))}: check the "
        "year."
    )


def hours_never_above_12(times: Iterable[datetime]) -> str | None:
    """A sender that dropped AM and PM sends no hour 0 and none above 12 (17 wrong names in 173 requests)."""
    hours = [at.hour for at in times]
    if len(hours) < TELLING or any(hour == 0 or hour > 12 for hour in hours):
        return None
    return (
        f"None of this sender's {len(hours)} times is past 12 o'clock: AM and PM may have been lost; ask "
        "before use."
    )


def soft_ends(rows: Sequence[RecordRow]) -> list[str]:
    """Ends that nobody saw: an end is an upper bound, and an open or inferred one is not even that."""
    found = []
    if open_rows := [row for row in rows if row.end is None]:
        found.append(
            f"Row {_rows(open_rows)} has no end: the lease may have ended long before without a trace."
        )
    if inferred := [row for row in rows if row.end_kind == "inferred"]:
        found.append(
            f"The end in row {_rows(inferred)} was inferred, not observed: the lease may have ended earlier."
        )
    if inferred := [row for row in rows if row.start_kind == "inferred"]:
        found.append(f"The start in row {_rows(inferred)} was inferred, not observed.")
    return found


def overlapping(rows: Sequence[RecordRow], first: int, last: int) -> str | None:
    """Two subscribers for one address, port and moment: the carrier's records cannot both be true."""
    if (
        len(names(rows)) < 2 or len(rows) > 200
    ):  # more rows than a person could compare: the import has counted them
        return None
    for one, other in combinations(rows, 2):
        if one.subscriber != other.subscriber and at_once(one, other, first, last):
            return (
                f"Rows {one.row} and {other.row} give {other.block} to {one.subscriber} and "
                f"{other.subscriber} at once: ports may be overloaded (then the destination tells them "
                "apart) or the records are wrong."
            )
    return None


def soon_reused(asked: Asked, candidates: Sequence[RecordRow], around: Sequence[RecordRow]) -> str | None:
    """Another subscriber had the same address (and port) minutes before or after."""
    core = asked.core
    if core is None or not candidates:
        return None
    mine = set(names(candidates))
    near = [
        (gap, row)
        for row in around
        if row.subscriber not in mine and 0 <= (gap := _gap(row, core)) <= SOON and row.fits_port(asked.port)
    ]
    if not near:
        return None
    gap, row = min(near, key=lambda pair: pair[0])
    side = "before" if row.start < core[0] else "after"
    return (
        f"{row.subscriber} held {row.block} {_minutes(gap)} {side} the reported time: "
        "a clock that far off would name the other."
    )


def prefix_not_address(asked: Asked, rows: Sequence[RecordRow]) -> str | None:
    """In IPv6 a line has a prefix; one address of it is often a passing one."""
    wider = [row for row in rows if not row.block.is_single]
    if wider:
        return f"Row {_rows(wider)} names the prefix {wider[0].block}, which is a whole line, not one device."
    if rows and not asked.block.is_v4:
        return (
            f"The record names the single address {asked.address}; ask for the prefix of the line: devices "
            "change their own address within it."
        )
    return None


def _gap(row: RecordRow, core: tuple[int, int]) -> int:
    """Microseconds between the row and the core window; 0 where they meet or touch."""
    if row.start > core[1]:
        return row.start - core[1]
    return 0 if row.end is None or row.end > core[0] else core[0] - row.end


def _minutes(us: int) -> str:
    seconds = us / SECOND
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _rows(rows: Sequence[RecordRow]) -> str:
    numbers = [str(row.row) for row in rows[:5]]
    return ", ".join(numbers) + (f" and {len(rows) - 5} more" if len(rows) > 5 else "")


def clock_readings(asked: Sequence[Asked]) -> list[datetime]:
    """The clock readings of observations as written, for `hours_never_above_12`."""
    found = []
    for one in asked:
        if one.instant.local is not None:
            found.append(one.instant.local)
        elif one.at is not None:
            found.append(moment(one.at).replace(tzinfo=None))
    return found
