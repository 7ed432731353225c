"""The alerts on disk: identities, repetitions, packing, and the habits of the platforms."""

import csv
import hashlib
import json
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest


def own_bytes(alerts: Path, entry: dict[str, Any]) -> bytes:
    """The bytes that are one alert: its file, its member, its line; the whole file for an array's element."""
    content = (alerts / entry["file"]).read_bytes()
    if entry["file"].endswith(".zip"):
        with zipfile.ZipFile(alerts / entry["file"]) as package:
            return package.read(entry["place"])
    if entry["file"].endswith(".csv"):
        return content.split(b"\r\n")[int(entry["place"].split()[1])]
    return content


def documents(alerts: Path, truth: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every JSON alert, parsed, with its truth."""
    found = []
    for entry in truth["referrals"]:
        if entry["format"] != "cybertip_json":
            continue
        if entry["place"] is not None and entry["place"].startswith("$"):
            whole = json.loads((alerts / entry["file"]).read_text(encoding="utf-8-sig"))
            found.append((whole[int(entry["place"][2:-1])], entry))
        else:
            found.append((json.loads(own_bytes(alerts, entry).decode("utf-8-sig")), entry))
    return found


def test_every_alert_is_where_the_truth_says_with_those_bytes(world: Any, truth: Any) -> None:
    for entry in truth["referrals"]:
        content = own_bytes(world.alerts, entry)
        if entry["place"] is not None and entry["place"].startswith("$"):
            continue
        own = content.removeprefix(b"\xef\xbb\xbf").removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        assert hashlib.sha256(own).hexdigest() == entry["sha256"]
    assert {entry["file"] for entry in truth["referrals"]} == {
        str(path.relative_to(world.alerts)) for path in world.alerts.rglob("*") if path.is_file()
    }


def test_elements_of_an_array_are_slices_of_it(world: Any, truth: Any) -> None:
    arrays = defaultdict(list)
    for entry in truth["referrals"]:
        if entry["place"] is not None and entry["place"].startswith("$"):
            arrays[entry["file"]].append(entry)
    assert arrays
    for name, entries in arrays.items():
        content = (world.alerts / name).read_bytes()
        body = content.removeprefix(b"\xef\xbb\xbf").removeprefix(b"[\n").removesuffix(b"\n]\n")
        decoder = json.JSONDecoder()
        text, at = body.decode("utf-8"), 0
        for entry in sorted(entries, key=lambda entry: int(entry["place"][2:-1])):
            document, end = decoder.raw_decode(text, at)
            assert hashlib.sha256(text[at:end].encode()).hexdigest() == entry["sha256"]
            assert str(document["reportId"]) == entry["number"]
            at = end + 2
        assert at == len(text) + 2


def test_numbers_are_unique_but_for_planned_repetitions(truth: Any) -> None:
    by_number = defaultdict(list)
    for entry in truth["referrals"]:
        if entry["number"] is not None:
            by_number[entry["sender"], entry["number"]].append(entry)
    repeated = {key: entries for key, entries in by_number.items() if len(entries) > 1}
    for entries in repeated.values():
        first, again = sorted(entries, key=lambda entry: (entry["copy"], entry["version"]))
        assert again["copy"] != (again["version"] == 2)
        assert (again["sha256"] == first["sha256"]) == again["copy"]
        assert again["file"] != first["file"]
    assert Counter(entry["copy"] for entries in repeated.values() for entry in entries)[True] >= 1
    assert any(entry["version"] == 2 for entries in repeated.values() for entry in entries)
    assert any(entry["number"] is None for entry in truth["referrals"]), "some alerts carry no number"


def test_three_formats_arrive_in_every_packing(truth: Any) -> None:
    forms = Counter(entry["format"] for entry in truth["referrals"])
    assert set(forms) == {"cybertip_json", "cybertip_api", "table"}
    assert forms["cybertip_json"] > 0.7 * sum(forms.values())
    endings = {Path(entry["file"]).suffix for entry in truth["referrals"]}
    assert endings == {".json", ".zip", ".xml", ".csv"}


def test_media_in_packages_are_a_few_harmless_bytes(world: Any) -> None:
    members = 0
    for path in world.alerts.rglob("*.zip"):
        with zipfile.ZipFile(path) as package:
            for member in package.infolist():
                if not member.filename.endswith(".json"):
                    members += 1
                    assert package.read(member)[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
                    assert member.file_size < 400
    assert members > 5


def test_xml_has_numbers_only_in_file_details(world: Any, truth: Any) -> None:
    entries = [entry for entry in truth["referrals"] if entry["format"] == "cybertip_api"]
    assert len(entries) > 5
    for entry in entries:
        root = ET.fromstring((world.alerts / entry["file"]).read_text(encoding="utf-8"))
        numbers = {leaf.text for leaf in root.iter("reportId")}
        assert numbers == ({entry["number"]} if entry["number"] is not None else set())


def test_tables_have_a_line_an_alert(world: Any, truth: Any) -> None:
    for path in (world.alerts / "lantern").glob("*.csv"):
        name = str(path.relative_to(world.alerts))
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file, delimiter=";"))
        entries = [entry for entry in truth["referrals"] if entry["file"] == name]
        assert [line["Ref"] for line in lines] == [
            entry["number"] for entry in sorted(entries, key=lambda entry: int(entry["place"].split()[1]))
        ]


def test_the_map_names_columns_that_the_tables_have(world: Any) -> None:
    (path,) = world.maps.iterdir()
    saved = json.loads(path.read_text(encoding="utf-8"))
    for table in (world.alerts / "lantern").glob("*.csv"):
        header = table.read_text(encoding="utf-8").splitlines()[0].split(saved["delimiter"])
        assert set(header) - set(saved["columns"]) == {"Client"}
        assert set(saved["columns"]) < set(header)
    assert (saved["faru_column_map"], saved["zone"], saved["day_first"]) == (1, "UTC", True)


@pytest.mark.parametrize(
    ("habit", "sign"),
    [
        ("a byte order mark", b"\xef\xbb\xbf"),
        ("N/A for nothing", b'"N/A"'),
        ("null containers", b'"uploadedFiles": null'),
        ("nested twice", b'"reportedPersons": {"reportedPersons": ['),
        ("reportedPersons outside", b'"reportedPersons": {\n      "reportedPersons"'),
        ("time in metadata", b'"Upload Date and Time"'),
        ("login log in a text", b"Login history:"),
        ("identifiers in a sentence", b"payment handle $"),
        ("a batched report", b'"batchedReport"'),
        ("a cross-reference in a field", b'"priorCTReports"'),
        ("a cross-reference in a text", b"Prior CT Reports: 23"),
        ("a number that is no text", b'"reportId": 23'),
        ("yes as a word", b'"verified": "true"'),
        ("zero-padded IPv6", b"2001:0db8:"),
        ("an override in a name", "\u202e".encode()),
        ("Dhivehi letters", "ފޮޓޯ".encode()),
        ("a clock without seconds", b'"2026-03-01T'),
        ("no number for an empty age", b'"approximateAge": ""'),
    ],
)
def test_each_habit_occurs(world: Any, habit: str, sign: bytes) -> None:
    found = any(sign in path.read_bytes() for path in world.alerts.rglob("*.json"))
    assert found, habit


def test_ports_and_zones_are_missing_often_but_not_always(truth: Any) -> None:
    told = [seen["told"] for entry in truth["referrals"] for seen in entry["observations"]]
    shown = [one for one in told if one is not None]
    ported = sum(one["port"] is not None for one in shown)
    bare = sum(one["at"][-1].isdigit() and "T" in one["at"] and "+" not in one["at"] for one in shown)
    assert 0.15 < ported / len(shown) < 0.6
    assert 0.03 < bare / len(shown) < 0.3
    assert len(shown) < len(told), "some platforms keep logins back"


def test_what_the_truth_calls_told_stands_in_the_document(world: Any, truth: Any) -> None:
    for document, entry in documents(world.alerts, truth):
        text = json.dumps(document, ensure_ascii=False)
        for seen in entry["observations"]:
            if seen["told"] is None:
                continue
            assert seen["told"]["address"] in text
            assert seen["told"]["place"] == "metadata" or seen["told"]["at"] in text


def test_one_file_spreads_over_many_strangers(world: Any, truth: Any) -> None:
    holders = defaultdict(set)
    for document, entry in documents(world.alerts, truth):
        text = json.dumps(document)
        for part in text.split('"verificationHash": "')[1:]:
            holders[part[:32].lower()].add(entry["number"])
    assert max(len(numbers) for numbers in holders.values()) > 10


def test_uppercase_hashes_and_several_tag_groups_occur(world: Any, truth: Any) -> None:
    skimmer = [
        document for document, entry in documents(world.alerts, truth) if entry["platform"] == "Skimmer"
    ]
    files = [
        one
        for document in skimmer
        for one in (document["reportedInformation"]["uploadedFiles"] or {}).get("uploadedFiles", [])
    ]
    assert files
    assert all(one["verificationHash"] == one["verificationHash"].upper() for one in files)
    assert any(len((one["ncmecTags"] or {}).get("groups") or []) > 1 for one in files)
