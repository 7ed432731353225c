"""`faru pack check` for people and for scripts."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from faru.cli.pack import pack_check
from faru.packs import Finding

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
app.command()(pack_check)


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr


def test_a_clean_pack() -> None:
    code, out, err = run("demo", "--json")
    assert code == 0
    assert json.loads(out) == {"pack": "demo", "usable": True, "errors": 0, "warnings": 0, "findings": []}
    assert err == ""
    code, out, err = run("demo")
    assert (code, out) == (0, "")
    assert "can be used: 0 errors, 0 warnings" in err


def test_a_pack_with_an_error_and_a_warning(
    spoil: Callable[[str, str, str], list[Finding]], copied: Path
) -> None:
    spoil("carriers.yaml", "192.0.2.0/24", "192.0.2.1/24")
    spoil("carriers.yaml", "days: 14", "days: null")
    code, out, _ = run(str(copied), "--json")
    document = json.loads(out)
    assert (code, document["usable"], document["errors"], document["warnings"]) == (1, False, 1, 1)
    assert [(one["file"], one["line"], one["severity"]) for one in document["findings"]] == [
        ("carriers.yaml", 5, "error"),
        ("carriers.yaml", 23, "warning"),
    ]
    code, out, err = run(str(copied))
    assert code == 1
    assert out.startswith('error: carriers.yaml:5: "192.0.2.1/24" is no block')
    assert "cannot be used: 1 errors, 1 warnings" in err


@pytest.mark.parametrize("words", [("nowhere",), ("nowhere", "--json"), (), ("demo", "--jsno")])
def test_no_pack_or_wrong_use(words: tuple[str, ...]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err


def test_help_has_an_example() -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "faru pack check demo" in out
