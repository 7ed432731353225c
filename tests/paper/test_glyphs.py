"""Does the room know what its fonts can draw?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.paper.documents import Placed, compile_pdf
from faru.paper.glyphs import ASKED, BUILT, FARU, drawable, fonts, isolated, lacking, visible

WHEN = datetime(2026, 3, 3, 10, 40, 12, tzinfo=UTC)
HAN = "中文"
PRINT_ALL = "#for piece in json(bytes(sys.inputs.data)).pieces [#piece #strong(piece) #raw(piece) \\ ]"


@pytest.mark.parametrize("text", ["plain", "é Ł ő ž", "“quoted” – … → −", "Ж я", "שלום", "e\u0301", "ފަރު"])
def test_what_the_fonts_have_is_drawable(text: str) -> None:
    assert drawable(text)
    assert lacking([text]) == {}


@pytest.mark.parametrize(("text", "fault"), [(f"x {HAN} y", HAN), ("ފަރު 中", "中"), ("a😀b", "😀")])
def test_what_they_lack_is_named_character_by_character(text: str, fault: str) -> None:
    assert lacking([text, "plain é"]) == {text: "".join(sorted(fault))}


# Every letter, vowel sign and digit-like sign of Thaana; all of them at once, in three fonts and two weights.
ALL_THAANA = "".join(chr(code) for code in range(0x0780, 0x07B2))


def test_every_sign_of_thaana_is_drawn_by_our_own_font() -> None:
    assert sorted(font.name for font in BUILT.glob("*.ttf")) == [
        "FaruSans-Regular.ttf",
        "FaruSans-SemiBold.ttf",
    ]
    assert FARU in {info.family for info in fonts().fonts()}
    assert lacking([ALL_THAANA, *ALL_THAANA[:0x26]]) == {}


def test_only_so_many_characters_are_asked_about_and_the_rest_is_not_believed() -> None:
    many = "".join(chr(0xC0 + n) for n in range(ASKED + 50) if chr(0xC0 + n).isprintable())
    last = max(many)
    assert drawable(last)
    assert last in lacking([many])[many]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gpj.\u202eexe", "gpj.[U+202E]exe"),
        ("a\u200bb\x00", "a[U+200B]b[U+0000]"),
        ("\ud800", "[U+D800]"),
        ("\ue000", "[U+E000]"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_hides_is_shown_by_its_code(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert drawable(text) == (text == shown)


def test_right_to_left_text_is_isolated_and_other_text_is_left_alone() -> None:
    assert isolated("שלום 1") == "\u2068שלום 1\u2069"
    assert isolated("é 1") == "é 1"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(codec=None, exclude_categories=()), max_size=12), max_size=8))
def test_any_text_whatever_prints_or_is_named_and_never_stops_the_page(pieces: list[str]) -> None:
    pdf = compile_pdf(PRINT_ALL, {"pieces": [Placed(piece, "there") for piece in pieces]}, when=WHEN)
    assert pdf.bytes.startswith(b"%PDF-")
    assert {absent.text for absent in pdf.missing_glyphs} == {
        piece for piece in pieces if lacking([visible(piece)])
    }
