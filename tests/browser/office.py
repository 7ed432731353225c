"""A unit's desk as its officers meet it: a server over the small invented world, emptied after use."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from faru.desk import clock, demo, unit
from faru.desk.accounts import personas
from faru.desk.accounts.models import User
from faru.desk.journal.guards import drop_guards, install_guards
from faru.desk.journal.sealing import seal_now
from faru.desk.referrals.folder import take_in
from faru.desk.referrals.mapping import save_map
from faru.desk.vault import keys
from faru.desk.work import worker
from faru.formats.column_map import load_map
from faru.synthetic import World


@dataclass(frozen=True)
class Office:
    """A desk that serves. `people` are by their user names."""

    url: str
    world: World
    people: dict[str, User]

    def work(self) -> None:
        """Do what waits in the queue, and seal what was done, as `faru serve` would."""
        worker.run(until_empty=True)
        seal_now()


@contextmanager
def opened(world: World) -> Iterator[Office]:
    """An office that took the world in this morning; nothing is done yet. The database must be unblocked."""
    with _kept_clean(), clock.standing_at(world.now):
        system = personas.install()
        people = {user.username: user for user in User.objects.all()}
        for path in sorted(world.maps.glob("*.json")):
            save_map(actor=system, column_map=load_map(path.read_bytes(), path.name))
        taken = take_in(actor=people["aisha"], paths=[world.alerts], bar=quiet)
        assert taken.new, taken
        assert not taken.refused, taken
        seal_now()
        with _server() as url:
            yield Office(url, world, people)


@contextmanager
def worked(world: World) -> Iterator[Office]:
    """An office in which the demo's officers have worked. The database must be unblocked."""
    with _kept_clean():
        try:
            outcome = demo.run(world, quiet, lambda: None)
            assert outcome.cases
        finally:
            now = datetime.now(UTC)
            unit.shift_clock(unit.current(), now, now)  # the unit's folder serves other tests too
        with clock.standing_at(world.now), _server() as url:
            found = Office(url, world, {user.username: user for user in User.objects.all()})
            found.work()  # the demo left reading on trial to the worker
            yield found


@contextmanager
def empty(world: World) -> Iterator[Office]:
    """An office into which nothing came yet. The database must be unblocked."""
    with _kept_clean():
        personas.install()
        with _server() as url:
            yield Office(url, world, {user.username: user for user in User.objects.all()})


def quiet(_label: str) -> Any:
    """A progress bar that says nothing."""
    return lambda _done, _total: None


@contextmanager
def _kept_clean() -> Iterator[None]:
    """Whatever happens inside, nothing of it is left: rows, keys at hand, files, counted sign-ins."""
    keys.forget()
    cache.clear()
    try:
        yield
    finally:
        drop_guards(connection)  # the ledger's guards refuse the flush
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        install_guards(connection)
        keys.forget()
        cache.clear()
        here = unit.current()
        for folder in (here.ledger, here.raw, here.records, here.documents, here.dossiers):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server() -> Iterator[str]:
    server = LiveServer("localhost")
    try:
        yield server.url
    finally:
        server.stop()
