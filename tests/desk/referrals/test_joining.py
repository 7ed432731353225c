"""Leads that become one and fall apart again: nothing that alarms, recuses or belongs to somebody is lost."""

import pytest

from faru.desk.journal.acting import Refused
from faru.desk.referrals import actions, interrupts, ranking, tasks
from faru.desk.referrals.models import Lead, LeadState, Referral
from faru.desk.referrals.models.lead import NOT_PINNED

REASON = "same_person"


@pytest.fixture
def two(desk) -> tuple[Lead, Lead]:
    """Two leads of one referral each, without an interrupt; the first has the lower number."""
    found = [
        lead
        for lead in Lead.objects.filter(interrupts=None, state=LeadState.NEW).order_by("made_at", "id")
        if lead.referrals.count() == 1
    ]
    return found[0], found[1]


def join(desk, lead: Lead, other: Lead) -> Lead:
    actions.join_leads(actor=desk.people["supervisor"], lead=lead, other=other, reason=REASON)
    return Lead.objects.get(pk=lead.pk)


def test_a_hand_raised_alarm_goes_along_and_pins(desk, two) -> None:
    into, gone = two
    interrupts.raise_interrupt(
        actor=desk.people["investigator"], lead=gone, kind="child_at_immediate_risk", why="Told by telephone."
    )
    into = join(desk, into, gone)
    assert [one.kind for one in into.interrupts.filter(cleared_at=None)] == ["child_at_immediate_risk"]
    assert into.pin < NOT_PINNED
    with pytest.raises(Refused, match="interrupt is open"):
        actions.close_lead(actor=desk.people["supervisor"], lead=into, reason="no_offence")


def test_a_conflict_of_interest_keeps_the_officer_out_of_the_joined_lead(desk, two) -> None:
    into, gone = two
    officer = desk.people["second"]
    interrupts.raise_interrupt(
        actor=desk.people["supervisor"],
        lead=gone,
        kind="officer_conflict_of_interest",
        why="Kin.",
        concerns=officer,
    )
    into = join(desk, into, gone)
    assert not Lead.objects.visible_to(officer).filter(pk=into.pk).exists()
    with pytest.raises(Refused, match="not yours to see"):
        actions.claim_lead(actor=officer, lead=into)


def test_an_open_alarm_is_not_swallowed_by_a_cleared_one_of_its_kind(desk, two) -> None:
    into, gone = two
    supervisor = desk.people["supervisor"]
    cleared = interrupts.raise_interrupt(actor=supervisor, lead=into, kind="missing_child", why="Told.")
    stated = {"reason": "found", "who_saw_child": "the child service"}
    interrupts.clear_interrupt(actor=supervisor, interrupt=cleared, stated=stated)
    interrupts.raise_interrupt(actor=supervisor, lead=gone, kind="missing_child", why="Told again.")
    into = join(desk, into, gone)
    assert into.interrupts.filter(cleared_at=None, kind="missing_child").count() == 1
    assert into.pin < NOT_PINNED


def test_undoing_a_join_gives_everything_back(desk, two) -> None:
    into, gone = two
    supervisor, hassan = desk.people["supervisor"], desk.people["investigator"]
    actions.claim_lead(actor=hassan, lead=gone)
    raised = interrupts.raise_interrupt(actor=hassan, lead=gone, kind="missing_child", why="Told.")
    before = {lead.pk: set(lead.referrals.values_list("id", flat=True)) for lead in two}
    count = Lead.objects.count()
    into = join(desk, into, gone)
    assert (into.owner_id, into.state) == (hassan.id, LeadState.CLAIMED)
    assert Lead.objects.get(pk=gone.pk).state == LeadState.GONE
    actions.undo(actor=supervisor, lead=into)
    into, back = Lead.objects.get(pk=into.pk), Lead.objects.get(pk=gone.pk)
    assert (back.state, back.owner_id, back.joined_to_id) == (LeadState.CLAIMED, hassan.id, None)
    assert (into.state, into.owner_id) == (LeadState.NEW, None)
    assert {lead.pk: set(lead.referrals.values_list("id", flat=True)) for lead in (into, back)} == before
    assert back.interrupts.get().pk == raised.pk
    assert (into.pin == NOT_PINNED, back.pin < NOT_PINNED) == (True, True)
    assert Lead.objects.count() == count


def test_undoing_a_join_leaves_what_was_done_since(desk, two) -> None:
    into, gone = two
    supervisor, hassan = desk.people["supervisor"], desk.people["investigator"]
    actions.claim_lead(actor=hassan, lead=gone)
    into = join(desk, into, gone)
    actions.let_go(actor=supervisor, lead=into)
    actions.claim_lead(actor=desk.people["second"], lead=into)
    edge = into.referrals.order_by("received_at", "id")
    assert edge.count() == 2
    actions.part_referrals(actor=supervisor, a=edge[0], b=edge[1], reason="mistaken")
    into = Lead.objects.get(pk=into.pk)
    assert into.owner_id == desk.people["second"].id
    assert Lead.objects.get(pk=gone.pk).state == LeadState.CLAIMED


def test_an_alarm_on_a_closed_lead_opens_it(desk, two) -> None:
    lead = two[0]
    actions.close_lead(actor=desk.people["supervisor"], lead=lead, reason="no_offence")
    interrupts.raise_interrupt(actor=desk.people["duty"], lead=lead, kind="missing_child", why="Told.")
    assert Lead.objects.get(pk=lead.pk).state == LeadState.NEW


def test_what_was_read_and_never_ranked_is_ranked_by_the_next_ingest(desk) -> None:
    from faru.desk.referrals.folder import take_in

    Referral.objects.filter(pk=(lost := Referral.objects.order_by("id")[0]).pk).update(lead=None)
    taken = take_in(actor=desk.people["duty"], paths=[desk.world.alerts], bar=lambda name: lambda d, t: None)
    assert taken.new == 0
    assert Referral.objects.get(pk=lost.pk).lead_id is not None


def test_a_ranking_that_something_overtook_is_asked_again(desk, monkeypatch) -> None:
    """A referral that arrives between asking and storing is not lost, and nothing breaks."""
    asked = []
    whole = ranking.compute

    def once_blind():
        found = whole()
        asked.append(len(asked))
        if len(asked) == 1:
            return ranking.Ranked(
                found.ranking, found.rows, found.reads, found.outlooks, ("something", "else")
            )
        return found

    monkeypatch.setattr(ranking, "compute", once_blind)
    ranking.rerank(desk.people["duty"])
    assert len(asked) == 2


def test_what_a_killed_import_left_is_ranked_by_itself(desk) -> None:
    from datetime import timedelta

    from faru.desk.referrals.tasks import rank_what_was_left

    lost = Referral.objects.order_by("id")[0]
    Referral.objects.filter(pk=lost.pk).update(lead=None)
    assert rank_what_was_left() is None  # a running import ranks at its end
    Referral.objects.filter(pk=lost.pk).update(received_at=lost.received_at - timedelta(minutes=6))
    job = rank_what_was_left()
    assert job is not None
    assert rank_what_was_left() is None  # it is under way
    tasks.read_and_rank.func(str(job.id))
    assert Referral.objects.get(pk=lost.pk).lead_id is not None
