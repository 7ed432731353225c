"""One desk with something behind every act, really committed, so that threads of their own meet over it."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import TransactionTestCase
from tests.desk.access.conftest import Full, _make

from faru.desk import clock, unit
from faru.desk.databases import as_owner
from faru.desk.journal.guards import drop_guards, install_guards
from faru.desk.look import printing
from faru.desk.referrals import interrupts
from faru.desk.referrals.models import Interrupt, Lead, LeadState
from faru.desk.vault import keys
from faru.synthetic import World


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test() -> None:
    """Instead of the desk's own: the tests of a module share what is committed."""


@pytest.fixture(scope="module")
def full(django_db_setup: None, django_db_blocker: Any, world: World) -> Iterator[Full]:
    """Made and committed once a module; everything is taken away behind it, and nothing between its tests."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        clock.standing_at(world.now),
    ):
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: None)
        keys.forget()
        try:
            yield _make(world)
        finally:
            with as_owner():
                drop_guards()
                call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
                install_guards()
            keys.forget()
            printing.forget()
            here = unit.current()
            for folder in (here.ledger, here.raw, here.records, here.documents, here.dossiers):
                shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def free(full: Full) -> Callable[[], Lead]:
    """Gives leads that nobody has, without an open interrupt: another one each time."""
    given: set[Any] = set()

    def take() -> Lead:
        held = Interrupt.objects.filter(cleared_at=None).values("lead")
        found = Lead.objects.filter(state=LeadState.NEW, owner=None).exclude(pk__in=held)
        lead = found.exclude(pk__in=given).in_order()[0]
        given.add(lead.pk)
        return lead

    return take


@pytest.fixture
def raised(full: Full, free: Callable[[], Lead]) -> Interrupt:
    """An interrupt that nobody has taken."""
    return interrupts.raise_interrupt(
        actor=full.people["duty"], lead=free(), kind="missing_child", why="Told by telephone."
    )
