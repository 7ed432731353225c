"""Notes and people: corrected by addition, children as pseudonyms, no free text in the ledger's payloads."""

import pytest
from tests.desk.cases.walk import Walk

from faru.desk.cases.models import Note, Person, PersonDetails, PersonKind
from faru.desk.cases.people import amend_person
from faru.desk.cases.stated import content_of, digest_of
from faru.desk.journal.acting import Refused
from faru.desk.journal.models import Entry
from faru.desk.journal.recording import opened as payloads
from faru.desk.vault.models import Term


def test_a_note_is_corrected_by_another_one_and_both_stay(opened: Walk) -> None:
    opened.did("investigator", "notes/", text="The carrier said Monday.")
    first = Note.objects.get()
    no_reason = opened.post("investigator", "notes/", note=str(first.pk), text="Tuesday.")
    assert no_reason.context["form"].errors["reason"]
    opened.did(
        "investigator", "notes/", note=str(first.pk), text="The carrier said Tuesday.", reason="wrong_fact"
    )
    second = Note.objects.get(corrects=first)
    assert content_of(first.stated)["text"] == "The carrier said Monday."
    again = opened.post("second", "notes/", note=str(first.pk), text="Wednesday.", reason="wrong_fact")
    assert "corrected already" in str(again.context["form"].errors)
    opened.did("second", "notes/", note=str(second.pk), text="The carrier said Friday.", reason="unclear")
    page = opened.client("investigator").get(f"/cases/{opened.number}/").content.decode()
    for text in ("Monday", "Tuesday", "Friday"):
        assert f"The carrier said {text}." in page
    assert Note.objects.count() == 3


def test_the_ledger_vouches_for_free_text_without_holding_it(opened: Walk) -> None:
    opened.did("investigator", "notes/", text="a very particular sentence")
    opened.did("investigator", "people/", kind="suspect", name="Particular Person")
    opened.step("duty", "register", sender="Particular Sender", received="2026-03-03")
    said = b"".join(
        content for _salt, content in payloads(Entry.objects.values_list("id", flat=True)).values()
    )
    assert b"articular" not in said
    entry = Entry.objects.filter(tag="case.note").get()
    assert digest_of(Note.objects.get().stated).encode() in payloads([entry.id])[str(entry.id)][1]


def test_an_adult_is_amended_by_addition_and_found_by_name(opened: Walk) -> None:
    opened.did("investigator", "people/", kind="suspect", name="Ahmed Example", address="a house")
    person = Person.objects.get(kind=PersonKind.SUSPECT)
    assert person.label == "Suspect 1"
    opened.did("investigator", "people/", person=str(person.pk), name="Ahmed Example", address="a boat")
    assert [content_of(one.stated)["address"] for one in person.details.all()] == ["a house", "a boat"]
    same = opened.post(
        "investigator", "people/", person=str(person.pk), name="Ahmed Example", address="a boat"
    )
    assert same.context["form"].errors["name"]
    assert Term.objects.filter(thing="case", thing_id=opened.case.pk).count() == 1
    page = opened.client("investigator").get(f"/cases/{opened.number}/").content.decode()
    assert "a house" in page
    assert "a boat" in page


def test_a_child_is_a_pseudonym_and_nothing_else(opened: Walk) -> None:
    reported = Person.objects.filter(case=opened.case, kind=PersonKind.CHILD)
    assert reported
    assert all(person.label.startswith("Child ") for person in reported)
    named = opened.post("investigator", "people/", kind="child", name="Some Name")
    assert named.context["form"].errors["name"]
    opened.did("investigator", "people/", kind="child")
    assert Person.objects.get(label="Unknown child 1").child is None
    with pytest.raises(Refused, match="pseudonym"):
        amend_person(actor=opened.people["investigator"], person=reported[0], details={"name": "Some Name"})
    assert PersonDetails.objects.count() == 0


def test_hostile_text_is_shown_as_text(opened: Walk) -> None:
    attack = '"><script>alert(1)</script>'
    opened.did("investigator", "notes/", text=attack)
    opened.did("investigator", "people/", kind="witness", name=attack, words=attack)
    opened.step("duty", "register", sender=attack, received=attack)
    page = opened.client("investigator").get(f"/cases/{opened.number}/").content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 4
