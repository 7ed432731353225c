"""Changing one's own password: who may, what is asked, and what it spares at the first sign-in."""

from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings
from tests.desk.accounts.conftest import OWN

from faru.desk.accounts.models import User

PAGE = "/account/password/"
OLD, NEW = OWN, "five sharks and a sandbank"


def change(client: Client, **typed: str) -> int:
    """The status of one try: 302 where it was changed."""
    return client.post(PAGE, {"password": NEW, "again": NEW} | typed).status_code


def holds(user: User, password: str) -> bool:
    return User.objects.get(pk=user.pk).check_password(password)


@pytest.mark.parametrize("typed", [{}, {"present": ""}, {"present": "a guess"}, {"present": NEW}])
def test_without_the_present_password_nothing_is_changed(aisha: User, as_, typed: dict[str, str]) -> None:
    client = as_("duty")
    response = client.post(PAGE, {"password": NEW, "again": NEW} | typed)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["present"]
    assert holds(aisha, OLD)


def test_with_it_the_password_is_changed_and_other_sessions_end(aisha: User, as_) -> None:
    mine, other = as_("duty"), as_("duty")
    assert change(mine, present=OLD) == 302
    assert holds(aisha, NEW)
    assert mine.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 302


def test_the_present_password_can_not_be_guessed_for_long(aisha: User, as_) -> None:
    client = as_("duty")
    answers = [change(client, present=f"guess {number}") for number in range(6)]
    assert answers == [200] * 5 + [429]
    assert change(client, present=OLD) == 429
    assert (
        "Too many tries from here"
        in client.post(PAGE, {"present": OLD, "password": NEW, "again": NEW}).content.decode()
    )
    assert holds(aisha, OLD)


def test_the_first_password_must_go_and_nothing_is_asked_twice(aisha: User, settings: Settings) -> None:
    settings.UNIT = replace(settings.UNIT, demo=False)
    User.objects.filter(pk=aisha.pk).update(must_change_password=True)
    client = Client()
    client.post("/account/sign-in/", {"login": "aisha", "password": OLD})
    assert client.get("/leads/").headers["Location"] == PAGE
    assert "present" not in client.get(PAGE).context["form"].fields
    assert change(client) == 302
    response = client.get("/today/", follow=True)
    assert response.redirect_chain == [("/account/factors/totp/activate/", 302)]  # and not "who are you?"
    assert not User.objects.get(pk=aisha.pk).must_change_password


def test_the_demos_people_have_no_password(people: dict[str, User], as_) -> None:
    client = as_("duty")
    page = client.get(PAGE).content.decode()
    assert "have no password" in page
    assert 'type="password"' not in page
    change(client, present="")
    assert not User.objects.get(pk=people["duty"].pk).has_usable_password()


def test_the_pages_of_the_second_factor_speak_the_houses_words(aisha: User, as_) -> None:
    client = as_("duty")
    assert "Second factor" in client.get("/account/factors/").content.decode()
    assert "Show that it is you" in client.get("/account/again/?next=/account/factors/").content.decode()
