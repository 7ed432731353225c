"""People of a case: adults with what is known of them, children as pseudonyms."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from faru.desk.cases.models import Case, Person, PersonDetails, PersonKind
from faru.desk.cases.seeing import held
from faru.desk.cases.stated import content_of, digest_of, sealed_form
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.referrals.searchable import Kind, text
from faru.desk.vault import index
from faru.desk.vault.models import Term
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

DETAILS: Final = ("name", "other_names", "born_on", "address", "subscriptions", "words")
"""What may be known of an adult."""

_LABELS: Final = {PersonKind.SUSPECT: "Suspect", PersonKind.WITNESS: "Witness", PersonKind.OTHER: "Person"}


@action(Permission.CASE_NOTE, Action.CASE_PERSON)
def add_person(act: Act, *, case: Case, kind: str, details: Mapping[str, str]) -> Person:
    """Add somebody. A child gets a pseudonym and nothing else may be said of it here."""
    case = held(act, case, open_only=True)
    if kind not in PersonKind.values:
        raise Refused(_("Choose what this person is in the case."), "kind")
    stated = _known(details)
    if kind == PersonKind.CHILD:
        if stated:
            raise Refused(
                _("A child is a pseudonym here: leave the other fields empty."),
                next(iter(stated)),
            )
        label = f"Unknown child {case.people.filter(kind=kind, child=None).count() + 1}"
    else:
        if not stated:
            raise Refused(_("Say at least one thing that is known of this person."), "name")
        label = f"{_LABELS[PersonKind(kind)]} {case.people.filter(kind=kind).count() + 1}"
    person = Person.objects.create(case=case, kind=kind, label=label, added_by=act.actor, added_at=act.at)
    said = _add_details(act, person, stated) if stated else None
    act.about(case.id, person.id).say(
        f"{label} was added to the case.", **({"digest": digest_of(said.stated)} if said else {})
    )
    return person


@action(Permission.CASE_NOTE, Action.CASE_PERSON)
def amend_person(act: Act, *, person: Person, details: Mapping[str, str]) -> PersonDetails:
    """Say anew what is known of an adult; what was said before stays beneath it."""
    case = held(act, person.case, open_only=True)
    if person.kind == PersonKind.CHILD:
        raise Refused(_("A child is a pseudonym here, and nothing is added to it."))
    stated = _known(details)
    last = person.details.last()
    if not stated or (last is not None and content_of(last.stated) == stated):
        raise Refused(_("Nothing is different from what is known already."), "name")
    said = _add_details(act, person, stated)
    act.about(case.id, person.id).say(
        f"What is known of {person.label} was amended.", digest=digest_of(said.stated)
    )
    return said


def _add_details(act: Act, person: Person, stated: dict[str, str]) -> PersonDetails:
    case = person.case
    said = PersonDetails(
        person=person, subject_id=case.subject_id, stated=sealed_form(stated), by=act.actor, at=act.at
    )
    said.save(force_insert=True)
    names = [stated.get("name", ""), *stated.get("other_names", "").split(",")]
    values = [(Kind.NAME.value, text(name)) for name in names if text(name)]
    terms = index.terms("case", case.pk, case.subject_id, values)
    Term.objects.bulk_create(terms, ignore_conflicts=True)
    return said


def _known(details: Mapping[str, str]) -> dict[str, str]:
    return {name: details.get(name, "").strip() for name in DETAILS if details.get(name, "").strip()}
