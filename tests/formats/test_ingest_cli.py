"""`faru ingest`: the form for scripts, word for word, and its exit codes."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from faru.cli.ingest import ingest

Document = dict[str, Any]
HERE = Path(__file__).parent


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(ingest)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def document(*arguments: object) -> Any:
    return json.loads(run("--dry-run", "--json", *arguments).stdout)


@pytest.fixture
def alert(tmp_path: Path, cybertip: Document) -> Path:
    path = tmp_path / "alert.json"
    path.write_text(json.dumps(cybertip))
    return path


def test_the_form(alert: Path) -> None:
    found = document(alert)
    assert list(found) == ["files"]
    assert list(found["files"][0]) == ["path", "format", "referrals", "kept_unread", "refused"]
    referral = found["files"][0]["referrals"][0]
    assert list(referral) == [
        "sender", "number", "platform", "incident_type", "incident_at", "reported_at",
        "observations", "accounts", "files", "refers_to", "flags",
    ]  # fmt: skip
    assert referral["observations"] == [
        {"address": "203.0.113.7", "port": 40211, "at": "2026-03-04T05:06:07Z", "zone_stated": True,
         "precision_s": 1, "event": "login"},
        {"address": "sealed", "port": None, "at": "2026-03-04T05:06:09Z", "zone_stated": True,
         "precision_s": 1, "event": None},
    ]  # fmt: skip
    assert referral["accounts"][2] == {
        "platform": "ExampleChat", "kind": "email", "value": "Reef.Walker@example.com", "verified": True,
        "role": "reported", "from_text": False,
    }  # fmt: skip
    assert [a["value"] for a in referral["accounts"] if a["role"] == "recipient"] == ["sealed", "sealed"]
    assert referral["files"] == [
        {"name": "Child A.bin", "hashes": {"md5": "0123456789abcdef0123456789abcdef"}}
    ]
    assert referral["incident_type"] == "Online Enticement of Children for Sexual Acts"


def test_a_variant_prints_the_official_name(tmp_path: Path, cybertip: Document) -> None:
    path = tmp_path / "a.json"
    for written, printed in (
        ("Online Enticement of Children for Sexual act", "Online Enticement of Children for Sexual Acts"),
        ("Something Else", "Something Else"),
        (None, None),
    ):
        cybertip["reportedInformation"]["incidentSummary"]["incidentType"] = written
        path.write_text(json.dumps(cybertip))
        assert document(path)["files"][0]["referrals"][0]["incident_type"] == printed


def test_times_that_are_no_instant_print_their_text(tmp_path: Path, cybertip: Document) -> None:
    cybertip["dateReceived"] = "1970-01-01T00:00:00Z"
    cybertip["reportedInformation"]["incidentSummary"]["incidentDateTime"] = "03-04-2026 05:06:07 UTC"
    capture = cybertip["reportedInformation"]["reportedPeople"]["reportedPersons"][0]["sourceInformation"]
    capture["sourceCaptures"][0]["dateTime"] = "2026-03-04 05:06"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(cybertip))
    referral = document(path)["files"][0]["referrals"][0]
    assert (referral["reported_at"], referral["reported_at_text"]) == (None, "1970-01-01T00:00:00Z")
    assert (referral["incident_at"], referral["incident_at_text"]) == (None, "03-04-2026 05:06:07 UTC")
    seen = referral["observations"][0]
    assert (seen["at"], seen["at_text"], seen["zone_stated"], seen["precision_s"]) == (
        None, "2026-03-04 05:06", False, 60,
    )  # fmt: skip


def test_an_address_that_is_none_prints_as_written(tmp_path: Path, cybertip: Document) -> None:
    capture = cybertip["reportedInformation"]["reportedPeople"]["reportedPersons"][0]["sourceInformation"]
    capture["sourceCaptures"][0]["value"] = "203.0.113.007"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(cybertip))
    assert document(path)["files"][0]["referrals"][0]["observations"][0]["address"] == "203.0.113.007"


def test_nothing_of_a_child_is_printed(tmp_path: Path, cybertip: Document) -> None:
    kid = cybertip["reportedInformation"]["intendedRecipients"]["intendedRecipients"][0]
    kid |= {"unknown": {"Zumra's secret": "qqq111"}, "dateOfBirth": "2012-11-12", "schoolName": "Reef School"}
    cybertip["zumra"] = "Kandu of Reef School, born 2012-11-12"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(cybertip))
    for text in (run("--dry-run", "--json", path).stdout, run("--dry-run", path).stdout):
        for secret in ("zumra", "kandu", "qqq111", "2012-11-12", "reef school", "kid-55512", "198.51.100.77"):
            assert secret not in text.casefold()
    assert "sealed" in document(path)["files"][0]["kept_unread"].values()


def test_media_in_a_zip_are_listed_and_are_no_refusal(tmp_path: Path, alert: Path) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(alert, "alert.json")
        archive.writestr("a.jpg", b"\xff\xd8\xff\xe0")
    result = run("--dry-run", "--json", path)
    assert result.exit_code == 0
    file = json.loads(result.stdout)["files"][0]
    assert (file["format"], len(file["referrals"])) == ("zip", 1)
    assert [(r["place"], r["set_aside"]) for r in file["refused"]] == [("a.jpg", False)]


def test_exit_codes(tmp_path: Path, alert: Path) -> None:
    assert run("--dry-run", "--json", alert).exit_code == 0
    (tmp_path / "empty.json").touch()
    assert run("--dry-run", "--json", tmp_path).exit_code == 1
    missing = run("--dry-run", "--json", tmp_path / "no.json")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "no such file" in missing.stderr
    assert run("--dry-run").exit_code == 2
    assert run("--dry-run", "--map", tmp_path, alert).exit_code == 2
    assert run("--dry-run", "--map", tmp_path / "no.json", alert).exit_code == 2
    assert run("--dry-run", "--map", alert, alert).exit_code == 2


def test_a_table_its_map_and_its_reject_file(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    sample = HERE / "table" / "half_broken.csv"
    result = run("--dry-run", "--json", "--map", HERE / "table" / "map.json", "--rejects", rejects, sample)
    assert result.exit_code == 1
    assert [r["number"] for r in json.loads(result.stdout)["files"][0]["referrals"]] == [
        "4401",
        "4403",
        "4405",
        "4407",
    ]
    assert len(rejects.read_text().splitlines()) == 5
    assert run("--dry-run", sample).exit_code == 1
    assert run("--dry-run", "--rejects", tmp_path, sample).exit_code == 2


def test_two_hashes_of_one_kind_are_both_printed(tmp_path: Path, cybertip: Document) -> None:
    files = cybertip["reportedInformation"]["uploadedFiles"]["uploadedFiles"]
    files[0]["md5"] = "f" * 32
    path = tmp_path / "a.json"
    path.write_text(json.dumps(cybertip))
    hashes = document(path)["files"][0]["referrals"][0]["files"][0]["hashes"]
    assert hashes == {"md5": ["0123456789abcdef0123456789abcdef", "f" * 32]}


def test_help_has_an_example() -> None:
    assert "Example: faru ingest --dry-run --json" in run("--help").stdout
