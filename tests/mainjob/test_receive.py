"""Raw first: kept once, whole, under its hash; media never."""

import base64
import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faru.mainjob.receive import place_of, receive

PICTURE = b"\x89PNG\r\n\x1a\n" + b"colour pattern" * 9


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_kept_as_they_are_or_counted_as_media(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "alert.json"
    path.write_bytes(raw)
    receipt = receive(path, tmp_path / "raw")
    assert receipt.sha256 == hashlib.sha256(raw).hexdigest()
    assert receipt.size == len(raw)
    assert (receipt.media == 0) == bool(receipt.kept)
    if receipt.media == 0:
        assert place_of(receipt.kept[0], tmp_path / "raw").read_bytes() == raw


def test_of_an_archive_with_media_only_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("report.json", '{"reportId": "1"}')
        archive.writestr("files/one.png", PICTURE)
        archive.writestr("files/renamed.txt", PICTURE)
    receipt = receive(path, tmp_path / "raw")
    assert receipt.media == 2
    assert b"colour pattern" not in everything_in(tmp_path / "raw")
    listed = json.loads(place_of(receipt.kept[0], tmp_path / "raw").read_bytes())
    assert listed["sha256"] == receipt.sha256
    digest = hashlib.sha256(PICTURE).hexdigest()
    assert [one["sha256"] for one in listed["members"] if not one["kept"]] == [digest, digest]


def test_an_archive_without_media_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("report.json", '{"reportId": "1"}')
    receipt = receive(path, tmp_path / "raw")
    assert receipt.kept == (receipt.sha256,)
    assert place_of(receipt.sha256, tmp_path / "raw").read_bytes() == path.read_bytes()


def test_a_picture_by_itself_is_hashed_and_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "alert.json"
    path.write_bytes(PICTURE)
    receipt = receive(path, tmp_path / "raw")
    assert (receipt.kept, receipt.media) == ((), 1)
    assert not (tmp_path / "raw").exists()


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(b"{}")
    receipts = [receive(tmp_path / name, tmp_path / "raw") for name in ("a.json", "b.json")]
    assert receipts[0].kept == receipts[1].kept
    assert len([path for path in (tmp_path / "raw").rglob("*") if path.is_file()]) == 1


def nested(levels: int) -> bytes:
    data = PICTURE
    name = "one.png"
    for _ in range(levels):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, data)
        data, name = out.getvalue(), "inner.zip"
    return data


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("one.png")
        info.size = len(PICTURE)
        archive.addfile(info, io.BytesIO(PICTURE))
    return out.getvalue()


def outside() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../one.png", PICTURE)
    return out.getvalue()


MAIL = b"MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(PICTURE)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("deep.zip", nested(5)),
        ("late.zip", b"some words first\n" + nested(1)),
        ("outside.zip", outside()),
        ("bundle.tar", tarred()),
        ("mail.eml", MAIL),
        ("words.docx", nested(2)),
    ],
)
def test_what_nobody_looked_into_is_not_kept(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    receipt = receive(path, tmp_path / "raw")
    assert receipt.media >= 1
    stored = everything_in(tmp_path / "raw")
    assert PICTURE[:20] not in stored
    assert base64.b64encode(PICTURE)[:20] not in stored
    assert b"PK\x03\x04" not in stored
