"""A plain table of who holds which prefix, for scripts: carrier, prefix, valid_from, valid_to (UTC,
half-open).

An empty bound is open. The names address_or_prefix, from and to do as well.
"""

from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from faru.attribution.blocks import read_block
from faru.attribution.carriers import Carrier, CarrierTable, Prefix
from faru.attribution.coverage import read_bound
from faru.attribution.delivered import Reject, Unusable, careful_rows, look_at
from faru.attribution.moments import moment

_OTHER_NAMES: Final = {"prefix": "address_or_prefix", "valid_from": "from", "valid_to": "to"}


def read_prefixes(path: Path) -> tuple[CarrierTable, tuple[Reject, ...]]:
    """Read a CSV of prefixes. Raises delivered.Unusable; what can't be read is set aside with a sentence."""
    shape = look_at(path, ())
    places: dict[str, int | None] = {}
    for name in ("carrier", "prefix", "valid_from", "valid_to"):
        place = shape.place(name)
        places[name] = shape.place(_OTHER_NAMES[name]) if place is None and name in _OTHER_NAMES else place
    if places["prefix"] is None:
        raise Unusable(f"{path}: column prefix is missing; the first line has {', '.join(shape.header)}.")
    held: dict[str, list[Prefix]] = {}
    rejects: list[Reject] = []
    for row in careful_rows(shape):
        cells = {
            name: "" if at is None or row.fault else row.cells[at].strip() for name, at in places.items()
        }
        read = row.fault or _read(cells)
        if isinstance(read, Prefix):
            held.setdefault(cells["carrier"], []).append(read)
        else:
            rejects.append(Reject(row.number, f"{path.name}, row {row.number}: {read}.", tuple(row.cells)))
    try:
        table = CarrierTable(
            Carrier(id=name, name=name, prefixes=tuple(prefixes)) for name, prefixes in held.items()
        )
    except ValueError as fault:
        raise Unusable(f"{path}: {fault}.") from None
    return table, tuple(rejects)


def _read(cells: dict[str, str]) -> Prefix | str:
    block = read_block(cells["prefix"])
    if isinstance(block, str):
        return block
    bounds: list[datetime | None] = []
    for name in ("valid_from", "valid_to"):
        bound = read_bound(cells[name]) if cells[name] else None
        if isinstance(bound, str):
            return f"{name}: {bound}"
        bounds.append(None if bound is None else moment(bound))
    start, end = bounds
    if start is not None and end is not None and end <= start:
        return "holds nothing: its end is not after its start"
    return Prefix(ip_network(str(block)), None, start, end)
