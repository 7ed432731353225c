"""The main job end to end: what is promised in its words must hold in its files."""

import csv
import hashlib
import json
from pathlib import Path

import pytest

from faru.ledger import verify as ledger_verify
from faru.ledger.payloads import ClearPayloads
from faru.loaders.media import is_media
from faru.mainjob import casefiles, chain
from faru.mainjob.demo import MARK, NotOurs, Outcome, run
from faru.mainjob.receive import Receipt, receive


def test_every_planted_story_comes_to_its_truth(outcome: Outcome) -> None:
    assert {one.name for one in outcome.tales} == {
        "live_abuse", "blackmail", "eleven_subscribers", "utc_five_hours_off",
    }  # fmt: skip
    assert {one.name: one.holds for one in outcome.tales} == {one.name: True for one in outcome.tales}
    assert [one.state.outcome for one in outcome.ended] == ["reprimand_agreement", "charged"]


def test_the_dossier_verifies_and_the_ledger_too(outcome: Outcome) -> None:
    assert outcome.sealed is not None
    assert outcome.sealed.report.valid
    report = ledger_verify.verify_folder(outcome.data / "ledger")
    assert report.valid, report.problems
    assert report.size == outcome.checkpoint.size


def test_one_changed_byte_of_the_ledger_is_named(outcome: Outcome, tmp_path: Path) -> None:
    for path in (outcome.data / "ledger").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    entries = tmp_path / "entries.jsonl"
    lines = entries.read_bytes().split(b"\n")
    lines[10] = lines[10].replace(b'"version":1', b'"version":2')
    entries.write_bytes(b"\n".join(lines))
    report = ledger_verify.verify_folder(tmp_path)
    assert not report.valid
    assert 10 in {problem.sequence for problem in report.problems}


def test_every_entry_of_the_case_opens_to_what_it_commits_to(outcome: Outcome) -> None:
    opened = ClearPayloads(outcome.data / "payloads.jsonl").opened()
    entries = {}
    for line in (outcome.data / "ledger" / "entries.jsonl").read_bytes().splitlines():
        entries[json.loads(line)["id"]] = line
    own = {one for one, line in entries.items() if b'"role":"sealer"' in line}
    assert set(opened) == set(entries) - own
    for one, (salt, payload) in opened.items():
        assert json.loads(entries[one])["payload_sha256"] == hashlib.sha256(salt + payload).hexdigest()


def test_no_medium_is_ever_written(outcome: Outcome) -> None:
    held = [path for path in (outcome.data / "raw").rglob("*") if path.is_file()]
    assert held
    for path in held:
        raw = path.read_bytes()
        assert hashlib.sha256(raw).hexdigest() == path.name
        assert not is_media(path.name, raw[:65536])
    with_media = list(outcome.world.alerts.rglob("*.zip"))
    lists = [json.loads(p.read_bytes()) for p in held if p.read_bytes().startswith(b'{\n "archive"')]
    assert {one["archive"] for one in lists} <= {path.name for path in with_media}
    assert any(not member["kept"] for one in lists for member in one["members"])


def test_a_request_asks_exactly_what_was_reported(outcome: Outcome) -> None:
    asked = {}
    for path in (outcome.data / "requests").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as table:
            asked |= {row["line"]: row for row in csv.DictReader(table)}
    assert asked
    reported = {}
    for referral in outcome.queue.referrals:
        for index, seen in enumerate(referral.observations):
            reported[f"{referral.sha256[:16]}-{index}"] = seen
    for line, row in asked.items():
        seen = reported[line]
        assert seen.child is None
        assert seen.at is not None
        assert row["address"] == seen.address
        assert row["port"] == ("" if seen.port is None else str(seen.port))
        assert row["at_utc"] == seen.at.iso()
        assert row["at_local"].endswith("+05:00")
        assert row["window_from_utc"] < row["at_utc"] < row["window_to_utc"]


def test_the_report_shows_both_readings_of_a_time_five_hours_off(outcome: Outcome) -> None:
    story = json.loads(outcome.world.truth.read_text(encoding="utf-8"))["stories"]["utc_five_hours_off"]
    sha256 = story["referrals"][0]["sha256"]
    one = next(one for one in outcome.resolved if one.referral.sha256 == sha256)
    referral = next(one for one in outcome.queue.referrals if one.sha256 == sha256)
    part = casefiles.attribution(one, referral, "a carrier")
    named = {name for reading in part.readings for name in reading.subscribers}
    assert {story["subscriber"], story["stated_reading_names"]} <= named
    assert any(story["subscriber"] in sentence for sentence in part.against)


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(NotOurs, match="--data"):
        run(tmp_path, referrals=60, rows=20_000, seed=1, bar=lambda _: lambda _done, _total: None)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert not (tmp_path / MARK).exists()


def test_a_file_that_changes_after_its_receipt_is_not_read_as_the_one_received(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changing(path: Path, store: Path) -> Receipt:
        receipt = receive(path, store)
        if path.suffix == ".json":
            path.write_bytes(path.read_bytes() + b"\n")
        return receipt

    monkeypatch.setattr(chain, "receive", changing)
    with pytest.raises(chain.Changed, match="run it again"):
        run(tmp_path / "unit", referrals=30, rows=20_000, seed=1, bar=lambda _: lambda _done, _total: None)
