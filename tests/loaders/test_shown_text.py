"""Text that is shown, text that means nothing, and media told from text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faru.loaders.media import is_media, starts_as_media
from faru.loaders.text import is_absent, shown, value_of


def test_plain_text_in_any_script_stays() -> None:
    for text in ("Aishath", "ޢާއިޝަތު", "café", "a\tb\nc", "👩\u200d👧", "ن\u200cم"):
        assert shown(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "clean", "word"),
    [
        ("gpj.\u202etxt", "gpj.txt", "U+202E"),
        ("a\u2066b\u2069", "ab", "U+2066, U+2069"),
        ("a\x00b", "ab", "NUL"),
        ("a\x07b", "ab", "U+0007"),
        ("a\u200fb", "ab", "U+200F"),
        ("a\ud800b", "a\ufffdb", "no character"),
    ],
)
def test_what_cannot_be_seen_is_removed_and_said(text: str, clean: str, word: str) -> None:
    assert shown(text)[0] == clean
    assert word in shown(text)[1][0]


@given(st.text() | st.characters().map(lambda c: f"a{c}b"))
def test_shown_text_can_be_written_and_is_stable(text: str) -> None:
    once, clauses = shown(text)
    once.encode("utf-8")
    assert shown(once) == (once, ())
    assert bool(clauses) == (once != text)


def test_words_for_nothing() -> None:
    assert [value_of(t) for t in ("N/A", "n/a", " ", "null", "None", "UNKNOWN")] == [None] * 6
    assert value_of(" Nully ") == "Nully"
    assert is_absent("N/A")
    assert not is_absent("null")


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"GIF89a..", b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"II*\x00ab",
        b"\x00\x00\x00\x20ftypisom", b"\x00\x00\x00\x18ftypheic", b"\x1aE\xdf\xa3....",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"BM\x00\x10\x00\x00\x00\x00\x00\x00", b"OggS....", b"ID3\x03", b"FLV\x01",
    ],
)  # fmt: skip
def test_first_bytes_of_media(head: bytes) -> None:
    assert starts_as_media(head)
    assert is_media("report.json", head)


@pytest.mark.parametrize(
    "head",
    [
        b'{"a": 1}',
        b"<report/>",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"BMW,address\n203.0.113.7,1",
        b"",
        b"GIF",
        b"ID,ip",
    ],
)
def test_text_and_archives_are_not_media(head: bytes) -> None:
    assert not is_media("report.json", head)
    assert not is_media("jpg", head)
    assert is_media("folder.x/pic.JPG", head)
