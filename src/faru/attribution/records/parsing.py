"""Text cells to records: what is written in the usual way is read in bulk, everything else row by row.

The bulk part takes only what it is sure of. A row that it leaves is read by `read_row`, which either reads it
or says in one sentence why it was set aside; so both parts need to agree on one thing only: the sure cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from faru.attribution.blocks import Block, read_block
from faru.attribution.records.layout import CELLS
from faru.attribution.utc_times import read_utc

KINDS: Final = ("observed", "inferred", "open")
TEXTS: Final = ("protocol", "destination", "realm", "line", "start_kind", "end_kind")
STAGED: Final = ("port_step", "last_seen", *TEXTS)
"""What few deliveries have: a column that none has is not carried along."""

_SURE_TIME: Final = (
    "'\\d{4}-\\d\\d-\\d\\d[T ]([01]\\d|2[0-3]):\\d\\d:\\d\\d([.]\\d{1,6})?(Z|[+-](0\\d|1[0-4])(:[0-5]\\d)?)?'"
)
# Between 1971 and 2106, without 19 January 2038: outside, the clock was never set, or it ran over.
_SURE_RANGE: Final = "BETWEEN 31536000000000 AND 4291747199999999"
_OVERFLOW_DAY: Final = 24855


def _time(cell: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({cell}, {_SURE_TIME}) THEN epoch_us(TRY_CAST({cell} AS TIMESTAMPTZ)) "
        "END"
    )


def _sane(us: str) -> str:
    return f"({us} {_SURE_RANGE} AND {us} // 86400000000 <> {_OVERFLOW_DAY})"


def _number(cell: str) -> str:
    return f"CASE WHEN regexp_full_match({cell}, '\\d{{1,5}}') THEN TRY_CAST({cell} AS USMALLINT) END"


def _no_outer_spaces(places: Mapping[str, int]) -> str:
    """Texts that may hold anything are not trimmed in bulk: that alone would take as long as all the rest."""
    names = [name for name in ("subscriber", *TEXTS) if name in places]
    return " AND ".join(f"NOT (starts_with(c_{name}, ' ') OR suffix(c_{name}, ' '))" for name in names)


def staging_query(relation: str, places: Mapping[str, int]) -> str:
    """A query over `relation` (see layout.Delivered): typed, and `sure`: all but the address was read.

    Of the optional columns it has those that stand in `places`, in the order of `STAGED`.
    """
    named = ", ".join(f"coalesce(o{place}, '') AS c_{name}" for name, place in places.items())
    typed = [f"{_time('c_start')} AS t0", f"{_time('c_end')} AS t1"]
    typed += [f"{_number('c_port_from')} AS p0", f"{_number('c_port_to')} AS p1"]
    sound = [
        f"torn IS NULL AND {_sane('t0')} AND (c_end = '' OR (t1 > t0 AND {_sane('t1')}))",
        "((c_port_from = '' AND c_port_to = '') OR p0 <= p1)",
        f"c_subscriber <> '' AND {_no_outer_spaces(places)}",
    ]
    if "port_step" in places:
        typed.append(f"{_number('c_port_step')} AS port_step")
        sound.append("(c_port_step = '' OR port_step > 0)")
    if "last_seen" in places:
        typed.append(f"{_time('c_last_seen')} AS last_seen")
        sound.append(f"(c_last_seen = '' OR {_sane('last_seen')})")
    sound += [
        f"(c_{name} = '' OR c_{name} IN {KINDS})" for name in ("start_kind", "end_kind") if name in places
    ]
    further = [
        f"nullif(c_{name}, '') AS {name}" if name in TEXTS else name for name in STAGED if name in places
    ]
    return f"""
    WITH cells AS (SELECT row, torn, {named} FROM ({relation})),
    typed AS (SELECT *, {", ".join(typed)} FROM cells)
    SELECT {
        ", ".join(
            [
                "row",
                f"coalesce({' AND '.join(sound)}, false) AS sure",
                "c_address AS address",
                "t0",
                "t1",
                "p0",
                "p1",
                "c_subscriber AS subscriber",
                *further,
            ]
        )
    }
    FROM typed
    """  # noqa: S608 - our own column names


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as read with care; microseconds in UTC, None where nothing was stated."""

    start: int
    end: int | None
    block: Block
    port_from: int | None
    port_to: int | None
    port_step: int | None
    subscriber: str
    last_seen: int | None
    texts: tuple[str | None, ...]  # protocol, destination, realm, line, start_kind, end_kind

    def further(self, name: str) -> int | str | None:
        """What it says under one of `STAGED`."""
        if name == "port_step":
            return self.port_step
        return self.last_seen if name == "last_seen" else self.texts[TEXTS.index(name)]


class _SetAside(Exception):
    """Why a row was set aside: a clause that follows "row N: "."""


def read_row(cells: Mapping[str, str]) -> ReadRow | str:
    """Read one row of text cells, or say why it is set aside. Never raises."""
    try:
        return _read_row({name: cells.get(name, "").strip(" ") for name in CELLS})
    except _SetAside as reason:
        return str(reason)


def _read_row(cells: Mapping[str, str]) -> ReadRow:
    if not any(cells.values()):
        raise _SetAside("is empty")
    if all(value.casefold() in ("", name) for name, value in cells.items()):
        raise _SetAside("repeats the header")
    # What is quickly seen comes first: a file can have a broken column in every row.
    block = read_block(cells["address"])
    if isinstance(block, str):
        raise _SetAside(f"address: {block}")
    port_from, port_to = _ports(cells["port_from"], cells["port_to"])
    step = _port("port_step", cells["port_step"])
    if step == 0:
        raise _SetAside("port_step 0 names no ports")
    if not cells["subscriber"]:
        raise _SetAside("names no subscriber")
    for name in ("start_kind", "end_kind"):
        if cells[name] and cells[name] not in KINDS:
            raise _SetAside(f"{name} {cells[name]!r} is none of {', '.join(KINDS)}")
    start = _instant("start", cells["start"])
    end = _instant("end", cells["end"]) if cells["end"] else None
    if end is not None and end < start:
        raise _SetAside("ends before it starts; tell the carrier")
    if end == start:
        raise _SetAside("lasts 0 s: its end is not after its start")
    seen = _instant("last_seen", cells["last_seen"]) if cells["last_seen"] else None
    texts = tuple(cells[name] or None for name in TEXTS)
    return ReadRow(start, end, block, port_from, port_to, step, cells["subscriber"], seen, texts)


def _instant(name: str, text: str) -> int:
    if not text:
        raise _SetAside(f"has no {name}")
    found = read_utc(text)
    if isinstance(found, str):
        raise _SetAside(f"{name}: {found}")
    instant, precision_s = found
    if precision_s == 86400:
        raise _SetAside(f"{name}: {text!r} has no time of day")
    if precision_s == 2:
        raise _SetAside(f"{name}: {text!r} is a leap second; write the second before or after")
    return instant


def _port(name: str, text: str) -> int | None:
    if not text:
        return None
    whole, _, rest = text.partition(".")
    if not (
        whole.isascii() and whole.isdigit() and rest.strip("0") == ""
    ):  # 40211.0 is a spreadsheet's 40211
        raise _SetAside(f"{name} {text!r} is no number")
    value = int(whole) if len(whole) < 12 else 1 << 32
    if value > 65535:
        raise _SetAside(f"{name} {text} is out of 0-65535")
    return value


def _ports(text_from: str, text_to: str) -> tuple[int | None, int | None]:
    first, last = _port("port_from", text_from), _port("port_to", text_to)
    if (first is None) != (last is None):
        given, lacking = ("port_from", "port_to") if last is None else ("port_to", "port_from")
        raise _SetAside(f"has a {given} and no {lacking}")
    if first is not None and last is not None and first > last:
        raise _SetAside(f"port range {first}-{last} is reversed; set aside, not turned")
    return first, last
