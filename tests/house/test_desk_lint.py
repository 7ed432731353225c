"""What no page and no code of the desk may do: words without translation, markup by hand, SQL by hand."""

import ast
import re
from pathlib import Path

import pytest

DESK = Path(__file__).parents[2] / "src" / "faru" / "desk"
TEMPLATES = sorted(DESK.rglob("templates/**/*.html"))
MODULES = sorted(path for path in DESK.rglob("*.py") if "migrations" not in path.parts)
RAW_SQL = {
    "journal/guards.py",
    "backup/archive.py",
    "rows.py",
    "sqlite/base.py",
    "databases.py",
    "roles.py",
    "accounts/scope.py",
    "moving/rows.py",
    "moving/move.py",
}
"""The modules that speak SQL: triggers, roles and rights, the viewer's name, the wait for a lock and whole
tables can't be said otherwise, and a backup is read without Django."""

_TAGS = re.compile(r"{%-?\s*comment.*?endcomment\s*-?%}|{#.*?#}", re.S)
_TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.S)
_LOGIC = re.compile(r"{%.*?%}|{{.*?}}", re.S)
_NO_TEXT = re.compile(r"<(script|style|svg)\b.*?</\1>", re.S | re.I)
_ATTRIBUTE = re.compile(r'\b(?:title|placeholder|aria-label|alt)="([^"{]*[A-Za-z]{2}[^"{]*)"')
_WORD = re.compile(r"[^\W\d_]{2,}")
_OWN_NAMES = {
    "Faru",
    "UTC",
    "TLP",
    "SHA",
    "MD",
    "PDF",
    "CSV",
    "JSON",
    "nbsp",
    "middot",
    "rarr",
    "Esc",
    "Enter",
}


def untranslated(html: str) -> list[str]:
    """Words of a template that stand outside of a translation."""
    text = _NO_TEXT.sub(" ", _TRANSLATED.sub(" ", _TAGS.sub(" ", html)))
    plain = _LOGIC.sub(" ", text)
    attributes = [found for found in _ATTRIBUTE.findall(plain) if set(_WORD.findall(found)) - _OWN_NAMES]
    words = re.sub(r"<[^>]*>", " ", plain)
    left = [word for word in _WORD.findall(words) if word not in _OWN_NAMES]
    return attributes + left


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


def test_the_lint_sees_a_bare_word() -> None:
    assert untranslated("<p>Bare {{ x }}</p>{% trans 'fine' %}") == ["Bare"]
    assert untranslated('<input placeholder="Bare words">') == ["Bare words"]
    assert untranslated("{% blocktranslate %}Well {{ x }}{% endblocktranslate %}") == []


def bare_ports(html: str) -> list[str]:
    """Ports that a template prints as they come: Django would part their thousands, "31,416"."""
    printed = re.findall(r"{{.*?}}", html)
    return [one for one in printed if re.search(r"\.port(_from|_to)?\b", one) and "|ltr" not in one]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_a_port_is_never_a_quantity(path: Path) -> None:
    assert bare_ports(path.read_text(encoding="utf-8")) == []


def test_the_lint_sees_a_bare_port() -> None:
    assert bare_ports("{{ one.port }} {{ one.port|ltr }} {{ one.ports }}") == ["{{ one.port }}"]


def calls(tree: ast.AST) -> set[str]:
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_no_sql_by_hand(path: Path) -> None:
    if path.relative_to(DESK).as_posix() in RAW_SQL:
        return
    assert (
        calls(ast.parse(path.read_text(encoding="utf-8"))) & {"raw", "execute", "RawSQL", "cursor"} == set()
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_the_machines_clock_is_asked_in_one_place(path: Path) -> None:
    """A demo's clock is simulated: whoever reads the machine's own writes a false time."""
    text = path.read_text(encoding="utf-8")
    if path.relative_to(DESK).as_posix() in {"clock.py", "demo.py"}:
        return
    assert re.search(r"datetime\.now\(|timezone\.now\(|date\.today\(", text) is None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_views_write_no_model(path: Path) -> None:
    if not (path.stem.startswith("views") or path.parent.name == "views"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    writes = calls(tree) & {
        "save",
        "create",
        "bulk_create",
        "bulk_update",
        "update_or_create",
        "get_or_create",
    }
    if path.relative_to(DESK).as_posix() == "accounts/views.py":
        return  # the language of one's own pages is a setting, not a change to data
    assert writes == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(DESK).as_posix())
def test_sentences_for_people_can_be_translated(path: Path) -> None:
    bare = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        told = [
            keyword.value for keyword in node.keywords if keyword.arg in {"label", "help_text", "empty_label"}
        ]
        if name in {"Refused", "ValidationError"}:
            told += node.args[:1]
        if name in {"success", "error", "warning", "info"} and len(node.args) > 1:
            told += node.args[1:2]
        bare += [one.value for one in told if isinstance(one, ast.Constant) and one.value]
    assert bare == []
