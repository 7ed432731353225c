"""The policy holds through the web: who may do, sign and move, in which order, and nothing half done."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.desk.cases.walk import Walk, pdf

from faru.desk import clock, unit
from faru.desk.cases import actions, papers, steps
from faru.desk.cases.models import Case, CaseReferral, DocumentVersion, Dossier, SignOff, StepDone
from faru.desk.cases.state import state_of
from faru.desk.journal import acting
from faru.desk.journal.acting import ACTIONS, Denied, Refused
from faru.desk.journal.models import Entry, Payload
from faru.desk.journal.queries import timeline
from faru.desk.referrals.models import Interrupt, Lead, LeadState
from faru.desk.vault.models import Subject
from faru.policy import Standing


def record(walk: Walk, step: str) -> StepDone:
    return StepDone.objects.filter(case=walk.case, step=step).latest("at")


def sentences(response) -> str:
    """What the person was told: messages and errors of the form."""
    told = [str(message) for message in response.context["messages"]]
    form = response.context.get("form")
    return " ".join(
        [*told, *(str(error) for errors in form.errors.values() for error in errors)] if form else told
    )


def test_a_case_is_opened_once_and_by_whoever_has_the_lead(walk: Walk) -> None:
    stranger = walk.as_("investigator")
    response = stranger.post("/cases/open/", {"lead": walk.lead.number}, follow=True)
    assert "Claim this lead first" in sentences(response)
    assert (Case.objects.count(), Subject.objects.filter(kind="case").count()) == (0, 0)
    walk.open()
    walk.lead.refresh_from_db()
    assert (walk.lead.state, walk.lead.case_id) == (LeadState.IN_CASE, walk.case.pk)
    assert set(walk.case.held.values_list("referral_id", flat=True)) == set(
        walk.lead.referrals.values_list("id", flat=True)
    )
    again = walk.client("duty").post("/cases/open/", {"lead": walk.lead.number}, follow=True)
    assert "has a case already" in sentences(again)
    assert Case.objects.count() == 1


def test_referrals_stay_with_the_case_whatever_becomes_of_the_lead(opened: Walk) -> None:
    other = Lead.objects.filter(state=LeadState.NEW).exclude(pk=opened.lead.pk)[0]
    held = list(CaseReferral.objects.filter(case=opened.case).values_list("referral_id", flat=True))
    moved = other.referrals.all()[0]
    moved.lead = opened.lead
    moved.save(update_fields=["lead"])
    assert list(opened.case.held.values_list("referral_id", flat=True)) == held
    opened.did("supervisor", "referrals/")
    assert opened.case.held.filter(referral=moved).exists()


def test_nobody_signs_their_own_work_nor_without_the_role(opened: Walk) -> None:
    opened.step("duty", "register", sender="S", received="2026-03-03")
    opened.step("duty", "dedupe_and_deconflict", role="intake", compared_with="all")
    opened.move("triage")
    opened.step("duty", "victim_risk", children="none known", risk="high")
    opened.step("duty", "priority_set", reason="first")
    done = record(opened, "priority_set")
    for who, words in (("second", "This is for: supervisor"), ("commander", "This is for: supervisor")):
        response = opened.client(who).post(f"/cases/{opened.number}/records/{done.pk}/sign/", follow=True)
        assert words in sentences(response)
    with pytest.raises(Denied):
        steps.sign_step(actor=opened.people["duty"], done=done)
    assert not SignOff.objects.exists()
    opened.did("supervisor", f"records/{done.pk}/sign/")
    again = opened.client("supervisor").post(f"/cases/{opened.number}/records/{done.pk}/sign/", follow=True)
    assert "signed already" in sentences(again)
    assert SignOff.objects.count() == 1


def test_a_peer_signs_and_the_doer_does_not(opened: Walk) -> None:
    opened.to_attribution()
    opened.step("investigator", "preservation_request", to="a carrier")
    opened.step("investigator", "subscriber_answer", zone_check="UTC", document=pdf())
    opened.step("investigator", "attribution_reviewed", verdict="one")
    done = record(opened, "attribution_reviewed")
    response = opened.client("investigator").post(
        f"/cases/{opened.number}/records/{done.pk}/sign/", follow=True
    )
    assert "Nobody signs their own work" in sentences(response)
    opened.did("second", f"records/{done.pk}/sign/")
    state = state_of(opened.case, clock.now())
    assert {one.record.step: one.standing for one in state.records}["attribution_reviewed"] is Standing.DONE


def test_a_step_is_refused_with_its_reason_and_leaves_nothing(opened: Walk) -> None:
    before = Entry.objects.filter(tag="step.do").count()
    wrong_role = opened.post("investigator", "steps/register/", sender="S", received="today")
    assert "This is for: intake" in sentences(wrong_role)
    no_field = opened.post("duty", "steps/register/", sender="S")
    assert no_field.context["form"].errors["received"]
    too_early = opened.post("investigator", "steps/attribution_reviewed/", verdict="one")
    assert "it came before" in sentences(too_early)
    no_document = opened.post("victim_worker", "steps/safeguarding_plan/")
    assert no_document.context["form"].errors["document"]
    future = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    not_over = opened.post("duty", "steps/register/", sender="S", received="x", occurred_at=future)
    assert not_over.context["form"].errors["occurred_at"]
    no_step = opened.post("duty", "steps/no_such_step/", sender="S")
    assert no_step.status_code == 404
    outcome = opened.post("investigator", "steps/record_outcome/", outcome="charged", reason="x")
    assert "prosecutor" in sentences(outcome)
    assert (StepDone.objects.count(), DocumentVersion.objects.count()) == (0, 0)
    assert Entry.objects.filter(tag="step.do").count() == before
    assert Entry.objects.filter(tag="act.refuse").count() >= 4


def test_what_was_done_earlier_is_told_with_its_own_time(opened: Walk) -> None:
    yesterday = (clock.now() - timedelta(days=1)).astimezone(clock.zone())
    opened.step(
        "duty", "register", sender="S", received="x", occurred_at=yesterday.strftime("%Y-%m-%dT%H:%M")
    )
    done = record(opened, "register")
    assert done.occurred_at == yesterday.replace(second=0, microsecond=0)
    assert done.at > done.occurred_at


def test_the_case_moves_only_through_open_gates(opened: Walk) -> None:
    response = opened.client("supervisor").post(
        f"/cases/{opened.number}/move/", {"to": "triage"}, follow=True
    )
    assert "can't move on yet" in sentences(response)
    response = opened.client("supervisor").post(
        f"/cases/{opened.number}/move/", {"to": "closure"}, follow=True
    )
    assert "No way leads" in sentences(response)
    assert opened.case.stage == "intake"
    with pytest.raises(Denied):
        actions.move_case(actor=opened.people["duty"], case=opened.case, to="triage")
    opened.to_attribution()
    assert opened.case.stage == "attribution"
    assert opened.case.moves.count() == 2


def test_only_what_is_not_mandatory_is_left_out_and_by_the_supervisor(opened: Walk) -> None:
    opened.to_attribution()
    stated = {"reason": "the carrier is abroad", "replacement": "a treaty request"}
    mandatory = opened.post("supervisor", "steps/subscriber_answer/skip/", **stated)
    assert "can't be left out" in sentences(mandatory)
    not_theirs = opened.post("investigator", "steps/court_order/skip/", **stated)
    assert "This is for: supervisor" in sentences(not_theirs)
    opened.did("supervisor", "steps/court_order/skip/", **stated)
    missing = {one.step for one in state_of(opened.case, clock.now()).missing}
    assert "court_order" not in missing


def test_a_stated_fact_raises_its_interrupt_at_once(opened: Walk) -> None:
    before = set(Interrupt.objects.values_list("id", flat=True))
    opened.did("investigator", "facts/", name="wish_to_die", value="yes")
    raised = Interrupt.objects.exclude(pk__in=before).get()
    assert (raised.kind, raised.lead_id, raised.case_id) == (
        "self_harm_signal",
        opened.lead.pk,
        opened.case.pk,
    )
    page = opened.client("investigator").get(f"/cases/{opened.number}/")
    assert b"may harm themselves" in page.content
    wrong = opened.post("investigator", "facts/", name="suspect_age", value="old")
    assert wrong.context["form"].errors["value"]


def test_a_stand_in_needs_a_last_day_and_another_author(opened: Walk) -> None:
    second, supervisor = opened.people["second"], opened.people["supervisor"]
    no_day = opened.post("supervisor", "staff/", user=str(second.pk), role="evidence_handler")
    assert no_day.context["form"].errors["until"]
    day = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    own = opened.post("supervisor", "staff/", user=str(supervisor.pk), role="commander", until=day)
    assert "Nobody lends a role to themselves" in sentences(own)
    opened.did("supervisor", "staff/", user=str(second.pk), role="evidence_handler", until=day)
    member = opened.case.members.get(user=second, role="evidence_handler")
    assert (member.delegated, member.added_by) == (True, supervisor)
    opened.did("supervisor", "staff/", remove=str(member.pk))
    assert not opened.case.members.active(clock.now()).filter(pk=member.pk).exists()


def test_the_outcome_is_the_prosecutors_and_needs_what_the_policy_says(opened: Walk) -> None:
    early = opened.client("prosecutor").get(f"/cases/{opened.number}/outcome/")
    assert early.status_code == 404
    with pytest.raises(Denied):
        steps.record_outcome(
            actor=opened.people["supervisor"], case=opened.case, outcome="charged", fields={"reason": "x"}
        )


@pytest.mark.parametrize("name", sorted(one for one in ACTIONS if one.startswith("cases.")))
def test_every_action_wants_a_permission_and_tells_who_was_denied(people, name: str) -> None:
    one = ACTIONS[name]
    assert one.permission is not None
    with pytest.raises(Denied):
        one.call(actor=people["outsider"], **dict.fromkeys(one.parameters))
    assert Entry.objects.latest("at").tag == "act.deny"


def test_an_uploaded_document_is_never_dropped_for_a_dossier(opened: Walk) -> None:
    opened.to_attribution()
    opened.step("investigator", "preservation_request", to="a carrier")
    sealed = Dossier.objects.create(
        case=opened.case,
        subject_id=opened.case.subject_id,
        number=1,
        sha256="a" * 64,
        size=1,
        checkpoint=1,
        words="",
        checks=[],
        valid=True,
        built_by=opened.people["investigator"],
    )
    both = opened.post("investigator", "steps/court_order/", document=pdf(), dossier=str(sealed.pk))
    assert "not both" in sentences(both)
    neither = opened.post("investigator", "steps/court_order/")
    assert "Attach the document" in sentences(neither)
    opened.step("investigator", "court_order", document=pdf())
    assert record(opened, "court_order").document is not None


def test_a_closed_case_takes_nothing_more(opened: Walk) -> None:
    with pytest.raises(Refused, match="does not let this case close"):
        actions.close_case(actor=opened.people["supervisor"], case=opened.case)
    Case.objects.filter(pk=opened.case.pk).update(closed_at=clock.now())
    for path, data in (
        ("notes/", {"text": "late"}),
        ("steps/register/", {"sender": "S", "received": "x"}),
        ("documents/", {"document": pdf()}),
        ("people/", {"kind": "witness", "name": "Late"}),
    ):
        response = opened.post("supervisor" if path != "steps/register/" else "duty", path, **data)
        assert "closed" in sentences(response), path


@pytest.mark.parametrize("name", ["papers.add_document", "steps.do_step", "papers.add_note"])
def test_a_fault_in_the_middle_leaves_nothing(opened: Walk, name: str, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the ledger can't be written")

    monkeypatch.setattr(acting, "write", broken)
    calls = {
        "papers.add_document": lambda: papers.add_document(
            actor=opened.people["investigator"], case=opened.case, upload=steps.Upload("a.pdf", pdf().read())
        ),
        "steps.do_step": lambda: steps.do_step(
            actor=opened.people["victim_worker"],
            case=opened.case,
            step="safeguarding_plan",
            fields={},
            upload=steps.Upload("a.pdf", pdf().read()),
        ),
        "papers.add_note": lambda: papers.add_note(
            actor=opened.people["investigator"], case=opened.case, text="a note"
        ),
    }
    assert f"cases.{name}" in ACTIONS
    with pytest.raises(RuntimeError):
        calls[name]()
    assert (StepDone.objects.count(), DocumentVersion.objects.count(), opened.case.notes.count()) == (0, 0, 0)
    assert [path for path in unit.current().documents.rglob("*") if path.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_are_one(opened: Walk) -> None:
    opened.to_attribution()
    opened.step("investigator", "preservation_request", to="a carrier")
    opened.step("investigator", "court_order", document=pdf())
    done = record(opened, "court_order")
    results: list[str] = []
    start = threading.Barrier(2)

    def sign() -> None:
        start.wait()
        try:
            steps.sign_step(actor=opened.people["supervisor"], done=done)
            results.append("signed")
        except Refused:
            results.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=sign) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(results) == ["refused", "signed"]
    assert SignOff.objects.filter(done=done).count() == 1


def test_who_joins_and_who_leaves_is_named_and_the_name_is_sealed_under_the_case(opened: Walk) -> None:
    """A sentence that a dossier cites names the officer; with the case's key it is gone."""
    case, supervisor = opened.case, opened.people["supervisor"]
    liaison = case.members.get(user=opened.people["liaison"], role="liaison")
    actions.remove_member(actor=supervisor, member=liaison)
    actions.add_member(actor=supervisor, case=case, user=liaison.user, as_role="liaison")
    name = liaison.user.display_name
    told = [row for row in timeline([case.pk]).rows if row.tag == "case.staff"]
    joined, left = f"{name} joined the case as liaison.", f"{name} left the case as liaison."
    assert [row.sentence for row in told[:2]] == [joined, left]
    sealed = Payload.objects.filter(pk__in=[row.id for row in told[:2]])
    assert {one.subject_id for one in sealed} == {case.subject_id}
