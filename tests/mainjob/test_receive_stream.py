"""A stream in memory is received like a file; a damaged workbook is hashed and not kept."""

import hashlib
import io
import zipfile
from typing import BinaryIO

import pytest

from faru.loaders.media import Contents
from faru.mainjob.receive import LISTING, Receipt, receive_stream

MIB = 1 << 20


def received(name: str, data: bytes) -> tuple[dict[str, bytes], Receipt]:
    kept: dict[str, bytes] = {}

    def keep(piece: str, stream: BinaryIO) -> str:
        kept[piece] = stream.read()
        return hashlib.sha256(kept[piece]).hexdigest()

    return kept, receive_stream(name, io.BytesIO(data), keep)


def test_the_size_of_a_stream_in_memory_is_told() -> None:
    kept, receipt = received("a.json", b'[{"reportId": 1}]')
    assert (list(kept), receipt.size) == (["a.json"], 17)


def test_a_cut_workbook_is_not_kept_whatever_is_in_it() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert received("book.xlsx", out.getvalue()[:-60])[0] == {}
    assert "xl/media/image1.png" not in received("book.xlsx", out.getvalue())[0]


def test_a_file_that_changes_while_it_is_received_is_refused() -> None:
    with pytest.raises(OSError, match="changes while it is received"):
        receive_stream("a.json", io.BytesIO(b"[{}]"), lambda _, stream: "0" * 64)


def test_a_large_member_of_text_is_kept_within_its_archive_only() -> None:
    text = b'{"reportId": "1"}\n' * (4 * MIB)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("large.json", text)
    kept, receipt = received("all.zip", out.getvalue())
    assert (list(kept), receipt.media) == (["all.zip"], 0)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("one.png", b"\x89PNG\r\n\x1a\n")
    kept, receipt = received("all.zip", out.getvalue())
    assert (list(kept), receipt.media) == ([LISTING], 2)
    assert hashlib.sha256(text).hexdigest().encode() in kept[LISTING]


@pytest.mark.parametrize("split", [1, 7, 4096])
def test_an_attachment_is_seen_wherever_the_pieces_part(split: int) -> None:
    letter = b"x" * 5000 + b"\nContent-Transfer-Encoding:  base64\n\nAAAA"
    contents = Contents()
    for at in range(0, len(letter), split):
        contents.see(letter[at : at + split])
    assert contents.packed
    beside = Contents()
    for at in range(0, 400_000, 100_000):
        beside.see((b"y" * 70_000 + b"begin 644 a" + b"y" * 300_000)[at : at + 100_000])
    assert not beside.packed


@pytest.mark.parametrize("text", ["ރީފު reef".encode(), b"plain"])
def test_text_is_text_wherever_the_pieces_part(text: bytes) -> None:
    contents = Contents()
    for at in range(len(text)):
        contents.see(text[at : at + 1])
    contents.see(b"")
    assert contents.text


@pytest.mark.parametrize("data", [b"a\x00b", b"\xff\xfe", "é".encode()[:1]])
def test_what_is_no_text_is_told(data: bytes) -> None:
    contents = Contents()
    contents.see(data)
    contents.see(b"")
    assert not contents.text
