"""Signing in outside the demo: a first password that must go, a second factor, and being put out."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page
from pytest_django import Settings
from tests.browser.looking import look_at
from tests.browser.office import Office
from tests.browser.officer import Officer

from faru.desk.accounts.actions import disable_user
from faru.desk.accounts.first import first_administrator
from faru.desk.accounts.models import User

OWN = "four reefs and a lagoon"
PERIOD_S = 30


@pytest.fixture
def real(empty_office: Office, settings: Settings) -> Office:
    """A unit that is no demo, its pages still at http://localhost."""
    settings.UNIT = replace(settings.UNIT, demo=False)
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.MFA_TOTP_TOLERANCE = 1
    return empty_office


def code(secret: str, *, ahead: int = 0) -> str:
    """What the telephone shows, or will show after so many periods."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD_S + ahead))


def submit(officer: Officer, **fields: str) -> None:
    """Fill in the page's main form and send it."""
    form = officer.page.locator("main form:has(button[type=submit])").first
    for name, value in fields.items():
        form.locator(f'[name="{name}"]').fill(value)
    officer.click(form.locator("button[type=submit]").first)


def enter(officer: Officer, username: str, password: str) -> Page:
    """User name and password."""
    page = officer.go("/today/")
    assert officer.at == "/account/sign-in/"
    submit(officer, login=username, password=password)
    return page


def first_day(officer: Officer, username: str, password: str) -> None:
    """The first sign-in as far as the second factor."""
    enter(officer, username, password)
    assert officer.at == "/account/password/"
    look_at(officer, "first-password")
    submit(officer, password=OWN, again=OWN)
    assert officer.at == "/account/factors/totp/activate/"  # not asked again who they are


def test_a_first_password_must_go_and_a_second_factor_must_come(
    real: Office, sit_down: Callable[..., Officer]
) -> None:
    officer = sit_down(real)
    first = first_administrator("chief", "Chief Shoal")
    first_day(officer, "chief", first)
    for shut in ("/today/", "/administration/", "/leads/"):  # nothing without a second factor
        officer.go(shut)
        assert officer.at == "/account/factors/totp/activate/"
    look_at(officer, "totp")
    secret = officer.page.locator("#authenticator_secret").input_value()
    submit(officer, code=code(secret))
    officer.go("/administration/")
    assert officer.at == "/administration/"
    officer.click(officer.page.locator("form[data-leave] button"))
    assert officer.at == "/account/sign-in/"

    enter(officer, "chief", OWN)
    assert officer.at == "/account/factors/authenticate/"
    look_at(officer, "authenticate")
    used = code(secret)
    submit(officer, code=used)
    officer.go("/administration/")
    assert officer.at == "/administration/"
    officer.click(officer.page.locator("form[data-leave] button"))

    enter(officer, "chief", OWN)
    submit(officer, code=used)
    assert officer.at == "/account/factors/authenticate/"  # a code is good once
    submit(officer, code=code(secret, ahead=1))
    officer.go("/administration/")
    assert officer.at == "/administration/"


def test_a_security_key_is_a_second_factor(real: Office, sit_down: Callable[..., Officer]) -> None:
    officer = sit_down(real)
    device = officer.context.new_cdp_session(officer.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    first_day(officer, "chief", first_administrator("chief", "Chief Shoal"))
    page = officer.go("/account/factors/webauthn/add/")
    look_at(officer, "security-key")
    page.locator('main [name="name"]').fill("the blue key")
    officer.click(page.locator("#mfa_webauthn_add"))
    officer.go("/administration/")
    assert officer.at == "/administration/"
    officer.click(page.locator("form[data-leave] button"))

    enter(officer, "chief", OWN)
    assert officer.at == "/account/factors/authenticate/"
    officer.click(page.locator("#mfa_webauthn_authenticate"))
    officer.go("/administration/")
    assert officer.at == "/administration/"


def test_who_is_put_out_is_out_on_the_next_click(
    empty_office: Office, sit_down: Callable[..., Officer]
) -> None:
    aisha = sit_down(empty_office, "aisha")
    aisha.go("/leads/")
    sana, user = User.objects.get(username="sana"), User.objects.get(username="aisha")
    disable_user(actor=sana, user_id=user.pk)
    aisha.click(aisha.page.locator('.rail a[href="/today/"]'))
    assert aisha.at == "/demo/"  # where a stranger is sent
    assert aisha.page.locator(".rail").count() == 0
