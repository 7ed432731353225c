"""Leads that become one and fall apart again: nothing that alarms, recuses or belongs to somebody is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.desk.referrals.whole import assert_as_a_whole

from faru.desk import clock
from faru.desk.journal.acting import Refused
from faru.desk.referrals import actions, interrupts, renewing, tasks
from faru.desk.referrals.models import Lead, LeadState
from faru.desk.referrals.models.lead import LIVE, NOT_PINNED
from faru.desk.referrals.reading import Portion, store_portions
from faru.desk.referrals.reads import own
from faru.formats.intake import Batch

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
    assert_as_a_whole()
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
    assert_as_a_whole()


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


def test_a_newer_version_stays_with_the_lead_that_somebody_works_on(desk) -> None:
    """The same number with other bytes: no second lead, the owner keeps theirs and is told."""
    single = Lead.objects.filter(state=LeadState.NEW, referral_count=1).exclude(referrals__number="")
    lead = single.order_by("number")[0]
    actions.claim_lead(actor=desk.people["investigator"], lead=lead)
    (before,) = own(lead.referrals.all())
    newer = replace(before.read, sha256="ab" * 32, flags=(*before.read.flags, "spam"))
    count = Lead.objects.exclude(state=LeadState.GONE).count()
    take(desk, before.row.file, newer)
    lead.refresh_from_db()
    assert (lead.state, lead.owner) == (LeadState.CLAIMED, desk.people["investigator"])
    assert {(row.sha256, row.current) for row in lead.referrals.all()} == {
        (before.row.sha256, before.row.sha256 > newer.sha256),
        (newer.sha256, before.row.sha256 < newer.sha256),
    }
    assert lead.news_at is not None
    assert Lead.objects.exclude(state=LeadState.GONE).count() == count
    assert_as_a_whole()


def test_what_an_officer_joined_stays_joined_when_a_newer_version_comes(desk) -> None:
    """It shares nothing with the other one but the officer's word."""
    single = Lead.objects.filter(state=LeadState.NEW, referral_count=1).exclude(referrals__number="")
    into, other = single.order_by("number")[:2]
    (before,) = own(other.referrals.all())
    into = join(desk, into, other)
    newer = replace(before.read, sha256="ff" * 32, accounts=(), files=())
    take(desk, before.row.file, newer)
    assert into.referrals.filter(sha256=newer.sha256, current=True).exists()
    assert Lead.objects.get(pk=other.pk).state == LeadState.GONE
    assert_as_a_whole()


def test_scores_are_taken_anew_when_a_clock_runs_out(desk) -> None:
    lead = Lead.objects.filter(clock_at__gt=clock.now()).order_by("clock_at")[0]
    assert renewing.due(10) == []
    with clock.standing_at(lead.clock_at + timedelta(seconds=1)):
        assert lead.pk in renewing.due(1000)
        job = tasks.rescore_what_is_old()
        assert job is not None
        assert tasks.rescore_what_is_old() is None  # it is under way
        tasks.rescore_old.func(str(job.id))
        assert renewing.due(1) == []
        assert_as_a_whole()
    assert Lead.objects.get(pk=lead.pk).clock_at != lead.clock_at or lead.referrals.count() == 1


def test_another_pack_reaches_every_lead_that_is_worked_on(desk) -> None:
    Lead.objects.update(pack_digest="of another one")
    assert (
        renewing.renew(desk.people["system"], lambda _done, _total: None)
        == Lead.objects.filter(state__in=LIVE).count()
    )
    assert renewing.due(1) == []


def take(desk, file, *reads) -> None:
    """Let these referrals come in with a file."""
    batch = Batch(format="cybertip_json", referrals=reads, done=1, total=1)
    store_portions(actor=desk.people["system"], portions=[Portion(file, True, True, batch, 1)])
