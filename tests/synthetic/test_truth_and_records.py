"""What truth.json says about a sighting is what the carriers' rows prove."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

BEGINS = {
    "192.": 90,
    "2001:db8:1": 90,
    "203.": 14,
    "198.51.100.": 30,
    "2001:db8:2": 30,
}
NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)


def kept_days(address: str) -> int:
    if address.startswith("198.") and int(address.rsplit(".", 1)[1]) >= 128:
        return 21
    return next(days for start, days in BEGINS.items() if address.startswith(start))


def sightings(truth: dict[str, Any]) -> list[dict[str, Any]]:
    return [seen for entry in truth["referrals"] for seen in entry["observations"]]


def test_held_sightings_have_exactly_one_holder(truth: Any, answers: Any, parse: Any) -> None:
    held = [seen for seen in sightings(truth) if seen["record"] == "held"]
    assert len(held) > 200
    for seen in held:
        at = parse(seen["at"])
        assert answers.holders(seen["address"], seen["port"], at, at) == {seen["subscriber"]}, seen


def test_lost_sightings_have_none_and_expired_ones_are_too_old(truth: Any, answers: Any, parse: Any) -> None:
    for seen in sightings(truth):
        at = parse(seen["at"])
        if seen["record"] == "lost":
            assert answers.holders(seen["address"], seen["port"], at, at) == set()
            assert seen["subscriber"] is None
        if seen["record"] == "expired":
            assert at < NOW - timedelta(days=kept_days(seen["address"]))
            assert seen["subscriber"] is not None
        if seen["record"] == "foreign":
            assert seen["address"].startswith(("2001:db8:f", "3fff:"))
            assert (seen["carrier"], seen["subscriber"]) == (None, None)


def test_every_kind_of_record_occurs_and_some_seams_are_close(truth: Any, answers: Any, parse: Any) -> None:
    counts = Counter(seen["record"] for seen in sightings(truth))
    assert set(counts) == {"held", "lost", "expired", "foreign"}
    close = 0
    for seen in sightings(truth):
        if seen["record"] == "held":
            at = parse(seen["at"])
            around = answers.holders(
                seen["address"], seen["port"], at - timedelta(seconds=3), at + timedelta(seconds=4)
            )
            close += len(around) > 1
    assert close > 0


def test_shared_addresses_without_a_port_leave_several(truth: Any, answers: Any, parse: Any) -> None:
    several = 0
    for seen in sightings(truth):
        told = seen["told"]
        if seen["record"] == "held" and seen["carrier"] == "atoll" and told and told["port"] is None:
            at = parse(seen["at"])
            several += len(answers.holders(seen["address"], None, at, at)) > 1
    assert several > 20


def test_nobody_is_seen_after_the_alert_was_received(truth: Any, parse: Any) -> None:
    for entry in truth["referrals"]:
        received = parse(entry["received_at"])
        assert received <= NOW
        assert all(parse(seen["at"]) < received for seen in entry["observations"])
