"""Who held an address (longest prefix, with dates), and the log-expiry clock."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.attribution.carriers import Carrier, CarrierTable, Prefix, RecordKind, Retention
from faru.attribution.delivered import Unusable
from faru.attribution.outlook import outlook
from faru.attribution.prefixes import read_prefixes
from faru.loaders.times import read_instant
from faru.vocabulary import Instant, Observation

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
DAYS = [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 9)]


def carrier(name: str, *prefixes: Prefix, nat: int | None = 30, session: int | None = 90) -> Carrier:
    retention = (Retention(RecordKind.NAT, nat, "said"), Retention(RecordKind.SESSION, session, "said"))
    return Carrier(id=name, name=name.upper(), prefixes=prefixes, retention=retention)


def prefix(network: str, shared: bool | None = None, since: Any = None, until: Any = None) -> Prefix:
    return Prefix(ip_network(network), shared, since, until)


NETWORKS = [
    "192.0.2.0/24",
    "192.0.2.0/25",
    "192.0.2.128/25",
    "192.0.2.1/32",
    "2001:db8::/32",
    "2001:db8:1::/48",
    "::/0",
]
ADDRESSES = ["192.0.2.1", "192.0.2.200", "198.51.100.1", "2001:db8::1", "2001:db8:1::1", "::ffff:192.0.2.1"]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.tuples(st.sampled_from(NETWORKS), st.integers(0, 6), st.integers(1, 3)), max_size=8),
    st.sampled_from(ADDRESSES),
    st.sampled_from(DAYS),
)
def test_the_longest_prefix_of_that_day_wins(
    held: list[tuple[str, int, int]], address: str, at: datetime
) -> None:
    prefixes = tuple(prefix(n, None, DAYS[a], DAYS[min(a + b, 7)]) for n, a, b in held)
    match = CarrierTable([carrier("c", *prefixes)]).find(address, at)
    plain = ip_address(address.removeprefix("::ffff:"))
    fitting = [p for p in prefixes if plain in p.network and p.valid_from <= at < p.valid_to]  # type: ignore[operator]
    if match is None:
        assert fitting == []
    else:
        assert match.prefix.network.prefixlen == max(p.network.prefixlen for p in fitting)


def test_validity_is_half_open_and_a_more_special_prefix_hides_the_wider() -> None:
    table = CarrierTable(
        [
            carrier("wide", prefix("192.0.2.0/24")),
            carrier("old", prefix("192.0.2.0/28", None, DAYS[0], DAYS[3])),
            carrier("new", prefix("192.0.2.0/28", None, DAYS[3], None)),
        ]
    )
    found = [
        table.find("192.0.2.1", at) for at in (DAYS[0] - timedelta(seconds=1), DAYS[0], DAYS[3], DAYS[7])
    ]
    assert [match and match.carrier.id for match in found] == ["wide", "old", "new", "new"]
    undated = table.find("192.0.2.1", None)
    assert undated is not None
    assert undated.carrier.id == "wide"


def test_two_carriers_cannot_hold_one_prefix_at_once() -> None:
    with pytest.raises(ValueError, match="listed for a and b at one time"):
        CarrierTable(
            [
                carrier("a", prefix("192.0.2.0/24", None, None, DAYS[2])),
                carrier("b", prefix("192.0.2.0/24", None, DAYS[1])),
            ]
        )
    CarrierTable(
        [
            carrier("a", prefix("192.0.2.0/24", None, None, DAYS[1])),
            carrier("b", prefix("192.0.2.0/24", None, DAYS[1])),
        ]
    )


def test_what_is_no_address_has_no_carrier() -> None:
    assert CarrierTable([carrier("a", prefix("0.0.0.0/0"))]).find("somewhere", NOW) is None


def seen(address: str | None, at: Instant | None) -> Observation:
    return Observation(literal=address or "?", address=address, port=None, at=at)


@pytest.mark.parametrize(("shared", "days"), [(True, 30), (False, 90), (None, 90)])
def test_the_decisive_record_sets_the_clock(shared: bool | None, days: int) -> None:
    table = CarrierTable([carrier("a", prefix("192.0.2.0/24", shared))])
    found = outlook(seen("192.0.2.1", read_instant("2026-03-03T10:00:00Z")), table, NOW)
    assert (found.carrier, found.shared, found.routable, found.earliest_reading) == ("a", shared, True, False)
    assert found.hours_left == (days - 7) * 24


def test_a_dead_log_has_no_hours_left() -> None:
    table = CarrierTable([carrier("a", prefix("192.0.2.0/24"), session=7)])
    assert outlook(seen("192.0.2.1", read_instant("2026-03-03T10:00:00Z")), table, NOW).hours_left == 0
    assert outlook(seen("192.0.2.1", read_instant("2026-03-03T09:00:00Z")), table, NOW).hours_left == -1


def test_without_a_zone_the_earliest_reading_counts() -> None:
    table = CarrierTable([carrier("a", prefix("192.0.2.0/24"))])
    found = outlook(seen("192.0.2.1", read_instant("2026-03-03T10:00:00")), table, NOW)
    assert (found.hours_left, found.earliest_reading) == ((90 - 7) * 24 - 14, True)


@pytest.mark.parametrize("at", [None, read_instant("03/04/2026 10:00:00"), read_instant("nonsense")])
def test_without_a_readable_time_the_hours_are_unknown(at: Instant | None) -> None:
    table = CarrierTable([carrier("a", prefix("192.0.2.0/24"))])
    found = outlook(seen("192.0.2.1", at), table, NOW)
    assert (found.carrier, found.hours_left) == ("a", None)
    dated = CarrierTable([carrier("a", prefix("192.0.2.0/24", None, DAYS[0]))])
    assert outlook(seen("192.0.2.1", at), dated, NOW).carrier is None


def test_unknown_retention_foreign_private_and_no_address() -> None:
    at = read_instant("2026-03-03T10:00:00Z")
    table = CarrierTable([carrier("a", prefix("192.0.2.0/24"), session=None)])
    assert outlook(seen("192.0.2.1", at), table, NOW).hours_left is None
    foreign = outlook(seen("198.51.100.1", at), table, NOW)
    assert (foreign.carrier, foreign.shared, foreign.routable, foreign.hours_left) == (None, None, True, None)
    assert outlook(seen("10.0.0.1", at), table, NOW).routable is False
    assert outlook(seen(None, at), table, NOW).routable is None


@pytest.mark.parametrize(
    "header", ["carrier,prefix,valid_from,valid_to", "carrier,address_or_prefix,from,to"]
)
def test_a_plain_table_of_prefixes(tmp_path: Any, header: str) -> None:
    path = tmp_path / "carriers.csv"
    path.write_text(
        f"{header}\na,192.0.2.0/24,,\nb,2001:db8::/32,2026-03-01T00:00:00Z,2026-03-05T00:00:00Z\n"
        "c,192.0.2.0/33,,\nd,198.51.100.0/24,2026-03-05T00:00:00Z,2026-03-05T00:00:00Z\ne,198.51.100.0/24,soon,\n"
    )
    table, rejects = read_prefixes(path)
    assert [reject.row for reject in rejects] == [3, 4, 5]
    match = table.find("2001:db8::1", DAYS[1])
    assert match is not None
    assert match.carrier.id == "b"
    assert table.find("2001:db8::1", DAYS[4]) is None


def test_a_table_of_prefixes_that_cannot_be_used(tmp_path: Any) -> None:
    path = tmp_path / "carriers.csv"
    path.write_text("carrier,network\na,192.0.2.0/24\n")
    with pytest.raises(Unusable, match="column prefix is missing"):
        read_prefixes(path)
    path.write_text("carrier,prefix\na,192.0.2.0/24\nb,192.0.2.0/24\n")
    with pytest.raises(Unusable, match="at one time"):
        read_prefixes(path)
