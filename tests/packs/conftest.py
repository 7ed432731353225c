"""A copy of the demo pack that a test may spoil."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from faru.loaders.yaml import Located, parse_yaml
from faru.packs import Finding, check, sheets
from faru.packs.examine import SHIPPED


@cache
def _parsed(data: bytes, name: str) -> Located:
    return parse_yaml(data, name)


@pytest.fixture(autouse=True)
def each_text_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred spoilt packs differ in one file each: the others need not be parsed a hundred times."""
    read = sheets.read_yaml

    def remembered(path: Path, *, name: str) -> Located:
        return _parsed(path.read_bytes(), name) if path.is_file() else read(path, name=name)

    monkeypatch.setattr(sheets, "read_yaml", remembered)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The demo pack in a folder of its own."""
    return Path(shutil.copytree(SHIPPED / "demo", tmp_path / "pack"))


@pytest.fixture
def spoil(copied: Path) -> Callable[[str, str, str], list[Finding]]:
    """Replace a text in one file of the copy, exactly once, and give what the check finds."""

    def change(file: str, old: str, new: str) -> list[Finding]:
        path = copied / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return check(copied)

    return change
