"""Does the report say times, differences and answers as they are?"""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from faru.dossier import wording
from faru.dossier.attribution_pages import MOST_ROWS, attributions
from faru.dossier.casefile import Attribution, Skew
from faru.vocabulary import Handling, Instant

ZONE = ZoneInfo("Indian/Maldives")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (1, "+1 s"), (-90, "−90 s"), (3600, "+1 h"), (-18_000, "−5 h"), (86_400, "+1 d"),
     (120, "+2 min"), (1.25, "+1.25 s"), (-0.000001, "−0.000001 s")],
)  # fmt: skip
def test_differences_of_clocks_keep_their_sign_and_size(seconds: float, said: str) -> None:
    assert wording.offset(seconds) == said


def test_times_stand_in_the_units_zone_with_utc_beneath() -> None:
    at = datetime(2026, 3, 3, 20, 40, 12, tzinfo=UTC)
    assert wording.moment(at, ZONE) == {"local": "Wed 4 Mar 2026 01:40:12", "utc": "2026-03-03 20:40:12 UTC"}
    assert wording.moment(None, ZONE) is None
    assert wording.moment(datetime.max.replace(tzinfo=UTC), ZONE) is not None


def test_a_time_without_a_zone_is_given_no_utc() -> None:
    local = datetime(2026, 4, 3, 10, 0)  # noqa: DTZ001 - that is the point
    told = wording.instant(Instant("03-04-2026 10:00", None, local, False, 60, True), ZONE)
    assert told == {
        "local": "03-04-2026 10:00",
        "utc": "no UTC can be given",
        "note": "as reported: 03-04-2026 10:00; cut off at the minute; zone not stated;"
        " day and month can be swapped",
    }


def test_handling_codes_hashes_and_counts() -> None:
    assert wording.handling(Handling("RED", ("ask first",))) == "TLP:RED · ask first"
    assert wording.grouped("0123456789abcdef01") == "01234567 89abcdef 01"
    assert wording.count(1, "row") == "1 row"
    assert wording.count(1200, "row") == "1,200 rows"


def page(one: Attribution) -> dict[str, Any]:
    (made,) = attributions([one], ZONE)
    return made


def test_neighbouring_offsets_with_one_answer_are_one_line(world: SimpleNamespace) -> None:
    told = page(world.case.attributions[0])["skew"]
    assert [(line["offsets"], [who.text for who in line["subscribers"]]) for line in told] == [
        ("−1 h to +2 s", ["S-40211"]),
        ("+3 s to +1 h", ["S-55120"]),
    ]


def test_stretches_of_offsets_say_where_they_end(world: SimpleNamespace) -> None:
    steps = (Skew(2.5, ("B",), 3600), Skew(-3600, ("A",), -1), Skew(-1, ("A",), 2.5))
    told = page(replace(world.case.attributions[0], skew=steps))["skew"]
    assert [line["offsets"] for line in told] == ["from −1 h to below +2.5 s", "from +2.5 s to below +1 h"]


def test_each_reading_of_a_time_has_its_picture_with_its_rows(world: SimpleNamespace) -> None:
    pictures = page(world.case.attributions[1])["pictures"]
    assert [picture["name"].text for picture in pictures] == ["as UTC", "as the local time of +05:00"]
    assert "row 17 · S-7" in pictures[0]["svg"].svg
    assert "row 11 · S-9" in pictures[1]["svg"].svg
    assert "S-9" not in pictures[0]["svg"].svg


def test_many_rows_are_counted_and_point_at_the_table(world: SimpleNamespace) -> None:
    first, one = world.case.attributions
    many = replace(one, rows=one.rows * 30)
    made = attributions([first, many], ZONE)[1]
    assert len(made["rows"]) == MOST_ROWS
    assert made["rows_more"] == 60 - MOST_ROWS
    assert made["rows"][0]["subscriber"].place == "evidence/records.csv, row 3"
