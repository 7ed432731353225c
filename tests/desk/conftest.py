"""What tests of the desk stand on: personas, a client for each, and a small invented world taken in."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import DEFAULT_DB_ALIAS, transaction
from django.test import Client, TransactionTestCase
from tests.desk.kept import OF_MIGRATE, made_once

from faru.desk import clock, unit
from faru.desk.accounts import personas as cast
from faru.desk.accounts.models import User
from faru.desk.databases import as_owner
from faru.desk.journal.guards import drop_guards, install_guards
from faru.desk.look import printing
from faru.desk.moving import rows
from faru.desk.referrals.folder import take_in
from faru.desk.referrals.models import Lead, SavedMap
from faru.desk.vault import keys
from faru.synthetic import World, generate

ROLES = {
    "duty": "aisha",
    "investigator": "hassan",
    "second": "ibrahim",
    "supervisor": "nadia",
    "commander": "yusuf",
    "evidence": "mariyam",
    "victim_worker": "zeyna",
    "prosecutor": "ali",
    "liaison": "laila",
    "auditor": "omar",
    "administrator": "sana",
    "system": "system",
}
"""What tests call people: by what they do. "outsider" has an account and no role."""


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test() -> Iterator[None]:
    """The database is rolled back after each test: keys at hand and the ledger's files must go with it."""
    keys.forget()
    printing.forget()
    yield
    keys.forget()
    here = unit.current()
    for folder in (here.ledger, here.raw, here.records, here.documents, here.dossiers):
        shutil.rmtree(folder, ignore_errors=True)


def _flush_without_guards(self: TransactionTestCase) -> None:
    """Empties the tables at the end of a transactional test, which the guards and the desk's role refuse.

    Django's own flush truncates every table, which takes PostgreSQL a second each time.
    """
    with as_owner():
        drop_guards()
        with transaction.atomic():
            rows.empty(DEFAULT_DB_ALIAS, but=OF_MIGRATE)
        install_guards()


TransactionTestCase._fixture_teardown = _flush_without_guards


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Everybody of the demo's unit, by what they do."""
    made_once("people", _make_people)
    found = {one.username: one for one in User.objects.all()}
    return {role: found[name] for role, name in ROLES.items()} | {"outsider": found["outsider"]}


def _make_people() -> None:
    keys.ensure_unit_subject()
    cast.install()
    User.objects.create(username="outsider", display_name="Out Sider")


@pytest.fixture
def as_(people: dict[str, User]) -> Callable[[str], Client]:
    """A client signed in as somebody; "stranger" is not signed in."""

    def client(who: str) -> Client:
        found = Client()
        if who != "stranger":
            found.force_login(people[who], backend="allauth.account.auth_backends.AuthenticationBackend")
        return found

    return client


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The smallest invented world: 30 alerts with every planted story, 20,000 record rows."""
    return generate(tmp_path_factory.mktemp("world"), seed=1, referrals=30, rows=20_000)


@pytest.fixture
def at_world(world: World) -> Iterator[World]:
    """The clock stands at the world's day."""
    with clock.standing_at(world.now):
        yield world


@dataclass(frozen=True)
class Desk:
    """A desk that has taken in the small world."""

    world: World
    people: dict[str, User]

    def lead(self, **of: object) -> Lead:
        """The first lead of the queue, or the first with these values."""
        return Lead.objects.filter(**of).in_order()[0]

    def story(self, name: str) -> Lead:
        """The lead of a planted story."""
        number = self.world.stories[name][0]
        return Lead.objects.get(referrals__number=number, referrals__current=True)


@pytest.fixture
def desk(at_world: World, people: dict[str, User]) -> Iterator[Desk]:
    """Alerts taken in."""
    ended = made_once("desk", lambda: _take_in(at_world, people["system"]))
    with clock.standing_at(ended):
        yield Desk(at_world, people)


def _take_in(at_world: World, system: User) -> None:
    for path in sorted(at_world.maps.glob("*.json")):
        SavedMap.objects.create(name=path.name, content=path.read_text(encoding="utf-8"), saved_by=system)
    take_in(actor=system, paths=[at_world.alerts], bar=lambda _name: lambda _done, _total: None)
