"""The command, its page, and the page in the handbook."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from faru.cli.main import app
from faru.packs import load

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "triage-evidence.md"


def run(*words):
    return CliRunner().invoke(app, ["triage", "evaluate", *words])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One small run with both outputs."""
    folder = tmp_path_factory.mktemp("evidence")
    result = run("--seeds", "3", "--referrals", "60", "--json", "--out", str(folder / "page.md"))
    assert result.exit_code == 0, result.output
    (folder / "run.json").write_text(result.stdout, encoding="utf-8")
    return folder


def test_the_page_in_the_handbook_is_of_the_rules_in_force():
    page = PAGE.read_text(encoding="utf-8")
    version = load("demo").rulebook.version
    assert f"Rules: pack `demo`, version {version}." in page, (
        "The rules have changed since they were measured: run the command on the page again."
    )
    assert "Years: 10, each with 3000 different alerts" in page


def test_the_page_names_a_run_that_is_there():
    command = re.search(r"^faru triage evaluate (.*)$", PAGE.read_text(encoding="utf-8"), re.M)
    assert command is not None
    words = command[1].split()
    assert words[words.index("--out") + 1] == "docs/triage-evidence.md"
    assert (ROOT / words[words.index("--before") + 1]).is_file()


def test_whatever_comes_out_says_that_it_is_synthetic(made):
    document = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert document["label"] == "synthetic"
    assert "**Every figure on this page is synthetic.**" in (made / "page.md").read_text(encoding="utf-8")


def test_the_page_and_the_document_say_the_same(made):
    document = json.loads((made / "run.json").read_text(encoding="utf-8"))
    page = (made / "page.md").read_text(encoding="utf-8")
    mean = document["measures"]["recall.queue.top_10"][0]
    row = next(line for line in page.splitlines() if line.startswith("| Faru's queue |"))
    assert f"{mean:.0%}" in row.split("|")[4]
    assert document["measures"]["leads"][0] > 0


def test_an_earlier_run_stands_beside_the_new_one(made, tmp_path):
    out = tmp_path / "page.md"
    earlier = json.loads((made / "run.json").read_text(encoding="utf-8"))
    earlier["rules_version"] = "of old"
    earlier["measures"]["false_pages_a_day"] = [7.25, 7.0, 7.5]
    before = tmp_path / "before.json"
    before.write_text(json.dumps(earlier), encoding="utf-8")
    result = run("--seeds", "3", "--referrals", "60", "--out", str(out), "--before", str(before))
    assert result.exit_code == 0, result.output
    assert "rules of old" in out.read_text(encoding="utf-8")
    assert "| Calls for nothing a day | 7.25 (7.00–7.50) |" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("seeds", ["x", "3-1", "1-", "1-99999", "9" * 5000, ""])
def test_seeds_that_are_none_are_refused_with_a_sentence(seeds):
    result = run("--seeds", seeds)
    assert result.exit_code == 2
    assert f"--seeds {seeds}" in result.output


def test_a_file_that_is_no_earlier_run_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "other.json"
    path.write_text('{"measures": 3}', encoding="utf-8")
    result = run("--before", str(path))
    assert result.exit_code == 2
    assert "not an earlier run" in result.output
