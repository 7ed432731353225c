"""A real Chromium over a real server over a real database file. Without Chromium these tests fail."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker
from tests.browser import office as offices
from tests.browser.office import Office
from tests.browser.officer import Officer

from faru.synthetic import World, generate


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The smallest invented world: 30 alerts with every planted story, 20,000 record rows."""
    return generate(tmp_path_factory.mktemp("world"), seed=1, referrals=30, rows=20_000)


@pytest.fixture(scope="session")
def db(django_db_setup: None) -> None:
    """The test database, without a transaction around the test: the server's threads must see it too."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's own Chromium."""
    chromium = shutil.which("chromium")
    assert chromium, "These tests need Chromium: install the package chromium."
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        # Playwright's loop runs in this thread, and Django would refuse to work beside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = play.chromium.launch(executable_path=chromium)
        yield started
        started.close()


@pytest.fixture
def office(browser: Browser, world: World, db: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    """An office that took the world in and has done nothing yet."""
    with django_db_blocker.unblock(), offices.opened(world) as found:
        yield found


@pytest.fixture
def empty_office(
    browser: Browser, world: World, db: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Office]:
    """An office into which nothing came yet."""
    with django_db_blocker.unblock(), offices.empty(world) as found:
        yield found


@pytest.fixture(scope="module")
def worked_office(
    browser: Browser, world: World, db: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Office]:
    """An office in which the demo's officers have worked; the tests of a module share it."""
    with django_db_blocker.unblock(), offices.worked(world) as found:
        yield found


@pytest.fixture
def sit_down(browser: Browser) -> Iterator[Callable[..., Officer]]:
    """Opens windows; what a browser complained of in any of them fails the test."""
    windows: list[Officer] = []

    def window(office: Office, username: str = "", **more: object) -> Officer:
        found = Officer(browser, office, **more)
        windows.append(found)
        return found.sign_in(username) if username else found

    yield window
    for one in windows:
        one.context.close()
    assert [fault for one in windows for fault in one.complaints] == []
