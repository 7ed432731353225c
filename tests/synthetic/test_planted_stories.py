"""The six stories hold in every world: read back from the files by brute force."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from faru.synthetic import World, generate

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
TOLERANCE = timedelta(seconds=3)
SECOND = timedelta(seconds=1)


class Telling:
    """A world with its stories and the documents that the stories' alerts became."""

    def __init__(self, world: World, answers: Any) -> None:
        self.world = world
        self.answers = answers
        self.truth = json.loads(world.truth.read_text(encoding="utf-8"))
        self.files = {
            entry["number"]: entry["file"]
            for entry in self.truth["referrals"]
            if entry["number"] and not entry["copy"] and entry["version"] == 1
        }

    def story(self, name: str) -> dict[str, Any]:
        return self.truth["stories"][name]

    def documents(self, name: str) -> list[dict[str, Any]]:
        paths = [self.world.alerts / self.files[one["number"]] for one in self.story(name)["referrals"]]
        return [json.loads(path.read_text(encoding="utf-8-sig")) for path in paths]

    def holders(self, address: str, at: datetime, port: int | None = None) -> set[str]:
        """Over the tolerance window of an instant written to the second."""
        return self.answers.holders(address, port, at - TOLERANCE, at + SECOND + TOLERANCE)


@pytest.fixture(scope="module", params=[(1, 30, 20_000), (2, 30, 20_000), (2**40 + 7, 90, 50_000)])
def telling(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    answers_of: Callable[[World], Any],
) -> Telling:
    seed, referrals, rows = request.param
    world = generate(tmp_path_factory.mktemp("story"), seed=seed, referrals=referrals, rows=rows)
    return Telling(world, answers_of(world))


def captures(document: Any) -> list[dict[str, Any]]:
    """All reported addresses of a document, wherever they stand."""
    if isinstance(document, list):
        return [found for part in document for found in captures(part)]
    if not isinstance(document, dict):
        return []
    own = [document] if document.get("captureType") == "IP Address" else []
    return own + [found for part in document.values() for found in captures(part)]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def test_live_abuse_is_thin_and_its_log_dies_within_two_days(telling: Telling) -> None:
    story = telling.story("live_abuse")
    (document,) = telling.documents("live_abuse")
    (capture,) = captures(document)
    at = utc(capture["dateTime"])
    assert capture["value"] == story["address"]
    assert telling.holders(story["address"], at) == {story["subscriber"]}
    left = at + timedelta(days=30) - NOW
    assert timedelta(hours=6) < left < timedelta(hours=48)
    row = next(
        row
        for row in telling.answers.rows
        if row.address == story["address"] and row.start <= at and (row.end is None or row.end > at)
    )
    assert row.carrier in ("lagoon", "monsoon")
    assert row.ports is None
    told = document["reportedInformation"]
    assert not told["uploadedFiles"]
    (person,) = told["reportedPersons"]["reportedPersons"]
    assert {name for name, value in person.items() if value} == {
        "espService",
        "espUserId",
        "screenName",
        "sourceInformation",
    }
    assert "niece" in told["incidentDetails"]["emailIncident"][0]["contents"][0]["value"]


def test_blackmail_names_a_child_and_a_day(telling: Telling) -> None:
    story = telling.story("blackmail")
    (document,) = telling.documents("blackmail")
    told = document["reportedInformation"]
    (child,) = told["intendedRecipients"]["intendedRecipients"]
    assert child["approximateAge"] == 14
    assert NOW < utc(story["deadline"]) < NOW + timedelta(days=3)
    words = json.dumps(told["incidentDetails"])
    assert "12 march" in words
    for capture in captures(document):
        assert telling.holders(capture["value"], utc(capture["dateTime"])) == {story["subscriber"]}


def test_eleven_fit_until_the_port_is_known(telling: Telling) -> None:
    story = telling.story("eleven_subscribers")
    without, with_port = telling.documents("eleven_subscribers")
    (first,) = captures(without)
    (second,) = captures(with_port)
    assert first["value"] == second["value"] == story["address"]
    assert "port" not in first
    fitting = telling.holders(first["value"], utc(first["dateTime"]))
    assert len(fitting) == 11
    assert fitting == set(story["subscribers_without_port"])
    assert telling.holders(second["value"], utc(second["dateTime"]), int(second["port"])) == {
        story["subscriber"]
    }
    assert story["subscriber"] in fitting
    assert without["dateReceived"] < with_port["dateReceived"]
    accounts = [
        document["reportedInformation"]["reportedPeople"]["reportedPersons"][0]["espUserId"]
        for document in (without, with_port)
    ]
    assert accounts[0] == accounts[1]
    left = utc(first["dateTime"]) + timedelta(days=14) - NOW
    assert left > timedelta(days=1), "the records must still be there"


def test_the_eleven_are_fewer_than_their_rows(telling: Telling) -> None:
    story = telling.story("eleven_subscribers")
    at = utc(story["at"])
    rows = [
        row
        for row in telling.answers.rows
        if row.address == story["address"] and row.start <= at and (row.end is None or row.end > at)
    ]
    assert len(rows) == 12


def test_two_readings_of_one_clock_name_two_people(telling: Telling) -> None:
    story = telling.story("utc_five_hours_off")
    (document,) = telling.documents("utc_five_hours_off")
    (capture,) = captures(document)
    assert capture["dateTime"].endswith("Z")
    stated = utc(capture["dateTime"])
    assert telling.holders(capture["value"], stated) == {story["stated_reading_names"]}
    assert telling.holders(capture["value"], stated - timedelta(hours=5)) == {story["subscriber"]}
    assert story["stated_reading_names"] != story["subscriber"]
    assert stated - timedelta(hours=5) == utc(story["at"])
    assert stated < utc(document["dateReceived"]), "nothing in the report gives the wrong zone away"


@pytest.mark.parametrize(
    ("name", "ended"), [("reprimand_case", "reprimand_agreement"), ("charge_case", "charge")]
)
def test_old_cases_tell_their_steps_in_order(telling: Telling, name: str, ended: str) -> None:
    story = telling.story(name)
    documents = telling.documents(name)
    steps = story["steps"]
    moments = [utc(step["at"]) for step in steps]
    assert story["ended"] == ended == steps[-1]["step"]
    assert moments == sorted(moments)
    assert moments[-1] < NOW
    assert utc(documents[0]["dateReceived"]) < moments[0]
    assert {"register", "preservation_request", "subscriber_answer", "sent_to_prosecutor"} <= {
        step["step"] for step in steps
    }
    assert all(utc(one["dateReceived"]) < NOW - timedelta(days=90) for one in documents)
    for row, at in zip(story["answer_rows"], [story["at"], story.get("second_at")], strict=False):
        assert row["subscriber"] == story["subscriber"]
        assert utc(row["start"]) <= utc(at) < utc(row["end"])


def test_the_second_alert_of_the_charged_case_refers_to_the_first(telling: Telling) -> None:
    first, second = telling.documents("charge_case")
    (person,) = second["reportedInformation"]["reportedPeople"]["reportedPersons"]
    assert person["priorCTReports"] == [first["reportId"]]


def test_no_other_row_stands_on_a_story_address(telling: Telling) -> None:
    for name in ("live_abuse", "blackmail", "utc_five_hours_off", "eleven_subscribers"):
        story = telling.story(name)
        own = [row.subscriber for row in telling.answers.rows if row.address == story["address"]]
        assert own
        assert all(int(subscriber.split("-")[1]) >= 9_000_000 for subscriber in own)


def test_the_world_names_the_numbers_of_its_stories(telling: Telling) -> None:
    assert telling.world.stories == {
        name: tuple(one["number"] for one in story["referrals"])
        for name, story in telling.truth["stories"].items()
    }
    assert list(telling.world.stories) == [
        "live_abuse",
        "blackmail",
        "eleven_subscribers",
        "utc_five_hours_off",
        "reprimand_case",
        "charge_case",
    ]


def test_stories_are_single_files_that_nothing_repeats(telling: Telling) -> None:
    entries = [entry for entry in telling.truth["referrals"] if entry["story"]]
    assert len(entries) == 8
    for entry in entries:
        assert Path(entry["file"]).suffix == ".json"
        assert (entry["copy"], entry["version"], entry["place"]) == (False, 1, None)
