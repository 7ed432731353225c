"""Signing in with a password: what is told of tries, who is locked out by whom, whose session lives."""

import json

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from pytest_django import Settings
from tests.desk.accounts.conftest import OWN

from faru.desk import env
from faru.desk.accounts.actions import disable_user
from faru.desk.accounts.models import User
from faru.desk.journal.models import Entry
from faru.desk.journal.recording import opened

DOOR = "/account/sign-in/"
HERE, THERE = "192.0.2.1", "198.51.100.7"


def enter(client: Client, name: str, password: str, address: str = HERE) -> bool:
    """Whether somebody is signed in after one try."""
    client.post(DOOR, {"login": name, "password": password}, REMOTE_ADDR=address)
    return "_auth_user_id" in client.session


def told(tag: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """Actor, things and payload of every entry with this tag, the oldest first."""
    rows = list(Entry.objects.filter(tag=tag).order_by("id"))
    payloads = opened([row.id for row in rows])
    return [
        (row.actor, [str(one.thing) for one in row.objects_of.all()], json.loads(payloads[str(row.id)][1]))
        for row in rows
    ]


def test_a_wrong_password_is_an_entry_without_what_was_typed(aisha: User, people: dict[str, User]) -> None:
    assert not enter(Client(), "aisha", "not this one")
    assert not enter(Client(), "My Secret Typed Here", "not this one")
    system = people["system"].id.hex
    assert told("user.refuse") == [
        (system, [str(aisha.id)], {"step": "password"}),
        (system, [], {"step": "password"}),
    ]
    assert enter(Client(), "aisha", OWN)
    assert len(told("user.refuse")) == 2


def test_a_wrong_code_is_an_entry_too(aisha: User, people: dict[str, User]) -> None:
    TOTP.activate(aisha, generate_totp_secret())
    client = Client()
    assert not enter(client, "aisha", OWN)  # the second factor is still to come
    client.post("/account/factors/authenticate/", {"code": "none"}, REMOTE_ADDR=HERE)
    assert told("user.refuse") == [(people["system"].id.hex, [str(aisha.id)], {"step": "second factor"})]
    assert told("user.sign_in") == []


def test_a_stranger_elsewhere_locks_nobody_out(aisha: User) -> None:
    stranger = Client()
    for _ in range(7):
        assert not enter(stranger, "aisha", "a guess", THERE)
    assert not enter(stranger, "aisha", OWN, THERE)  # a guesser's address is shut, even to the right word
    assert enter(Client(), "aisha", OWN, HERE)


def test_an_address_that_guesses_at_many_names_is_shut(aisha: User) -> None:
    stranger = Client()
    for number in range(20):
        enter(stranger, f"guess{number}", "a guess", THERE)
    assert not enter(stranger, "aisha", OWN, THERE)
    assert enter(Client(), "aisha", OWN, HERE)


def test_behind_a_proxy_it_is_the_persons_address_that_counts(aisha: User, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    stranger, proxied = Client(headers={"x-forwarded-for": f"{HERE}, {THERE}"}), {"x-forwarded-for": HERE}
    for _ in range(7):  # what the stranger puts before the proxy's own word counts for nothing
        assert not enter(stranger, "aisha", "a guess")
    assert not enter(stranger, "aisha", OWN)
    assert enter(Client(headers=proxied), "aisha", OWN)


@pytest.mark.parametrize("given", ["-1", "two", "10", "٣", "1.0", "1,2"])
def test_a_number_of_proxies_that_is_none_is_said_to_be_none(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("FARU_PROXIES", given)
    with pytest.raises(env.WrongSetting, match=r"^FARU_PROXIES: '.*' is no number of proxies"):
        env.proxies()


@pytest.mark.parametrize(("given", "number"), [("", 0), ("0", 0), (" 2 ", 2)])
def test_a_number_of_proxies_is_read(monkeypatch: pytest.MonkeyPatch, given: str, number: int) -> None:
    monkeypatch.setenv("FARU_PROXIES", given)
    assert env.proxies() == number


def test_a_closed_account_is_answered_as_a_wrong_password_is(aisha: User) -> None:
    User.objects.filter(pk=aisha.pk).update(is_active=False)
    answers = [
        Client().post(DOOR, {"login": "aisha", "password": password}) for password in (OWN, "not this one")
    ]
    assert [one.status_code for one in answers] == [200, 200]
    right, wrong = (one.context["form"].non_field_errors() for one in answers)
    assert right == wrong
    assert len(told("user.refuse")) == 2


def test_a_session_begins_under_a_new_key(aisha: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    assert enter(client, "aisha", OWN)
    assert client.cookies["sessionid"].value != planted
    assert not client.session.exists(planted)


@pytest.mark.parametrize("closed_by_hand", [False, True])
def test_a_session_of_a_closed_account_ends_at_the_next_request(
    aisha: User, people: dict[str, User], as_, closed_by_hand: bool
) -> None:
    client = as_("duty")
    assert client.get("/today/").status_code == 200
    if closed_by_hand:  # in the database alone: the session's row still lies there
        User.objects.filter(pk=aisha.pk).update(is_active=False)
    else:
        disable_user(actor=people["administrator"], user_id=aisha.pk)
    assert client.get("/today/").headers["Location"].startswith("/demo/")
