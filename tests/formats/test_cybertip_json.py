"""CyberTip JSON: the fields, and every trap that its known readers report."""

import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from faru.formats import cybertip_json
from faru.vocabulary import AccountKind, IncidentType, Role

ReadWith = Callable[..., Any]
Document = dict[str, Any]


@pytest.fixture
def read(read_with: ReadWith) -> ReadWith:
    return lambda document, **options: read_with(cybertip_json.read, document, **options)


def person(cybertip: Document) -> Document:
    return cybertip["reportedInformation"]["reportedPeople"]["reportedPersons"][0]


def file(cybertip: Document) -> Document:
    return cybertip["reportedInformation"]["uploadedFiles"]["uploadedFiles"][0]


def capture(cybertip: Document) -> Document:
    return person(cybertip)["sourceInformation"]["sourceCaptures"][0]


def test_the_whole_report(read: ReadWith, cybertip: Document) -> None:
    referral = read(cybertip).one
    assert (referral.sender, referral.number, referral.platform) == ("NCMEC", "190000001", "ExampleChat")
    assert referral.incident_type is IncidentType.ENTICEMENT
    assert referral.incident_at.iso() == "2026-03-04T05:06:07Z"
    assert referral.reported_at.iso() == "2026-03-05T01:02:03Z"
    seen = referral.observations[0]
    assert (seen.address, seen.port, seen.event, seen.role, seen.person) == (
        "203.0.113.7", 40211, "login", Role.REPORTED, 0,
    )  # fmt: skip
    assert [(a.kind.value, a.value, a.normal, a.verified) for a in referral.accounts] == [
        ("user_id", "user-77001", "user-77001", None),
        ("screen_name", "reef_walker", "reef_walker", None),
        ("email", "Reef.Walker@example.com", "reef.walker@example.com", True),
        ("phone", "+960 700 0001", "+9607000001", False),
    ]
    record = referral.files[0]
    assert (record.hashes[0].algorithm, record.viewed_by_sender) == ("md5", True)
    assert (record.classification.code, record.annotations) == ("B2", ("Tag One", "Tag Two"))
    assert referral.unread == {"$.reportedInformation.reportingEsp.lastName": "ExampleChat Inc"}


def test_every_value_has_a_pointer(read: ReadWith, cybertip: Document) -> None:
    referral = read(cybertip).one
    base = "$.reportedInformation.reportedPeople.reportedPersons[0]"
    captured = f"{base}.sourceInformation.sourceCaptures[0]"
    assert referral.where("observations[0].port") == f"{captured}.port"
    assert referral.where("observations[0].address") == f"{captured}.value"
    assert referral.where("observations[0].at") == f"{captured}.dateTime"
    assert referral.where("accounts[2]") == f"{base}.emails.emails[0].value"
    assert referral.where("persons[0].first_name") == f"{base}.firstName"
    assert referral.where("persons[0].age") == f"{base}.approximateAge"
    assert referral.where("number") == "$.reportId"
    assert referral.where("incident_at") == "$.reportedInformation.incidentSummary.incidentDateTime"
    assert referral.where("files[0].name") == "$.reportedInformation.uploadedFiles.uploadedFiles[0].filename"
    for index in range(len(referral.accounts)):
        assert referral.where(f"accounts[{index}]")


def test_a_byte_order_mark(read: ReadWith, cybertip: Document) -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(cybertip).encode()
    assert read(raw).one.number == "190000001"
    assert read(raw).one.sha256 == hashlib.sha256(raw[3:]).hexdigest()


def containers(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = []
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, (dict, list)):
            found += [(*path, key), *containers(value, (*path, key))]
    return found


@pytest.mark.parametrize("instead", [None, "", [], {}, "N/A", 7, True, "text", "absent"])
def test_any_container_may_be_anything(read: ReadWith, cybertip: Document, instead: Any) -> None:
    for path in containers(cybertip):
        changed = copy.deepcopy(cybertip)
        node: Any = changed
        for key in path[:-1]:
            node = node[key]
        if instead == "absent":
            del node[path[-1]]
        else:
            node[path[-1]] = instead
        assert read(changed).one.number == "190000001"


def test_doubly_nested_and_single_containers(read: ReadWith, cybertip: Document) -> None:
    whole = read(cybertip).one
    info = cybertip["reportedInformation"]
    info["reportedPeople"] = {
        "reportedPeople": {"reportedPersons": info["reportedPeople"]["reportedPersons"][0]}
    }
    info["uploadedFiles"] = [[info["uploadedFiles"]]]
    info["intendedRecipients"] = info["intendedRecipients"]["intendedRecipients"][0]
    cybertip["reportedInformation"] = {"reportedInformation": [info]}
    changed = read(cybertip).one
    for part in ("observations", "accounts", "files", "persons", "platform", "incident_type", "incident_at"):
        assert getattr(changed, part) == getattr(whole, part), part
    assert [child.person for child in changed.children] == [child.person for child in whole.children]


@pytest.mark.parametrize("name", ["reportedPersons", "reportedPerson", "ReportedPersons", "reported_persons"])
def test_reported_people_under_other_names(read: ReadWith, cybertip: Document, name: str) -> None:
    people = cybertip["reportedInformation"].pop("reportedPeople")["reportedPersons"]
    cybertip["reportedInformation"][name] = people
    assert len(read(cybertip).one.persons) == 1


def test_na_is_no_value(read: ReadWith, cybertip: Document) -> None:
    person(cybertip).update(espUserId="N/A", middleName="n/a", gender="")
    capture(cybertip).update(port="N/A", dateTime="N/A")
    referral = read(cybertip).one
    assert "user-77001" not in [account.value for account in referral.accounts]
    assert not [account for account in referral.accounts if account.kind is AccountKind.USER_ID]
    assert referral.persons[0].middle_name is None
    assert (referral.observations[0].port, referral.observations[0].at) == (None, None)
    assert not [text for text in referral.unread.values() if text.casefold() == "n/a"]


def test_words_for_nothing_are_no_identifier_and_are_kept(read: ReadWith, cybertip: Document) -> None:
    person(cybertip).update(espUserId="null", screenName={"value": "Unknown"})
    referral = read(cybertip).one
    assert {a.kind for a in referral.accounts} == {AccountKind.EMAIL, AccountKind.PHONE}
    assert {"null", "Unknown"} <= set(referral.unread.values())


def test_upload_time_in_metadata(read: ReadWith, cybertip: Document) -> None:
    file(cybertip)["espMetadata"] = {
        "metadatas": [
            {"name": "Upload Date and Time", "value": "2026-03-03 10:00:00 UTC"},
            {"name": "Camera Model", "value": "X100"},
        ]
    }
    file(cybertip)["sourceInformation"] = {
        "sourceCaptures": [{"captureType": "IP Address", "value": "203.0.113.9"}]
    }
    referral = read(cybertip).one
    seen = next(o for o in referral.observations if o.address == "203.0.113.9")
    assert seen.at.iso() == "2026-03-03T10:00:00Z"
    assert seen.file == 0
    assert referral.files[0].uploaded_at.iso() == "2026-03-03T10:00:00Z"
    assert referral.files[0].camera_metadata is True
    assert "no time of its own" in read(cybertip).sentences


def test_a_capture_with_its_own_time_keeps_it(read: ReadWith, cybertip: Document) -> None:
    file(cybertip)["espMetadata"] = {
        "metadatas": [{"name": "Upload Date and Time", "value": "2026-03-03 10:00 UTC"}]
    }
    file(cybertip)["sourceInformation"] = {
        "sourceCaptures": [
            {"captureType": "IP Address", "value": "203.0.113.9", "dateTime": "2026-03-01T00:00:00Z"}
        ]
    }
    assert read(cybertip).one.observations[-1].at.iso() == "2026-03-01T00:00:00Z"


def test_identifiers_in_free_text(read: ReadWith, cybertip: Document) -> None:
    person(cybertip)["additionalInformations"] = [
        {
            "value": "Cash name $reefcash, phone +960 700-0009, mail other@example.net\nUser name: tide_77\n"
            "Account id: 445566\nvalue 12:30 and 1.2.3 are nothing"
        }
    ]
    found = {(a.kind.value, a.value) for a in read(cybertip).one.accounts if a.from_text}
    assert found == {
        ("payment", "$reefcash"), ("phone", "+960 700-0009"), ("email", "other@example.net"),
        ("screen_name", "tide_77"), ("user_id", "445566"),
    }  # fmt: skip


def test_login_logs_in_free_text(read: ReadWith, cybertip: Document) -> None:
    person(cybertip)["additionalInformations"] = {
        "additionalInformations": [
            "\n".join(
                (
                    "Login history:",
                    "2026-03-01 10:00:00 UTC 203.0.113.20",
                    "2026-03-02 11:00:00 UTC - 203.0.113.21 port 5000",
                    "2026-03-03 12:00:00 | 2001:db8::21",
                    "",
                    "Seen at 203.0.113.22 and 203.0.113.023.",
                )
            )
        ]
    }
    referral = read(cybertip).one
    mined = [(o.address, o.port, o.at and o.at.iso(), o.event, o.person) for o in referral.observations[2:]]
    assert mined == [
        ("203.0.113.20", None, "2026-03-01T10:00:00Z", "login", 0),
        ("203.0.113.21", 5000, "2026-03-02T11:00:00Z", "login", 0),
        ("2001:db8::21", None, None, "login", 0),
        ("203.0.113.22", None, None, "mentioned", 0),
    ]
    assert referral.observations[4].at.original == "2026-03-03 12:00:00"
    assert "additionalInformations" in str(referral.where("observations[2].at"))


def test_what_a_field_says_already_is_not_mined_again(read: ReadWith, cybertip: Document) -> None:
    person(cybertip)["additionalInformations"] = [
        {"value": "reef.walker@example.com logged in 2026-03-04 05:06:07 UTC 203.0.113.7"}
    ]
    referral = read(cybertip).one
    assert not [account for account in referral.accounts if account.from_text]


@pytest.mark.parametrize(
    "annotations",
    [
        {"sextortion": True, "newFlag": {}, "spam": False, "viral": None},
        ["sextortion", "newFlag"],
        [{"value": "sextortion"}, "newFlag"],
        "Sextortion, newFlag",
        {"reportAnnotations": ["sextortion", "newFlag"]},
    ],
)
def test_api_names_in_json(read: ReadWith, cybertip: Document, annotations: Any) -> None:
    info = cybertip["reportedInformation"]
    info["incidentSummary"] |= {
        "reportAnnotations": annotations,
        "escalateToHighPriority": "He leaves tomorrow",
    }
    info["batchedReport"] = {"reason": "VIRAL_POTENTIAL_MEME"}
    person(cybertip)["compromisedAccount"] = "true"
    person(cybertip)["priorCTReports"] = {"priorCTReports": [180000001, "180000002, 180000003"]}
    info["deconfliction"] = [{"reportId": 180000009}]
    file(cybertip)["fileAnnotations"] = {"viral": True, "infant": False}
    referral = read(cybertip).one
    assert {"sextortion", "newFlag", "escalateToHighPriority", "batchedReport", "compromisedAccount"} == set(
        referral.flags
    )
    assert referral.escalation == "He leaves tomorrow"
    assert set(referral.refers_to) == {"180000001", "180000002", "180000003", "180000009"}
    assert "viral" in referral.files[0].annotations
    assert "infant" not in referral.files[0].annotations
    assert referral.persons[0].account_compromised is True


def test_flags_that_say_no_are_not_set(read: ReadWith, cybertip: Document) -> None:
    cybertip["reportedInformation"] |= {"batchedReport": False, "escalateToHighPriority": "N/A"}
    person(cybertip)["compromisedAccount"] = False
    referral = read(cybertip).one
    assert referral.flags == ()
    assert referral.persons[0].account_compromised is False


def test_unknown_fields_are_kept_by_their_path(read: ReadWith, cybertip: Document) -> None:
    cybertip["brandNew"] = {"a": [1, {"b": "x"}], "c": None}
    capture(cybertip)["asn"] = 64500
    unread = read(cybertip).one.unread
    assert unread["$.brandNew.a[0]"] == "1"
    assert unread["$.brandNew.a[1].b"] == "x"
    assert unread[
        "$.reportedInformation.reportedPeople.reportedPersons[0].sourceInformation.sourceCaptures[0].asn"
    ]


@pytest.mark.parametrize("port", ["70000", "0", "-1", "abc", "1.5", "99999999999999999999"])
def test_a_port_out_of_range_is_kept_unread(read: ReadWith, cybertip: Document, port: str) -> None:
    capture(cybertip)["port"] = port
    reading = read(cybertip)
    assert reading.one.observations[0].port is None
    assert port in reading.one.unread.values()
    assert "outside 1 to 65,535" in reading.sentences


def test_incident_types_in_other_spellings(read: ReadWith, cybertip: Document) -> None:
    summary = cybertip["reportedInformation"]["incidentSummary"]
    for text in (
        "online enticement of children for sexual ACT",
        "Online Enticement  of Children for Sexual Acts ",
    ):
        summary["incidentType"] = text
        assert read(cybertip).one.incident_type is IncidentType.ENTICEMENT
    summary["incidentType"] = "Something Else"
    referral = read(cybertip).one
    assert (referral.incident_type, referral.incident_type_text) == (IncidentType.OTHER, "Something Else")
    del summary["incidentType"]
    assert read(cybertip).one.incident_type is None


def test_times_without_a_zone_and_from_1970(read: ReadWith, cybertip: Document) -> None:
    capture(cybertip)["dateTime"] = "2026-03-04 05:06:07"
    reading = read(cybertip)
    assert (reading.one.observations[0].at.utc, reading.one.observations[0].at.original) == (
        None,
        "2026-03-04 05:06:07",
    )
    assert "zone is not stated" in reading.sentences
    assert read(cybertip, zone="+05:00").one.observations[0].at.iso() == "2026-03-04T00:06:07Z"
    capture(cybertip)["dateTime"] = "1970-01-01T00:00:00Z"
    assert read(cybertip).one.observations[0].at.utc is None
    assert "zero or overflow" in read(cybertip).sentences


def test_of_doubled_keys_none_is_chosen(read: ReadWith, cybertip: Document) -> None:
    raw = json.dumps(cybertip).replace('"reportId": 190000001', '"reportId": 1111111, "reportId": 2222222')
    reading = read(raw)
    assert reading.one.number is None
    assert {"1111111", "2222222"} <= set(reading.one.unread.values())
    assert "stands 2 times" in reading.sentences
    assert len(reading.one.observations) == 2


def test_a_list_of_reports_has_a_hash_each(read: ReadWith, cybertip: Document) -> None:
    other = cybertip | {"reportId": 190000009}
    raw = json.dumps([cybertip, other]).encode()
    found = read(raw).referrals
    assert [r.number for r in found] == ["190000001", "190000009"]
    assert found[1].sha256 == hashlib.sha256(json.dumps(other).encode()).hexdigest()
    assert found[0].sha256 == read(cybertip).one.sha256
    assert found[1].where("number") == "$[1].reportId"


def test_a_cut_list_keeps_the_whole_reports(read: ReadWith, cybertip: Document) -> None:
    raw = json.dumps([cybertip, cybertip]).encode()[:-40]
    reading = read(raw)
    assert len(reading.referrals) == 1
    assert "breaks off" in reading.aside[0].sentence
    assert reading.aside[0].sha256


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("[]", "without a single report"),
        ("[1, 2]", "bare value"),
        ("{}", "neither a report number"),
        ('{"a": {"b": 1}}', "neither a report number"),
        ("", "only blanks"),
        ('{"reportId": 19', "breaks off"),
        ("[[[[" * 100, "nested deeper"),
    ],
)
def test_what_is_no_report_has_a_sentence(read: ReadWith, raw: str, words: str) -> None:
    reading = read(raw)
    assert not reading.referrals
    assert words in reading.aside[0].sentence
    assert reading.aside[0].sentence.startswith("in: ")


def test_bidi_overrides_in_names(read: ReadWith, cybertip: Document) -> None:
    file(cybertip)["filename"] = "harmless\u202egpj.txt"
    reading = read(cybertip)
    assert reading.one.files[0].name == "harmlessgpj.txt"
    assert "U+202E" in reading.sentences


def test_a_hash_that_is_none(read: ReadWith, cybertip: Document) -> None:
    file(cybertip)["verificationHash"] = "xyz"
    reading = read(cybertip)
    assert (reading.one.files[0].hashes[0].literal, reading.one.files[0].hashes[0].canonical) == ("xyz", None)
    assert "not a md5 hash" in reading.sentences


def test_sniff() -> None:
    assert (cybertip_json.sniff(b'\xef\xbb\xbf {"reportId": 1, "reportedInformation": {}}', "a") or 0) > 0.8
    assert cybertip_json.sniff(b"\xff\xfe" + '{"reportId": 1}'.encode("utf-16-le"), "a") is not None
    assert (cybertip_json.sniff(b'{"a": 1}', "a.json") or 0) < 0.5
    assert cybertip_json.sniff(b"<report/>", "a.json") is None
    assert cybertip_json.sniff(b"", "a.json") is None
