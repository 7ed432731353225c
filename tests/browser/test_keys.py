"""Nothing needs a mouse: the keys of the desk on its real pages."""

from collections.abc import Callable

from tests.browser.office import Office
from tests.browser.officer import Officer

FOCUSED = "document.activeElement.id || document.activeElement.getAttribute('href')"


def test_keys_search_help_go_and_walk(office: Office, sit_down: Callable[..., Officer]) -> None:
    aisha = sit_down(office, "aisha")
    page = aisha.page
    page.keyboard.press("/")
    assert page.evaluate(FOCUSED) == "find"
    page.keyboard.type("g?j")  # in a field a key is a letter
    assert page.input_value("#find") == "g?j"
    page.keyboard.press("Escape")

    page.keyboard.press("?")
    panel = page.locator("dialog.help")
    assert panel.is_visible()
    assert panel.locator(".terms dt").count() > 2
    page.keyboard.press("Escape")
    assert not panel.is_visible()

    page.keyboard.press("g")
    aisha.press("l")
    assert aisha.at == "/leads/"
    rows = [one.get_attribute("href") for one in page.locator("[data-rows] a[data-row]").all()]
    assert len(rows) > 5
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == rows[row]
    aisha.press("Enter")
    assert aisha.at == rows[1]

    page.keyboard.press("g")
    aisha.press("t")
    assert aisha.at == "/today/"


def test_the_first_stop_of_the_tab_key_leaps_over_the_rooms(
    office: Office, sit_down: Callable[..., Officer]
) -> None:
    page = sit_down(office, "aisha").page
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("one => one === document.activeElement")
    assert skip.bounding_box()["y"] >= 0  # it is seen once it has the focus
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "main"
