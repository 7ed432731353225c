"""Samples that we wrote, and what `faru ingest` must show of them, word for word.

After a wanted change: `FARU_WRITE_GOLDEN=1 pytest tests/formats/test_golden.py`, then read the difference.
"""

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from faru.cli.ingest import ingest

HERE = Path(__file__).parent
SAMPLES = sorted(
    path
    for path in HERE.glob("*/*")
    if ".golden" not in path.name and path.name != "map.json" and path.is_file()
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_golden(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    app = typer.Typer()
    app.command()(ingest)
    shown = sample.relative_to(HERE)
    result = CliRunner().invoke(app, ["--dry-run", "--json", "--map", "table/map.json", str(shown)])
    golden = sample.with_suffix(".golden.json")
    if os.environ.get("FARU_WRITE_GOLDEN"):
        golden.write_text(result.stdout, encoding="utf-8")
    assert json.loads(result.stdout) == json.loads(golden.read_text(encoding="utf-8"))


def test_there_are_samples() -> None:
    assert {path.parent.name for path in SAMPLES} >= {"cybertip_json", "cybertip_api", "letter", "table"}
