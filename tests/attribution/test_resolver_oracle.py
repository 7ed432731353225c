"""The engine against the brute-force oracle: overlaps, ends, prefixes, ports, windows, tolerance."""

import csv
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from faru.attribution.answers import answer_rows
from faru.attribution.coverage import read_coverage
from faru.attribution.observations import read_observations
from faru.attribution.prefixes import read_prefixes
from faru.attribution.resolver import resolve
from faru.attribution.skew import SkewPlan
from faru.attribution.store import Delivery, import_records
from faru.cli.attribute import attribute

ZERO = datetime(2026, 3, 1, 23, 59, 50, tzinfo=UTC)  # windows cross midnight
SETTINGS = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

moments = st.integers(0, 40).map(lambda half: ZERO + timedelta(seconds=half / 2))
WHERE = [
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.0/30",
    "0.0.0.0/0",
    "::ffff:192.0.2.1",
    "2001:db8::1",
    "2001:db8::2",
    "2001:db8::/64",
    "2001:db8::/56",
    "2001:db8:0:1::/64",
    "2001:DB8:0:0::/127",
    "2001:db8::1/128",
    "::/0",
]
SEEN = [
    "192.0.2.1",
    "192.0.2.2",
    "::ffff:192.0.2.1",
    "192.0.2.9",
    "2001:db8::1",
    "2001:db8:0:0:0::2",
    "2001:DB8:0:1::7",
    "2001:db9::",
]


@st.composite
def record(draw: st.DrawFn) -> tuple[Any, ...]:
    start = draw(moments)
    length = draw(st.none() | st.sampled_from([0.5, 1, 2, 5, 30]))
    end = None if length is None else start + timedelta(seconds=length)
    ports = draw(st.none() | st.tuples(st.integers(1, 6), st.integers(0, 4)))
    first, last = (None, None) if ports is None else (ports[0], sum(ports))
    return (start, end, draw(st.sampled_from(WHERE)), first, last, draw(st.sampled_from("ABC")))


@st.composite
def observation(draw: st.DrawFn) -> tuple[Any, ...]:
    port = draw(st.none() | st.just(0) | st.integers(1, 11))
    precision = draw(st.sampled_from(["0", "0.5", "1", "3", "60"]))
    return ("o", draw(st.sampled_from(SEEN)), port, draw(moments), precision)


@st.composite
def span(draw: st.DrawFn) -> tuple[str, datetime, datetime]:
    start = draw(moments)
    return (
        draw(st.sampled_from(WHERE)),
        start,
        start + timedelta(seconds=draw(st.sampled_from([0.5, 1, 5, 60]))),
    )


records_of = st.lists(record(), min_size=1, max_size=25)
observations_of = st.lists(observation(), min_size=1, max_size=15)
tolerances = st.sampled_from(["0", "0.5", "2", "10"])


def text(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def rows_of(table: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [[text(cell) for cell in row] for row in table]


def answers(folder: Path, store: Path, tolerance: str, **given_: Any) -> list[tuple[Any, ...]]:
    asked = read_observations(folder / "observations.csv").asked
    verdicts = resolve(asked, [store], tolerance_s=Decimal(tolerance), **given_)
    return [
        (verdict, subscriber, within, number or None)
        for one in verdicts
        for _, verdict, subscriber, within, *_, number in answer_rows(one)
    ]


@SETTINGS
@given(records_of, observations_of, tolerances)
def test_engine_is_the_oracle(
    brute_force: Callable[..., Any], records: list[Any], observations: list[Any], tolerance: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = make(folder, records, observations)
        store = folder / "store.parquet"
        report = import_records([Delivery(path=tables[0])], store, folder / "rejects.csv")
        assert (report.rows, report.rejected) == (len(records), 0)
        expected = [row for one in observations for row in brute_force(records, one, float(tolerance))]
        assert answers(folder, store, tolerance) == expected
        assert answers(folder, store, tolerance, skew=SkewPlan(reach_s=20)) == expected


@SETTINGS
@given(records_of, observations_of, st.lists(span(), max_size=6), st.lists(span(), min_size=1, max_size=3))
def test_coverage_and_carriers_are_the_oracle(
    brute_force: Callable[..., Any],
    records: list[Any],
    observations: list[Any],
    covered: list[Any],
    held: list[Any],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = make(folder, records, observations)
        write(folder / "coverage.csv", ("address_or_prefix", "from", "to"), rows_of(covered))
        write(
            folder / "carriers.csv",
            ("carrier", "prefix", "valid_from", "valid_to"),
            [["X", *r] for r in rows_of(held)],
        )
        store = folder / "store.parquet"
        import_records([Delivery(path=tables[0])], store, folder / "rejects.csv")
        coverage, coverage_rejects = read_coverage(folder / "coverage.csv")
        carriers, carrier_rejects = read_prefixes(folder / "carriers.csv")
        assert (coverage_rejects, carrier_rejects) == ((), ())
        expected = [row for one in observations for row in brute_force(records, one, 2, covered, held)]
        assert answers(folder, store, "2", coverage=coverage, carriers=carriers) == expected


app = typer.Typer()
app.command()(attribute)


@settings(SETTINGS, max_examples=6)
@given(records_of, observations_of, tolerances)
def test_command_is_the_oracle(
    brute_force: Callable[..., Any], records: list[Any], observations: list[Any], tolerance: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = make(folder, records, observations)
        out = folder / "out.csv"
        result = CliRunner().invoke(
            app,
            [
                "--records",
                str(tables[0]),
                "--observations",
                str(tables[1]),
                "--out",
                str(out),
                "--tolerance",
                tolerance,
                "--json",
            ],
        )
        assert result.exit_code == 0, result.output
        summary = json.loads(result.stdout)
        expected = [row for one in observations for row in brute_force(records, one, float(tolerance))]
        with out.open(newline="") as file:
            lines = list(csv.reader(file))
        assert lines[0] == [
            "id",
            "verdict",
            "subscriber",
            "within",
            "start",
            "end",
            "port_from",
            "port_to",
            "source_row",
        ]
        assert [(r[1], r[2], r[3], int(r[8]) if r[8] else None) for r in lines[1:]] == expected
        for line in lines[1:]:
            if line[8]:
                assert line[4:8] == printed(records[int(line[8]) - 1])
        assert sum(summary["verdicts"].values()) == summary["observations"] == len(observations)


def printed(row: tuple[Any, ...]) -> list[str]:
    start, end, _, port_from, port_to, _ = row
    return ["" if v is None else str(text(v)) for v in (start, end, port_from, port_to)]


def make(folder: Path, records: list[Any], observations: list[Any]) -> tuple[Path, Path]:
    first, second = folder / "records.csv", folder / "observations.csv"
    write(first, ("start", "end", "address", "port_from", "port_to", "subscriber"), rows_of(records))
    write(second, ("id", "address", "port", "at", "precision_s"), rows_of(observations))
    return first, second


def write(path: Path, header: tuple[str, ...], rows: list[list[Any]]) -> None:
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)


@pytest.mark.parametrize(
    ("end", "at", "expected"),
    [
        ("2026-03-03T10:00:00Z", "2026-03-03T10:00:00Z", "no_record"),  # the end is not in the row
        ("2026-03-03T10:00:00.000001Z", "2026-03-03T10:00:00Z", "unique"),
        (
            "2026-03-03T10:00:00Z",
            "2026-03-03T08:59:59Z",
            "unique",
        ),  # the window's last moment is the row's first
        ("2026-03-03T10:00:00Z", "2026-03-03T08:59:58.999999Z", "no_record"),
        ("", "2031-01-01T00:00:00Z", "unique"),  # an open end never ends
    ],
)
def test_the_edges_of_a_row(tables: Any, tmp_path: Path, end: str, at: str, expected: str) -> None:
    records = tables.records(("2026-03-03T09:00:00Z", end, "192.0.2.1", "", "", "A"))
    tables.observations(("o", "192.0.2.1", "", at, "1"))
    store = tmp_path / "s.parquet"
    import_records([Delivery(path=records)], store, tmp_path / "r.csv")
    assert answers(tmp_path, store, "0")[0][0] == expected
