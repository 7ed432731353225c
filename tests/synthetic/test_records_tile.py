"""Carriers' records: leases tile each address with gaps and re-use, and a few rows are broken."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from typing import Any

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
DAYS = {
    "192.0.2.0/24": 90,
    "2001:db8:1000::/36": 90,
    "203.0.113.0/24": 14,
    "198.51.100.0/25": 30,
    "198.51.100.128/25": 21,
    "2001:db8:2000::/36": 30,
}
SHARED = {"203.0.113.0/24", "198.51.100.128/25"}


def block_of(address: str) -> str:
    network: Any = ip_network(address)
    for prefix in DAYS:
        block: Any = ip_network(prefix)
        if network.version == block.version and network.subnet_of(block):
            return prefix
    raise AssertionError(f"{address} is nobody's")


def lines_of(answers: Any) -> dict[Any, list[Any]]:
    lines = defaultdict(list)
    for row in answers.rows:
        lines[row.address, row.ports].append(row)
    return lines


def test_every_row_stands_in_a_block_of_its_own_carrier(answers: Any) -> None:
    owner = {
        "192": "lagoon",
        "2001:db8:1": "lagoon",
        "203": "atoll",
        "198": "monsoon",
        "2001:db8:2": "monsoon",
    }
    for row in answers.rows:
        start = row.address[:10] if ":" in row.address else row.address[:3]
        assert row.carrier == owner[start]


def test_only_shared_blocks_have_ports_and_blocks_of_ports_never_cross(answers: Any) -> None:
    seen = defaultdict(set)
    for row in answers.rows:
        assert (row.ports is not None) == (block_of(row.address) in SHARED)
        if row.ports is not None:
            seen[row.address].add(row.ports)
    for blocks in seen.values():
        for (_, high), (low, _) in pairwise(sorted(blocks)):
            assert high < low


def test_delegated_prefixes_are_56_and_60_and_never_nested(answers: Any) -> None:
    prefixes = {ip_network(row.address) for row in answers.rows if ":" in row.address}
    assert {network.prefixlen for network in prefixes} == {56, 60}
    for before, after in pairwise(sorted(prefixes)):
        assert not before.overlaps(after)


def test_leases_of_one_line_follow_each_other(answers: Any) -> None:
    gaps = touches = overlaps = handed_on = 0
    for line in lines_of(answers).values():
        for before, after in pairwise(line):
            assert before.start < after.start
            assert before.end is not None, "only the last lease of a line may be open"
            gaps += before.end < after.start
            touches += before.end == after.start
            overlaps += before.end > after.start
            handed_on += before.subscriber != after.subscriber
    rows = len(answers.rows)
    assert 1 <= overlaps < rows / 1000
    assert gaps > rows / 5
    assert touches > rows / 5
    assert handed_on > rows / 3


def test_lines_fill_the_whole_of_what_is_kept(answers: Any) -> None:
    for (address, _), line in lines_of(answers).items():
        begins = NOW - timedelta(days=DAYS[block_of(address)])
        kept = NOW - begins
        held = sum((min(row.end or NOW, NOW) - max(row.start, begins) for row in line), timedelta())
        if len(line) > 8:
            assert held > kept * 0.55, address
        for row in line:
            assert (row.end or NOW) > begins, "a record that had died before"
            assert row.start <= NOW
            assert row.end is None or row.end <= NOW


def test_a_few_rows_are_broken_in_several_ways(answers: Any) -> None:
    assert 3 <= len(answers.broken) < len(answers.rows) / 500


def test_coverage_says_what_each_carrier_still_has(world: Any) -> None:
    told = {}
    for carrier, path in world.coverage.items():
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        assert header == "address_or_prefix,from,to"
        for line in lines:
            prefix, begins, ends = line.split(",")
            told[prefix] = (carrier, begins, ends)
    assert {
        prefix: (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ") for prefix, days in DAYS.items()
    } == {prefix: begins for prefix, (_, begins, _) in told.items()}
    assert {ends for _, _, ends in told.values()} == {"2026-03-10T04:00:00Z"}
