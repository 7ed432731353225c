"""The second computation notices what the first one got wrong, and blocks it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from faru.attribution import double_entry
from faru.attribution.carriers import Carrier, CarrierTable, Prefix
from faru.attribution.double_entry import DoubleEntryMismatch, check, held_by_any
from faru.attribution.verdicts import Verdict, VerdictKind, Within

ROW = ("2026-03-03T09:00:00Z", "2026-03-03T11:00:00Z", "192.0.2.1", "", "", "A")
NEXT = ("2026-03-03T10:00:10Z", "", "192.0.2.0/24", "", "", "B")
SEEN = ("o", "192.0.2.1", "2000", "2026-03-03T10:00:00Z", "1")


@pytest.fixture
def verdict(judge: Any) -> Verdict:
    found = judge([ROW, NEXT], [SEEN], tolerance_s=30)[0]
    assert found.kind is VerdictKind.UNIQUE_FRAGILE
    assert isinstance(found, Verdict)
    return found


def test_it_agrees_with_a_sound_verdict(verdict: Verdict) -> None:
    rows = [candidate.record for candidate in verdict.candidates]
    assert check(verdict, rows, theirs=None, covered=()) == 2


@pytest.mark.parametrize("kind", [kind for kind in VerdictKind if kind is not VerdictKind.UNIQUE_FRAGILE])
def test_any_other_kind_is_blocked(verdict: Verdict, kind: VerdictKind) -> None:
    rows = [candidate.record for candidate in verdict.candidates]
    with pytest.raises(DoubleEntryMismatch, match=f"the first computation says {kind}"):
        check(replace(verdict, kind=kind), rows, theirs=None, covered=())


def test_a_lost_an_added_and_a_misplaced_row_are_blocked(verdict: Verdict) -> None:
    rows = [candidate.record for candidate in verdict.candidates]
    first, second = verdict.candidates
    far = replace(second, record=replace(second.record, start=second.record.start + 10**9))
    for wrong, given in (
        ((first,), rows),
        ((first, far), [first.record, far.record]),
        ((first, replace(second, within=Within.CORE)), rows),
    ):
        with pytest.raises(DoubleEntryMismatch):
            check(replace(verdict, candidates=wrong), given, theirs=None, covered=())


def test_a_mismatch_in_the_engine_stops_the_run(judge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faru.attribution.resolver.decide", lambda **_: VerdictKind.UNIQUE)
    with pytest.raises(DoubleEntryMismatch):
        judge([ROW, NEXT], [SEEN], tolerance_s=30)


def test_coverage_is_counted_again(judge: Any) -> None:
    none = judge([], [SEEN])[0]
    span = ("192.0.2.0/24", "2026-03-03T00:00:00Z", "2026-03-03T10:00:01Z")
    check(none, [], theirs=None, covered=[span])  # the window's last moment is open
    with pytest.raises(DoubleEntryMismatch):
        check(none, [], theirs=None, covered=[(*span[:2], "2026-03-03T10:00:01.000001Z")])


def test_every_prefix_is_asked_in_turn(judge: Any) -> None:
    verdict = judge([ROW], [SEEN])[0]
    at = datetime(2026, 3, 3, 10, tzinfo=UTC)

    def holds(since: timedelta | None, until: timedelta | None, network: str = "192.0.2.0/24") -> bool:
        bounds = [None if d is None else at + d for d in (since, until)]
        prefix = Prefix(ip_network(network), None, *bounds)
        return held_by_any([Carrier(id="c", name="C", prefixes=(prefix,))], verdict.asked)

    assert holds(None, None)
    assert holds(timedelta(seconds=1), None)
    assert not holds(timedelta(seconds=1, microseconds=1), None)
    assert not holds(None, timedelta())
    assert not holds(None, None, "198.51.100.0/24")


def test_a_table_that_hides_a_prefix_is_blocked(judge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    table = CarrierTable([Carrier(id="c", name="C", prefixes=(Prefix(ip_network("192.0.2.0/24"), None),))])
    monkeypatch.setattr(CarrierTable, "prefixes_over", lambda *_: iter(()))
    with pytest.raises(DoubleEntryMismatch, match="not_theirs"):
        judge([ROW], [SEEN], carriers=table)


def test_it_shares_no_code_with_the_first_computation() -> None:
    shared = {"decide", "sources_disagree", "covering", "masked", "read_block", "at_once", "names"}
    assert shared.isdisjoint(vars(double_entry))
