"""ZIPs from strangers: bombs, links and lies are refused, media are only hashed."""

import hashlib
import io
import stat
import zipfile
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.loaders.zip_members import Media, Member, MemberRefused, ZipLimits, read_zip

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(200))


def packed(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def read(raw: bytes, limits: ZipLimits | None = None) -> list[Member | Media | MemberRefused]:
    return list(read_zip(io.BytesIO(raw), limits))


def refusal(raw: bytes, limits: ZipLimits | None = None) -> str:
    return " ".join(piece.sentence for piece in read(raw, limits) if isinstance(piece, MemberRefused))


def test_members_come_in_order_and_whole() -> None:
    assert read(packed([("b.json", b"{}"), ("a/", b""), ("a/x.txt", b"hello")])) == [
        Member("b.json", b"{}"),
        Member("a/x.txt", b"hello"),
    ]


@pytest.mark.parametrize(
    ("name", "data"), [("a.jpg", b"not really"), ("a.txt", JPEG), ("noending", JPEG), ("A.MP4", b"")]
)
def test_media_by_name_or_by_first_bytes_are_hashed_and_not_kept(name: str, data: bytes) -> None:
    found = read(packed([(name, data)]))
    assert found == [Media(name, len(data), hashlib.sha256(data).hexdigest())]


def test_large_media_are_hashed_as_they_stream() -> None:
    data = JPEG + bytes(i * 7919 % 251 for i in range(700_000))
    assert read(packed([("film.bin", data)])) == [
        Media("film.bin", len(data), hashlib.sha256(data).hexdigest())
    ]


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    assert "bomb" in refusal(packed([("x.txt", bytes(20_000_000))]))


def test_a_bomb_that_declares_little_is_refused_by_what_it_is() -> None:
    limits = ZipLimits(ratio_from=1_000_000, ratio=10**9, total_bytes=2_000_000)
    assert "more than is allowed" in refusal(packed([("x.txt", bytes(5_000_000))]), limits)


def test_many_members_are_refused_together() -> None:
    raw = packed([(f"{i}.txt", b"x" * 1000) for i in range(10)])
    assert "more than 5 members" in refusal(raw, ZipLimits(members=5))
    assert "more than is allowed" in refusal(raw, ZipLimits(total_bytes=5000))
    assert len([m for m in read(raw, ZipLimits(total_bytes=5000)) if isinstance(m, Member)]) == 5


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "C:/x", "..\\x"])
def test_names_that_point_outside_are_refused(name: str) -> None:
    found = read(packed([(name, b"x"), ("ok.txt", b"y")]))
    assert isinstance(found[0], MemberRefused)
    assert "points outside" in found[0].sentence
    assert found[1] == Member("ok.txt", b"y")


def test_links_are_not_followed() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "link" in refusal(out.getvalue())


def test_encrypted_members_are_named() -> None:
    raw = bytearray(packed([("x.txt", b"secret")], zipfile.ZIP_STORED))
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refusal(bytes(raw))


def test_archives_in_archives_to_a_limit() -> None:
    one = packed([("x.json", b"{}"), ("p.png", JPEG)])
    two = packed([("one.zip", one)])
    three = packed([("two.zip", two)])
    four = packed([("three.zip", three)])
    assert [m.name for m in read(two)] == ["one.zip!x.json", "one.zip!p.png"]
    assert [type(m) for m in read(three)] == [Member, Media]
    assert "deeper than 2" in refusal(four)


def test_an_archive_of_itself_ends() -> None:
    raw = packed([("a.txt", b"x")])
    for _ in range(30):
        raw = packed([("again.zip", raw), ("again2.zip", raw)])[:60_000_000]
    assert len(read(raw)) <= 8


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"nothing", packed([("a", b"x")])[:-10]])
def test_damaged_archives_have_a_sentence(raw: bytes) -> None:
    assert "damaged" in refusal(raw)


def test_a_damaged_member_costs_itself() -> None:
    raw = bytearray(packed([("a.txt", b"hello world " * 9), ("b.txt", b"fine")], zipfile.ZIP_STORED))
    raw[raw.index(b"hello")] ^= 1
    found = read(bytes(raw))
    assert isinstance(found[0], MemberRefused)
    assert found[1] == Member("b.txt", b"fine")


def test_a_lie_about_the_size_is_noticed() -> None:
    raw = bytearray(packed([("a.txt", b"x" * 5000)]))
    place = raw.index(b"PK\x01\x02") + 24
    raw[place : place + 4] = (10).to_bytes(4, "little")
    assert isinstance(read(bytes(raw))[0], MemberRefused)


SAMPLE = packed([("a.json", b'{"a": 1}' * 4), ("b.png", JPEG), ("c/d.zip", packed([("e.xml", b"<a/>")]))])


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_mutation_makes_it_raise(data: st.DataObject) -> None:
    raw = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    read(bytes(raw))
    read(bytes(raw[:cut]))


def test_a_member_without_a_name_is_said_and_the_rest_is_read():
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("x", b"nobody can be asked for it")
        archive.writestr("good.json", b"{}")
    nameless = bytearray(raw.getvalue())
    directory = nameless.index(b"PK\x01\x02")
    nameless[directory + 46] = 0  # the name's one byte, in the list of members
    pieces = list(read_zip(io.BytesIO(bytes(nameless))))
    assert [type(piece).__name__ for piece in pieces] == ["MemberRefused", "Member"]
