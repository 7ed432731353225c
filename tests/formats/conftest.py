"""Samples that tests share. All of it is invented: documentation addresses, made-up names, random hashes."""

import copy
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from faru.formats.options import Item, Read, ReadOptions
from faru.vocabulary import Referral, Remark, Unreadable

MD5 = "0123456789abcdef0123456789abcdef"

CYBERTIP: dict[str, Any] = {
    "reportId": 190000001,
    "dateReceived": "2026-03-05T01:02:03Z",
    "reportedInformation": {
        "reportingEsp": {"espName": "ExampleChat", "lastName": "ExampleChat Inc"},
        "incidentSummary": {
            "incidentType": "Online Enticement of Children for Sexual Acts",
            "incidentDateTime": "2026-03-04T05:06:07Z",
        },
        "incidentDetails": {"emailIncident": [{"contents": [{"value": "He wrote to Zumra Kandu again."}]}]},
        "reportedPeople": {
            "reportedPersons": [
                {
                    "firstName": "Invented",
                    "lastName": "Person",
                    "approximateAge": "41",
                    "espUserId": "user-77001",
                    "screenName": {"value": "reef_walker"},
                    "emails": {"emails": [{"value": "Reef.Walker@example.com", "verified": True}]},
                    "phones": {"phones": [{"value": "+960 700 0001", "verified": False}]},
                    "sourceInformation": {
                        "sourceCaptures": [
                            {
                                "captureType": "IP Address",
                                "value": "203.0.113.7",
                                "dateTime": "2026-03-04T05:06:07Z",
                                "eventName": "LOGIN",
                                "port": "40211",
                            }
                        ]
                    },
                }
            ]
        },
        "intendedRecipients": {
            "intendedRecipients": [
                {
                    "firstName": "Zumra",
                    "lastName": "Kandu",
                    "approximateAge": "13",
                    "espUserId": "kid-55512",
                    "emails": {"emails": [{"value": "zum.kan@example.org"}]},
                    "sourceInformation": {
                        "sourceCaptures": [
                            {
                                "captureType": "IP Address",
                                "value": "198.51.100.77",
                                "dateTime": "2026-03-04T05:06:09Z",
                            }
                        ]
                    },
                }
            ]
        },
        "uploadedFiles": {
            "uploadedFiles": [
                {
                    "filename": "zumra_kandu.bin",
                    "verificationHash": MD5,
                    "viewedByEsp": True,
                    "industryClassification": "B2",
                    "ncmecTags": {
                        "groups": [{"tags": [{"value": "Tag One"}]}, {"tags": [{"value": "Tag Two"}]}]
                    },
                }
            ]
        },
    },
}

API = f"""<?xml version="1.0" encoding="UTF-8"?>
<report>
  <batchedReport reason="VIRAL_POTENTIAL_MEME"/>
  <incidentSummary>
    <incidentType>Child Sexual Molestation</incidentType>
    <platform>ExampleNet</platform>
    <escalateToHighPriority>Somebody is in danger now</escalateToHighPriority>
    <reportAnnotations><sextortion/><somethingNew/></reportAnnotations>
    <incidentDateTime>2026-03-04T10:06:07+05:00</incidentDateTime>
  </incidentSummary>
  <personOrUserReported>
    <personOrUserReportedPerson>
      <firstName>Invented</firstName><age>40</age>
      <phone countryCallingCode="960" verified="true">7000002</phone>
      <email verified="false">reef@example.net</email>
    </personOrUserReportedPerson>
    <espIdentifier>9001</espIdentifier>
    <ipCaptureEvent>
      <ipAddress>203.0.113.8</ipAddress><eventName>Upload</eventName>
      <dateTime>2026-03-04T05:06:07Z</dateTime><possibleProxy>false</possibleProxy><port>52000</port>
    </ipCaptureEvent>
    <priorCTReports>180000001</priorCTReports><priorCTReports>180000002</priorCTReports>
  </personOrUserReported>
  <victim>
    <victimPerson><firstName>Naifa</firstName><age>9</age></victimPerson>
    <schoolName>Blue Lagoon School</schoolName>
  </victim>
  <additionalInfo>Naifa goes to Blue Lagoon School.</additionalInfo>
  <fileDetails>
    <reportId>190000002</reportId>
    <fileId>00aa11bb22cc33dd44ee55ff66778899</fileId>
    <originalFileName>naifa 1.bin</originalFileName>
    <fileViewedByEsp>true</fileViewedByEsp>
    <fileAnnotations><potentialMeme/><neverHeardOf/></fileAnnotations>
    <industryClassification>A1</industryClassification>
    <originalFileHash hashType="MD5">{MD5}</originalFileHash>
    <originalFileHash hashType="SHA-1">{MD5}01234567</originalFileHash>
  </fileDetails>
</report>
"""


@dataclass
class Reading:
    """What a format gave, sorted by kind."""

    items: list[Item] = field(default_factory=list)

    @property
    def referrals(self) -> list[Referral]:
        return [item for item in self.items if isinstance(item, Referral)]

    @property
    def one(self) -> Referral:
        assert len(self.referrals) == 1, self.items
        return self.referrals[0]

    @property
    def aside(self) -> list[Unreadable]:
        return [item for item in self.items if isinstance(item, Unreadable)]

    @property
    def sentences(self) -> str:
        remarks = [item for item in self.items if isinstance(item, Remark)]
        own = [remark for referral in self.referrals for remark in referral.remarks]
        return "\n".join(item.sentence for item in (*self.aside, *remarks, *own))


@pytest.fixture
def cybertip() -> dict[str, Any]:
    """A whole CyberTip report to change at will."""
    return copy.deepcopy(CYBERTIP)


@pytest.fixture
def api() -> str:
    """A whole Reporting API report."""
    return API


@pytest.fixture
def read_with() -> Callable[..., Reading]:
    """`read_with(format.read, document, **options)`: bytes, text, or anything that JSON can say."""

    def run(read: Read, document: Any, **options: Any) -> Reading:
        if isinstance(document, str):
            document = document.encode()
        raw = document if isinstance(document, bytes) else json.dumps(document).encode()
        return Reading(list(read(io.BytesIO(raw), ReadOptions(**{"name": "in", **options}))))

    return run
