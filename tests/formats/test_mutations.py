"""No exception leaves `read`, whatever is done to a sample: bytes turned, cut, spliced, nodes replaced."""

import copy
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.formats.options import ReadOptions
from faru.formats.registry import FORMATS
from faru.vocabulary import Referral, Remark, Unreadable


@pytest.fixture(scope="module")
def samples() -> dict[str, bytes]:
    return {name: SAMPLES[name]() for name in SAMPLES}


def _json() -> bytes:
    return json.dumps(DOCUMENT, indent=1).encode()


def _xml() -> bytes:
    return API.encode()


def _csv() -> bytes:
    return b'ip,port\n203.0.113.7,1\n"203.0.113.8",2\n'


def _letter() -> bytes:
    return (Path(__file__).parent / "letter" / "whole.json").read_bytes()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", _json())
        archive.writestr("b.xml", _xml())
        archive.writestr("p.png", b"\x89PNG\r\n\x1a\n")
    return out.getvalue()


PERSON = {
    "firstName": "Zumra", "lastName": "Kandu", "approximateAge": "13", "espUserId": "k1",
    "dateOfBirth": "2012-01-02",
    "screenName": {"value": "s"}, "emails": {"emails": [{"value": "a@example.org", "verified": True}]},
    "addresses": {"addresses": [{"city": "X", "country": "Y"}]},
    "deviceId": [{"idType": "a", "idValue": "b"}],
    "sourceInformation": {"sourceCaptures": [{"captureType": "IP Address", "value": "203.0.113.7",
                                              "port": "1",
                                              "dateTime": "2026-03-04T05:06:07Z", "eventName": "LOGIN"}]},
    "additionalInformations": [{"value": "login 203.0.113.9 2026-03-04 05:06:07 UTC user name: abc"}],
    "priorCTReports": ["123456"], "compromisedAccount": True,
}  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "reportId": 190000001,
    "dateReceived": "2026-03-05T01:02:03Z",
    "reportedInformation": {
        "reportingEsp": {"espName": "ExampleChat"},
        "incidentSummary": {"incidentType": "x", "incidentDateTime": "2026-03-04T05:06:07Z",
                            "reportAnnotations": {"sextortion": True}, "escalateToHighPriority": "y"},
        "incidentDetails": {"emailIncident": [{"contents": [{"value": "Zumra"}],
                                               "emailAddress": "b@example.org"}]},
        "reportedPeople": {"reportedPersons": [{**PERSON, "approximateAge": "44"}]},
        "intendedRecipients": {"intendedRecipients": [PERSON]},
        "victims": [PERSON],
        "uploadedFiles": {"uploadedFiles": [{"filename": "a", "verificationHash": "0" * 32,
                                             "fileAnnotations": ["viral"],
                                             "ncmecTags": {"groups": [{"tags": [{"value": "t"}]}]},
                                             "espMetadata": {"metadatas": [{"name": "n", "value": "v"}]}}]},
    },
}  # fmt: skip
API = """<report><batchedReport reason="x"/><incidentSummary><incidentType>a</incidentType></incidentSummary>
<personOrUserReported><personOrUserReportedPerson><firstName>a</firstName><age>12</age></personOrUserReportedPerson>
<ipCaptureEvent><ipAddress>203.0.113.7</ipAddress><port>1</port></ipCaptureEvent></personOrUserReported>
<victim><victimPerson><firstName>Zumra</firstName></victimPerson></victim>
<fileDetails><reportId>123456</reportId>
<originalFileHash hashType="MD5">00</originalFileHash></fileDetails></report>"""
SAMPLES = {"cybertip_json": _json, "cybertip_api": _xml, "letter": _letter, "table": _csv, "zip": _zip}


def run(name: str, raw: bytes) -> list[Any]:
    items = list(FORMATS[name].read(io.BytesIO(raw), ReadOptions(name="in")))
    assert all(isinstance(item, (Referral, Remark, Unreadable)) for item in items)
    for item in items:
        str(item).encode("utf-8")  # nothing unprintable left
    return items


@pytest.mark.parametrize("name", list(SAMPLES))
@settings(deadline=None, max_examples=120)
@given(data=st.data())
def test_bytes_turned_cut_and_spliced(name: str, data: st.DataObject, samples: dict[str, bytes]) -> None:
    raw = bytearray(samples[name])
    for _ in range(data.draw(st.integers(1, 4))):
        kind = data.draw(st.sampled_from(["turn", "cut", "splice", "insert"]))
        at = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        if kind == "turn" and raw:
            raw[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del raw[at : at + data.draw(st.integers(1, 200))]
        elif kind == "insert":
            raw[at:at] = data.draw(
                st.sampled_from([b"\x00", b"\xff\xfe", b'"', b"<", b"[", b"{", b"\\ud800", b"&#0;"])
            )
        else:
            other = samples[data.draw(st.sampled_from(list(samples)))]
            start = data.draw(st.integers(0, len(other) - 1))
            raw[at:at] = other[start : start + 80]
    run(name, bytes(raw))
    for format_name in SAMPLES:
        run(format_name, bytes(raw[: data.draw(st.integers(0, len(raw)))]))


_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["N/A", "null", "203.0.113.7:99", "2026-03-04", "99999999999-01-01", "\ud800", "\u202e", "$", "12"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "name", "firstName", "reportId", "victims", "age", "priorCTReports", "x", "", "@t"]
            )
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def nodes(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            found += nodes(value, (*path, key))
    return found


PATHS = nodes(DOCUMENT)


@settings(deadline=None, max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(PATHS), _ANY), min_size=1, max_size=4))
def test_random_trees_in_place_of_each_node(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = copy.deepcopy(DOCUMENT)
    for path, value in changes:
        node: Any = document
        for key in path[:-1]:
            try:
                node = node[key]
            except (KeyError, IndexError, TypeError):
                break
        else:
            key = path[-1]
            if isinstance(node, dict) or (
                isinstance(node, list) and isinstance(key, int) and len(node) > key
            ):
                node[key] = value
    run("cybertip_json", json.dumps(document).encode())


@settings(deadline=None, max_examples=200)
@given(_ANY)
def test_any_json_at_all(document: Any) -> None:
    assert run("cybertip_json", json.dumps(document).encode())


@pytest.mark.parametrize("name", list(SAMPLES))
def test_each_cut_of_each_sample(name: str, samples: dict[str, bytes]) -> None:
    raw = samples[name]
    for end in range(0, len(raw), max(1, len(raw) // 60)):
        assert run(name, raw[:end]) or name == "table"
