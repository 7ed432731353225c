"""A small invented world and a plain reader of its files that shares no code with the generator."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from faru.synthetic import World, generate


@dataclass(frozen=True)
class Row:
    carrier: str
    start: datetime
    end: datetime | None
    address: str
    ports: tuple[int, int] | None
    subscriber: str
    number: int  # of the row in its file, the first is 1


@dataclass(frozen=True)
class Answers:
    rows: list[Row]
    broken: list[list[str]]

    def holders(self, address: str, port: int | None, first: datetime, last: datetime) -> set[str]:
        """Everybody whose row meets the closed window, looked for row by row."""
        wanted = ip_address(address)
        found = set()
        for row in self.rows:
            if row.start > last or (row.end is not None and row.end <= first):
                continue
            fits = wanted in ip_network(row.address) if "/" in row.address else address == row.address
            if fits and (port is None or row.ports is None or row.ports[0] <= port <= row.ports[1]):
                found.add(row.subscriber)
        return found


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def read_answers(world: World) -> Answers:
    rows: list[Row] = []
    broken: list[list[str]] = []
    for carrier, path in world.records.items():
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            assert next(lines) == ["start", "end", "address", "port_from", "port_to", "subscriber"]
            for number, cells in enumerate(lines, 1):
                try:
                    rows.append(row_of(carrier, cells, number))
                except (ValueError, IndexError):
                    broken.append(cells)
    return Answers(rows, broken)


def row_of(carrier: str, cells: list[str], number: int) -> Row:
    start, end, address, low, high, subscriber = cells
    row = Row(
        carrier,
        instant(start),
        instant(end) if end else None,
        address,
        (int(low), int(high)) if low else None,
        subscriber,
        number,
    )
    ip_network(address)
    if not subscriber or (row.end is not None and row.end <= row.start):
        raise ValueError("no record")
    if row.ports is not None and row.ports[0] > row.ports[1]:
        raise ValueError("no record")
    return row


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return generate(tmp_path_factory.mktemp("world"), seed=11, referrals=400, rows=24_000)


@pytest.fixture(scope="session")
def truth(world: World) -> dict[str, Any]:
    return json.loads(world.truth.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def answers(world: World) -> Answers:
    return read_answers(world)


@pytest.fixture(scope="session")
def answers_of() -> Callable[[World], Answers]:
    return read_answers


@pytest.fixture(scope="session")
def parse() -> Callable[[str], datetime]:
    return instant
