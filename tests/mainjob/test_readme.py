"""The README shows what the demo prints: the same lines in the same order, and under twenty of them."""

from pathlib import Path

from faru.cli.demo import lines
from faru.mainjob.demo import Outcome

README = Path(__file__).parents[2] / "README.md"


def heads(block: list[str]) -> list[str]:
    return [line[:20].strip() if line.startswith("  ") else line.split("  ")[0] for line in block]


def test_the_first_screen_is_the_demo_as_it_is(outcome: Outcome) -> None:
    printed = lines(outcome)
    assert len(printed) < 20
    text = README.read_text(encoding="utf-8")
    shown = text[text.index("An invented world") :].partition("\n```")[0].splitlines()
    assert heads(shown)[1:] == heads(printed)[1:]
