"""Does the theme hold in a real Chromium, and does the script do its little? The test serves the pages."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright
from pypdf import PdfReader
from tests.desk.look.pages import error_page, job, page

HOST = "http://localhost:8000"
AXE = Path(__file__).parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self';"
    " img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Served:
    """A browser page whose every request the test answers; complaints are kept."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.pages: dict[str, str] = {}
        self.posts: list[str] = []
        self.complaints: list[str] = []
        tab.on("console", self._hear)
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.route("**/*", self._answer)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _answer(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if not route.request.url.startswith(HOST):
            self.complaints.append(f"outside: {route.request.url}")
            route.abort()
        elif address.path.startswith("/static/"):
            found = finders.find(address.path.removeprefix("/static/"))
            assert found, address.path
            kind = TYPES[Path(found).suffix]
            route.fulfill(body=Path(found).read_bytes(), headers={"Content-Type": kind})
        else:
            if route.request.method == "POST":
                self.posts.append(address.path)
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
            route.fulfill(body=self.pages[address.path], headers=headers)

    def open(self, html: str, path: str = "/") -> Page:
        """Show a page, with its script at work."""
        self.pages[path] = html
        self.tab.goto(HOST + path)
        return self.tab


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "These tests need Chromium: install the package chromium."
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium)
        yield started
        started.close()


@pytest.fixture
def served(browser: Browser) -> Iterator[Served]:
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    found = Served(tab)
    yield found
    tab.close()
    assert found.complaints == []


def focused(tab: Page) -> str:
    return str(tab.evaluate("document.activeElement.id"))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "dv"])
def test_a_page_of_every_part_is_accessible_and_never_scrolls_sideways(
    served: Served, language: str, width: int
) -> None:
    served.tab.set_viewport_size({"width": width, "height": 800})
    for html in (page(language, jobs=[]), error_page(language, "404.html")):
        tab = served.open(html)
        assert tab.evaluate(OVERFLOW) == 0
        tab.evaluate(AXE.read_text(encoding="utf-8"))
        faults = tab.evaluate("axe.run()")["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in faults] == []


def test_both_scripts_are_drawn_by_the_font_that_we_ship(served: Served) -> None:
    tab = served.open(page("dv"))
    tab.evaluate("document.fonts.ready")
    loaded = tab.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)")
    assert set(loaded) <= {"Faru Sans", '"Faru Sans"'}
    assert loaded
    assert tab.evaluate("document.fonts.check('16px \"Faru Sans\"', 'ފަރު 12 reef')")


def test_keys_search_help_go_and_press(served: Served) -> None:
    tab = served.open(page("en", form=None, jobs=[]))
    tab.keyboard.press("/")
    assert focused(tab) == "find"
    tab.keyboard.type("?rg l")  # in a field a key is a letter
    assert tab.input_value("#find") == "?rg l"
    tab.keyboard.press("Escape")
    assert focused(tab) != "find"
    tab.keyboard.press("?")
    assert tab.locator("dialog.help").get_attribute("open") is not None
    tab.keyboard.press("r")  # not while the panel is open
    assert not tab.url.endswith("#asked")
    tab.keyboard.press("Escape")
    assert tab.locator("dialog.help").get_attribute("open") is None
    tab.keyboard.press("r")
    assert tab.url.endswith("#asked")
    tab.keyboard.press("g")
    tab.keyboard.press("l")
    assert tab.url.endswith("#l")
    tab.keyboard.press("Control+r")
    assert tab.url.endswith("#l")


def test_the_key_of_a_fold_leads_into_its_first_field(served: Served) -> None:
    fold = (
        '<details id="wait"><summary data-key="w">Wait</summary><form><input type="hidden" name="token">'
        '<select id="why"><option>One</option></select><textarea id="words"></textarea></form></details>'
    )
    tab = served.open(page("en", form=None, jobs=[]).replace("</main>", f"{fold}</main>"))
    tab.keyboard.press("w")
    assert focused(tab) == "why"
    tab.keyboard.press("Escape")
    tab.keyboard.press("w")  # and shut again
    assert tab.locator("#wait").get_attribute("open") is None


def test_rows_are_walked_and_opened(served: Served) -> None:
    tab = served.open(page("en", form=None, jobs=[]))
    steps = []
    for key in ("j", "j", "j", "k"):
        tab.keyboard.press(key)
        steps.append(focused(tab))
    assert steps == ["L-2026-0412", "L-2026-0398", "L-2026-0398", "L-2026-0412"]
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#L-2026-0412")


def test_each_sheet_of_paper_says_whose_it_is_how_secret_and_which_of_how_many(served: Served) -> None:
    tab = served.open(page("en", jobs=[], numbers=[f"L-2026-{n:04d}" for n in range(40)]))
    sheets = PdfReader(io.BytesIO(tab.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        text = sheet.extract_text()
        assert "Unit 7" in text
        assert "TLP:AMBER" in text
        assert "unit.example 4211" in text
        assert f"{number} / {len(sheets)}" in text
        assert "Save the letter" not in text
        assert "Sign out" not in text


def test_help_opens_without_a_script(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    served = Served(context.new_page())
    tab = served.open(page("en", jobs=[]))
    assert not tab.locator("dialog.help").is_visible()
    tab.click("[data-help]")
    assert tab.locator("dialog.help").is_visible()
    tab.click("[data-close]")
    assert not tab.locator("dialog.help").is_visible()
    context.close()
    assert served.complaints == []


def typed(served: Served) -> Page:
    tab = served.open(page("en", jobs=[]), "/letter/")
    tab.fill("#id_sender", "Palm Social")
    tab.check("#id_kind_1")
    return tab


def send(tab: Page) -> None:
    tab.evaluate("document.querySelector('form[data-keep=letter]').noValidate = true")
    with tab.expect_navigation():
        tab.click("text=Save the letter")


def test_what_was_typed_outlives_the_session_but_not_another_officer(served: Served) -> None:
    tab = typed(served)
    served.pages["/letter/"] = error_page("en", "403_csrf.html")  # the session ended: another page answers
    send(tab)
    assert served.posts == ["/letter/"]
    tab = served.open(page("en", jobs=[]), "/letter/")
    assert tab.input_value("#id_sender") == "Palm Social"
    assert tab.is_checked("#id_kind_1")
    someone_else = page("en", jobs=[]).replace('data-user="u-1"', 'data-user="u-2"')
    assert served.open(someone_else, "/letter/").input_value("#id_sender") == ""
    assert served.open(page("en", jobs=[]), "/letter/").input_value("#id_sender") == ""


def test_what_was_sent_is_not_typed_in_again(served: Served) -> None:
    tab = typed(served)
    send(tab)
    assert served.posts == ["/letter/"]
    assert tab.input_value("#id_sender") == ""
    assert tab.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('faru:'))") == ["faru:officer"]


def test_a_form_goes_out_once(served: Served) -> None:
    tab = typed(served)
    stopped = """form => { form.noValidate = true; let sent = 0;
        const hear = event => { sent += !event.defaultPrevented; event.preventDefault(); };
        window.addEventListener('submit', hear);
        form.requestSubmit(); form.requestSubmit(); return sent; }"""
    assert tab.locator("form[data-submit-once][data-keep=letter]").evaluate(stopped) == 1


def test_a_long_job_tells_how_far_it_is_until_it_is_done(served: Served) -> None:
    fragment = get_template("look/progress.html")
    served.pages["/jobs/7/"] = fragment.render({"job": job("done")})
    tab = served.open(page("en", jobs=[job("running")], form=None))
    assert tab.locator("#job-7 progress").count() == 1
    tab.wait_for_selector("#job-7.done", timeout=5000)
    assert tab.locator("#job-7 progress").count() == 0


def test_files_can_be_dropped_and_are_named(served: Served) -> None:
    source = """{% extends "look/base.html" %}{% block content %}<form method="post">
        {% include "look/drop.html" with name="files" label="Alerts" multiple=True %}</form>{% endblock %}"""
    tab = served.open(page("en", source))
    drop = """area => { const held = new DataTransfer();
        for (const name of ["one.json", "two.json"]) held.items.add(new File(["{}"], name));
        area.dispatchEvent(new DragEvent("drop", { dataTransfer: held, cancelable: true })); }"""
    tab.locator("[data-drop]").evaluate(drop)
    assert tab.inner_text("[data-drop-names]") == "one.json · two.json"
    assert tab.evaluate("document.querySelector('#drop-files').files.length") == 2


def test_focus_can_be_seen_on_every_kind_of_control(served: Served) -> None:
    tab = served.open(page("en", jobs=[]))
    tab.locator("h1").click()
    outline = "(s => [s.outlineStyle, parseInt(s.outlineWidth)])(getComputedStyle(document.activeElement))"
    kinds = set()
    for _ in range(60):
        tab.keyboard.press("Tab")
        kind = tab.evaluate("document.activeElement.localName + '.' + document.activeElement.className")
        if kind.startswith("body"):  # past the last one
            break
        kinds.add(kind)
        assert tab.evaluate(outline) == ["solid", 3], kind
    assert len(kinds) > 8
