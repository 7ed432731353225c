"""What no file of the repository may say, and where the one exception stands."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIRE = "src/faru/formats/wire.py"
# It may stand in the senders' verbatim names, in a statute's title, and in samples of what senders write.
PHRASE = re.compile(r"child[ _-]?porn|kiddie|sextortion victim|child prostitut", re.I)
SAMPLES = re.compile(r"^tests/formats/.+\.(json|xml|csv)$")
_HOSTS = ("py" + "pi.org", "python" + "hosted", "npm" + "js.org", "deb." + "debian.org")
_PATHS = ("/wo" + "rk/", "bash" + "_jobs")
MACHINE = re.compile("|".join([*map(re.escape, _HOSTS), *(rf"(?<![\w.]){path}" for path in _PATHS)]))


@cache
def tracked() -> tuple[str, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def lines_with(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    found = []
    for name in tracked():
        if name in but or name == "tests/house/test_words.py":
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}:{n}" for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def test_the_phrase_stands_only_in_wire_values_and_statutory_titles() -> None:
    allowed = [
        place
        for place in lines_with(PHRASE, but=(WIRE,))
        if not SAMPLES.match(place.rsplit(":", 1)[0]) and "statutory_title" not in line_at(place)
    ]
    assert allowed == []


def line_at(place: str) -> str:
    name, number = place.rsplit(":", 1)
    return (ROOT / name).read_text(encoding="utf-8").splitlines()[int(number) - 1]


def test_nothing_names_a_machine_or_a_registry() -> None:
    assert lines_with(MACHINE) == []


@pytest.mark.parametrize(
    "name",
    [n for n in tracked() if n.endswith((".py", ".sh")) and "/migrations/" not in n],  # Django writes those
)
def test_rooms_are_small(name: str) -> None:
    # The stand-alone verifier is one file on purpose: a stranger copies it, reads it and runs it.
    limit = 700 if name == "src/faru/ledger/verify.py" else 500
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= limit
