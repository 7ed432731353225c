"""One valid call of every action of the desk, over the full desk: who calls it, and with what.

What a call needs to stand first is made by other actions, in the test's own transaction.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from tests.desk.access.conftest import Full

from faru.desk import clock
from faru.desk.cases import actions as cases
from faru.desk.cases import dossiers, papers, people, steps
from faru.desk.cases.contents import Upload
from faru.desk.cases.models import Case, Dossier, Moved
from faru.desk.referrals import actions as leads
from faru.desk.referrals import interrupts, reading, reads, receiving
from faru.desk.referrals.keying import key_letter
from faru.desk.referrals.models import (
    Interrupt,
    Lead,
    LeadState,
    Referral,
    ReportedChild,
    SavedMap,
)
from faru.formats.column_map import load_map
from faru.formats.intake import Batch
from faru.formats.letter_form import Attachment, Letter, LetterKind


@dataclass(frozen=True)
class Call:
    """Who calls, with what; `through` is the open function where the action itself is private."""

    who: str
    given: dict[str, Any] = field(default_factory=dict)
    through: Callable[..., Any] | None = None


CALLS: dict[str, Callable[[Full], Call]] = {}
"""By the action's dotted name."""


def of(name: str) -> Callable[[Callable[[Full], Call]], Callable[[Full], Call]]:
    """The row of an action."""

    def keep(make: Callable[[Full], Call]) -> Callable[[Full], Call]:
        CALLS[name] = make
        return make

    return keep


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


# Leads and their interrupts.


def lead_of(full: Full) -> Lead:
    """A lead that nobody has."""
    return Lead.objects.get(number=full.words["lead"])


def claimed(full: Full) -> Lead:
    """The same lead, the investigator's."""
    return leads.claim_lead(actor=full.people["investigator"], lead=lead_of(full))


def quiet(full: Full) -> Lead:
    """A lead without an interrupt, which nobody has."""
    held = Interrupt.objects.filter(cleared_at=None).values("lead")
    return Lead.objects.filter(state=LeadState.NEW).exclude(pk__in=held).in_order()[0]


def raised(full: Full) -> Interrupt:
    """An interrupt that nobody has taken."""
    return interrupts.raise_interrupt(
        actor=full.people["duty"], lead=quiet(full), kind="missing_child", why="Told by telephone."
    )


@of("referrals.interrupts.raise_interrupt")
def _(full: Full) -> Call:
    return Call("duty", {"lead": quiet(full), "kind": "missing_child", "why": "Told by telephone."})


@of("referrals.interrupts.take_interrupt")
def _(full: Full) -> Call:
    return Call("duty", {"interrupt": raised(full)})


@of("referrals.interrupts.clear_interrupt")
def _(full: Full) -> Call:
    stated = {"reason": "child_safe", "who_saw_child": "The child service."}
    return Call("supervisor", {"interrupt": raised(full), "stated": stated})


@of("referrals.actions.claim_lead")
def _(full: Full) -> Call:
    return Call("investigator", {"lead": lead_of(full)})


@of("referrals.actions.let_go")
def _(full: Full) -> Call:
    return Call("investigator", {"lead": claimed(full), "reason": "end_of_shift"})


@of("referrals.actions.wait_lead")
def _(full: Full) -> Call:
    until = clock.now() + timedelta(days=3)
    return Call("investigator", {"lead": claimed(full), "until": until, "reason": "carrier_asked"})


@of("referrals.actions.wake_lead")
def _(full: Full) -> Call:
    until = clock.now() + timedelta(seconds=1)
    lead = leads.wait_lead(
        actor=full.people["investigator"], lead=claimed(full), until=until, reason="carrier_asked"
    )
    Lead.objects.filter(pk=lead.pk).update(waiting_until=clock.now())  # the second is over
    return Call("system", {"lead": lead})


@of("referrals.actions.close_lead")
def _(full: Full) -> Call:
    return Call("duty", {"lead": quiet(full), "reason": "no_offence"})


@of("referrals.actions.reopen_lead")
def _(full: Full) -> Call:
    closed = leads.close_lead(actor=full.people["duty"], lead=quiet(full), reason="no_offence")
    return Call("duty", {"lead": closed, "reason": "closed_in_error"})


@of("referrals.actions.override_band")
def _(full: Full) -> Call:
    lead = lead_of(full)
    return Call("supervisor", {"lead": lead, "band": lead.band, "reason": "operation"})


@of("referrals.actions.join_leads")
def _(full: Full) -> Call:
    one, other = Lead.objects.filter(state=LeadState.NEW).in_order()[:2]
    return Call("duty", {"lead": one, "other": other, "reason": "same_person"})


@of("referrals.actions.part_referrals")
def _(full: Full) -> Call:
    lead = Lead.objects.filter(referral_count__gt=1).in_order()[0]
    a, b = lead.referrals.order_by("id")[:2]
    return Call("duty", {"a": a, "b": b, "reason": "mistaken"})


@of("referrals.actions.undo")
def _(full: Full) -> Call:
    return Call("investigator", {"lead": claimed(full)})


# What comes in, and what lies sealed.


@of("referrals.receiving.receive_file")
def _(full: Full) -> Call:
    return Call("duty", {"name": "other.csv", "data": b"a,b\n1,2\n"})


@of("referrals.receiving.note_received")
def _(full: Full) -> Call:
    sealing = receiving.sealed("streamed.csv", io.BytesIO(b"a,b\n3,4\n"))
    return Call("duty", {"sealings": [sealing]})


@of("referrals.reading.store_portions")
def _(full: Full) -> Call:
    row = Referral.objects.order_by("id")[0]
    read = replace(reads.decoded([row], with_children=True)[row.pk], number="ANOTHER-1")
    batch = Batch(format=row.format, referrals=(read,), done=1, total=1)
    return Call("duty", {"portions": [reading.Portion(row.file, True, True, batch, 1)]})


@of("referrals.ranking.rescore")
def _(full: Full) -> Call:
    lead = quiet(full)
    Lead.objects.filter(pk=lead.pk).update(sheet_token=b"of another pack")
    return Call("duty", {"leads": [lead.pk]})


@of("referrals.mapping.save_map")
def _(full: Full) -> Call:
    saved = SavedMap.objects.order_by("name")[0]
    return Call("duty", {"column_map": load_map(saved.content.encode(), saved.name)})


def letter(beside: bytes | None) -> Letter:
    """A letter of a few words."""
    lies = Attachment(kind=LetterKind.PAPER)
    if beside is not None:
        lies = Attachment(kind=LetterKind.TEXT, name="l.txt", sha256=hashlib.sha256(beside).hexdigest())
    return Letter(sender="An agency", number="LETTER-1", text="Invented words.", attachment=lies)


@of("referrals.keying.key_letter")
def _(full: Full) -> Call:
    beside = b"An invented letter.\n"
    return Call("duty", {"letter": letter(beside), "beside": beside})


@of("referrals.opening.reveal_child")
def _(full: Full) -> Call:
    child = ReportedChild.objects.get(pk=full.words["child"])
    return Call("duty", {"child": child, "reason": "safety"})


@of("referrals.opening.open_raw")
def _(full: Full) -> Call:
    return Call("duty", {"referral": Referral.objects.get(pk=full.words["referral"]), "reason": "court"})


@of("referrals.opening.open_letter")
def _(full: Full) -> Call:
    beside = b"An invented letter.\n"
    file = key_letter(actor=full.people["duty"], letter=letter(beside), beside=beside)
    reading.read_received(file, full.people["duty"])
    return Call("duty", {"referral": Referral.objects.get(number="LETTER-1"), "reason": "court"})


# Cases.

WAY = (
    "triage",
    "attribution",
    "action_plan",
    "examination",
    "interview",
    "pg_referral",
    "outcome",
    "closure",
)
"""The stages of the demo's policy after the first."""


def case_of(full: Full) -> Case:
    """The open case."""
    return Case.objects.get(number=full.words["case"])


def at_stage(full: Full, stage: str) -> Case:
    """The case, as if it had come there."""
    case = case_of(full)
    for place, to in enumerate(WAY[: WAY.index(stage) + 1], 1):
        Moved.objects.create(
            case=case, place=place, to=to, by=full.people["supervisor"], role="supervisor", at=clock.now()
        )
    Case.objects.filter(pk=case.pk).update(stage=stage)
    return case_of(full)


def did(full: Full, case: Case, who: str, step: str, sign: str = "", **given: Any) -> Any:
    """A step that is done, and signed by somebody else."""
    fields = {name: given.pop(name) for name in list(given) if isinstance(given[name], str)}
    done = steps.do_step(actor=full.people[who], case=case, step=step, fields=fields, **given)
    if sign:
        steps.sign_step(actor=full.people[sign], done=done)
    return done


def staffed(full: Full, case: Case, **roles: str) -> Case:
    """The case with these people on it too."""
    for who, role in roles.items():
        cases.add_member(actor=full.people["supervisor"], case=case, user=full.people[who], as_role=role)
    return case


OUTCOME = {"outcome": "charged", "fields": {"reason": "the evidence holds", "charges": "invented charge 1"}}


def decided(case: Case) -> Case:
    """The case, where the prosecutor sees it."""
    Case.objects.filter(pk=case.pk).update(sent_at=clock.now())
    return case


@of("cases.actions.open_case")
def _(full: Full) -> Call:
    return Call("investigator", {"lead": claimed(full), "title": "An invented case"})


@of("cases.actions.take_referrals")
def _(full: Full) -> Call:
    case = case_of(full)
    Lead.objects.filter(pk=lead_of(full).pk).update(case_id=case.pk)
    return Call("investigator", {"case": case})


@of("cases.actions.add_member")
def _(full: Full) -> Call:
    return Call(
        "supervisor", {"case": case_of(full), "user": full.people["second"], "as_role": "investigator"}
    )


@of("cases.actions.remove_member")
def _(full: Full) -> Call:
    return Call("supervisor", {"member": case_of(full).members.filter(user=full.people["duty"])[0]})


@of("cases.actions.move_case")
def _(full: Full) -> Call:
    case = case_of(full)
    did(full, case, "duty", "dedupe_and_deconflict", compared_with="everything here")
    return Call("supervisor", {"case": case, "to": "triage"})


@of("cases.actions.state_fact")
def _(full: Full) -> Call:
    return Call("investigator", {"case": case_of(full), "name": "wish_to_die", "value": "yes"})


@of("cases.actions.record_event")
def _(full: Full) -> Call:
    happened = clock.now() - timedelta(hours=1)
    return Call("investigator", {"case": case_of(full), "kind": "arrest", "happened_at": happened})


PAPER = Upload("b.txt", b"Another paper.\n")
STEPS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("duty", "dedupe_and_deconflict", "", {"compared_with": "everything here"}),
    ("supervisor", "moved", "", {"to": "triage"}),
    ("duty", "victim_risk", "", {"children": "not identified yet", "risk": "high"}),
    ("duty", "priority_set", "supervisor", {"reason": "it is first in the queue"}),
    ("supervisor", "moved", "", {"to": "attribution"}),
    ("investigator", "preservation_request", "", {"to": "a carrier"}),
    ("investigator", "subscriber_answer", "", {"zone_check": "times are UTC", "upload": PAPER}),
    ("investigator", "attribution_reviewed", "second", {"verdict": "one subscription"}),
    ("victim_worker", "household_children_check", "", {"children": "one, at school"}),
    ("supervisor", "moved", "", {"to": "action_plan"}),
    ("victim_worker", "safeguarding_plan", "", {"upload": PAPER}),
    (
        "investigator",
        "suspect_suicide_risk_plan",
        "supervisor",
        {"contact": "a doctor", "first_night": "kin"},
    ),
    ("investigator", "arrest_search_plan", "commander", {"upload": PAPER}),
    ("supervisor", "moved", "", {"to": "examination"}),
    ("evidence", "device_scan", "", {"exhibits": "1", "tool": "a scanner"}),
    ("evidence", "two_person_review", "second", {}),
    ("investigator", "victim_identification", "", {"result": "nobody new"}),
    ("supervisor", "moved", "", {"to": "interview"}),
    ("victim_worker", "plan_with_child_service", "supervisor", {"reason": "not heard again"}),
    ("supervisor", "moved", "", {"to": "pg_referral"}),
    ("investigator", "evidence_checklist", "", {"offence": "invented 1", "evidence": "complete"}),
    ("investigator", "file_to_pgo", "supervisor", {"upload": PAPER}),
    ("supervisor", "moved", "", {"to": "outcome"}),
    ("prosecutor", "decided", "", {}),
    ("victim_worker", "tell_child_first", "", {"told_by": "Zeyna", "told_how": "at home"}),
    ("supervisor", "moved", "", {"to": "closure"}),
    ("victim_worker", "reintegration_decided", "supervisor", {"reason": "school goes on"}),
    ("evidence", "evidence_disposal_set", "supervisor", {"reason": "kept until judgment"}),
    ("investigator", "case_closed", "supervisor", {"reason": "all is done"}),
)
"""Who does which step, who signs it, and what it states; the moves between. All before a case may close."""


@of("cases.actions.close_case")
def _(full: Full) -> Call:
    case = case_of(full)
    people = full.people
    staffed(full, case, evidence="evidence_handler", second="investigator", commander="commander")
    lent = clock.now() + timedelta(days=7)
    cases.add_member(
        actor=people["supervisor"], case=case, user=people["second"], as_role="evidence_handler", until=lent
    )
    case.lead.interrupts.all().delete()
    for who, step, sign, given in STEPS:
        if step == "moved":
            cases.move_case(actor=people["supervisor"], case=case, **given)
        elif step == "decided":
            steps.record_outcome(actor=people["prosecutor"], case=decided(case), **OUTCOME)
        else:
            did(full, case, who, step, sign, **given)
    return Call("supervisor", {"case": case})


@of("cases.dossiers.build_dossier")
def _(full: Full) -> Call:
    return Call("investigator", {"case": case_of(full)})


@of("cases.dossiers._keep")
def _(full: Full) -> Call:
    return Call("investigator", {"case": case_of(full), "tick": silent}, dossiers.build_now)


@of("cases.dossiers.send_dossier")
def _(full: Full) -> Call:
    case = at_stage(full, "pg_referral")
    dossier = Dossier.objects.get(pk=full.words["case_dossier"])
    did(full, case, "investigator", "evidence_checklist", offence="invented 1", evidence="complete")
    did(full, case, "investigator", "file_to_pgo", "supervisor", dossier=dossier)
    return Call("investigator", {"dossier": dossier})


@of("cases.papers.add_document")
def _(full: Full) -> Call:
    upload = Upload("b.txt", b"Another paper.\n")
    return Call("investigator", {"case": case_of(full), "upload": upload})


@of("cases.papers.add_note")
def _(full: Full) -> Call:
    return Call("investigator", {"case": case_of(full), "text": "A note."})


@of("cases.papers.correct_note")
def _(full: Full) -> Call:
    noted = papers.add_note(actor=full.people["investigator"], case=case_of(full), text="A note.")
    return Call("investigator", {"note": noted, "text": "A better note.", "reason": "unclear"})


@of("cases.people.add_person")
def _(full: Full) -> Call:
    return Call("investigator", {"case": case_of(full), "kind": "suspect", "details": {"name": "N. N."}})


@of("cases.people.amend_person")
def _(full: Full) -> Call:
    person = people.add_person(
        actor=full.people["investigator"], case=case_of(full), kind="suspect", details={"name": "N. N."}
    )
    return Call("investigator", {"person": person, "details": {"name": "N. N.", "address": "Reef Road 1"}})


@of("cases.steps.do_step")
def _(full: Full) -> Call:
    given = {"case": case_of(full), "step": "dedupe_and_deconflict", "fields": {"compared_with": "all"}}
    return Call("duty", given)


@of("cases.steps.record_outcome")
def _(full: Full) -> Call:
    return Call("prosecutor", {"case": decided(at_stage(full, "outcome")), **OUTCOME})


@of("cases.steps.sign_step")
def _(full: Full) -> Call:
    done = did(full, at_stage(full, "triage"), "duty", "priority_set", reason="it is first in the queue")
    return Call("supervisor", {"done": done})


@of("cases.steps.skip_step")
def _(full: Full) -> Call:
    fields = {"reason": "not needed", "replacement": "none"}
    return Call(
        "supervisor", {"case": at_stage(full, "attribution"), "step": "court_order", "fields": fields}
    )
