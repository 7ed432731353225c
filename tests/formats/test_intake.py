"""Paths to readings: a stable order, a sentence for all that can't be read, numbers that come again."""

import errno
import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from faru.formats.intake import FileReading, read_paths, read_stream
from faru.formats.options import ReadOptions

Document = dict[str, Any]


def readings(*paths: Path) -> list[FileReading]:
    return list(read_paths(paths, ReadOptions()))


def sentences(*paths: Path) -> str:
    found = readings(*paths)
    return "\n".join(i.sentence for r in found for i in (*r.set_aside, *r.remarks))


def test_folders_are_walked_in_a_stable_order(tmp_path: Path, cybertip: Document) -> None:
    for name in ("b/2.json", "a.json", "b/10.json", "b/a/x.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cybertip["reportId"] += 1
        path.write_text(json.dumps(cybertip))
    seen: list[tuple[int, int]] = []
    found = list(read_paths([tmp_path], ReadOptions(), lambda done, of: seen.append((done, of))))
    assert [str(r.path.relative_to(tmp_path)) for r in found] == [
        "a.json",
        "b/10.json",
        "b/2.json",
        "b/a/x.json",
    ]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert all(r.format == "cybertip_json" and r.sha256 and len(r.referrals) == 1 for r in found)


def test_each_bad_thing_has_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.json").touch()
    (tmp_path / "hello.md").write_text("hello")
    (tmp_path / "pic.bin").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "hollow").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / ".DS_Store").write_text("x")
    (tmp_path / "Thumbs.db").write_bytes(b"\xd0\xcf")
    text = sentences(tmp_path, tmp_path / "folder.json", tmp_path / "hollow", tmp_path / "missing.json")
    for words in (
        "empty.json: empty file; ask the sender for it again",
        "hello.md: in no format that Faru reads; ask the sender for JSON, XML, CSV or a workbook, or",
        "pic.bin: a picture, film or sound of 8 bytes",
        "folder.json: is a folder, although it is named like a file",
        "hollow: is a folder without files",
        "pipe: is neither a file nor a folder",
        ".DS_Store: a file of the operating system",
        "Thumbs.db: a file of the operating system",
        "missing.json: can't be opened",
    ):
        assert words in text


def test_links_in_a_circle_end(tmp_path: Path, cybertip: Document) -> None:
    (tmp_path / "a.json").write_text(json.dumps(cybertip))
    (tmp_path / "circle").symlink_to(tmp_path)
    assert len(readings(tmp_path)) == 1


def test_a_number_that_comes_again(tmp_path: Path, cybertip: Document) -> None:
    (tmp_path / "1.json").write_text(json.dumps(cybertip))
    (tmp_path / "2.json").write_text(json.dumps(cybertip) + "\n")
    cybertip["dateReceived"] = "2026-03-06T00:00:00Z"
    (tmp_path / "3.json").write_text(json.dumps(cybertip))
    first, second, third = (r.referrals[0] for r in readings(tmp_path))
    assert not [r for r in first.remarks if "came before" in r.sentence]
    assert "with the same bytes" in second.remarks[-1].sentence
    assert "with other bytes" in third.remarks[-1].sentence
    assert "1.json" in third.remarks[-1].sentence


def test_a_number_twice_in_one_file(tmp_path: Path, cybertip: Document) -> None:
    path = tmp_path / "1.json"
    path.write_text(json.dumps([cybertip, cybertip, {**cybertip, "dateReceived": "2026-03-06T00:00:00Z"}]))
    found = readings(path)[0].referrals
    assert len(found) == 3
    assert ["same bytes" in str(r.remarks) for r in found] == [False, True, False]
    assert "other bytes" in str(found[2].remarks)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is played: the suite runs as root too."""
    path = tmp_path / "a.json"
    path.write_text("{}")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert "permissions" in sentences(path)


def test_a_stream_in_memory_is_read_like_a_file(cybertip: Document) -> None:
    raw = json.dumps(cybertip).encode()
    stream = io.BytesIO(raw)
    stream.seek(5)  # whoever hands it over may have looked into it
    found = read_stream("dropped/alert.json", stream, ReadOptions())
    assert (found.path, found.format) == (Path("dropped/alert.json"), "cybertip_json")
    assert found.sha256 == hashlib.sha256(raw).hexdigest()
    assert len(found.referrals) == 1


def test_streams_that_hold_nothing_readable() -> None:
    empty = read_stream("a.json", io.BytesIO(b""), ReadOptions())
    assert "empty file" in empty.set_aside[0].sentence
    large = read_stream("p.bin", io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(3_000_000)), ReadOptions())
    assert "of 3,000,008 bytes" in large.remarks[0].sentence


@pytest.mark.parametrize(
    ("name", "raw"), [("a.pdf", b"x"), ("scan", b"%PDF-1.4"), ("a.docx", b"PK"), ("mail.eml", b"From: a")]
)
def test_a_document_points_to_the_letter_form(name: str, raw: bytes) -> None:
    found = read_stream(name, io.BytesIO(raw), ReadOptions())
    assert found.format is None
    assert f"{name}: a document that no format reads; key it with the letter form" in str(found.set_aside)
