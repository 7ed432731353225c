"""The picture in docs/architecture.md, the contract in .importlinter and the folders on disk say the same."""

import configparser
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def contract_layers() -> list[set[str]]:
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    rows = contract["importlinter:contract:layers"]["layers"].strip().splitlines()
    return [{room.strip() for room in row.split("|")} for row in rows]


def drawn_layers() -> list[set[str]]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    mermaid = re.search(r"```mermaid\n(.*?)```", text, re.S)
    assert mermaid is not None
    blocks = re.findall(r"subgraph \w+\[[^\]]*\](.*?)end\n", mermaid[1], re.S)
    return [set(re.findall(r"^\s*(\w+)\[", block, re.M)) for block in blocks]


def test_the_picture_is_the_contract() -> None:
    assert drawn_layers() == contract_layers()


def test_the_contract_is_the_folders() -> None:
    rooms = {path.parent.name for path in (ROOT / "src" / "faru").glob("*/__init__.py")}
    assert set().union(*contract_layers()) == rooms


def test_tests_mirror_the_rooms() -> None:
    rooms = {path.parent.name for path in (ROOT / "src" / "faru").glob("*/__init__.py")}
    assert {room for room in rooms if not list((ROOT / "tests" / room).glob("test_*.py"))} == set()


def test_the_layers_hold() -> None:
    lint = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert lint.returncode == 0, lint.stdout
