"""The order of the verdicts: for each pair of neighbours a case to which both apply; the first is given."""

from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from faru.attribution.blocks import Block, read_block
from faru.attribution.carriers import Carrier, CarrierTable, Prefix, RecordKind
from faru.attribution.coverage import CoverageTable, Covered, covering
from faru.attribution.moments import micros
from faru.attribution.observations import read_observations
from faru.attribution.resolver import resolve
from faru.attribution.store import Delivery, import_records
from faru.attribution.verdicts import METHOD, VerdictKind, at_once, decide

AT = "2026-03-03T10:00:00Z"
SEEN = ("o", "192.0.2.1", "2000", AT, "1")


def us(text: str) -> int:
    return micros(datetime.fromisoformat(text))


def row(who: str, start: str = "09:00:00", end: str = "11:00:00", ports: tuple[str, str] = ("", "")) -> Any:
    return (f"2026-03-03T{start}Z", f"2026-03-03T{end}Z", "192.0.2.1", *ports, who)


def held(
    network: str, since: datetime | None = None, until: datetime | None = None, **said: Any
) -> CarrierTable:
    prefix = Prefix(ip_network(network), said.pop("shared", None), since, until)
    return CarrierTable([Carrier(id="c", name="C", prefixes=(prefix,), **said)])


def covered(start: str, end: str, prefix: str = "192.0.2.0/24", kind: RecordKind | None = None) -> Covered:
    block = read_block(prefix)
    assert isinstance(block, Block)
    return Covered(block, us(start), us(end), kind)


DAY = covered("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z")


def test_not_theirs_comes_before_time_uncertain(judge: Any) -> None:
    unzoned = ("o", "192.0.2.1", "", "2026-03-03T10:00:00", "1")
    elsewhere = held("198.51.100.0/24")
    assert judge([row("A")], [unzoned], carriers=elsewhere)[0].kind is VerdictKind.NOT_THEIRS
    assert judge([row("A")], [unzoned])[0].kind is VerdictKind.TIME_UNCERTAIN


@pytest.mark.parametrize(
    ("until", "kind"),
    [
        ("2026-03-02T19:59:59Z", VerdictKind.NOT_THEIRS),  # over before the earliest reading, UTC+14
        ("2026-03-02T20:00:01Z", VerdictKind.TIME_UNCERTAIN),
    ],
)
def test_without_a_zone_only_surely_foreign_is_not_theirs(judge: Any, until: str, kind: VerdictKind) -> None:
    unzoned = ("o", "192.0.2.1", "", "2026-03-03T10:00:00", "1")
    table = held("192.0.2.0/24", until=datetime.fromisoformat(until))
    assert judge([row("A")], [unzoned], carriers=table)[0].kind is kind


def test_not_theirs_lists_no_rows_although_some_fit(judge: Any) -> None:
    table = held("192.0.2.0/24", since=datetime(2026, 3, 3, 10, 0, 2, tzinfo=UTC))
    verdict = judge([row("A")], [SEEN], carriers=table)[0]
    assert (verdict.kind, verdict.candidates) == (VerdictKind.NOT_THEIRS, ())
    table = held("192.0.2.0/24", since=datetime(2026, 3, 3, 10, 0, 1, tzinfo=UTC))
    assert judge([row("A")], [SEEN], carriers=table)[0].kind is VerdictKind.UNIQUE


def test_time_uncertain_comes_before_no_record(judge: Any) -> None:
    for at in ("2026-03-03T10:00:00", "03/04/2026 10:00:00Z"):
        verdict = judge([], [("o", "192.0.2.1", "", at, "1")])[0]
        assert (verdict.kind, verdict.candidates) == (VerdictKind.TIME_UNCERTAIN, ())
    assert judge([], [SEEN])[0].kind is VerdictKind.NO_RECORD


@pytest.mark.parametrize(
    ("spans", "kind"),
    [
        ([], VerdictKind.NO_RECORD),
        ([("2026-03-03T09:00:00Z", "2026-03-03T10:00:01Z")], VerdictKind.NO_RECORD),
        ([("2026-03-03T09:00:00Z", "2026-03-03T10:00:01.000001Z")], VerdictKind.CONTRADICTED),
        ([("2026-03-03T10:00:00.000001Z", "2026-03-04T10:00:00Z")], VerdictKind.NO_RECORD),
        (
            [
                ("2026-03-03T10:00:00Z", "2026-03-03T10:00:00.5Z"),
                ("2026-03-03T10:00:00.5Z", "2026-03-04T00:00:00Z"),
            ],
            VerdictKind.CONTRADICTED,
        ),
        (
            [
                ("2026-03-03T10:00:00Z", "2026-03-03T10:00:00.5Z"),
                ("2026-03-03T10:00:00.6Z", "2026-03-04T00:00:00Z"),
            ],
            VerdictKind.NO_RECORD,
        ),
    ],
)
def test_no_record_comes_before_contradicted(judge: Any, spans: Any, kind: VerdictKind) -> None:
    table = CoverageTable([covered(*span) for span in spans])
    verdict = judge([row("A", "01:00:00", "02:00:00")], [SEEN], coverage=table)[0]
    assert verdict.kind is kind
    assert bool(verdict.coverage) == (kind is VerdictKind.CONTRADICTED)


def test_coverage_of_another_address_or_kind_covers_nothing(judge: Any) -> None:
    span = ("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z")
    elsewhere = CoverageTable([covered(*span, "198.51.100.0/24")])
    assert judge([], [SEEN], coverage=elsewhere)[0].kind is VerdictKind.NO_RECORD
    shared = held("192.0.2.0/24", shared=True)
    for kind, expected in (
        (RecordKind.SESSION, VerdictKind.NO_RECORD),
        (RecordKind.NAT, VerdictKind.CONTRADICTED),
    ):
        table = CoverageTable([covered(*span, kind=kind)])
        assert judge([], [SEEN], coverage=table, carriers=shared)[0].kind is expected


def test_coverage_rows_may_overlap_and_nest() -> None:
    rows = [
        covered("2026-03-03T00:00:00Z", "2026-03-03T12:00:00Z"),
        covered("2026-03-03T01:00:00Z", "2026-03-03T02:00:00Z"),
        covered("2026-03-03T11:00:00Z", "2026-03-03T13:00:00Z"),
    ]
    assert covering(rows, us("2026-03-03T00:30:00Z"), us("2026-03-03T12:59:59Z")) == (rows[0], rows[2])
    assert covering(rows, us("2026-03-03T00:30:00Z"), us("2026-03-03T13:00:00Z")) == ()


def two_sources(tmp_path: Path, tables: Any, one: Any, other: Any, port: str = "", **said: Any) -> Any:
    header = ("start", "end", "address", "port_from", "port_to", "subscriber")
    first, second = tables.write("a.csv", header, one), tables.write("b.csv", header, other)
    import_records(
        [
            Delivery(path=first, origin="radius-1", kind=said.pop("kind", RecordKind.SESSION)),
            Delivery(path=second, origin=said.pop("origin", "radius-2"), kind=RecordKind.SESSION),
        ],
        tmp_path / "s.parquet",
        tmp_path / "r.csv",
    )
    asked = read_observations(tables.observations(("o", "192.0.2.1", port, AT, "1"))).asked
    return next(resolve(asked, [tmp_path / "s.parquet"], **said))


def test_contradicted_comes_before_port_missing_and_ambiguous(tables: Any, tmp_path: Path) -> None:
    one, other = row("A", ports=("1", "9000")), row("B", ports=("1", "9000"))
    verdict = two_sources(tmp_path, tables, [one], [other])
    assert verdict.kind is VerdictKind.CONTRADICTED
    assert "Two sources disagree: a.csv row 1 names A, b.csv row 1 names B." in verdict.against
    assert verdict.subscribers == ("A", "B")


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ([row("A")], [row("A")], {}),  # they agree
        ([row("A")], [row("B")], {"origin": "radius-1"}),  # one system, two files
        ([row("A")], [row("B")], {"kind": RecordKind.NAT}),  # two kinds of record
        ([row("A", end="10:00:00.5")], [row("B", start="10:00:00.5")], {}),  # one after the other
        ([row("A", ports=("1", "10"))], [row("B", ports=("11", "20"))], {}),  # side by side
        ([row("A"), row("C")], [row("B")], {}),  # one of them names several
    ],
)
def test_what_is_no_disagreement(tables: Any, tmp_path: Path, one: Any, other: Any, said: Any) -> None:
    assert two_sources(tmp_path, tables, one, other, **said).kind is not VerdictKind.CONTRADICTED


def test_port_missing_comes_before_ambiguous(judge: Any) -> None:
    noport = ("o", "192.0.2.1", "", AT, "1")
    shared = [row("A", ports=("1024", "2047")), row("B", ports=("2048", "4095"))]
    verdict = judge(shared, [noport, ("p", "192.0.2.1", "0", AT, "1"), SEEN])
    assert [one.kind for one in verdict] == [
        VerdictKind.PORT_MISSING,
        VerdictKind.PORT_MISSING,
        VerdictKind.UNIQUE,
    ]
    assert verdict[0].subscribers == ("A", "B")
    assert judge([row("A"), row("B")], [noport])[0].kind is VerdictKind.AMBIGUOUS  # no row has ports


def test_port_missing_counts_subscribers_over_the_tolerance_window(judge: Any) -> None:
    noport = ("o", "192.0.2.1", "", AT, "1")
    rows = [row("A", ports=("1", "9")), row("B", "10:00:05", "11:00:00")]
    assert judge(rows, [noport], tolerance_s=4)[0].kind is VerdictKind.PORT_MISSING
    assert judge(rows, [noport], tolerance_s=3)[0].kind is VerdictKind.UNIQUE
    same = [row("A", ports=("1", "9")), row("A", ports=("10", "19"))]
    assert judge(same, [noport])[0].kind is VerdictKind.UNIQUE  # one subscriber, whatever the port


def test_ambiguous_comes_before_unique_fragile(judge: Any) -> None:
    rows = [row("A"), row("B"), row("C", "10:00:05", "11:00:00")]
    assert judge(rows, [SEEN], tolerance_s=10)[0].kind is VerdictKind.AMBIGUOUS
    outside = [row("A", "09:00:00", "09:59:59"), row("B", "10:00:05", "11:00:00")]
    assert judge(outside, [SEEN], tolerance_s=10)[0].kind is VerdictKind.AMBIGUOUS
    assert judge(outside, [SEEN], tolerance_s=2)[0].kind is VerdictKind.UNIQUE_FRAGILE


def test_unique_fragile_comes_before_unique(judge: Any) -> None:
    handed_over = [row("A", end="10:00:05"), row("B", "10:00:05")]
    fragile = judge(handed_over, [SEEN], tolerance_s=4)[0]
    assert (fragile.kind, fragile.subscriber) == (VerdictKind.UNIQUE_FRAGILE, "A")
    sure = judge(handed_over, [SEEN], tolerance_s=3)[0]
    assert (sure.kind, sure.subscriber) == (VerdictKind.UNIQUE, "A")
    late = judge([row("A", end="09:59:58")], [SEEN], tolerance_s=10)[0]
    assert (late.kind, late.subscriber, late.candidates[0].within) == (
        VerdictKind.UNIQUE_FRAGILE,
        "A",
        "tolerance",
    )


def test_several_rows_of_one_subscriber_are_unique_and_all_listed(judge: Any) -> None:
    verdict = judge([row("A"), row("A", "09:30:00")], [SEEN])[0]
    assert (verdict.kind, len(verdict.candidates)) == (VerdictKind.UNIQUE, 2)


def test_the_decision_alone_follows_the_order() -> None:
    said: dict[str, Any] = {"port": None, "candidates": (), "covered": True, "disagree": True}
    assert decide(theirs=False, certain=False, **said) is VerdictKind.NOT_THEIRS
    assert decide(theirs=True, certain=False, **said) is VerdictKind.TIME_UNCERTAIN
    assert decide(theirs=None, certain=True, **said) is VerdictKind.CONTRADICTED
    assert list(VerdictKind) == [
        "not_theirs",
        "time_uncertain",
        "no_record",
        "contradicted",
        "port_missing",
        "ambiguous",
        "unique_fragile",
        "unique",
    ]


def test_a_verdict_carries_what_it_rests_on(judge: Any) -> None:
    verdict = judge(
        [row("B", "01:00:00", "02:00:00"), row("A", ports=("1024", "2047"))], [SEEN], tolerance_s=5
    )[0]
    record = verdict.candidates[0].record
    assert verdict.method == METHOD
    assert (verdict.core, verdict.window) == (
        (us(AT), us(AT) + 1_000_000),
        (us(AT) - 5_000_000, us(AT) + 6_000_000),
    )
    assert record.key == (record.source.sha256, 2)
    assert len(record.source.sha256) == len(record.sha256) == 64
    assert verdict.rows_checked == 1
    assert "states its zone" in verdict.zone_reading
    again = judge(
        [row("B", "01:00:00", "02:00:00"), row("A", ports=("1024", "2047"))], [SEEN], tolerance_s=5
    )[0]
    assert again.candidates[0].record.sha256 == record.sha256
    other = judge([row("B", "01:00:00", "02:00:00"), row("A", ports=("1024", "2046"))], [SEEN])[0]
    assert other.candidates[0].record.sha256 != record.sha256


def test_a_negative_tolerance_is_refused(judge: Any) -> None:
    with pytest.raises(ValueError, match="0 seconds or more"):
        judge([row("A")], [SEEN], tolerance_s=-1)


STEPPED = ("start", "end", "address", "port_from", "port_to", "subscriber", "port_step")


@pytest.mark.parametrize(
    ("port", "who"), [("1024", "A"), ("1025", "B"), ("1028", "A"), ("1030", "C"), ("1032", "")]
)
def test_a_port_set_is_not_a_range(tables: Any, tmp_path: Path, port: str, who: str) -> None:
    times = ("2026-03-03T09:00:00Z", "2026-03-03T11:00:00Z", "192.0.2.1")
    path = tables.write(
        "stepped.csv",
        STEPPED,
        [
            (*times, "1024", "1031", "A", "4"),
            (*times, "1025", "1031", "B", "4"),
            (*times, "1030", "1030", "C", ""),
        ],
    )
    import_records([Delivery(path=path)], tmp_path / "s.parquet", tmp_path / "r.csv")
    asked = read_observations(
        tables.observations(("o", "192.0.2.1", port, AT, "1"), ("p", *SEEN[1:2], "", AT, "1"))
    )
    with_port, without = resolve(asked.asked, [tmp_path / "s.parquet"])
    assert with_port.subscribers == ((who,) if who else ())
    one, other, third = (candidate.record for candidate in without.candidates)
    moment = (us(AT), us(AT))
    assert not at_once(one, other, *moment)  # side by side in one range
    assert not at_once(other, third, *moment)
    assert at_once(one, one, *moment)
