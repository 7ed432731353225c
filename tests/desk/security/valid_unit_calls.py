"""Valid calls of the actions on duty, people of the unit and its backup; see `valid_calls`."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from tests.desk.access.conftest import Full
from tests.desk.security.valid_calls import Call, lead_of, of

from faru.desk import clock
from faru.desk.accounts import actions as accounts
from faru.desk.accounts.models import User
from faru.desk.duty.models import Handover, Promise

# Duty.


@of("duty.actions.sign_handover")
def _(full: Full) -> Call:
    return Call("duty", {"words": "All is quiet."})


@of("duty.actions.accept_handover")
def _(full: Full) -> Call:
    return Call("investigator", {"handover": Handover.objects.get(pk=full.words["handover"])})


@of("duty.actions.make_promise")
def _(full: Full) -> Call:
    due = clock.now() + timedelta(hours=1)
    return Call("duty", {"whom": "A school", "about": "a call back", "due_at": due, "lead": lead_of(full)})


@of("duty.actions.keep_promise")
def _(full: Full) -> Call:
    return Call("duty", {"promise": Promise.objects.get(pk=full.words["promise"])})


# People of the unit, and its backup.


@of("accounts.actions.add_user")
def _(full: Full) -> Call:
    given = {"username": "new", "display_name": "New One", "roles": ["investigator"]}
    return Call("administrator", given)


@of("accounts.actions.change_roles")
def _(full: Full) -> Call:
    return Call("administrator", {"user_id": full.words["user"], "roles": ["supervisor"]})


@of("accounts.actions.disable_user")
def _(full: Full) -> Call:
    return Call("administrator", {"user_id": full.words["user"]})


@of("accounts.actions.enable_user")
def _(full: Full) -> Call:
    who = full.words["user"]
    accounts.disable_user(actor=full.people["administrator"], user_id=who)
    return Call("administrator", {"user_id": who})


@of("accounts.actions.reset_second_factor")
def _(full: Full) -> Call:
    return Call("administrator", {"user_id": full.words["user"]})


@of("accounts.actions.change_own_password")
def _(full: Full) -> Call:
    present = "atoll-harbour-mast-bank-17"
    User.objects.filter(pk=full.people["duty"].pk).update(password=make_password(present))
    return Call("duty", {"present": present, "password": "coral-lagoon-tide-shoal-91"})


@of("backup.making._say_backup")
def _(full: Full) -> Call:
    return Call("administrator", {"name": "unit.age"})
