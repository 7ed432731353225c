"""Where no terminal shows bars, long work leaves one line when it is done."""

import pytest

from faru.cli import output


def test_long_work_leaves_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "LONG_S", -1.0)
    with output.bars() as bar:
        tick = bar("Reading")
        for done in (1, 1_500, 1_500):
            tick(done, 1_500)
    assert [line.split(" in ")[0] for line in capsys.readouterr().err.split("\n") if line.strip()] == [
        "Reading: 1,500"
    ]


def test_short_work_leaves_none(capsys: pytest.CaptureFixture[str]) -> None:
    with output.bars() as bar:
        bar("Reading")(1, 1)
    assert capsys.readouterr().err.strip() == ""
