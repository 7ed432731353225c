"""The whole story in a real Chromium, in both directions of writing: from this morning's page to the outcome.

Today, lead, request, verdict, case, dossier, outcome: each officer in their own window, by key and mouse.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.browser.office import Office
from tests.browser.officer import Officer
from tests.browser.walking import Walked
from tests.desk.conftest import ROLES

from faru.desk import unit
from faru.desk.referrals.models import Lead
from faru.dossier.verify import verify_bytes

SESSIONS, PORTS = "R-2026-0001", "R-2026-0002"
"""The request about the queue's first lead, that of a child in danger, to a carrier that gives each
subscriber an address; and one about logs that die today, to a carrier whose subscribers share addresses."""


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("dv", "rtl")])
def test_from_an_alert_to_a_prosecutors_file_and_a_child_that_is_told_first(
    office: Office, sit_down: Callable[..., Officer], language: str, direction: str
) -> None:
    def seat(who: str) -> Officer:
        found = sit_down(office, ROLES[who], language=language)
        assert found.page.locator("html").get_attribute("dir") == direction
        return found

    people = {who: office.people[name] for who, name in ROLES.items()}
    first = Lead.objects.open().in_order()[0]
    lead = f"/leads/{first.number}/"
    walk = Walked(seat, people, first)
    aisha, hassan, nadia = (walk.window(who) for who in ("duty", "investigator", "supervisor"))

    takes_the_interrupt_and_reads_why(aisha, lead)
    claims_and_asks(hassan, lead)
    approves_both(nadia)
    serves_both(hassan)
    takes_the_answers_in(hassan, office)
    sees_what_the_records_prove(hassan, lead)
    opens_the_case(hassan, walk)

    walk.staff()
    walk.to_attribution()
    walk.to_referral()
    gets_the_sealed_file(walk, lead)
    decides_and_the_child_is_told_first(walk)


def takes_the_interrupt_and_reads_why(aisha: Officer, lead: str) -> None:
    page = aisha.page
    alarm = page.locator(".alarm[role=alert] .line").filter(has=page.locator(f'a[href="{lead}"]'))
    aisha.click(alarm.first.locator("form button"))
    aisha.done()
    assert page.locator(".interrupt form").count() == 0  # it is in hand: nobody is asked to take it again
    assert "Aisha Reef" in page.locator("main").inner_text()
    aisha.go("/today/")
    page.keyboard.press("j")
    aisha.press("Enter")  # the queue's first lead
    assert aisha.at == lead
    score = page.locator("#score")
    assert score.locator("tbody tr").count() > 3
    assert score.locator("mark").first.is_visible()  # the words that a rule saw
    assert score.locator("td.src").first.inner_text().strip()


def claims_and_asks(hassan: Officer, lead: str) -> None:
    page = hassan.page
    page.keyboard.press("g")
    hassan.press("l")
    assert hassan.at == "/leads/"
    page.keyboard.press("j")
    hassan.press("Enter")
    assert hassan.at == lead
    hassan.press("c")
    hassan.done()
    assert "Hassan Shoal" in page.locator(".lede").inner_text()
    hassan.press("r")  # ask the carrier about this lead
    assert hassan.at == f"/requests/{SESSIONS}/"
    assert page.locator("#lines tbody tr").count() == 2
    hassan.go("/today/")
    hassan.press("r")  # ask about what dies first
    assert hassan.at == f"/requests/{PORTS}/"
    assert page.locator(f'form[action="/requests/{PORTS}/approve/"]').count() == 0  # not one's own


def approves_both(nadia: Officer) -> None:
    for _ in (SESSIONS, PORTS):
        nadia.go("/today/")
        nadia.click(nadia.page.locator(".next a.btn-primary"))
        assert nadia.at.startswith("/requests/R-2026-")
        assert nadia.page.locator("#lines tbody tr").count() > 0
        nadia.press("a")
        nadia.done()


def serves_both(hassan: Officer) -> None:
    for _ in (SESSIONS, PORTS):
        hassan.go("/today/")
        hassan.click(hassan.page.locator(".next a.btn-primary"))
        hassan.send(f"{hassan.at}serve/", {"how": "email"})
        hassan.done()


def takes_the_answers_in(hassan: Officer, office: Office) -> None:
    """Both files are taken in, read on trial, taken over; both are held against the lines that were asked."""
    asked = {SESSIONS: "lagoon", PORTS: "atoll"}
    page = hassan.page
    for request, carrier in asked.items():
        send_file(hassan, request, office.world.records[carrier], "records")
        hassan.done()
    hassan.go("/today/")
    office.work()
    for request in asked:
        hassan.go(f"/requests/{request}/")
        rows = page.locator("#answers dl.pairs dd").first.inner_text()
        assert int(rows.replace(",", "")) > 1000  # what was read on trial is said before it counts
        hassan.click(page.locator('form[action$="/import/"] button'))
    hassan.go("/today/")
    office.work()
    for request, carrier in asked.items():
        send_file(hassan, request, office.world.coverage[carrier], "coverage")
    hassan.go("/today/")
    office.work()
    for request in asked:
        hassan.go(f"/requests/{request}/")
        assert page.locator("#coverage tbody tr").count() > 0
        hassan.press("a")  # hold every line against the records
    office.work()
    page.locator("#verdicts article").first.wait_for()  # the page asks by itself how far it is


def send_file(hassan: Officer, request: str, path: Path, part: str) -> None:
    hassan.go(f"/requests/{request}/")
    file = SimpleUploadedFile(path.name, path.read_bytes(), content_type="text/csv")
    hassan.send(f"/requests/{request}/answer/", {"file": file, "part": part})


def sees_what_the_records_prove(hassan: Officer, lead: str) -> None:
    page = hassan.go(f"/requests/{SESSIONS}/")
    assert page.locator("#verdicts article.of-unique").count() == 2
    assert page.locator("#verdicts article.of-unique .subscriber").first.is_visible()
    page = hassan.go(f"/requests/{PORTS}/")
    open_ones = page.locator("#verdicts article.of-port_missing, #verdicts article.of-ambiguous")
    assert open_ones.count() > 0
    for one in open_ones.all():  # many may have been behind the address: none is picked
        assert one.locator("header .verdict").is_visible()
        assert one.locator(".subscriber:not(.noise)").count() == 0
    page = hassan.go(lead)
    assert page.locator("#seen a.verdict.unique").count() == 2


def opens_the_case(hassan: Officer, walk: Walked) -> None:
    hassan.press("o")
    hassan.done()
    walk.number = hassan.at.strip("/").rpartition("/")[2]
    assert hassan.at == f"/cases/{walk.number}/"
    assert hassan.page.locator("#missing .stepped > li").count() > 0


def gets_the_sealed_file(walk: Walked, lead: str) -> None:
    ali = walk.window("prosecutor")
    refused = ali.page.request.get(f"{ali.office.url}/cases/{walk.number}/")
    assert refused.status == 404  # nothing was sent yet
    made = walk.to_prosecutor()
    assert made.valid, made.checks
    ali.go("/cases/")
    assert [one.get_attribute("href") for one in ali.page.locator("a.entry").all()] == [
        f"/cases/{walk.number}/"
    ]
    assert [room.get_attribute("href") for room in ali.page.locator(".rail a").all()] == [
        "/today/",
        "/cases/",
    ]
    assert ali.page.request.get(f"{ali.office.url}{lead}").status in (403, 404)
    ali.go("/today/")
    ali.click(ali.page.locator(f'main a[href="/cases/{walk.number}/"]').first)
    with ali.page.expect_download() as caught:
        ali.page.locator("#dossier a.btn").first.click()
    data = Path(caught.value.path()).read_bytes()
    assert verify_bytes(data, "dossier", unit.current().signer().public).valid
    assert ali.page.locator("#dossier .spoken").first.inner_text() == made.words


def decides_and_the_child_is_told_first(walk: Walked) -> None:
    did = partial(walk.did, "prosecutor", "outcome/")
    did(outcome="charged", reason="the evidence holds", charges="invented charge 1")
    zeyna = walk.window("victim_worker")
    zeyna.go(f"/cases/{walk.number}/")
    owed = zeyna.page.locator("#missing #missing-tell_child_first")
    assert owed.is_visible()
    walk.step("victim_worker", "tell_child_first", told_by="Zeyna", told_how="at home")
    assert owed.count() == 0
    assert walk.case.outcome == "charged"
