"""The parts of a case that only those who work in it see: people, papers, notes, members, what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.accounts.queries import holders
from faru.desk.cases import forms, state
from faru.desk.cases.models import Case, Document, Member, Note, Person, PersonKind
from faru.desk.cases.roles import shown
from faru.desk.cases.stated import content_of
from faru.desk.journal.queries import READS, Timeline, timeline
from faru.desk.referrals.models import Lead, Referral
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

PAGE: Final = 30
"""Documents, and notes, of one page."""
TOLD: Final = 30
"""Entries of what happened, of one page."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the case: what is known now, and what was said before."""

    person: Person
    known: tuple[tuple[str, str], ...]  # label and text
    before: tuple[tuple[tuple[str, str], ...], ...]
    form: forms.PersonForm | None


@dataclass(frozen=True, slots=True)
class Written:
    """A note as it reads now, with what it corrected."""

    note: Note
    text: str
    reason: str
    before: tuple[tuple[Note, str], ...]  # older ones, the newest first
    form: forms.NoteForm | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with its versions, the newest first."""

    document: Document
    versions: tuple[Any, ...]
    form: forms.DocumentForm | None


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything of a case that stays inside."""

    people: list[Somebody]
    papers: list[Paper]
    more_papers: int | None
    notes: list[Written]
    more_notes: UUID | None
    came: int  # referrals of the case's leads that are not in the case
    members: list[tuple[Member, str]]
    facts: list[tuple[str, str, Any, str]]  # sentence, value in words, when, who
    events: list[tuple[str, Any]]
    timeline: Timeline
    person_form: forms.PersonForm | None
    document_form: forms.DocumentForm | None
    note_form: forms.NoteForm | None
    staff_form: forms.StaffForm | None
    fact_form: forms.FactForm | None
    event_form: forms.EventForm | None


def detail_of(
    case: Case,
    viewer: User,
    now: datetime,
    papers_before: int | None = None,
    notes_before: UUID | None = None,
    told_before: UUID | None = None,
) -> Detail:
    """All of it. A fixed number of queries; documents, notes and what happened come in pages."""
    policy = state.policy_of(case)
    live = case.closed_at is None
    writes = live and viewer.may(Permission.CASE_NOTE)
    adds = live and viewer.may(Permission.DOCUMENT_ADD)
    works = live and viewer.may(Permission.CASE_STEP)
    staffs = live and viewer.may(Permission.CASE_STAFF)
    roles = [role.id for role in policy.roles]
    sentences = {one.name: one.sentence for one in policy.facts}
    events = {one.id: one.sentence for one in policy.events}
    things = [case.pk]
    if viewer.may(Permission.LEAD_READ):
        things += Lead.objects.visible_to(viewer).filter(case_id=case.pk).values_list("id", flat=True)
    papers, more_papers = _papers(case, adds, papers_before)
    notes, more_notes = _notes(case, writes, notes_before)
    held = set(case.held.values_list("referral_id", flat=True))
    came = Referral.objects.filter(lead__case_id=case.pk).exclude(pk__in=held).count() if live else 0
    return Detail(
        people=_people(case, writes),
        papers=papers,
        more_papers=more_papers,
        notes=notes,
        more_notes=more_notes,
        came=came,
        members=[
            (one, shown(one.role)) for one in case.members.active(now).select_related("user", "added_by")
        ],
        facts=[
            (
                sentences.get(one.name, one.name),
                _words(content_of(one.value)["value"]),
                one.at,
                one.by.display_name,
            )
            for one in case.facts.select_related("by")
        ],
        events=[(events.get(one.kind, one.kind), one.happened_at) for one in case.events.all()],
        timeline=timeline(things, limit=TOLD, before=told_before, without=[*READS, Action.LEAD_RANK]),
        person_form=forms.PersonForm() if writes else None,
        document_form=forms.DocumentForm() if adds else None,
        note_form=forms.NoteForm() if writes else None,
        staff_form=forms.StaffForm(users=holders(*roles), roles=roles) if staffs else None,
        fact_form=forms.FactForm(facts=policy.facts) if works else None,
        event_form=forms.EventForm(policy=policy) if works else None,
    )


def _people(case: Case, writes: bool) -> list[Somebody]:
    found = []
    for person in case.people.select_related("child", "child__referral").prefetch_related("details"):
        said = [_details(one.stated) for one in person.details.all()]
        amends = writes and person.kind != PersonKind.CHILD
        form = None
        if amends:
            last = content_of(list(person.details.all())[-1].stated) if said else {}
            initial = {**last, "person": person.pk}
            form = forms.PersonForm(amends=True, apart=f"person-{person.pk}", initial=initial)
        found.append(Somebody(person, said[-1] if said else (), tuple(reversed(said[:-1])), form))
    return found


def _details(stated: dict) -> tuple[tuple[str, str], ...]:
    return tuple((forms.detail_label(name), text) for name, text in content_of(stated).items())


def _papers(case: Case, adds: bool, before: int | None) -> tuple[list[Paper], int | None]:
    """A page of documents, the newest first, and the number to go on from."""
    rows = case.documents.order_by("-number").prefetch_related("versions", "versions__by")
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows[: PAGE + 1])
    papers = [
        Paper(
            document,
            tuple(reversed(document.versions.all())),
            forms.DocumentForm(apart=f"document-{document.pk}", initial={"of": document.pk})
            if adds
            else None,
        )
        for document in found[:PAGE]
    ]
    return papers, found[PAGE - 1].number if len(found) > PAGE else None


def _notes(case: Case, writes: bool, before: UUID | None) -> tuple[list[Written], UUID | None]:
    """A page of notes as they read now, the newest first, and the id to go on from."""
    rows = case.notes.filter(corrections=None).order_by("-id").select_related("by")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    threads = [row.thread for row in found[:PAGE]]
    older: dict[UUID, list[Note]] = {}
    for row in Note.objects.filter(thread__in=threads, corrections__isnull=False).select_related("by"):
        older.setdefault(row.thread, []).append(row)
    reasons = {one.id: one.sentence for one in unit.pack().reasons.get("correct_note", ())}
    notes = []
    for row in found[:PAGE]:
        text = content_of(row.stated)["text"]
        corrected = [(one, content_of(one.stated)["text"]) for one in reversed(older.get(row.thread, []))]
        initial = {"note": row.pk, "text": text}
        form = forms.NoteForm(corrects=True, apart=f"note-{row.pk}", initial=initial) if writes else None
        notes.append(Written(row, text, reasons.get(row.reason, ""), tuple(corrected), form))
    return notes, found[PAGE - 1].pk if len(found) > PAGE else None


def _words(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
