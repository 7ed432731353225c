"""Phrases in free text: found however they are typed, and only where they stand."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.triage.facts import PHRASE_FACTS
from faru.triage.phrases import PhraseBook
from faru.triage.rulebook import Phrase

BOOK = PhraseBook(
    [
        Phrase("daughter", "text_child_of_family", "en", ("my daughter", "my step daughter")),
        Phrase("home", "text_child_at_home", "en", ("daughter lives with me",)),
        Phrase("secret", "text_secrecy", "en", ("don't tell",)),
        Phrase("suicide", "text_wish_to_die", "en", ("suicide",)),
        Phrase("dv", "text_child_of_family", "dv", ("މަގޭ ދަރި",)),
        Phrase("cafe", "text_gift_offered", "en", ("café",)),
    ]
)


def ids(text):
    return [match.phrase for match in BOOK.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "my daughter",
        "MY DAUGHTER.",
        "it is my  \t daughter!",
        "my\ndaughter",
        "my\u00a0daughter",
        "my\u200bdaughter",
        "my\u200b \u200bdaughter",
        "my daug\u00adhter",
        "\u202emy daughter\u202c",
        "my-daughter",
        "my_daughter",
        "my daughter's room",
        "my daughter’s room",
        "(my daughter)",
        "'my daughter'",
        "My step-daughter",
    ],
)
def test_found_however_it_is_typed(text):
    assert ids(text) == ["daughter"]


@pytest.mark.parametrize(
    "text",
    [
        "my daughters",
        "amy daughter",
        "my dear daughter",
        "my, daughter",
        "It is my. Daughter cells divide.",
        "mydaughter",
        "my" + " " * 40 + "daughter",
        "my",
        "",
        "'",
        "suicidesquad",
        "s u i c i d e",
    ],
)
def test_silent_on_a_near_miss(text):
    assert ids(text) == []


@pytest.mark.parametrize("text", ["don't tell", "Don’t tell her", "dont tell", "DON`T  TELL", "donʼt tell"])
def test_apostrophes_do_not_matter(text):
    assert ids(text) == ["secret"]


def test_thaana_words_are_whole_words():
    assert ids("އެއީ މަގޭ ދަރި އެވެ") == ["dv"]
    assert ids("މަގޭ  ދަރި،") == ["dv"]
    assert ids("މަގޭ ދަރިން") == []  # with one more letter it is another word
    assert ids("މަގޭ ދަރީ") == []  # with another vowel sign as well


def test_composed_and_decomposed_letters_are_one():
    assert ids(unicodedata.normalize("NFD", "Café")) == ["cafe"]
    assert ids("CAFÉ") == ["cafe"]
    assert ids("cafe") == []


def test_overlapping_phrases_are_all_found_with_words_and_place():
    (first, second) = BOOK.find("So my daughter  lives with me.", "$.text")
    assert (first.phrase, first.words, first.start, first.place) == ("daughter", "my daughter", 3, "$.text")
    assert (second.phrase, second.words, second.start) == ("home", "daughter lives with me", 6)
    assert second.fact == "text_child_at_home"


def test_words_are_shown_as_written_without_what_hides():
    (match,) = BOOK.find("x MY daug\u00adhter's")
    assert match.words == "MY daughter's"


def test_an_alternative_without_a_letter_is_refused():
    with pytest.raises(ValueError, match="empty"):
        PhraseBook([Phrase("empty", "text_threat", "en", ("...",))])


@settings(deadline=None, max_examples=150)
@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_any_surrounding_text_is_read(before, after):
    found = BOOK.find(f"{before} . my daughter . {after}")
    assert "daughter" in [match.phrase for match in found]


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet=st.characters(), max_size=80))
def test_no_text_breaks_it(text):
    for match in BOOK.find(text):
        assert 0 <= match.start < len(unicodedata.normalize("NFC", text))


def test_every_phrase_of_the_demo_pack_is_found_by_itself(demo_book):
    book = PhraseBook(demo_book.phrases)
    for phrase in demo_book.phrases:
        for words in phrase.words:
            text = f"... {words.upper()}, ..."
            assert (phrase.id, phrase.fact) in {(m.phrase, m.fact) for m in book.find(text)}, words


def test_the_demo_pack_speaks_three_languages_and_sets_every_fact(demo_book):
    assert {phrase.language for phrase in demo_book.phrases} == {"en", "dv", "dv-Latn"}
    assert {phrase.fact for phrase in demo_book.phrases} == PHRASE_FACTS
