"""Every page of the desk in a real Chromium, wide and narrow, in both directions of writing."""

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader
from tests.browser.looking import look_at
from tests.browser.office import Office
from tests.browser.officer import Officer
from tests.browser.pages import NOT_PAGES, PAGES, Shown, addresses, furnish


@pytest.fixture(scope="module")
def words(worked_office: Office) -> dict[str, str]:
    """What the words of addresses stand for."""
    return furnish(worked_office)


class Desks:
    """One window for each persona and language, opened once."""

    def __init__(self, browser: Browser, office: Office) -> None:
        self._browser, self._office = browser, office
        self._windows: dict[tuple[str, str], Officer] = {}

    def at(self, username: str, language: str) -> Officer:
        """The window of a persona; "-" is somebody who has not signed in."""
        if (username, language) not in self._windows:
            made = Officer(self._browser, self._office, language)
            self._windows[username, language] = made if username == "-" else made.sign_in(username)
        found = self._windows[username, language]
        found.complaints.clear()
        return found

    def close(self) -> None:
        """Shut them all."""
        for one in self._windows.values():
            one.context.close()


@pytest.fixture(scope="module")
def desks(browser: Browser, worked_office: Office, words: dict[str, str]) -> Iterator[Desks]:
    found = Desks(browser, worked_office)
    yield found
    found.close()


def test_every_address_is_a_page_that_is_looked_at_or_an_act() -> None:
    pages = {one.name for one in PAGES}
    assert set(addresses()) - NOT_PAGES == pages
    assert not pages & NOT_PAGES


@pytest.mark.parametrize("language", ["en", "dv"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.called)
def test_a_page_fits_can_be_read_by_everybody_and_holds_in_its_direction(
    desks: Desks, words: dict[str, str], page: Shown, language: str
) -> None:
    officer = desks.at(page.who, language)
    officer.go(page.path(words))
    assert officer.page.locator("h1").count() == 1
    look_at(officer, page.called)


@pytest.mark.parametrize("language", ["en", "dv"])
def test_what_was_found_and_what_is_not_there_are_pages_too(
    desks: Desks, words: dict[str, str], language: str
) -> None:
    officer = desks.at("aisha", language)
    officer.go("/today/")
    officer.page.keyboard.press("/")
    officer.page.keyboard.type(words["address"])
    officer.press("Enter")
    assert officer.at == "/search/"
    assert officer.page.locator('main a[href^="/leads/"], main a[href^="/referrals/"]').count() > 0
    look_at(officer, "search-found")
    with officer.page.expect_navigation():
        officer.page.goto(officer.office.url + "/leads/L-1999-0001/")
    officer.complaints.clear()  # the browser says that a page was not found, and it is right
    look_at(officer, "not-found")


@pytest.mark.parametrize("language", ["en", "dv"])
def test_the_handover_is_one_sheet_of_paper(desks: Desks, words: dict[str, str], language: str) -> None:
    officer = desks.at("nadia", language)
    page = officer.go(f"/handover/{words['handover']}/")
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    box = sheets[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)  # A4, in points
    text = sheets[0].extract_text()
    assert "Aisha Reef" in text
    assert "1 / 1" in text
    page.emulate_media(media="print")
    assert not page.locator(".rail").is_visible()
    page.emulate_media(media="screen")
