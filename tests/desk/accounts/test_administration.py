"""Accounts and how the unit stands: who sees which part, and that a leaver is out at once."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from tests.desk.look.rtl import digits_outside_bdi, inline_code

from faru.desk import clock
from faru.desk.accounts import administration
from faru.desk.accounts.models import User
from faru.desk.databases import as_owner
from faru.desk.journal.guards import drop_guards, install_guards
from faru.desk.journal.models import Entry
from faru.desk.journal.sealing import seal_now
from faru.desk.referrals.actions import claim_lead, let_go, wait_lead
from faru.desk.referrals.models import Lead
from faru.desk.work.models import Job

PARTS = {
    "administrator": {"accounts", "backup", "ledger", "pack", "worker"},
    "auditor": {"ledger"},
    "supervisor": {"ledger"},
    "commander": {"ledger"},
}


@pytest.mark.parametrize("who", PARTS)
def test_each_sees_the_parts_that_their_permission_opens(desk, as_, who) -> None:
    seal_now()
    client = as_(who)
    client.cookies["django_language"] = "dv"
    response = client.get("/administration/")
    standing = response.context["standing"]
    shown = {name for name in ("accounts", "backup", "ledger", "pack", "worker") if getattr(standing, name)}
    assert shown == PARTS[who]
    html = response.content.decode()
    assert [one for one in Lead.objects.values_list("number", flat=True) if one in html] == []
    assert inline_code(html) == []
    assert digits_outside_bdi(html) == []


@pytest.mark.parametrize(
    "who", ["duty", "investigator", "prosecutor", "victim_worker", "liaison", "outsider"]
)
def test_others_are_kept_out_and_change_nothing(people, as_, who) -> None:
    client, target = as_(who), people["evidence"]
    assert client.get("/administration/").status_code == 403
    before = User.objects.count()
    assert client.post("/administration/users/", {"username": "new", "display_name": "N"}).status_code == 403
    for act in ("", "disable/", "enable/", "reset/"):
        assert (
            client.post(f"/administration/users/{target.pk}/{act}", {"roles": ["supervisor"]}).status_code
            == 403
        )
    target = User.objects.get(pk=target.pk)
    assert (User.objects.count(), target.is_active, target.roles) == (before, True, ("evidence_handler",))
    assert Entry.objects.filter(tag="act.deny", actor=people[who].id.hex).count() >= 4


def test_the_auditor_of_the_ledger_changes_no_account(people, as_) -> None:
    response = as_("auditor").post(
        "/administration/users/", {"username": "new", "display_name": "N", "roles": []}
    )
    assert response.status_code == 403
    assert not User.objects.filter(username="new").exists()


def test_a_first_password_is_shown_once_and_opens_the_account(people, as_) -> None:
    client = as_("administrator")
    fields = {"username": "Muna", "display_name": "Muna Keel", "roles": ["investigator"]}
    response = client.post("/administration/users/", fields)
    password = response.context["password"]
    assert password in response.content.decode()
    user = User.objects.get(username="muna")
    assert user.check_password(password)
    assert user.must_change_password
    assert user.roles == ("investigator",)
    assert password not in client.get("/administration/").content.decode()
    again = client.post("/administration/users/", fields)
    assert again.status_code == 422
    assert "username" in again.context["form"].errors


@pytest.mark.parametrize("username", ["", "a", "two words", "<b>", "x" * 61, "\u0661\u0662", "line\nbreak"])
def test_a_user_name_that_cannot_be_typed_is_told_at_its_field(people, as_, username) -> None:
    before = User.objects.count()
    response = as_("administrator").post(
        "/administration/users/", {"username": username, "display_name": "X"}
    )
    assert response.status_code == 422
    assert "username" in response.context["form"].errors
    assert User.objects.count() == before


def test_a_leaver_is_out_at_the_next_request(people, as_) -> None:
    leaver, stays = as_("investigator"), as_("second")
    assert leaver.get("/leads/").status_code == 200
    as_("administrator").post(f"/administration/users/{people['investigator'].pk}/disable/")
    response = leaver.get("/leads/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/demo/")
    assert stays.get("/leads/").status_code == 200
    owners = {one.get_decoded().get("_auth_user_id") for one in Session.objects.all()}
    assert str(people["investigator"].pk) not in owners
    assert leaver.post("/demo/hassan/").status_code == 404


def test_what_a_leaver_leaves_is_said_and_they_may_come_back(desk, as_) -> None:
    administrator, leaver = as_("administrator"), desk.people["investigator"]
    path = f"/administration/users/{leaver.pk}/"
    first, second, third = Lead.objects.filter(state="new").in_order()[:3]
    for lead in (first, second, third):
        claim_lead(actor=leaver, lead=lead)
    day = clock.now() + timedelta(days=3)
    wait_lead(actor=leaver, lead=second, until=day, reason="carrier_asked")
    let_go(actor=leaver, lead=third)
    html = administrator.post(path + "disable/", follow=True).content.decode()
    assert "2 leads are still theirs: a supervisor can let them go." in html
    assert path in html
    administrator.post(path + "disable/")
    assert Entry.objects.filter(tag="user.disable").count() == 1
    assert "Let them in again" in administrator.get(path).content.decode()
    administrator.post(path + "enable/")
    back = User.objects.get(pk=leaver.pk)
    assert (back.is_active, back.disabled_at, back.roles) == (True, None, ("investigator",))
    assert as_("investigator").get("/leads/").status_code == 200
    administrator.post(path + "enable/")
    assert Entry.objects.filter(tag="user.enable").count() == 1


def test_who_leaves_nothing_is_told_to_leave_nothing(people, as_) -> None:
    client, leaver = as_("administrator"), people["investigator"]
    said = client.post(f"/administration/users/{leaver.pk}/disable/", follow=True).content.decode()
    assert "still theirs" not in said


def test_roles_count_from_the_next_request_on(people, as_) -> None:
    client = as_("evidence")
    assert client.get("/leads/").status_code == 403
    target = people["evidence"]
    page = as_("administrator").get(f"/administration/users/{target.pk}/")
    assert page.context["form"].initial == {"roles": ["evidence_handler"]}
    as_("administrator").post(f"/administration/users/{target.pk}/", {"roles": ["investigator"]})
    assert client.get("/leads/").status_code == 200
    strange = as_("administrator").post(f"/administration/users/{target.pk}/", {"roles": ["king"]})
    assert "roles" in strange.context["form"].errors
    assert User.objects.get(pk=target.pk).roles == ("investigator",)


@pytest.mark.parametrize("act", ["", "disable/", "enable/", "reset/"])
def test_nobody_changes_their_own_account(people, as_, act) -> None:
    own = people["administrator"]
    as_("administrator").post(f"/administration/users/{own.pk}/{act}", {"roles": ["supervisor"]})
    after = User.objects.get(pk=own.pk)
    assert (after.is_active, after.roles, after.password) == (True, ("administrator",), own.password)


def test_the_system_actor_is_no_account(people, as_) -> None:
    client, system = as_("administrator"), people["system"]
    assert client.get(f"/administration/users/{system.pk}/").status_code == 404
    assert client.post(f"/administration/users/{system.pk}/disable/").status_code == 404


def test_missing_guards_are_said_first(transactional_db, people, as_) -> None:
    with as_owner():
        drop_guards()
    try:
        assert "guards are missing" in as_("administrator").get("/administration/").content.decode()
    finally:
        with as_owner():
            install_guards()
    assert "guards are missing" not in as_("administrator").get("/administration/").content.decode()


def test_work_that_nobody_does_is_said(people, as_) -> None:
    since = clock.now() - 2 * administration.SLOW
    Job.objects.create(kind="ingest", thing=people["duty"].id, started_by=people["duty"], made_at=since)
    assert "nobody does it" in as_("administrator").get("/administration/").content.decode()


def test_the_demo_shows_everybody_and_signs_in_with_one_click(people, client) -> None:
    html = client.get("/demo/?next=/leads/").content.decode()
    assert html.count("/demo/") >= len(administration.accounts(people["administrator"])) - 1
    response = client.post("/demo/aisha/", {"next": "/leads/"})
    assert response.headers["Location"] == "/leads/"
    assert client.get("/leads/").status_code == 200
