"""Tables: read only through a saved map; half-broken tables keep their good half."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.formats import table
from faru.formats.column_map import FIELDS, load_map
from faru.formats.options import ReadOptions
from faru.loaders.refusals import Refused
from faru.vocabulary import IncidentType, Role

ReadWith = Callable[..., Any]

MAP: dict[str, Any] = {
    "faru_column_map": 1,
    "sender": "Ring of Peers",
    "columns": {
        "id": "number", "ip": "address", "src port": "port", "seen": "at", "user": "user_id", "hash": "sha1",
        "name": "file_name", "remark": "text",
    },
    "constants": {"platform": "PeerNet", "event": "upload"},
}  # fmt: skip
TABLE = "id,ip,src port,seen,user,hash,name,remark,extra\n"
ROW = f"4401,203.0.113.7,40211,2026-03-04T05:06:07Z,u1,{'ab' * 20},a.bin,see me@example.com,kept\n"


def column_map(**changes: Any) -> Any:
    return load_map(json.dumps({**MAP, **changes}).encode(), "map.json")


@pytest.fixture
def read(read_with: ReadWith) -> ReadWith:
    return lambda text, **changes: read_with(table.read, text, maps=(column_map(**changes),))


def test_a_row_is_a_referral(read: ReadWith) -> None:
    referral = read(TABLE + ROW).one
    assert (referral.sender, referral.number, referral.platform) == ("Ring of Peers", "4401", "PeerNet")
    seen = referral.observations[0]
    assert (seen.address, seen.port, seen.event, seen.role) == ("203.0.113.7", 40211, "upload", Role.REPORTED)
    assert (seen.at.iso(), seen.file, seen.person) == ("2026-03-04T05:06:07Z", 0, 0)
    assert [(a.kind.value, a.value, a.from_text) for a in referral.accounts] == [
        ("user_id", "u1", False), ("email", "me@example.com", True),
    ]  # fmt: skip
    assert referral.files[0].hashes[0].canonical == bytes.fromhex("ab" * 20)
    assert referral.unread == {"row 1, column 'extra'": "kept"}
    assert referral.where("observations[0].port") == "row 1, column 'src port'"
    assert referral.where("platform") == "column map, constant 'platform'"
    assert referral.texts[0].place == "row 1, column 'remark'"


def test_half_the_rows_are_broken(read: ReadWith) -> None:
    broken = ["1,2\n", '5,"203.0.113.9\n', "6,\x00,,,,,,,\n", ",,,,,,,,only unmapped\n"]
    text = TABLE + "".join(ROW.replace("4401", str(4401 + n)) + line for n, line in enumerate(broken))
    reading = read(text)
    assert [r.number for r in reading.referrals] == ["4401", "4402", "4403", "4404"]
    assert [a.place for a in reading.aside] == ["row 2", "row 4", "row 6", "row 8"]
    assert all(a.sha256 and a.sentence.startswith("in: row ") for a in reading.aside)


def test_the_reject_file_holds_what_was_set_aside(read: ReadWith) -> None:
    text = TABLE + ROW + "1,2\n" + "9,\x00,,,,,,,\n"
    found = table.write_rejects(io.BytesIO(text.encode()), ReadOptions(name="in", maps=(column_map(),)))
    lines = list(csv.reader(io.StringIO(found)))
    assert lines[0] == ["place", "reason", "row as received"]
    assert [(line[0], line[2]) for line in lines[1:]] == [("row 2", "1,2"), ("row 3", "9,\\x00,,,,,,,")]
    assert table.write_rejects(io.BytesIO((TABLE + ROW).encode()), ReadOptions(maps=(column_map(),))) == ""


def test_without_a_map_a_skeleton_is_proposed(read_with: ReadWith) -> None:
    sentence = read_with(table.read, TABLE + ROW).aside[0].sentence
    proposed = json.loads(sentence[sentence.index("{") :])
    assert list(proposed["columns"]) == TABLE.strip().split(",")
    assert "--map" in sentence


def test_a_map_that_does_not_fit_says_what_it_wants(read: ReadWith) -> None:
    reading = read("id,ip\n1,203.0.113.7\n")
    assert not reading.referrals
    assert "map.json wants 'src port', 'seen'" in reading.aside[0].sentence


def test_the_first_map_that_fits_is_taken(read_with: ReadWith) -> None:
    other = load_map(
        b'{"faru_column_map": 1, "sender": "Other", "columns": {"a": "address"}, "delimiter": ";"}', "o.json"
    )
    assert read_with(table.read, "a;b\n203.0.113.7;x\n", maps=(column_map(), other)).one.sender == "Other"


def test_zone_and_order_of_day_and_month_come_from_the_map(read: ReadWith) -> None:
    row = ROW.replace("2026-03-04T05:06:07Z", "03-04-2026 05:06:07")
    assert read(TABLE + row).one.observations[0].at.day_month_open
    assert "day or month" in read(TABLE + row).sentences
    assert (
        read(TABLE + row, zone="+05:00", day_first=True).one.observations[0].at.iso()
        == "2026-04-03T00:06:07Z"
    )
    assert (
        read(TABLE + row, zone="+05:00", day_first=False).one.observations[0].at.iso()
        == "2026-03-04T00:06:07Z"
    )
    assert read(TABLE + row, day_first=True).one.observations[0].at.utc is None


def test_children_in_tables_are_sealed(read_with: ReadWith) -> None:
    columns = {"vn": "victim.first_name", "va": "victim.age", "vm": "victim.email", "t": "text",
               "ip": "address",
               "pa": "age", "pn": "first_name"}  # fmt: skip
    changed = column_map(columns=columns, constants={})
    text = "vn,va,vm,t,ip,pa,pn,other\n"
    text += "Qadhira,strange,q@example.org,Qadhira there,203.0.113.7,15,Veyo,for Veyo\n"
    referral = read_with(table.read, text, maps=(changed,)).one
    assert {c.role for c in referral.children} == {Role.REPORTED, Role.VICTIM}
    assert referral.flags == ("suspect_is_child",)
    assert referral.texts[0].text == "Child B there"
    assert referral.unread == {"row 1, column 'other'": "for Child A"}
    assert "strange" not in str(referral)
    seen = referral.observations[0]
    assert (seen.child, seen.person, seen.address) == (0, None, "203.0.113.7")


def test_incident_columns(read_with: ReadWith) -> None:
    changed = column_map(
        columns={"k": "incident_type", "w": "incident_at", "e": "escalation", "r": "refers_to", "f": "flags"},
        constants={},
    )
    text = "k,w,e,r,f\nchild sex trafficking,2026-03-04T00:00Z,soon,123456 and 654321,spam\n"
    referral = read_with(table.read, text, maps=(changed,)).one
    assert referral.incident_type is IncidentType.TRAFFICKING
    assert referral.incident_at.precision_s == 60
    assert (referral.escalation, referral.refers_to) == ("soon", ("123456", "654321"))
    assert referral.flags == ("escalateToHighPriority", "spam")


def test_a_header_without_rows_is_said(read: ReadWith) -> None:
    reading = read(TABLE)
    assert not reading.referrals
    assert "no rows" in reading.sentences


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "only blanks"),
        (b"[]", "one JSON object"),
        (b"{", "breaks off"),
        (b"{}", "no column map"),
        (b'{"faru_column_map": 2}', "no column map"),
        ({"sender": ""}, "'sender'"),
        ({"sender": 5}, "must be a text"),
        ({"columns": {}}, "'columns'"),
        ({"columns": []}, "object of texts"),
        ({"columns": {"a": "no such field"}}, "no field"),
        ({"columns": {"a": "port", "b": "port"}}, "given twice"),
        ({"constants": {"port": "1"}}, "given twice"),
        ({"zone": "IST"}, "is not a zone"),
        ({"delimiter": ";;"}, "one character"),
        ({"day_first": "yes"}, "'day_first'"),
        ({"surprise": 1}, "no key"),
        (json.dumps(MAP).replace('"id": "number"', '"id": "number", "id": "text"').encode(), "stands twice"),
    ],
)
def test_bad_maps_have_a_sentence(document: Any, words: str) -> None:
    raw = document if isinstance(document, bytes) else json.dumps({**MAP, **document}).encode()
    with pytest.raises(Refused) as found:
        load_map(raw, "map.json")
    assert words in found.value.sentence
    assert found.value.sentence.startswith("map.json: ")


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_field_of_a_map_is_read(read_with: ReadWith, field: str) -> None:
    other = "address" if field != "address" else "text"
    columns = {"c": field, "ip": other, "u": "file_name" if field != "file_name" else "md5"}
    changed = column_map(columns=columns, constants={})
    text = "c,ip,u\n7,203.0.113.7,x\n"
    referral = read_with(table.read, text, maps=(changed,)).one
    places = [*referral.pointers.values(), *(t.place for t in referral.texts)]
    read_somewhere = any("column 'c'" in place for place in places)
    kept = "row 1, column 'c'" in referral.unread
    assert read_somewhere or kept or field in ("possible_proxy", "protocol", "destination")


def test_sniff() -> None:
    assert table.sniff(b"a,b\n1,2", "x.csv")
    assert table.sniff(b"a;b\n", "x.txt")
    assert table.sniff(b"hello", "x.txt") is None
    assert table.sniff(b'{"a": 1}', "x.csv") is None
    assert table.sniff(b"PK\x03\x04", "x.csv") is None


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_mutation_makes_it_raise(data: st.DataObject) -> None:
    raw = bytearray((TABLE + ROW + ROW).encode())
    for _ in range(data.draw(st.integers(0, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.sampled_from(b'",\n\r\x00\xff;7'))
    list(table.read(io.BytesIO(bytes(raw)), ReadOptions(maps=(column_map(),))))
