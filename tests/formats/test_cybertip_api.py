"""The Reporting API's XML: fields, order, unknown flags, and numbers that are no numbers."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from faru.formats import cybertip_api
from faru.vocabulary import AccountKind, IncidentType, Role

ReadWith = Callable[..., Any]


@pytest.fixture
def read(read_with: ReadWith) -> ReadWith:
    return lambda document, **options: read_with(cybertip_api.read, document, **options)


def test_the_whole_report(read: ReadWith, api: str) -> None:
    referral = read(api).one
    assert (referral.sender, referral.number, referral.platform) == ("NCMEC", "190000002", "ExampleNet")
    assert referral.incident_type is IncidentType.ABUSE
    assert referral.incident_at.iso() == "2026-03-04T05:06:07Z"
    assert set(referral.flags) == {"escalateToHighPriority", "sextortion", "somethingNew", "batchedReport"}
    assert referral.escalation == "Somebody is in danger now"
    assert referral.refers_to == ("180000001", "180000002")
    seen = referral.observations[0]
    assert (seen.address, seen.port, seen.event, seen.possible_proxy) == (
        "203.0.113.8",
        52000,
        "upload",
        False,
    )
    assert {(a.kind.value, a.normal, a.verified) for a in referral.accounts} == {
        ("user_id", "9001", None), ("email", "reef@example.net", False), ("phone", "+9607000002", True),
    }  # fmt: skip
    record = referral.files[0]
    assert [h.algorithm for h in record.hashes] == ["md5", "sha1"]
    assert all(h.canonical for h in record.hashes)
    assert record.annotations == ("potentialMeme", "neverHeardOf")
    assert record.file_id == "00aa11bb22cc33dd44ee55ff66778899"
    assert referral.unread == {"/report/batchedReport/@reason": "VIRAL_POTENTIAL_MEME"}
    assert referral.sha256 == hashlib.sha256(api[api.index("<report>") :].rstrip().encode()).hexdigest()


def test_pointers_are_xml_paths(read: ReadWith, api: str) -> None:
    referral = read(api).one
    assert referral.where("observations[0].port") == "/report/personOrUserReported/ipCaptureEvent/port"
    assert referral.where("refers_to[1]") == "/report/personOrUserReported/priorCTReports[2]"
    assert referral.where("number") == "/report/fileDetails/reportId"
    assert referral.where("flags[2]") or referral.where("flags[1]")


def test_the_order_of_children_does_not_matter(read: ReadWith, api: str) -> None:
    body = api[api.index("<report>") + len("<report>") : api.index("</report>")]
    tags = (
        "batchedReport",
        "incidentSummary",
        "personOrUserReported",
        "victim",
        "additionalInfo",
        "fileDetails",
    )
    parts = [
        m[0]
        for tag in tags
        for m in re.finditer(rf"<{tag}[ >].*?(?:</{tag}>|(?<=\"VIRAL_POTENTIAL_MEME\")/>)", body, re.S)
    ]
    assert len(parts) == 6
    turned, whole = read("<report>" + "".join(reversed(parts)) + "</report>").one, read(api).one
    for part in (
        "number",
        "platform",
        "observations",
        "accounts",
        "files",
        "persons",
        "refers_to",
        "incident_at",
    ):
        assert getattr(turned, part) == getattr(whole, part), part
    assert set(turned.flags) == set(whole.flags)


def test_without_file_details_there_is_no_number(read: ReadWith, api: str) -> None:
    reading = read(re.sub(r"<fileDetails>.*</fileDetails>", "", api, flags=re.S))
    assert reading.one.number is None
    assert "its own" in reading.sentences or "own bytes" in reading.sentences


def test_a_port_is_optional(read: ReadWith, api: str) -> None:
    assert read(api.replace("<port>52000</port>", "")).one.observations[0].port is None


@pytest.mark.parametrize(
    "text", ["Child Sexual Molestation", "CHILD SEXUAL MOLESTATIONS", "child-sexual molestation"]
)
def test_spellings_of_the_incident_type(read: ReadWith, api: str, text: str) -> None:
    assert read(api.replace("Child Sexual Molestation", text)).one.incident_type is IncidentType.ABUSE


def test_an_empty_escalation_is_an_escalation(read: ReadWith, api: str) -> None:
    changed = re.sub(
        r"<escalateToHighPriority>.*?</escalateToHighPriority>", "<escalateToHighPriority/>", api
    )
    referral = read(changed).one
    assert "escalateToHighPriority" in referral.flags
    assert referral.escalation == "no reason given"


def test_an_unknown_file_id_stays_text(read: ReadWith, api: str) -> None:
    changed = api.replace("00aa11bb22cc33dd44ee55ff66778899", "00000000000000000000000000000012")
    assert read(changed).one.files[0].file_id == "00000000000000000000000000000012"


def test_file_details_beside_the_report(read: ReadWith, api: str) -> None:
    body = api[api.index("<report>") :]
    details = re.search(r"<fileDetails>.*</fileDetails>", body, re.S)
    assert details
    beside = (
        "<all>"
        + body.replace(details[0], "")
        + details[0]
        + details[0].replace("190000002", "7777777")
        + "</all>"
    )
    reading = read(beside)
    assert reading.one.number == "190000002"
    assert len(reading.one.files) == 2
    assert "another report" in reading.sentences


def test_several_reports_in_one_file(read: ReadWith, api: str) -> None:
    body = api[api.index("<report>") :]
    reading = read(f"<all>{body}{body.replace('190000002', '190000003')}</all>")
    assert [r.number for r in reading.referrals] == ["190000002", "190000003"]
    assert len({r.sha256 for r in reading.referrals}) == 2


def test_file_details_alone(read: ReadWith, api: str) -> None:
    details = re.search(r"<fileDetails>.*</fileDetails>", api, re.S)
    assert details
    assert read(details[0]).one.number == "190000002"
    assert len(read(details[0]).one.files) == 1


def test_incident_details(read: ReadWith, api: str) -> None:
    details = """<internetDetails><peer2peerIncident><client>x</client><fileNames>a.bin b.bin</fileNames>
      <ipCaptureEvent><ipAddress>203.0.113.60</ipAddress></ipCaptureEvent></peer2peerIncident></internetDetails>
      <internetDetails><emailIncident><emailAddress>out@example.org</emailAddress></emailIncident></internetDetails>
      <internetDetails><cellPhoneIncident><phoneNumber>+9607000003</phoneNumber></cellPhoneIncident></internetDetails>
      <lawEnforcement fleaCountry="XX"><caseNumber>C-1</caseNumber></lawEnforcement>
      <intendedRecipient><intendedRecipientPerson><age>30</age></intendedRecipientPerson>
      <screenName>grown_up</screenName></intendedRecipient>"""
    referral = read(api.replace("<victim>", details + "<victim>")).one
    assert "203.0.113.60" in [o.address for o in referral.observations]
    found = {(a.kind, a.value) for a in referral.accounts}
    assert {
        (AccountKind.EMAIL, "out@example.org"),
        (AccountKind.PHONE, "+9607000003"),
        (AccountKind.CASE_NUMBER, "C-1"),
    } < found
    assert [p.role for p in referral.persons] == [Role.REPORTED, Role.RECIPIENT]
    assert referral.unread["/report/internetDetails[1]/peer2peerIncident/client"] == "x"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "only blanks"),
        ("<other/>", "without a <report>"),
        ("<report><a>", "not well-formed"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><report>&a;</report>', "document type"),
    ],
)
def test_what_cannot_be_read_has_a_sentence(read: ReadWith, raw: str, words: str) -> None:
    reading = read(raw)
    assert not reading.referrals
    assert words in reading.aside[0].sentence
