"""The table of formats: whoever sniffs best reads, and a stranger's format can be added from outside."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faru.formats import registry
from faru.formats.intake import read_file
from faru.formats.options import ReadOptions
from faru.vocabulary import Unreadable

PLUGIN = '''
"""A format from outside of the package."""

import hashlib

from faru.vocabulary import Referral


def sniff(head, name):
    return 0.99 if head.startswith(b"OUTSIDE") else None


def read(stream, options):
    raw = stream.read()
    digest = hashlib.sha256(raw).hexdigest()
    yield Referral(sender="Outside Agency", number="1", sha256=digest, format="outside")
    if b"fail" in raw:
        raise RuntimeError("a stranger's fault")
'''


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package that registers a format, and one that tries to take a name of the house."""
    (tmp_path / "outside_format.py").write_text(PLUGIN)
    info = tmp_path / "outside_format-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outside-format\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[faru.formats]\noutside = outside_format\nzip = outside_format\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.known.cache_clear()
    yield
    registry.known.cache_clear()
    sys.modules.pop("outside_format", None)


@pytest.mark.usefixtures("outside")
def test_a_format_from_outside_reads(tmp_path: Path) -> None:
    path = tmp_path / "alert.out"
    path.write_bytes(b"OUTSIDE 1")
    reading = read_file(path, ReadOptions())
    assert (reading.format, reading.referrals[0].sender) == ("outside", "Outside Agency")
    assert [f.name for f in registry.known()].count("zip") == 1


@pytest.mark.usefixtures("outside")
def test_its_fault_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "alert.out"
    path.write_bytes(b"OUTSIDE fail")
    reading = read_file(path, ReadOptions())
    assert len(reading.referrals) == 1
    assert "'outside' failed here (RuntimeError)" in reading.set_aside[0].sentence


def test_the_surest_reads_and_none_declines() -> None:
    for head, name, chosen in (
        (b'{"reportId": 1, "reportedInformation": 2}', "a.txt", "cybertip_json"),
        (b"<report><incidentSummary>", "a.bin", "cybertip_api"),
        (b"ip,port\n", "a.csv", "table"),
        (b'{"a": 1}', "a.csv", "cybertip_json"),
        (b"PK\x03\x04", "a.json", "zip"),
    ):
        found = registry.choose(head, name)
        assert found is not None
        assert found.name == chosen, head
    assert registry.choose(b"hello", "a.md") is None
    assert registry.choose(b"%PDF-1.4 , ;", "a.pdf") is None


def test_each_format_is_called_as_its_module() -> None:
    for name, found in registry.FORMATS.items():
        assert found.name == name
        assert all(isinstance(i, Unreadable) for i in found.read(io.BytesIO(b""), ReadOptions()))
