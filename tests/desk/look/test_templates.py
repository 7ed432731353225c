"""Does no template of the desk let markup in by a side door, and is Dhivehi what it says it is?"""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from tests.desk.look.rtl import inline_code

DESK = Path(__file__).parents[3] / "src/faru/desk"
TEMPLATES = sorted(DESK.rglob("templates/**/*.html"))
MODULES = sorted(DESK.rglob("*.py"))
CATALOGUE = DESK / "locale/dv/LC_MESSAGES/django.po"
UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|autoescape\s+off")
# A constant may be markup; what was put together may not.
TRUSTED = re.compile(r"""\bmark_safe\b|\bSafe(String|Text)\((?!"[^"{]*"\))|\ballow_tags\b|__html__""")
THAANA = re.compile(r"[\u0780-\u07b1]")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(DESK)))
def test_a_template_escapes_everything_and_has_no_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert UNESCAPED.findall(text) == []
    assert inline_code(re.sub(r"{%.*?%}|{{.*?}}", "", text)) == []


def test_only_a_drawing_may_call_itself_markup() -> None:
    found = [path.relative_to(DESK).as_posix() for path in MODULES if TRUSTED.search(path.read_text("utf-8"))]
    assert found == ["look/drawing.py"]


@pytest.mark.parametrize(
    ("code", "trusts"),
    [
        ('SafeString("<wbr>")', False),
        ("SafeString(text)", True),
        ('SafeString("<b>" + text)', True),
        ('SafeString(f"{text}")', True),
        ("-> SafeString:", False),
        ("mark_safe(text)", True),
    ],
)
def test_what_trusts_a_text_is_found(code: str, trusts: bool) -> None:
    assert bool(TRUSTED.search(code)) is trusts


def test_the_dhivehi_catalogue_says_that_nobody_reviewed_it_and_holds_dhivehi() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="dv", abort_invalid=True)
    assert "NOT YET REVIEWED BY A NATIVE SPEAKER" in catalogue.header_comment
    messages = [message for message in catalogue if message.id]
    assert len(messages) >= 60
    for message in messages:
        assert THAANA.search(message.string), message.id
        assert set(re.findall(r"%\(\w+\)s", message.string)) == set(re.findall(r"%\(\w+\)s", message.id))
        assert not list(message.check(catalogue)), message.id
