"""Officers who do the same to the same lead in the same moment: one did it, the others are told who."""

from collections.abc import Callable

import pytest
from django.db.models import Count
from tests.desk.access.conftest import Full
from tests.desk.together.meeting import DONE, Told, at_once, calls, one_wins

from faru.desk.accounts.models import User
from faru.desk.cases import actions as cases
from faru.desk.cases.models import Case
from faru.desk.referrals import actions as leads
from faru.desk.referrals import interrupts, ranking
from faru.desk.referrals.models import Interrupt, Lead, LeadState, OfficerEdge

pytestmark = pytest.mark.django_db(transaction=True)

Free = Callable[[], Lead]
OFFICERS = ("duty", "investigator", "second", "supervisor")
CLEARED = {"reason": "child_safe", "who_saw_child": "The child service."}


def people(full: Full, *who: str) -> list[User]:
    return [full.people[one] for one in who]


def test_of_four_who_claim_a_lead_one_has_it(full: Full, free: Free) -> None:
    lead, officers, told = free(), people(full, *OFFICERS), Told()
    won = one_wins(
        at_once(*calls(officers, leads.claim_lead, lead=lead)),
        named=officers,
    )
    lead.refresh_from_db()
    assert (lead.state, lead.owner) == (LeadState.CLAIMED, officers[won])
    assert told.tags() == {"lead.claim": 1, "act.refuse": 3}


def test_a_lead_is_let_go_once(full: Full, free: Free) -> None:
    owner, senior = people(full, "investigator", "supervisor")
    lead = leads.claim_lead(actor=owner, lead=free())
    told = Told()
    one_wins(at_once(*calls([owner, owner, senior], leads.let_go, lead=lead)))
    lead.refresh_from_db()
    assert (lead.state, lead.owner) == (LeadState.NEW, None)
    assert told.tags() == {"lead.let_go": 1, "act.refuse": 2}


def test_a_lead_is_closed_once_and_opened_again_once(full: Full, free: Free) -> None:
    both, lead, told = people(full, "duty", "supervisor"), free(), Told()
    one_wins(
        at_once(*calls(both, leads.close_lead, lead=lead, reason="no_offence")),
        named=both,
    )
    assert told.tags() == {"lead.close": 1, "act.refuse": 1}
    one_wins(
        at_once(
            *(
                lambda who=who: leads.reopen_lead(actor=who, lead=lead, reason="closed_in_error")
                for who in both
            )
        )
    )
    assert told.tags() == {"lead.close": 1, "lead.reopen": 1, "act.refuse": 2}
    assert Lead.objects.get(pk=lead.pk).state == LeadState.NEW


def test_a_lead_is_not_claimed_and_closed_by_two(full: Full, free: Free) -> None:
    lead, (claims, closes) = free(), people(full, "investigator", "duty")
    won = one_wins(
        at_once(
            lambda: leads.claim_lead(actor=claims, lead=lead),
            lambda: leads.close_lead(actor=closes, lead=lead, reason="no_offence"),
        )
    )
    lead.refresh_from_db()
    assert (lead.state, lead.owner) == [(LeadState.CLAIMED, claims), (LeadState.CLOSED, None)][won]


def test_of_two_overrides_the_last_told_stands(full: Full, free: Free) -> None:
    lead, senior = free(), full.people["supervisor"]
    told = at_once(
        *(
            lambda band=band: leads.override_band(actor=senior, lead=lead, band=band, reason="operation")
            for band in ("high", "medium")
        )
    )
    assert told == [DONE, DONE]
    lead.refresh_from_db()
    assert lead.band_override in ("high", "medium")
    assert lead.band_shown == lead.band_override


def test_one_case_is_opened_on_a_lead(full: Full, free: Free) -> None:
    owner, senior = people(full, "investigator", "supervisor")
    lead = leads.claim_lead(actor=owner, lead=free())
    told = Told()
    one_wins(at_once(*calls([owner, senior], cases.open_case, lead=lead)))
    assert Case.objects.filter(lead=lead).count() == 1
    assert told.tags() == {"case.open": 1, "act.refuse": 1}


def test_an_act_is_undone_once(full: Full, free: Free) -> None:
    who = full.people["investigator"]
    lead = leads.claim_lead(actor=who, lead=free())
    told = Told()
    one_wins(at_once(*(lambda: leads.undo(actor=who, lead=lead) for _tab in range(2))))
    lead.refresh_from_db()
    assert (lead.state, lead.owner) == (LeadState.NEW, None)
    assert told.tags() == {"lead.undo": 1, "act.refuse": 1}


def test_an_interrupt_is_taken_once_and_cleared_once(full: Full, raised: Interrupt) -> None:
    officers, told = people(full, "duty", "supervisor"), Told()
    one_wins(
        at_once(*calls(officers, interrupts.take_interrupt, interrupt=raised)),
        named=officers,
    )
    senior = full.people["supervisor"]
    one_wins(
        at_once(
            *(
                lambda: interrupts.clear_interrupt(actor=senior, interrupt=raised, stated=CLEARED)
                for _tab in range(2)
            )
        ),
        named=[senior, senior],
    )
    assert told.tags() == {"interrupt.take": 1, "interrupt.clear": 1, "act.refuse": 2}


def test_an_interrupt_that_was_cleared_is_not_taken_afterwards(full: Full, raised: Interrupt) -> None:
    told = at_once(
        lambda: interrupts.take_interrupt(actor=full.people["duty"], interrupt=raised),
        lambda: interrupts.clear_interrupt(actor=full.people["supervisor"], interrupt=raised, stated=CLEARED),
    )
    raised.refresh_from_db()
    assert told[1] == DONE
    assert (raised.taken_at is not None) == (told[0] == DONE)
    assert raised.taken_at is None or raised.taken_at <= raised.cleared_at


def test_the_same_two_leads_are_joined_once(full: Full, free: Free) -> None:
    one, other = free(), free()
    first, second = people(full, "duty", "investigator")
    before = OfficerEdge.objects.count()
    one_wins(
        at_once(
            lambda: leads.join_leads(actor=first, lead=one, other=other, reason="same_person"),
            lambda: leads.join_leads(actor=second, lead=other, other=one, reason="same_person"),
        )
    )
    assert OfficerEdge.objects.count() == before + 1
    assert sorted(Lead.objects.get(pk=lead.pk).state == LeadState.GONE for lead in (one, other)) == [
        False,
        True,
    ]


def test_leads_joined_crosswise_become_one(full: Full, free: Free) -> None:
    three = [free(), free(), free()]
    pairs = [(three[0], three[1]), (three[1], three[2])]
    told = at_once(
        *(
            lambda who=who, pair=pair: leads.join_leads(
                actor=full.people[who], lead=pair[0], other=pair[1], reason="same_person"
            )
            for who, pair in zip(("duty", "investigator"), pairs, strict=True)
        )
    )
    alive = [one for one in three if Lead.objects.get(pk=one.pk).state != LeadState.GONE]
    assert len(alive) == 3 - told.count(DONE)
    assert told.count(DONE) >= 1
    if told.count(DONE) == 2:
        assert {row.lead_id for one in three for row in one.referrals.all()} == {alive[0].pk}


def test_a_ranking_in_the_same_moment_takes_nothing_away(full: Full, free: Free) -> None:
    taken = [free() for _ in OFFICERS]
    told = at_once(
        lambda: ranking.rescore(actor=full.people["system"], leads=[lead.pk for lead in taken]),
        *(
            lambda who=who, lead=lead: leads.claim_lead(actor=full.people[who], lead=lead)
            for who, lead in zip(OFFICERS, taken, strict=True)
        ),
        lambda: ranking.rescore(actor=full.people["system"], leads=[lead.pk for lead in taken]),
    )
    assert told == [DONE] * 6
    for who, lead in zip(OFFICERS, taken, strict=True):
        lead.refresh_from_db()
        assert (lead.state, lead.owner) == (LeadState.CLAIMED, full.people[who])
    assert not Lead.objects.alias(size=Count("referrals")).filter(size=0).exclude(state="gone").exists()


@pytest.mark.parametrize("act", ["claim", "close"])
def test_the_second_page_says_who_was_faster(full: Full, free: Free, act: str) -> None:
    lead = free()
    one, other = full.client("supervisor"), full.client("duty")
    form = {"claim": {}, "close": {"reason": "no_offence"}}[act]
    assert one.post(f"/leads/{lead.number}/{act}/", form).status_code == 302
    page = other.post(
        f"/leads/{lead.number}/{act}/", form, headers={"referer": f"http://testserver/leads/{lead.number}/"}
    )
    if page.status_code == 302:  # a button without a form: the sentence stands above the page it came from
        page = other.get(page["Location"])
    assert page.status_code in (200, 422)
    said = page.content.decode()
    assert full.people["supervisor"].display_name in said
    assert "Traceback" not in said
