"""The handover: two people, one frozen page, and calls that are not forgotten."""

import io
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import IntegrityError, transaction
from playwright.sync_api import Route, sync_playwright
from pypdf import PdfReader
from tests.desk.look.rtl import digits_outside_bdi, inline_code

from faru.desk import clock
from faru.desk.duty import actions, snapshot
from faru.desk.duty.models import Handover, Promise
from faru.desk.journal.models import Entry
from faru.desk.referrals import actions as leads
from faru.desk.referrals import interrupts
from faru.desk.referrals.models import Interrupt, Lead, ReportedChild
from faru.desk.vault import keys
from faru.desk.vault.models import DataKey


def said(response) -> list[str]:
    return [str(one) for one in response.context["messages"]]


def test_one_signs_and_another_accepts(desk, as_) -> None:
    lead = desk.lead(interrupts=None)
    leads.claim_lead(actor=desk.people["duty"], lead=lead)
    signed = as_("duty").post("/handover/sign/", {"words": "The night was quiet."}, follow=True)
    assert "The night was quiet." in signed.content.decode()
    assert lead.number in signed.content.decode()
    one = Handover.objects.get()
    assert "has handed over" in as_("supervisor").get("/today/").content.decode()
    assert "has handed over" not in as_("duty").get("/today/").content.decode()

    refused = as_("duty").post("/handover/accept/", {"handover": str(one.id)}, follow=True)
    assert said(refused) == ["Nobody accepts their own handover: the next officer does."]
    done = as_("investigator").post("/handover/accept/", {"handover": str(one.id)}, follow=True)
    assert said(done) == ["You have the duty now."]
    one.refresh_from_db()
    assert (one.outgoing, one.incoming) == (desk.people["duty"], desk.people["investigator"])
    assert [Entry.objects.filter(tag=tag).count() for tag in ("handover.sign", "handover.accept")] == [1, 1]


def test_of_two_who_accept_at_once_one_has_the_duty(desk, as_) -> None:
    one = actions.sign_handover(actor=desk.people["duty"])
    as_("investigator").post("/handover/accept/", {"handover": str(one.id)})
    late = as_("supervisor").post("/handover/accept/", {"handover": str(one.id)}, follow=True)
    assert said(late) == ["Hassan Shoal has accepted this handover already."]
    assert Handover.objects.get().incoming == desk.people["investigator"]


def test_a_signed_page_does_not_change_with_what_happens_later(desk, as_) -> None:
    lead = desk.lead(interrupts=None)
    leads.claim_lead(actor=desk.people["duty"], lead=lead)
    one = actions.sign_handover(actor=desk.people["duty"])
    leads.let_go(actor=desk.people["duty"], lead=lead, reason="end_of_shift")
    page = as_("supervisor").get(f"/handover/{one.id}/")
    assert [item.lead for item in page.context["standing"].claimed] == [lead.number]
    assert as_("supervisor").get("/handover/").context["standing"].claimed == []


def test_signing_again_replaces_what_nobody_accepted(desk, as_) -> None:
    first = actions.sign_handover(actor=desk.people["duty"])
    second = actions.sign_handover(actor=desk.people["duty"])
    first.refresh_from_db()
    assert first.replaced_at is not None
    refused = as_("supervisor").post("/handover/accept/", {"handover": str(first.id)}, follow=True)
    assert said(refused) == ["This handover was signed again in the meantime: accept the newer one."]
    other = as_("investigator").post("/handover/sign/", {}, follow=True)
    assert "has handed over and nobody has accepted it yet" in said(other)[0]
    assert Handover.objects.filter(accepted_at=None, replaced_at=None).get() == second


def test_the_database_itself_wants_two_people_and_one_open_handover(desk) -> None:
    duty = desk.people["duty"]
    one = actions.sign_handover(actor=duty)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=one.pk).update(incoming=duty)
    again = Handover(subject_id=one.subject_id, outgoing=duty, snapshot={})
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize("who", ["auditor", "administrator", "prosecutor", "liaison", "evidence", "outsider"])
def test_who_has_no_duty_sees_no_handover_and_signs_none(desk, as_, who) -> None:
    one = actions.sign_handover(actor=desk.people["duty"])
    client = as_(who)
    assert client.get("/handover/").status_code == 403
    assert client.get(f"/handover/{one.id}/").status_code == 403
    assert client.post("/handover/sign/", {}).status_code == 403
    assert client.post("/handover/accept/", {"handover": str(one.id)}).status_code == 403
    assert client.post("/handover/promises/", {}).status_code == 403
    one.refresh_from_db()
    assert one.accepted_at is None
    assert Handover.objects.count() == 1


def test_a_recused_officer_reads_a_handover_without_the_lead(desk, as_) -> None:
    lead, hassan = desk.lead(), desk.people["investigator"]
    leads.claim_lead(actor=desk.people["duty"], lead=lead)
    one = actions.sign_handover(actor=desk.people["duty"])
    call = actions.make_promise(
        actor=desk.people["duty"],
        whom="The school",
        about="",
        due_at=clock.now() + timedelta(hours=3),
        lead=lead,
    )
    interrupts.raise_interrupt(
        actor=desk.people["supervisor"],
        lead=lead,
        kind="officer_conflict_of_interest",
        why="They are cousins.",
        concerns=hassan,
    )
    client = as_("investigator")
    for path in ("/handover/", f"/handover/{one.id}/", "/today/"):
        html = client.get(path).content.decode()
        assert lead.number not in html
        assert "The school" not in html
    assert client.post(f"/handover/promises/{call.id}/kept/").status_code == 404
    assert lead.number in as_("second").get(f"/handover/{one.id}/").content.decode()


def test_no_name_of_a_child_is_frozen(desk) -> None:
    for lead in Lead.objects.filter(referrals__children_count__gt=0, state="new").distinct():
        leads.claim_lead(actor=desk.people["duty"], lead=lead)
    one = actions.sign_handover(actor=desk.people["duty"])
    names = {part for child in ReportedChild.objects.all() for part in child.body["child"]["names"]}
    kept = str(Handover.objects.get(pk=one.pk).snapshot)
    assert names
    assert [name for name in names if name and name in kept] == []


def test_a_promised_call_stays_until_it_is_made(desk, as_) -> None:
    client, lead = as_("duty"), desk.lead()
    local = (clock.now() + timedelta(hours=5)).astimezone(clock.zone()).strftime("%Y-%m-%dT%H:%M")
    fields = {"whom": "The mother", "about": "what happens next", "due_at": local, "lead": lead.number}
    client.post("/handover/promises/", fields)
    promised = Promise.objects.get()
    assert promised.due_at.astimezone(clock.zone()).strftime("%Y-%m-%dT%H:%M") == local
    assert promised.subject_id == lead.referrals.order_by("received_at", "id")[0].subject_id
    one = actions.sign_handover(actor=desk.people["duty"])
    assert "The mother" in as_("supervisor").get(f"/handover/{one.id}/").content.decode()
    assert any(item.url == "/handover/" for item in client.get("/today/").context["late"])
    as_("supervisor").post(f"/handover/promises/{promised.id}/kept/")
    again = as_("duty").post(f"/handover/promises/{promised.id}/kept/", follow=True)
    assert said(again) == ["Nadia Lagoon has made this call already."]
    assert "The mother" not in client.get("/handover/").content.decode()


def test_the_words_of_a_call_go_with_the_referral_and_the_page_still_opens(desk, as_) -> None:
    lead = desk.lead()
    made = actions.make_promise(
        actor=desk.people["duty"],
        whom="The mother",
        about="x",
        due_at=clock.now() + timedelta(hours=5),
        lead=lead,
    )
    one = actions.sign_handover(actor=desk.people["duty"])
    DataKey.objects.filter(subject=made.subject_id).delete()
    keys.forget()
    html = as_("supervisor").get(f"/handover/{one.id}/").content.decode()
    assert "The mother" not in html
    assert "shredded" in html


@pytest.mark.parametrize(
    ("field", "typed"),
    [("whom", ""), ("due_at", "tomorrow"), ("due_at", "2020-01-01T09:00"), ("lead", "L-2026-9999")],
)
def test_a_call_that_is_wrong_is_told_at_its_field(desk, as_, field, typed) -> None:
    local = (clock.now() + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    fields = {"whom": "A witness", "about": "", "due_at": local, "lead": ""} | {field: typed}
    response = as_("duty").post("/handover/promises/", fields)
    assert response.status_code == 422
    assert field in response.context["promise_form"].errors
    assert not Promise.objects.exists()


def test_a_handover_prints_on_one_page(desk, as_) -> None:
    duty = desk.people["duty"]
    for lead in Lead.objects.all():
        leads.claim_lead(actor=duty, lead=lead)
    Lead.objects.update(clock_at=clock.now() + timedelta(hours=20))
    for hours in range(1, 15):
        due = clock.now() + timedelta(hours=hours)
        actions.make_promise(actor=duty, whom=f"Witness {hours}", about="what was agreed", due_at=due)
    one = actions.sign_handover(actor=duty, words="Two carriers answer by telephone only. " * 15)
    html = as_("supervisor").get(f"/handover/{one.id}/").content.decode()
    assert len(PdfReader(io.BytesIO(_printed(html))).pages) == 1


@pytest.mark.parametrize("path", ["/handover/", "signed"])
def test_nothing_is_turned_round_in_dhivehi(desk, as_, path) -> None:
    actions.make_promise(
        actor=desk.people["duty"], whom="School 7", about="", due_at=clock.now() + timedelta(hours=5)
    )
    one = actions.sign_handover(actor=desk.people["duty"], words="Call 7.")
    client = as_("supervisor")
    client.cookies["django_language"] = "dv"
    html = client.get(path if path != "signed" else f"/handover/{one.id}/").content.decode()
    assert inline_code(html) == []
    assert digits_outside_bdi(html) == []


def _printed(html: str) -> bytes:
    """The page as a PDF of A4, with its style sheets."""

    def answer(route: Route) -> None:
        path = route.request.url.split("localhost", 1)[1].split("/", 1)[1]
        if path.startswith("static/"):
            found = Path(finders.find(path.removeprefix("static/")))
            kind = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}.get(found.suffix)
            route.fulfill(body=found.read_bytes(), headers={"Content-Type": kind or "font/woff2"})
        else:
            route.fulfill(body=html, headers={"Content-Type": "text/html; charset=utf-8"})

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"))
        tab = browser.new_page()
        tab.route("**/*", answer)
        tab.goto("http://localhost/handover/")
        printed = tab.pdf(format="A4", prefer_css_page_size=True)
        browser.close()
    return printed


def test_the_page_says_first_what_is_in_nobodys_hands_then_what_to_sign(desk, as_) -> None:
    client = as_("duty")
    untaken = client.get("/handover/").context["standing"].untaken
    assert untaken
    bar = _bar(client)
    assert "in nobody's hands" in bar
    assert f"/leads/{untaken[0].lead}/" in bar
    for one in Interrupt.objects.filter(cleared_at=None):
        interrupts.take_interrupt(actor=desk.people["duty"], interrupt=one)
    assert 'href="#sign"' in _bar(client)


def _bar(client) -> str:
    """What the page says must happen next."""
    html = client.get("/handover/").content.decode()
    start = html.index('<section class="next"')
    return html[start : html.index("</section>", start)]


def test_what_is_in_nobodys_hands_is_counted_beyond_the_lines_told(desk, as_, monkeypatch) -> None:
    monkeypatch.setattr(snapshot, "SHOWN", 2)
    count = Interrupt.objects.filter(cleared_at=None, taken_at=None).count()
    assert count > 2
    assert f"{count}</bdi> interrupts are in nobody" in _bar(as_("duty"))


def test_what_nobody_has_in_hand_is_told_however_many_are_in_hand(desk, as_, monkeypatch) -> None:
    monkeypatch.setattr(snapshot, "SHOWN", 1)
    *taken, last = Interrupt.objects.filter(cleared_at=None).exclude(lead=None).order_by("lead__pin", "pk")
    for one in taken:
        interrupts.take_interrupt(actor=desk.people["duty"], interrupt=one)
    bar = _bar(as_("duty"))
    assert "1</bdi> interrupt is in nobody" in bar
    assert f"/leads/{last.lead.number}/" in bar
