"""Whatever is sent or typed stays text: in every page, nothing of it runs, loads, or becomes an element."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error
from pytest_django import DjangoDbBlocker
from tests.browser import office as offices
from tests.browser.hostile_world import TRAPS, answer, hostile
from tests.browser.office import Office
from tests.browser.officer import Officer
from tests.desk.access.conftest import Full, _make
from tests.desk.conftest import ROLES
from tests.desk.security.addresses import addresses

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.journal.sealing import seal_now
from faru.desk.referrals.models import Referral
from faru.desk.requests import answering
from faru.desk.requests.models import LegalRequest
from faru.desk.work import worker
from faru.synthetic import World

WHO = ("supervisor", "investigator", "administrator", "prosecutor", "duty")
THING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]-\d{4}-\d{4}")
"""What an address names: forms that differ in nothing else are filled in once."""
LEFT_ALONE = ("/account/", "/demo/", "/language/", "/disable/", "/reset/")
"""Forms that would end the session or somebody's account: what they show is looked at all the same."""
LAST = ("/close/", "/withdraw/", "/refuse/", "/send/", "/accept/", "/sign/")
"""Forms after which others are gone."""
FORMS = """html => [...(html ? new DOMParser().parseFromString(html, "text/html") : document).forms].map(
    one => [one.getAttribute("action") || "", one.getAttribute("method"),
    [...one.elements].map(field => field.name).filter(name => name).sort().join()])"""
FILL = """([place, traps]) => {
    const form = document.forms[place];
    let next = place;
    for (const field of form.elements) {
        if (field.type === "checkbox") field.checked = true;
        else if (field.type === "radio") {
            if (!form.querySelector(`[name="${field.name}"]:checked`)) field.checked = true;
        } else if (field.type === "file") {
            const held = new DataTransfer();
            held.items.add(new File(["An invented paper."], traps[0].replace("/", "") + ".txt"));
            field.files = held.files;
        } else if (field.localName === "select") {
            const real = [...field.options].find(one => one.value);
            if (!field.value && real) field.value = real.value;
        } else if (field.type === "datetime-local") field.value = "2026-03-12T10:00";
        else if (field.type === "number") field.value = "1";
        else if (["text", "search", "email", "url", "tel", "textarea"].includes(field.type)) {
            if (field.localName === "input") field.type = "text";
            field.value = traps[next++ % traps.length];
        }
    }
    HTMLFormElement.prototype.submit.call(form);
}"""
BORN = """() => [window.__xss || 0, [...document.querySelectorAll(
    '#trap, img[src="x"], [onerror], [onload], [onfocus], [href^="javascript" i], [action^="javascript" i]'
)].map(one => one.outerHTML), document.documentElement.innerHTML.includes("BRACE-RAN")]"""


@pytest.fixture(scope="module")
def trapped(
    browser: Browser,
    world: World,
    db: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Office, Full]]:
    """An office that took in the hostile world, and worked it."""
    bad = hostile(world, tmp_path_factory.mktemp("hostile") / "alerts")
    with django_db_blocker.unblock(), clock.standing_at(world.now), offices.empty(bad) as office:
        full = _make(bad)
        _answered(office, full)
        yield Office(office.url, bad, {user.username: user for user in User.objects.all()}), full


def _answered(office: Office, full: Full) -> None:
    """The carrier's answer is hostile too."""
    request = LegalRequest.objects.get(number=full.words["answered"])
    answering.receive_answer(
        actor=full.people["investigator"],
        request=request,
        name=f"{TRAPS[0]}.csv",
        data=answer(office.world.records[request.carrier]),
        part="records",
    )
    worker.run(until_empty=True)


class Watcher(Officer):
    """An officer's window that also hears dialogs, and does not mind a refused form."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def looked(self) -> list[str]:
        """What is wrong with the page that is shown, and what the browser complained of since."""
        ran, born, braces = self.page.evaluate(BORN)
        heard = [one for one in self.complaints if "the server responded with a status of 4" not in one]
        self.complaints.clear()
        faults = [*heard, *born, *(["a script ran"] if ran else []), *(["a template ran"] if braces else [])]
        return [f"{self.at}: {one[:300]}" for one in faults]


def page_at(one: Watcher, path: str) -> str:
    """The text of a page; "" where there is a download, or nothing to be looked at."""
    answer = one.page.request.get(one.office.url + path, max_redirects=0)
    kind = answer.headers.get("content-type", "")
    return answer.text() if answer.status == 200 and kind.startswith("text/html") else ""


def fill_in_every_form(one: Watcher, full: Full, done: set[tuple[str, str]]) -> list[str]:
    """Type traps in every form that this officer finds; what went wrong on the answers."""
    waiting = []
    for address in addresses(full.words):
        html = "" if address.path.startswith(LEFT_ALONE[:3]) else page_at(one, address.path)
        for place, (action, method, fields) in enumerate(one.page.evaluate(FORMS, html) if html else []):
            left_alone = method == "dialog" or any(part in action for part in LEFT_ALONE)
            if not left_alone and (kind := (THING.sub("*", action), fields)) not in done:
                done.add(kind)
                waiting.append((any(part in action for part in LAST), address.path, place, action))
    faults = []
    for _late, path, place, action in sorted(waiting):
        one.page.goto(one.office.url + path, wait_until="domcontentloaded")
        forms = one.page.evaluate(FORMS, "")
        if place < len(forms) and forms[place][0] == action:
            there = one.page.expect_navigation(timeout=2_000, wait_until="domcontentloaded")
            with suppress(Error), there:  # some answer with a download
                one.page.evaluate(FILL, [place, TRAPS])
            faults += one.looked()
    return faults


def test_nothing_that_is_sent_or_typed_runs_in_any_page(
    browser: Browser, trapped: tuple[Office, Full]
) -> None:
    office, full = trapped
    assert Referral.objects.count() > 20
    faults: list[str] = []
    done: set[tuple[str, str]] = set()
    windows = {who: Watcher(browser, office).sign_in(ROLES[who]) for who in WHO}
    for one in windows.values():
        faults += fill_in_every_form(one, full, done)
        worker.run(until_empty=True)
    assert len(done) > 40
    seal_now()
    looked: set[str] = set()
    for one in windows.values():
        for address in addresses(full.words):
            path = address.path
            if path not in looked and not path.startswith(LEFT_ALONE[:3]) and page_at(one, path):
                one.page.goto(office.url + path, wait_until="load")
                faults += one.looked()
                looked.add(path)
    for one in windows.values():
        one.context.close()
    assert len(looked) > 30
    assert faults == []
