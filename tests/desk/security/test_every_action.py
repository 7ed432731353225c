"""Every action of the desk: refused to whoever may not, whole or not at all, and never without its entry."""

import importlib
import pkgutil
from uuid import UUID

import pytest
from django.apps import apps
from tests.desk.access.conftest import Full
from tests.desk.security import valid_request_calls as _requests  # noqa: F401 - its rows stand in CALLS
from tests.desk.security import valid_unit_calls as _unit  # noqa: F401
from tests.desk.security.state import everything
from tests.desk.security.valid_calls import CALLS

import faru.desk
from faru.desk.journal import acting
from faru.desk.journal.acting import ACTIONS, Denied, Registered
from faru.desk.journal.models import Entry, EntryObject
from faru.ledger.entries import LedgerError
from faru.ledger.tags import Action

pytestmark = pytest.mark.django_db


def all_actions() -> dict[str, Registered]:
    """Every action there is: each module of the desk is imported first."""
    for module in pkgutil.walk_packages(faru.desk.__path__, "faru.desk."):
        if not module.name.endswith(".wsgi") and ".migrations." not in module.name:
            importlib.import_module(module.name)
    return dict(sorted(ACTIONS.items()))


NAMES = tuple(all_actions())


def test_every_action_has_a_valid_call_here() -> None:
    assert set(CALLS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_whoever_may_not_is_refused_and_nothing_changes(full: Full, name: str) -> None:
    action = ACTIONS[name]
    actor = full.people["outsider"]
    if action.permission is None:  # everybody may, to themselves: but for a leaver
        actor.is_active = False
    before, entries = everything(), Entry.objects.count()
    with pytest.raises(Denied):
        action.call(actor=actor, **dict.fromkeys(action.parameters))
    assert everything() == before
    last = Entry.objects.order_by("-id")[0]
    assert (Entry.objects.count(), last.tag, last.actor) == (entries + 1, Action.ACT_DENY, actor.id.hex)
    actor.is_active = True


@pytest.mark.parametrize("name", NAMES)
def test_an_action_whose_entry_fails_did_not_happen(
    full: Full, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = CALLS[name](full)
    call, actor = made.through or ACTIONS[name].call, full.people[made.who]
    tag = ACTIONS[name].tag
    before, entries = everything(), Entry.objects.filter(tag=tag).count()

    def full_disk(*_anything: object) -> None:
        raise LedgerError("The ledger can't be written.")

    with monkeypatch.context() as patched:
        patched.setattr(acting, "write", full_disk)
        with pytest.raises(LedgerError):
            call(actor=actor, **made.given)
    assert everything() == before
    told = Entry.objects.filter(tag=tag)
    assert told.count() == entries

    call(actor=actor, **made.given)
    mine = [one for one in told.order_by("-id")[: told.count() - entries] if one.actor == actor.id.hex]
    assert mine
    about = set(
        EntryObject.objects.filter(entry__in=[one.pk for one in mine]).values_list("thing", flat=True)
    )
    assert about or name == "backup.making._say_backup"
    assert about <= known()


def known() -> set[UUID]:
    """The id of every row that has one."""
    return {
        pk
        for model in apps.get_models()
        if model._meta.pk.get_internal_type() == "UUIDField"
        for pk in model._default_manager.values_list("pk", flat=True)
    }
