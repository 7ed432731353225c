"""ZIPs around alerts: read in place, media listed by name, size and hash."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from faru.formats import zips

ReadWith = Callable[..., Any]
JPEG = b"\xff\xd8\xff\xe0 no picture at all"


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def read(read_with: ReadWith) -> ReadWith:
    return lambda raw, **options: read_with(zips.read, raw, **options)


def test_alerts_of_several_formats_and_media(read: ReadWith, cybertip: dict[str, Any], api: str) -> None:
    raw = packed(
        **{
            "zumra 1.jpg": JPEG,
            "a/alert.json": json.dumps(cybertip).encode(),
            "alert.xml": api.encode(),
            "inner.zip": packed(**{"naifa.png": JPEG}),
            "bomb.txt": bytes(30_000_000),
            "readme.pdf": b"%PDF-1.4",
            "empty.json": b"",
            "../../etc/x": b"x",
        }
    )
    reading = read(raw)
    assert [(r.number, r.format) for r in reading.referrals] == [
        ("190000001", "cybertip_json"), ("190000002", "cybertip_api"),
    ]  # fmt: skip
    assert reading.referrals[0].where("number") == "a/alert.json: $.reportId"
    assert [a.place for a in reading.aside] == ["bomb.txt", "readme.pdf", "empty.json", "../../etc/x"]
    digest = hashlib.sha256(JPEG).hexdigest()
    assert (
        f"in!Child A 1.jpg: a picture, film or sound of {len(JPEG)} bytes, SHA-256 {digest}"
        in reading.sentences
    )
    assert "inner.zip!Child A.png" in reading.sentences
    assert "zumra" not in reading.sentences.casefold()


def test_media_alone_are_no_refusal(read: ReadWith) -> None:
    reading = read(packed(**{"a.jpg": JPEG}))
    assert not reading.aside
    assert len(reading.items) == 1


def test_an_empty_archive_has_a_sentence(read: ReadWith) -> None:
    assert "without members" in read(packed()).aside[0].sentence


def test_a_damaged_archive_has_a_sentence(read: ReadWith) -> None:
    assert "damaged" in read(packed(a=b"x")[:-8]).aside[0].sentence


def test_a_stream_that_cannot_be_wound_back(read: ReadWith, cybertip: dict[str, Any]) -> None:
    from faru.formats.options import ReadOptions

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    raw = packed(**{"a.json": json.dumps(cybertip).encode()})
    assert len(list(zips.read(Pipe(raw), ReadOptions()))) == 1


def test_sniff() -> None:
    assert zips.sniff(packed(a=b"x"), "noname")
    assert zips.sniff(packed(a=b"x"), "book.xlsx") is None
    assert zips.sniff(b"{}", "a.json") is None
