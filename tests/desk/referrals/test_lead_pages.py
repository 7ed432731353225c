"""Leads in the browser: the queue, one lead with its reasons, and everything that officers do with it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.look.rtl import digits_outside_bdi, inline_code

from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.journal.models import Entry
from faru.desk.referrals import actions, interrupts
from faru.desk.referrals.folder import take_in
from faru.desk.referrals.models import Interrupt, Lead, LeadState, OfficerEdge, ReportedChild
from faru.desk.referrals.queries import leads as queue
from faru.desk.referrals.queries import score
from faru.desk.referrals.sheets import Seen
from faru.synthetic import generate
from faru.triage.facts import FACTS


def page(client, lead: Lead) -> str:
    response = client.get(f"/leads/{lead.number}/")
    assert response.status_code == 200
    return response.content.decode()


def post(client, lead: Lead, act: str, **fields: object):
    return client.post(f"/leads/{lead.number}/{act}/", fields, follow=True)


def said(response) -> list[str]:
    return [str(one) for one in response.context["messages"]] if response.context else []


def last(tag: str) -> Entry:
    return Entry.objects.filter(tag=tag).order_by("-id")[0]


# reading


def test_a_lead_tells_why_it_stands_there_and_that_it_was_read(desk, as_) -> None:
    lead = desk.lead()
    html = page(as_("duty"), lead)
    assert lead.headline.replace("'", "&#x27;") in html
    assert "<mark>" in html
    for band in unit.pack().rulebook.bands:
        if band.name == lead.band:
            assert f'{band.name} from <bdi dir="ltr">{band.from_danger}</bdi>' in html
    read = last("lead.read")
    assert (read.actor, read.objects_of.get().thing) == (desk.people["duty"].id.hex, lead.id)


def test_what_nobody_reported_is_said_to_be_unknown_and_gives_no_point(desk, as_) -> None:
    response = as_("duty").get(f"/leads/{desk.lead().number}/")
    unknown = response.context["page"].score.unknown
    assert unknown
    assert all(one.line.points == 0 and one.missing for one in unknown)


def test_a_score_sheet_speaks_in_sentences_and_in_whole_units(desk) -> None:
    """No names of our own code, no ids of the pack, no "2063.26"."""
    carrier = unit.pack().carriers[0]
    seen = {
        "hours_left": "216.4",
        "days_since_report": "0.9",
        "child_local": "yes",
        "carrier_known": carrier.id,
        "incident_type": "misleading_words",
        "children_reported": "2",
    }
    shown = {name: score._saw(Seen(name, value, "")) for name, value in seen.items()}
    assert {name: saw.value for name, saw in shown.items()} == {
        "hours_left": "9 d",
        "days_since_report": "21 h",
        "child_local": "",
        "carrier_known": carrier.name,
        "incident_type": "misleading words",
        "children_reported": "2",
    }
    assert shown["child_local"].sentence == FACTS["child_local"].fact.sentence
    assert all("_" not in saw.sentence for saw in shown.values())


@pytest.mark.parametrize("who", ["auditor", "administrator", "prosecutor", "victim_worker", "outsider"])
def test_who_may_not_read_leads_does_not_learn_that_one_is_there(desk, as_, who) -> None:
    lead = desk.lead()
    client = as_(who)
    assert client.get(f"/leads/{lead.number}/").status_code == 404
    assert client.get("/leads/L-2026-9999/").status_code == 404
    assert client.get("/leads/").status_code == 403
    # The same answer whether the lead is there or not.
    assert client.post(f"/leads/{lead.number}/claim/").status_code == 403
    assert client.post("/leads/L-2026-9999/claim/").status_code == 403
    assert Lead.objects.get(pk=lead.pk).state == LeadState.NEW


def test_no_name_of_a_child_stands_on_any_page_of_leads(desk, as_) -> None:
    names = {part for child in ReportedChild.objects.all() for part in child.body["child"]["names"]}
    names = {part for name in names for part in name.split() if len(part) > 3}
    assert names
    client = as_("supervisor")
    for lead in Lead.objects.filter(referrals__children_count__gt=0).distinct():
        html = page(client, lead)
        assert "sealed" in html
        assert [name for name in names if name in html] == []
    assert [name for name in names if name in client.get("/leads/").content.decode()] == []


@pytest.mark.parametrize("address", ["/leads/", "/leads/?show=mine", "lead"])
def test_nothing_is_turned_round_in_dhivehi_and_no_code_stands_in_a_page(desk, as_, address) -> None:
    client = as_("supervisor")
    client.cookies["django_language"] = "dv"
    paths = [address] if address != "lead" else [f"/leads/{one.number}/" for one in Lead.objects.all()]
    for path in paths:
        html = client.get(path).content.decode()
        assert 'dir="rtl"' in html
        assert inline_code(html) == []
        assert digits_outside_bdi(html) == []


# the queue


def test_pages_follow_one_another_in_the_order_of_the_queue(desk) -> None:
    viewer, found, after = desk.people["duty"], [], ""
    while True:
        got = queue.page(viewer, after=after, size=4)
        found += [row.lead.pk for row in got.rows]
        after = got.after
        if not after:
            break
    assert found == list(Lead.objects.open().in_order().values_list("pk", flat=True))


def test_lists_hold_what_they_say(desk, as_) -> None:
    duty = desk.people["duty"]
    mine, waits, closed = list(Lead.objects.filter(interrupts=None).in_order()[:3])
    for lead in (mine, waits, closed):
        actions.claim_lead(actor=duty, lead=lead)
    until = clock.now() + timedelta(days=2)
    actions.wait_lead(actor=duty, lead=waits, until=until, reason="carrier_asked")
    actions.close_lead(actor=duty, lead=closed, reason="no_offence")

    def shown(choice: str) -> set[str]:
        response = as_("duty").get(f"/leads/?show={choice}")
        return {row.lead.number for row in response.context["page"].rows}

    assert shown("mine") == {mine.number, waits.number}
    assert shown("waiting") == {waits.number}
    assert shown("closed") == {closed.number}
    assert shown("in_case") == set()
    assert closed.number not in shown("open")
    assert as_("duty").get("/leads/?show=all").status_code == 404


@pytest.mark.parametrize("typed", ["{number}", "{small}", " {digits} "])
def test_a_number_opens_its_lead(desk, as_, typed) -> None:
    lead = desk.lead()
    digits = str(int(lead.number.rsplit("-", 1)[1]))
    number = typed.format(number=lead.number, small=lead.number.lower(), digits=digits)
    response = as_("duty").get("/leads/", {"number": number})
    assert response.headers["Location"] == f"/leads/{lead.number}/"


@pytest.mark.parametrize(
    "typed", ["L-2026-9999", "<script>alert(1)</script>", "9" * 5000, "\u00b2\u00b2", "\x00"]
)
def test_a_number_that_is_none_is_said_to_be_none(desk, as_, typed) -> None:
    response = as_("duty").get("/leads/", {"number": typed})
    assert response.status_code == 200
    assert "There is no lead with this number" in response.content.decode()
    assert "<script>alert" not in response.content.decode()


# claim, wait, close


def test_claim_wait_undo_let_go_close_and_open_again(desk, as_) -> None:
    client, lead = as_("duty"), desk.lead(interrupts=None)
    assert said(post(client, lead, "claim")) == ["You have this lead now."]
    assert "Undo the claim" in page(client, lead)
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    post(client, lead, "wait", until=day, reason="carrier_asked", words="Atoll was called.")
    waits = Lead.objects.get(pk=lead.pk)
    assert waits.state == LeadState.WAITING
    assert waits.waiting_until.astimezone(clock.zone()).strftime("%Y-%m-%d %H:%M") == f"{day} 08:00"
    post(client, lead, "undo")
    assert Lead.objects.get(pk=lead.pk).state == LeadState.CLAIMED
    post(client, lead, "let-go", reason="end_of_shift")
    assert Lead.objects.get(pk=lead.pk).owner is None
    assert said(post(client, lead, "close", reason="no_offence", words="")) == ["The lead is closed."]
    assert "What was reported is no offence here." in page(client, lead)
    post(client, lead, "reopen", reason="closed_in_error")
    assert Lead.objects.get(pk=lead.pk).state == LeadState.NEW


def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told_who(desk, as_) -> None:
    lead = desk.lead()
    post(as_("duty"), lead, "claim")
    lost = post(as_("investigator"), lead, "claim")
    assert said(lost) == ["Aisha Reef has this lead: ask them to let it go."]
    assert Lead.objects.get(pk=lead.pk).owner == desk.people["duty"]


def test_what_was_typed_stays_and_the_fault_stands_at_its_field(desk, as_) -> None:
    client, lead = as_("duty"), desk.lead()
    post(client, lead, "claim")
    over = (clock.now() - timedelta(days=1)).date().isoformat()
    response = post(client, lead, "wait", until=over, reason="carrier_asked", words="Kept words.")
    assert response.status_code == 422
    assert "until" in response.context["forms"]["wait"].errors
    assert "Kept words." in response.content.decode()
    assert Lead.objects.get(pk=lead.pk).state == LeadState.CLAIMED


def test_a_page_that_a_refused_form_shows_was_read_too(desk, as_) -> None:
    client, lead = as_("duty"), desk.lead()
    reads = Entry.objects.filter(tag="lead.read", objects_of__thing=lead.id)
    post(client, lead, "claim")  # leads to the page: one read
    assert reads.count() == 1
    response = post(client, lead, "wait", until="soon")
    assert (response.status_code, reads.count()) == (422, 2)
    assert reads.order_by("-id")[0].actor == desk.people["duty"].id.hex


@pytest.mark.parametrize("act", ["close", "wait", "reopen", "override", "join", "part", "interrupt"])
def test_an_empty_or_strange_form_changes_nothing(desk, as_, act) -> None:
    lead = desk.lead(interrupts=None)
    actions.claim_lead(actor=desk.people["supervisor"], lead=lead)
    before = Lead.objects.filter(pk=lead.pk).values().get()
    client = as_("supervisor")
    strange = {"reason": "made_up", "band": "worst", "until": "soon", "other": "\x00", "kind": "x", "a": "1"}
    assert post(client, lead, act).status_code == 422
    assert post(client, lead, act, **strange).status_code == 422
    assert Lead.objects.filter(pk=lead.pk).values().get() == before
    assert not OfficerEdge.objects.exists()


def test_only_a_supervisor_changes_a_band(desk, as_) -> None:
    lead = desk.lead(band="low")
    fields = {"band": "critical", "reason": "child_at_risk"}
    assert post(as_("duty"), lead, "override", **fields).status_code == 403
    assert last("act.deny").actor == desk.people["duty"].id.hex
    post(as_("supervisor"), lead, "override", **fields)
    assert Lead.objects.get(pk=lead.pk).band_shown == "critical"
    assert "its rules say low" in page(as_("duty"), lead)


def test_a_field_that_is_not_on_the_form_is_not_written(desk, as_) -> None:
    lead = desk.lead(interrupts=None)
    hostile = {"state": "closed", "owner": str(desk.people["auditor"].id), "band": "low", "danger": "0"}
    post(as_("duty"), lead, "claim", **hostile)
    after = Lead.objects.get(pk=lead.pk)
    assert (after.state, after.owner, after.band, after.danger) == (
        LeadState.CLAIMED,
        desk.people["duty"],
        lead.band,
        lead.danger,
    )


def test_the_owner_hears_of_news_once(desk, as_) -> None:
    lead = desk.lead()
    post(as_("duty"), lead, "claim")
    Lead.objects.filter(pk=lead.pk).update(news_at=clock.now())
    page(as_("investigator"), lead)
    assert "Something arrived on this lead" in page(as_("duty"), lead)
    assert "Something arrived on this lead" not in page(as_("duty"), lead)


# join and part


def test_joined_leads_are_one_under_the_older_number_until_it_is_undone(desk, as_) -> None:
    older, newer = Lead.objects.order_by("number")[0], Lead.objects.order_by("-number")[0]
    client = as_("duty")
    shown = post(client, newer, "join", other=older.number, reason="same_person")
    gone, stays = Lead.objects.get(pk=newer.pk), Lead.objects.get(pk=older.pk)
    if gone.state != LeadState.GONE:
        gone, stays = stays, gone
    assert (gone.state, gone.joined_to) == (LeadState.GONE, stays)
    assert shown.redirect_chain[-1][0] == f"/leads/{stays.number}/"
    assert client.get(f"/leads/{gone.number}/").headers["Location"] == f"/leads/{stays.number}/"
    assert "joined by an officer" in page(client, stays).lower()
    post(client, stays, "undo")
    assert Lead.objects.get(pk=stays.pk).referral_count == stays.referral_count - newer.referral_count
    assert not OfficerEdge.objects.filter(undone_at=None).exists()


def test_parting_is_shown_and_a_path_that_still_joins_is_asked_about(desk, as_) -> None:
    lead = Lead.objects.filter(referral_count__gte=3).in_order()[0]
    a, b = lead.referrals.filter(current=True).order_by("received_at", "id")[:2]
    client = as_("duty")
    shown = post(client, lead, "part", a=str(a.pk), b=str(b.pk), reason="shared_device")
    assert OfficerEdge.objects.get().act == "part"
    both = Lead.objects.filter(referrals__in=[a, b]).distinct().count()
    html = shown.content.decode()
    assert ("Still joined." in html) == (both == 1)


def test_a_lead_is_not_joined_to_what_is_not_there_or_to_itself(desk, as_) -> None:
    lead = desk.lead()
    for other in ("L-2026-9999", lead.number):
        response = post(as_("duty"), lead, "join", other=other, reason="same_person")
        assert response.status_code == 422
        assert "other" in response.context["forms"]["join"].errors
    assert not OfficerEdge.objects.exists()


# interrupts


def test_an_interrupt_is_taken_once_and_cleared_as_the_policy_says(desk, as_) -> None:
    one = Interrupt.objects.filter(kind="child_at_immediate_risk", cleared_at=None)[0]
    take, clear = f"/interrupts/{one.pk}/take/", f"/interrupts/{one.pk}/clear/"
    assert 'role="alert"' in page(as_("duty"), one.lead)
    as_("duty").post(take)
    assert "already" in said(as_("investigator").post(take, follow=True))[0]
    one.refresh_from_db()
    assert one.taken_by == desk.people["duty"]

    assert as_("duty").post(clear, {"reason": "x", "who_saw_child": "y"}).status_code == 403
    half = as_("supervisor").post(clear, {"reason": "The child was seen and is safe."})
    assert half.status_code == 422
    assert "Who saw the child" in half.content.decode()
    assert as_("commander").post(clear, {}).status_code == 422
    one.refresh_from_db()
    assert one.cleared_at is None

    fields = {"reason": "The child was seen and is safe.", "who_saw_child": "Officer Shoal, at 10:00."}
    wrong_role = as_("commander").post(clear, fields)
    assert wrong_role.status_code == 422
    done = as_("supervisor").post(clear, fields, follow=True)
    assert said(done) == ["The interrupt is cleared."]
    one.refresh_from_db()
    assert one.cleared_by == desk.people["supervisor"]
    assert one.clearing["who_saw_child"] == "Officer Shoal, at 10:00."


def test_a_lead_with_an_open_interrupt_is_not_closed(desk, as_) -> None:
    lead = Interrupt.objects.filter(cleared_at=None)[0].lead
    response = post(as_("supervisor"), lead, "close", reason="no_offence")
    assert response.status_code == 422
    assert "An interrupt is open on this lead" in response.content.decode()
    assert Lead.objects.get(pk=lead.pk).state == LeadState.NEW


def test_an_officer_whom_it_concerns_sees_the_lead_no_more(desk, as_) -> None:
    lead, hassan = desk.lead(interrupts=None), desk.people["investigator"]
    fields = {"kind": "officer_conflict_of_interest", "why": "They are neighbours."}
    missing = post(as_("supervisor"), lead, "interrupt", **fields)
    assert "concerns" in missing.context["forms"]["raise"].errors
    post(as_("supervisor"), lead, "interrupt", concerns=str(hassan.pk), **fields)
    raised = Interrupt.objects.get(kind="officer_conflict_of_interest")
    client = as_("investigator")
    assert client.get(f"/leads/{lead.number}/").status_code == 404
    assert client.post(f"/leads/{lead.number}/claim/").status_code == 404
    assert client.post(f"/interrupts/{raised.pk}/take/").status_code == 404
    assert client.post(f"/interrupts/{raised.pk}/clear/", {"reason": "x"}).status_code == 403
    assert lead.number not in client.get("/leads/").content.decode()
    other = Lead.objects.visible_to(hassan).exclude(pk=lead.pk)[0]
    refused = post(client, other, "join", other=lead.number, reason="same_person")
    assert "There is no lead with this number" in refused.content.decode()
    assert page(as_("second"), lead)


def test_free_words_are_shown_as_words(desk, as_) -> None:
    lead, hostile = desk.lead(interrupts=None), "<img src=x onerror=alert(1)>"
    post(as_("duty"), lead, "interrupt", kind="missing_child", why=hostile)
    html = page(as_("duty"), lead)
    assert hostile not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


# cost


@pytest.mark.parametrize("path", ["/leads/", "/today/", "/handover/", "lead"])
def test_a_page_costs_the_same_with_twice_the_referrals(desk, as_, tmp_path: Path, path: str) -> None:
    people: dict[str, User] = desk.people
    lead = Lead.objects.order_by("-referral_count", "number")[0]
    address = path if path != "lead" else f"/leads/{lead.number}/"
    client = as_("supervisor")
    client.get(address)  # the first request of a minute notes the visit
    few, leads = _queries(client, address), Lead.objects.count()
    more = generate(tmp_path / "more", seed=2, referrals=30, rows=20_000)
    take_in(actor=people["system"], paths=[more.alerts], bar=lambda _name: lambda _done, _total: None)
    assert Lead.objects.count() > 1.6 * leads
    client.get(address)
    assert _queries(client, address) <= few
    assert few <= 45


def _queries(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_undo_is_offered_to_whoever_did_it_alone(desk, as_) -> None:
    lead = desk.lead(interrupts=None)
    post(as_("duty"), lead, "claim")
    assert "Undo the claim" not in page(as_("investigator"), lead)
    assert said(post(as_("investigator"), lead, "undo")) == [
        "The last thing done to this lead was not yours to undo."
    ]
    assert Lead.objects.get(pk=lead.pk).owner == desk.people["duty"]


def test_a_carrier_that_was_asked_is_not_asked_again(desk, as_) -> None:
    client = as_("duty")
    pages = {
        lead: client.get(f"/leads/{lead.number}/") for lead in Lead.objects.filter(clock_at__gt=clock.now())
    }
    lead, asks = next((lead, one.context["asks"]) for lead, one in pages.items() if one.context["asks"])
    assert not pages[lead].context["asked"]
    client.post("/requests/new/", {"lead": lead.number, "carrier": asks["carrier"].id})
    after = client.get(f"/leads/{lead.number}/")
    assert after.context["asked"].carrier == asks["carrier"].id
    assert "Asked:" in after.content.decode()


def test_an_act_that_is_only_looked_at_leads_back_to_the_lead(desk, as_) -> None:
    lead = desk.lead()
    for act in ("claim", "wait", "close", "join", "undo", "interrupt"):
        response = as_("duty").get(f"/leads/{lead.number}/{act}/")
        assert response.headers["Location"] == f"/leads/{lead.number}/"
    assert Lead.objects.get(pk=lead.pk).state == LeadState.NEW


def test_rules_raise_what_people_see(desk, as_) -> None:
    for one in Interrupt.objects.filter(cleared_at=None):
        assert interrupts.defined(one.kind).sentence.rstrip(".") in page(as_("duty"), one.lead)
