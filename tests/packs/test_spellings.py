"""A phrase is found in every way in which the pack says its words are typed."""

from faru.packs import load
from faru.triage.phrases import PhraseBook

BOOK = PhraseBook(load("demo").rulebook.phrases)


def facts(text):
    return {match.fact for match in BOOK.find(text)}


def test_a_deadline_is_found_as_typed_in_a_chat():
    assert "text_deadline" in facts("u have til thurs")
    assert "text_deadline" in facts("you have until thursday")


def test_a_spelling_is_a_whole_word():
    assert "text_deadline" not in facts("the sun sets by sundown until thursdays end")
