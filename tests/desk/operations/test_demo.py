"""`faru demo` ends in a working desk, and the README shows what it prints."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

README = Path(__file__).parents[3] / "README.md"


@dataclass(frozen=True)
class Demo:
    """A running demo: what it printed, where it is."""

    data: Path
    port: int
    printed: list[str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The smallest world, worked and served."""
    data = tmp_path_factory.mktemp("demo") / "data"
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("FARU_", "DJANGO_"))}
    words = ["demo", "--data", str(data), "--port", str(port), "--referrals", "30", "--rows", "20000"]
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "faru.cli", *words],
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as running:
        printed: list[str] = []
        assert running.stdout is not None
        for line in running.stdout:
            printed.append(line.rstrip("\n"))
            if line.startswith("The desk is at"):
                break
        try:
            for _ in range(150):
                try:
                    get(port, "/health/").close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield Demo(data, port, printed)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=60)


def get(port: int, path: str):  # type: ignore[no-untyped-def]  # whatever urlopen gives
    return urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=20)


def heads(lines: list[str]) -> list[str]:
    return [line.split("  ")[0] for line in lines if re.match(r"[a-z]+ {2}", line)]


def test_the_readme_shows_what_it_prints(demo: Demo) -> None:
    text = README.read_text(encoding="utf-8")
    shown = text[text.index("An invented world") :].partition("\n```")[0].splitlines()
    assert heads(shown) == heads(demo.printed)
    assert len(heads(shown)) == 8


def test_its_dossier_verifies_and_its_ledger_is_sealed(demo: Demo) -> None:
    printed = "\n".join(demo.printed)
    assert "its dossier verifies" in printed
    assert "entries, sealed" in printed


def test_the_desk_answers_and_offers_its_personas(demo: Demo) -> None:
    with get(demo.port, "/") as page:
        text = page.read().decode()
    assert page.url.startswith(f"http://localhost:{demo.port}/demo/")
    assert "Aisha" in text
