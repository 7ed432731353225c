"""The declared facts: documented, typed, and read the same way from whatever a format leaves out."""

from pathlib import Path

from faru.conditions import FactType
from faru.triage.declare import UNKNOWN, Scope, Seen, all_of, any_of
from faru.triage.facts import FACTS, conditions, table
from faru.triage.phrases import PhraseBook
from faru.triage.subject import Subject

DOCS = Path(__file__).parents[2] / "docs" / "triage.md"
YES, NO = Seen(True, "yes"), Seen(False, "no")


def test_the_documentation_lists_exactly_the_declared_facts():
    assert table() in DOCS.read_text(encoding="utf-8"), "docs/triage.md: paste faru.triage.facts.table()"


def test_every_fact_has_a_sentence_fields_and_a_name_that_compiles():
    compiler = conditions()
    assert len(FACTS) > 70
    for name, declared in FACTS.items():
        assert declared.fact.sentence.endswith(".")
        assert declared.fields
        assert (declared.read is None) == (declared.scope is not Scope.REFERRAL)
        if declared.fact.type is FactType.BOOL:
            assert compiler.compile(name).names == {name}


def test_or_and_and_of_three_values():
    assert any_of([NO, UNKNOWN, YES]) == YES
    assert any_of([NO, UNKNOWN]) == UNKNOWN
    assert any_of([NO, NO]) == NO
    assert any_of([]) == UNKNOWN
    assert all_of([YES, UNKNOWN, NO]) == NO
    assert all_of([YES, UNKNOWN]) == UNKNOWN
    assert all_of([YES]) == YES
    assert all_of([]) == UNKNOWN


def test_an_empty_referral_answers_every_fact_without_a_no(make):
    """Only "there is nothing to follow" is known of a referral that says nothing."""
    subject = Subject(
        make.referral("1", incident_type=None, reported_at=None), None, PhraseBook(()), make.now, "XR", "+999"
    )
    answers = {name: one.read(subject).value for name, one in FACTS.items() if one.read is not None}
    assert {name: value for name, value in answers.items() if value is not None} == {
        "nothing_to_follow": True
    }


def test_without_the_packs_country_local_facts_are_unknown(make):
    referral = make.referral("1", persons=(make.person(country="XR"),))
    subject = Subject(referral, None, PhraseBook(()), make.now)
    assert FACTS["person_local"].read(subject) == UNKNOWN
    assert FACTS["local_phone"].read(subject) == UNKNOWN
