"""What tests of the desk stand on: personas, a client for each, and a small invented world taken in."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client, TransactionTestCase

from faru.desk import clock, unit
from faru.desk.accounts import personas as cast
from faru.desk.accounts.models import User
from faru.desk.databases import as_owner
from faru.desk.journal.guards import drop_guards, install_guards
from faru.desk.look import printing
from faru.desk.referrals import ranking
from faru.desk.referrals.models import Lead, SavedMap
from faru.desk.referrals.reading import options, read_received
from faru.desk.referrals.receiving import receive_file
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
    """The ledger's guards refuse the flush that ends a transactional test, and so does the desk's role."""
    with as_owner():
        drop_guards()
        call_command("flush", verbosity=0, interactive=False)
        install_guards()


TransactionTestCase._fixture_teardown = _flush_without_guards


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Everybody of the demo's unit, by what they do."""
    cast.install()
    outsider, _made = User.objects.get_or_create(username="outsider", defaults={"display_name": "Out Sider"})
    found = {one.username: one for one in User.objects.all()}
    return {role: found[name] for role, name in ROLES.items()} | {"outsider": outsider}


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
def desk(at_world: World, people: dict[str, User]) -> Desk:
    """Alerts received, read and ranked."""
    system = people["system"]
    for path in sorted(at_world.maps.glob("*.json")):
        SavedMap.objects.create(name=path.name, content=path.read_text(encoding="utf-8"), saved_by=system)
    chosen = options()
    for path in sorted(one for one in Path(at_world.alerts).rglob("*") if one.is_file()):
        read_received(receive_file(actor=system, name=path.name, data=path.read_bytes()), system, chosen)
    ranking.rerank(system)
    return Desk(at_world, people)
