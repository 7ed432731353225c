"""Small tables on disk, and the brute-force oracle that every engine test is held against."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

RECORDS = ("start", "end", "address", "port_from", "port_to", "subscriber")
OBSERVATIONS = ("id", "address", "port", "at", "precision_s")


@dataclass(frozen=True)
class Tables:
    """Writes CSV files into one folder."""

    folder: Path

    def write(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(header)
            out.writerows([["" if cell is None else cell for cell in row] for row in rows])
        return path

    def records(self, *rows: Sequence[Any]) -> Path:
        return self.write("records.csv", RECORDS, rows)

    def observations(self, *rows: Sequence[Any]) -> Path:
        return self.write("observations.csv", OBSERVATIONS, rows)


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


def plain_address(text: str) -> Any:
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def plain_network(text: str) -> Any:
    network = ip_network(text)
    if network.version == 6 and network.prefixlen >= 96 and network.network_address.ipv4_mapped is not None:
        return ip_network(f"{network.network_address.ipv4_mapped}/{network.prefixlen - 96}")
    return network


def oracle(
    records: Sequence[Sequence[Any]],
    observation: Sequence[Any],
    tolerance: float = 0,
    coverage: Sequence[Sequence[str]] = (),
    prefixes: Sequence[Sequence[Any]] | None = None,
) -> list[tuple[str, str, str, int | None]]:
    """(verdict, subscriber, within, source row) by the words of the issue, one row at a time.

    Times are aware datetimes; `at` None stands for a time without a zone.
    """
    _, address_text, port, at, precision = observation
    address = plain_address(address_text)
    if prefixes is not None and at is not None:
        upto = at + timedelta(seconds=float(precision))
        if not any(
            address in plain_network(prefix) and (not since or since <= upto) and (not until or until > at)
            for prefix, since, until in prefixes
        ):
            return [("not_theirs", "", "", None)]
    if at is None:
        return [("time_uncertain", "", "", None)]
    a, b = at, at + timedelta(seconds=float(precision))
    slack = timedelta(seconds=float(tolerance))
    found = []
    for number, (start, end, where, port_from, port_to, subscriber) in enumerate(records, start=1):
        if address not in plain_network(where):
            continue
        if port and port_from is not None and not port_from <= port <= port_to:
            continue
        if start <= b and (end is None or end > a):
            found.append((number, "core", subscriber, port_from))
        elif start <= b + slack and (end is None or end > a - slack):
            found.append((number, "tolerance", subscriber, port_from))
    every = {row[2] for row in found}
    core = {row[2] for row in found if row[1] == "core"}
    if not found:
        verdict = "contradicted" if wholly_covered(coverage, address, a, b) else "no_record"
        return [(verdict, "", "", None)]
    if not port and any(row[3] is not None for row in found) and len(every) > 1:
        verdict = "port_missing"
    elif len(core) > 1 or (not core and len(every) > 1):
        verdict = "ambiguous"
    elif every != core:
        verdict = "unique_fragile"
    else:
        verdict = "unique"
    return [(verdict, subscriber, within, number) for number, within, subscriber, _ in found]


def wholly_covered(coverage: Sequence[Sequence[Any]], address: Any, a: datetime, b: datetime) -> bool:
    spans = [(start, end) for prefix, start, end in coverage if address in plain_network(prefix)]
    moments = [a, b] + [moment for span in spans for moment in span if a <= moment <= b]
    return all(any(start <= moment < end for start, end in spans) for moment in moments)


@pytest.fixture
def brute_force() -> Callable[..., list[tuple[str, str, str, int | None]]]:
    return oracle


@pytest.fixture
def judge(tables: Tables, tmp_path: Path) -> Callable[..., list[Any]]:
    """Records and observations as rows of cells; further words go to `resolve`."""
    from faru.attribution.observations import read_observations
    from faru.attribution.resolver import resolve
    from faru.attribution.store import Delivery, import_records

    def run(records: Sequence[Any], observations: Sequence[Any], **said: Any) -> list[Any]:
        store = tmp_path / "store.parquet"
        import_records([Delivery(path=tables.records(*records))], store, tmp_path / "rejects.csv")
        asked = read_observations(tables.observations(*observations)).asked
        return list(resolve(asked, [store], **said))

    return run
