"""XML from strangers: no entities, no document type, whole elements kept."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.xml_tree import MAX_DEPTH, XmlRecord, read_xml

WANTED = frozenset({"report"})


def read(raw: bytes) -> list[XmlRecord | Fault | Note]:
    return read_xml(raw, "f.xml", WANTED)


def records(raw: bytes) -> list[XmlRecord]:
    return [piece for piece in read(raw) if isinstance(piece, XmlRecord)]


def test_attributes_text_and_repeated_children() -> None:
    raw = b'<r><report><a k="1">t</a><b>1</b><b>2</b><c/></report></r>'
    assert records(raw)[0].value == {"a": {"@k": "1", "#text": "t"}, "b": ["1", "2"], "c": ""}


def test_each_record_has_its_own_bytes_and_path() -> None:
    raw = b'<rs><report><a>1</a></report><x/><report k=">"/><report>z</report></rs>'
    found = records(raw)
    assert [r.raw for r in found] == [
        b"<report><a>1</a></report>",
        b'<report k=">"/>',
        b"<report>z</report>",
    ]
    assert [r.path for r in found] == ["/rs/report", "/rs/report[2]", "/rs/report[3]"]


def test_utf16_bytes() -> None:
    part = "<report>é</report>"
    for encoding, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        raw = mark + f"<r>{part}</r>".encode(encoding)
        assert records(raw)[0].raw == part.encode(encoding)
        assert records(raw)[0].value == "é"


def test_namespaces_are_left_out() -> None:
    raw = b'<n:report xmlns:n="urn:x" xmlns:i="urn:i" i:k="1"><n:a>1</n:a></n:report>'
    assert records(raw)[0].value == {"@k": "1", "a": "1"}


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE r [<!ENTITY a "b">]><report>&a;</report>',
        b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><report>&a;</report>',
        b'<!DOCTYPE r SYSTEM "http://example.invalid/x.dtd"><report/>',
        b"<!DOCTYPE r [" + b'<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">' + b"]><report>&b;</report>",
    ],
)
def test_entities_and_document_types_are_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match=r"f\.xml: declares a document type"):
        read(raw)


def test_depth_is_refused() -> None:
    with pytest.raises(Refused, match="nested deeper"):
        read(b"<a>" * (MAX_DEPTH + 1))


def test_a_cut_file_keeps_its_whole_records() -> None:
    found = read(b"<rs><report>1</report><report>2")
    assert [r.value for r in found if isinstance(r, XmlRecord)] == ["1"]
    assert isinstance(found[-1], Fault)
    assert "line 1, column" in found[-1].sentence


def test_nul_and_bad_utf8_are_read_with_a_note_and_the_bytes_stay() -> None:
    raw = b"<report>\x00a\xff</report>"
    found = read(raw)
    assert [r.value for r in found if isinstance(r, XmlRecord)] == ["a?"]
    assert [r.raw for r in found if isinstance(r, XmlRecord)] == [raw]
    assert len([n for n in found if isinstance(n, Note)]) == 2


def test_bidi_overrides_are_not_shown() -> None:
    found = records("<report>a\u202eb</report>".encode())[0]
    assert found.value == "ab"
    assert "U+202E" in found.notes[0].sentence


@pytest.mark.parametrize("encoding", [b"klingon", b"utf-7"])
def test_unknown_encodings_are_refused(encoding: bytes) -> None:
    with pytest.raises(Refused, match="encoding"):
        read(b'<?xml version="1.0" encoding="' + encoding + b'"?><report/>')


def test_other_encodings_are_read() -> None:
    assert records(b'<?xml version="1.0" encoding="cp1252"?><report>\x92</report>')[0].value == "\u2019"


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=50) | st.text(alphabet="<>/report&;!a =\"'\x00?[]-", max_size=60).map(str.encode))
def test_nothing_but_refused_ever_leaves(raw: bytes) -> None:
    with contextlib.suppress(Refused):
        read(raw)
