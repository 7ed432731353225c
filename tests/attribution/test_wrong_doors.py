"""Each published way to the wrong door, and the check that catches it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from faru.attribution import doors
from faru.attribution.observations import Asked, asked_from
from faru.loaders.times import read_instant
from faru.vocabulary import Observation

AT = "2026-03-03T10:00:00Z"


def asked(address: str = "192.0.2.17", port: int | None = 40211, at: str = AT) -> Asked:
    one = asked_from("o", Observation(literal=address, address=address, port=port, at=read_instant(at)))
    assert one is not None
    return one


def row(who: str, start: str, end: str, address: str = "192.0.2.17", **more: str) -> Any:
    return (f"2026-03-03T{start}Z", f"2026-03-03T{end}Z" if end else "", address, "", "", who)


@pytest.mark.parametrize(
    "quoted",
    ["192.0.2.171", "192.0.2.1", "192.0.2.71", "192.0.12.17", "129.0.2.17", "192.0.2", "", "192.0.2.17/32x"],
)
def test_a_digit_too_many_too_few_or_exchanged_stops_the_letter(quoted: str) -> None:
    sentence = doors.address_differs("192.0.2.17", quoted)
    assert sentence is not None
    assert quoted in sentence


@pytest.mark.parametrize("quoted", ["192.0.2.17", " 192.0.2.17 ", "::ffff:192.0.2.17"])
def test_the_same_address_passes(quoted: str) -> None:
    assert doors.address_differs("192.0.2.17", quoted) is None


def test_two_texts_that_are_no_addresses_are_never_equal() -> None:
    assert doors.address_differs("nowhere", "nowhere") is not None


@pytest.mark.parametrize(
    ("address", "private"),
    [("10.1.2.3", True), ("100.64.0.1", True), ("fd00::1", True), ("192.0.2.1", False)],
)
def test_a_private_address_names_nobody(address: str, private: bool) -> None:
    assert (doors.private_address(asked(address)) is not None) is private


@pytest.mark.parametrize(
    ("port", "wrong"), [(443, True), (80, True), (1023, True), (1024, False), (None, False)]
)
def test_a_servers_port_is_the_wrong_side(port: int | None, wrong: bool) -> None:
    assert (doors.server_port(asked(port=port)) is not None) is wrong


def test_an_answer_to_another_question_is_noticed() -> None:
    at = datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert doors.echo_differs(asked(), "192.0.2.17", at) is None
    for shift in (timedelta(hours=1), timedelta(hours=-12), timedelta(days=365), timedelta(microseconds=1)):
        assert "another question" in (doors.echo_differs(asked(), "192.0.2.17", at + shift) or "")
    assert doors.echo_differs(asked(), "192.0.2.18", at) is not None
    assert "without a zone" in (doors.echo_differs(asked(at="2026-03-03T10:00:00"), "192.0.2.17", at) or "")


def test_an_event_after_its_own_report_has_a_wrong_year() -> None:
    received = datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert doors.after_its_report(asked(), received) is None
    assert "check the year" in (doors.after_its_report(asked(at="2027-03-03T09:00:00Z"), received) or "")


def test_a_sender_without_afternoons_lost_am_and_pm() -> None:
    morning = [datetime(2026, 3, 3, 1 + n % 12, tzinfo=UTC) for n in range(24)]
    assert doors.hours_never_above_12(morning) is not None
    assert doors.hours_never_above_12(morning[:19]) is None  # too few to tell
    assert doors.hours_never_above_12([*morning, datetime(2026, 3, 3, 13, tzinfo=UTC)]) is None
    assert doors.hours_never_above_12([*morning, datetime(2026, 3, 3, 0, tzinfo=UTC)]) is None
    many = [asked(at=f"2026-03-{1 + n:02}T0{1 + n % 9}:00:00+05:00") for n in range(24)]
    assert doors.hours_never_above_12(doors.clock_readings(many)) is not None


def against(judge: Any, rows: Any, address: str = "192.0.2.17", **said: Any) -> str:
    seen = ("o", address, "", AT, "1")
    return " ".join(judge(rows, [seen], **said)[0].against)


def test_an_address_used_again_within_minutes(judge: Any) -> None:
    from faru.attribution.skew import SkewPlan

    rows = [row("A", "09:00:00", "10:05:00"), row("B", "10:05:00", "11:00:00")]
    told = against(judge, rows, skew=SkewPlan())
    assert "B held 192.0.2.17 5 min after the reported time" in told
    rows = [row("B", "09:00:00", "09:59:00"), row("A", "09:59:00", "11:00:00")]
    assert "B held 192.0.2.17 60 s before the reported time" in against(judge, rows, skew=SkewPlan())
    rows = [row("A", "09:00:00", "10:30:00"), row("B", "10:30:00", "11:00:00")]
    assert "a clock that far off would name the other" not in against(judge, rows, skew=SkewPlan())
    rows = [row("A", "09:00:00", "10:05:00"), row("A", "10:05:00", "11:00:00")]
    assert "would name the other" not in against(judge, rows, skew=SkewPlan())


def test_overlapping_leases_are_told(judge: Any) -> None:
    assert "Rows 1 and 2 give 192.0.2.17 to A and B at once" in against(
        judge, [row("A", "09:00:00", "11:00:00"), row("B", "09:30:00", "11:00:00")]
    )
    assert "at once" not in against(
        judge, [row("A", "09:00:00", "10:00:01"), row("B", "10:00:01", "11:00:00")], tolerance_s=60
    )


def test_open_and_inferred_ends_are_told(judge: Any, tables: Any, tmp_path: Any) -> None:
    assert "Row 1 has no end" in against(judge, [row("A", "09:00:00", "")])
    assert "no end" not in against(judge, [row("A", "09:00:00", "11:00:00")])
    from faru.attribution.resolver import resolve
    from faru.attribution.store import Delivery, import_records

    header = ("start", "end", "address", "port_from", "port_to", "subscriber", "start_kind", "end_kind")
    path = tables.write("kinds.csv", header, [(*row("A", "09:00:00", "11:00:00"), "inferred", "inferred")])
    import_records([Delivery(path=path)], tmp_path / "k.parquet", tmp_path / "k.csv")
    told = " ".join(next(resolve([asked()], [tmp_path / "k.parquet"])).against)
    assert "The end in row 1 was inferred" in told
    assert "The start in row 1 was inferred" in told


def test_prefix_and_address_are_told_apart(judge: Any) -> None:
    prefix = row("A", "09:00:00", "11:00:00", "2001:db8::/56")
    assert "names the prefix 2001:db8::/56" in against(judge, [prefix], "2001:db8::7")
    single = row("A", "09:00:00", "11:00:00", "2001:db8::7")
    assert "ask for the prefix of the line" in against(judge, [single], "2001:db8::7")
    assert "prefix" not in against(judge, [row("A", "09:00:00", "11:00:00")])


def test_rows_set_aside_and_the_premises_are_told(judge: Any) -> None:
    told = against(judge, [row("A", "09:00:00", "11:00:00"), row("B", "09:00:00", "08:00:00")])
    assert "1 rows of records.csv could not be read: one may have named somebody else." in told
    assert "A verdict names a subscription" in told
    assert "subscription" not in against(judge, [])


def test_a_coarse_time_is_told(judge: Any) -> None:
    rows = [row("A", "09:00:00", "11:00:00")]
    assert "60 s only" in " ".join(judge(rows, [("o", "192.0.2.17", "", "2026-03-03T10:00Z", "")])[0].against)
    assert "only" not in against(judge, rows)
