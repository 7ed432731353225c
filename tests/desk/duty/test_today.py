"""Today: what matters first, for each of those who look."""

from datetime import timedelta

import pytest
from tests.desk.look.rtl import digits_outside_bdi, inline_code

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.duty import queries
from faru.desk.duty.actions import make_promise
from faru.desk.duty.models import Promise
from faru.desk.look.counts import Counted
from faru.desk.referrals import actions, interrupts
from faru.desk.referrals.models import Interrupt, Lead, Observation
from faru.desk.referrals.queries.lead import quiet_kinds

EVERYBODY = (
    "duty",
    "investigator",
    "supervisor",
    "commander",
    "evidence",
    "victim_worker",
    "prosecutor",
    "liaison",
    "auditor",
    "administrator",
    "outsider",
)


def today(client) -> str:
    response = client.get("/today/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_has_a_today_of_their_own(desk, as_, who) -> None:
    client = as_(who)
    client.cookies["django_language"] = "dv"
    html = today(client)
    assert inline_code(html) == []
    assert digits_outside_bdi(html) == []
    numbers = list(Lead.objects.values_list("number", flat=True))
    reads = who in ("duty", "investigator", "supervisor", "commander", "liaison")
    assert any(number in html for number in numbers) == reads


def test_an_outsider_is_told_what_to_do(desk, as_) -> None:
    assert "Ask an administrator" in today(as_("outsider"))


def test_children_at_risk_stand_before_everything_else(desk, as_) -> None:
    html = today(as_("duty"))
    open_ones = Interrupt.objects.filter(kind="child_at_immediate_risk", cleared_at=None)
    assert open_ones.exists()
    assert html.index('role="alert"') < html.index("<h1>") < html.index("The queue")
    for one in open_ones:
        assert f"/interrupts/{one.pk}/take/" in html
        assert one.lead.number in html


def test_what_shouts_stands_in_the_order_of_the_queue(desk, as_) -> None:
    """The band and the queue beneath it never tell two orders."""
    for lead in Lead.objects.filter(interrupts=None).order_by("-number")[:3]:
        interrupts.raise_interrupt(
            actor=desk.people["duty"], lead=lead, kind="child_at_immediate_risk", why="A neighbour called."
        )
    viewer = desk.people["duty"]
    shouting = [one.row.lead_id for alarm in queries.interrupts(viewer).alarms for one in alarm.raised]
    ordered = Lead.objects.filter(pk__in=shouting).in_order().values_list("pk", flat=True)
    assert list(dict.fromkeys(shouting)) == list(ordered)
    assert len(ordered) > 3


def test_an_alarm_that_nobody_has_is_told_however_many_are_in_hand(desk, as_, monkeypatch) -> None:
    monkeypatch.setattr(queries, "ROWS", 1)
    last = Lead.objects.filter(interrupts=None).in_order().reverse()[0]
    for one in Interrupt.objects.filter(cleared_at=None, taken_at=None):
        interrupts.take_interrupt(actor=desk.people["duty"], interrupt=one)
    raised = interrupts.raise_interrupt(
        actor=desk.people["duty"], lead=last, kind="child_at_immediate_risk", why="A neighbour called."
    )
    html = today(as_("duty"))
    assert f"/interrupts/{raised.pk}/take/" in html
    others = Interrupt.objects.filter(cleared_at=None).exclude(pk=raised.pk).exclude(lead=None).count()
    assert f'and <bdi dir="ltr">{others - 1}</bdi> more' in html


def test_alarms_beyond_those_told_are_counted(desk, as_, monkeypatch) -> None:
    monkeypatch.setattr(queries, "ROWS", 1)
    for lead in Lead.objects.filter(interrupts=None).in_order()[:4]:
        interrupts.raise_interrupt(
            actor=desk.people["duty"], lead=lead, kind="child_at_immediate_risk", why="A neighbour called."
        )
    untaken = queries.open_interrupts(desk.people["duty"]).filter(taken_at=None, lead__isnull=False)
    kind = untaken.filter(kind="child_at_immediate_risk").count()
    found = queries.interrupts(desk.people["duty"])
    assert {len(alarm.raised) for alarm in found.alarms} == {1}
    shouting = untaken.exclude(kind__in=quiet_kinds())
    assert found.first.n == shouting.count() == sum(1 + alarm.more.n for alarm in found.alarms)
    assert len(found.alarms) == len(set(shouting.order_by().values_list("kind", flat=True)))
    assert f'<bdi dir="ltr">{kind}</bdi> leads, and nobody has them in hand' in today(as_("duty"))


def test_overdue_and_due_soon_say_which_is_which(desk, as_) -> None:
    user = desk.people["duty"]
    for hours in (-1, 5):
        call = make_promise(
            actor=user, whom="the school", about="a call", due_at=clock.now() + timedelta(days=1)
        )
        Promise.objects.filter(pk=call.pk).update(due_at=clock.now() + timedelta(hours=hours))
    html = today(as_("duty"))
    assert (
        html.index("Overdue <bdi") < html.index("1 h</bdi> overdue") < html.index("Due within two days <bdi")
    )


def test_whoever_may_not_take_an_interrupt_has_no_button_for_it(desk, as_) -> None:
    assert "/take/" not in today(as_("liaison"))
    assert 'role="alert"' in today(as_("liaison"))


def test_what_is_in_hand_shouts_no_more(desk, as_) -> None:
    for one in Interrupt.objects.filter(cleared_at=None):
        interrupts.take_interrupt(actor=desk.people["duty"], interrupt=one)
    html = today(as_("supervisor"))
    assert 'role="alert"' not in html
    assert "nothing needs you before the queue" in html
    assert "Other open interrupts" in html


def test_the_next_thing_is_the_carrier_with_most_addresses_that_die_within_a_day(desk, as_) -> None:
    Observation.objects.update(dies_at=clock.now() + timedelta(days=30))
    named = Observation.objects.filter(of_child=False).exclude(at=None).exclude(address="")
    lagoon = named.filter(carrier="lagoon").order_by("address").values_list("pk", "address")
    first = {address: pk for pk, address in lagoon}
    assert len(first) >= 2
    soon = clock.now() + timedelta(hours=5)
    Observation.objects.filter(pk__in=list(first.values())[:2]).update(dies_at=soon)
    other = named.filter(carrier="atoll")[0]
    Observation.objects.filter(pk=other.pk).update(dies_at=clock.now() + timedelta(hours=1))
    ask = queries.to_ask(desk.people["duty"])
    assert (ask.carrier.id, ask.addresses, ask.before, ask.within) == ("lagoon", Counted(2), soon, 24)
    client = as_("duty")
    assert "Draft the request" in today(client)
    made = client.post("/requests/new/", {"carrier": "lagoon", "within": str(ask.within)}, follow=True)
    assert made.status_code == 200
    after = queries.to_ask(desk.people["duty"])
    assert after.carrier.id == "atoll"


def test_where_nothing_dies_within_a_day_two_days_count(desk) -> None:
    Observation.objects.update(dies_at=clock.now() + timedelta(hours=30))
    assert queries.to_ask(desk.people["duty"]).within == 48
    Observation.objects.update(dies_at=clock.now() - timedelta(hours=1))
    assert queries.to_ask(desk.people["duty"]) is None


def test_who_may_draft_no_request_is_not_told_to(desk, as_) -> None:
    assert queries.to_ask(desk.people["commander"]) is None
    assert "Draft the request" not in today(as_("commander"))


def test_new_is_what_came_since_the_visit_before(desk, as_) -> None:
    duty = desk.people["duty"]
    User.objects.filter(pk=duty.pk).update(visit_before=clock.now(), seen_at=clock.now())
    fresh = Lead.objects.in_order()[1]
    Lead.objects.filter(pk=fresh.pk).update(made_at=clock.now() + timedelta(seconds=30))
    response = as_("duty").get("/today/")
    assert response.context["new"] == Counted(1)
    assert [row.lead.pk for row in response.context["queue"].rows if row.new] == [fresh.pk]


def test_dying_logs_of_every_band_are_listed_by_time(desk, as_) -> None:
    leads = list(Lead.objects.order_by("-band_place", "number")[:3])
    for hours, lead in zip((40, 3, 20), leads, strict=True):
        Lead.objects.filter(pk=lead.pk).update(clock_at=clock.now() + timedelta(hours=hours))
    Lead.objects.exclude(pk__in=[lead.pk for lead in leads]).update(clock_at=None)
    response = as_("duty").get("/today/")
    assert [lead.pk for lead in response.context["dying"]] == [leads[1].pk, leads[2].pk, leads[0].pk]


def test_mine_is_mine(desk, as_) -> None:
    lead = desk.lead()
    actions.claim_lead(actor=desk.people["duty"], lead=lead)
    assert [one.pk for one in as_("duty").get("/today/").context["my_leads"]] == [lead.pk]
    assert as_("investigator").get("/today/").context["my_leads"] == []


def test_a_recused_officer_sees_nothing_of_the_lead(desk, as_) -> None:
    lead, hassan = Interrupt.objects.filter(cleared_at=None)[0].lead, desk.people["investigator"]
    interrupts.raise_interrupt(
        actor=desk.people["supervisor"],
        lead=lead,
        kind="officer_conflict_of_interest",
        why="They are cousins.",
        concerns=hassan,
    )
    assert lead.number not in today(as_("investigator"))
    assert lead.number in today(as_("second"))
