"""Leads whose waiting is over come back by themselves, each with its entry; for none no entry is written."""

from datetime import timedelta

from faru.desk import clock
from faru.desk.journal.models import Entry
from faru.desk.referrals import actions
from faru.desk.referrals.actions import claim_lead, let_go, wait_lead, wake_leads
from faru.desk.referrals.models import Lead, LeadState


def waiting(desk, count: int, days: int) -> list[Lead]:
    """Leads that wait for some days."""
    duty, until = desk.people["duty"], clock.now() + timedelta(days=days)
    leads = list(Lead.objects.filter(state=LeadState.NEW).in_order()[:count])
    for lead in leads:
        claim_lead(actor=duty, lead=lead)
        wait_lead(actor=duty, lead=lead, until=until, reason="carrier_asked")
    return leads


def test_each_lead_that_comes_back_is_one_entry_about_it(desk) -> None:
    over, still = waiting(desk, 2, 1), waiting(desk, 1, 5)
    before = Entry.objects.count()
    with clock.standing_at(clock.now() + timedelta(days=2)):
        assert wake_leads(clock.now()) == 2
        told = Entry.objects.filter(tag="lead.wake")
        assert {one.objects_of.get().thing for one in told} == {lead.id for lead in over}
        assert {one.actor for one in told} == {desk.people["system"].id.hex}
        assert wake_leads(clock.now()) == 0
    assert Entry.objects.count() == before + 2
    for lead in over:
        lead.refresh_from_db()
        assert (lead.state, lead.owner, lead.waiting_until) == ("claimed", desk.people["duty"], None)
        assert lead.news_at is not None
    assert Lead.objects.get(pk=still[0].pk).state == LeadState.WAITING


def test_a_lead_that_was_let_go_meanwhile_stays_so(desk, monkeypatch) -> None:
    (lead,) = waiting(desk, 1, 1)
    with clock.standing_at(clock.now() + timedelta(days=2)):
        system = actions.system

        def let_go_first():
            let_go(actor=desk.people["duty"], lead=lead)
            return system()

        monkeypatch.setattr(actions, "system", let_go_first)
        wake_leads(clock.now())
    lead.refresh_from_db()
    assert (lead.state, lead.owner) == (LeadState.NEW, None)
    assert not Entry.objects.filter(tag="lead.wake").exists()
