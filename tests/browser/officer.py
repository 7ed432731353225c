"""One officer before one window of Chromium: what they do, are told, and what the browser complains of."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request
from tests.browser.office import Office

WIDE, NARROW = 1280, 390


class Officer:
    """A window of its own, so that several may be signed in at once."""

    def __init__(self, browser: Browser, office: Office, language: str = "en") -> None:
        self.office = office
        self.language = language
        self.complaints: list[str] = []
        self.context = browser.new_context(
            viewport={"width": WIDE, "height": 900}, locale="en-GB", accept_downloads=True
        )
        self.context.add_cookies([{"name": "django_language", "value": language, "url": office.url}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)  # what a busy machine may need
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda fault: self.complaints.append(f"script: {fault}"))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        """A refusal of the content security policy is told on the console too."""
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{urlsplit(self.page.url).path}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.office.url, "data:", "blob:")):
            self.complaints.append(f"asked another host: {request.url}")

    def go(self, path: str) -> Page:
        """Open a page, which must be there."""
        response = self.page.goto(self.office.url + path)
        assert response is not None
        assert response.status == 200, (response.status, path)
        return self.page

    @property
    def at(self) -> str:
        """The path of the page."""
        return urlsplit(self.page.url).path

    def sign_in(self, username: str) -> "Officer":
        """One click, as the demo offers it."""
        self.go("/demo/")
        self.click(self.page.locator(f'form[action="/demo/{username}/"] button'))
        assert self.at == "/today/"
        return self

    def click(self, what: Locator) -> None:
        """Click what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            what.click()

    def press(self, key: str) -> None:
        """Press a key that leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def send(self, action: str, data: Mapping[str, Any] | None = None) -> None:
        """Fill in the form of this page that goes to `action`, unfolding it first, and send it."""
        form = self.form(action, data or {})
        while folded := form.locator("xpath=ancestor::details[not(@open)]").all():
            folded[0].locator("summary").first.click()
        for name, value in (data or {}).items():
            fill(form.locator(f'[name="{name}"]'), value)
        self.click(form.locator("button[type=submit]").first)

    def asks(self, action: str, name: str) -> bool:
        """Whether the form of this page that goes to `action` has such a field."""
        return self.page.locator(f'form[action="{action}"] [name="{name}"]').count() > 0

    def form(self, action: str, data: Mapping[str, Any]) -> Locator:
        """The form; of several the one with these fields, whose hidden ones say the same."""
        found = self.page.locator(f'form[action="{action}"]')
        for name, value in data.items():
            found = found.filter(
                has=self.page.locator(f'[name="{name}"]:not([type=hidden])').or_(
                    self.page.locator(f'input[type=hidden][name="{name}"][value="{value}"]')
                )
            )
        assert found.count(), f"no form goes to {action} on {self.at}"
        return found.first

    def told(self) -> list[str]:
        """The classes of what the page says was just done: ["success"] where it was."""
        words = self.page.locator("main > .word[role=status]").all()
        return [str(one.get_attribute("class")).removeprefix("word word-") for one in words]

    def done(self) -> None:
        """What was asked was done, in one word and no other."""
        assert self.told() == ["success"], self.page.locator("main").inner_text()[:800]


def fill(field: Locator, value: Any) -> None:
    """Whatever kind of field it is; a hidden one was looked for by its value already."""
    kind = field.first.evaluate("one => one.localName + ':' + one.type")
    if kind == "input:file":
        assert isinstance(value, SimpleUploadedFile)
        value.seek(0)
        field.set_input_files(
            {"name": str(value.name), "mimeType": str(value.content_type), "buffer": value.read()}
        )
    elif kind.startswith("select"):
        field.select_option(value=str(value))
    elif kind == "input:radio":
        field.and_(field.page.locator(f'[value="{value}"]')).check()
    elif kind != "input:hidden":
        field.fill(str(value))
