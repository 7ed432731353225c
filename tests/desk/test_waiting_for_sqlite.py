"""Who waits for SQLite's write lock gets it between two batches of an intake, and is told in the end."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from django.db.utils import load_backend

from faru.desk import databases

pytestmark = pytest.mark.django_db  # any connection of Django's counts as the database


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "unit.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE said (word TEXT)")
    return path


def officer(path: Path, patience: float = 20):
    """A connection of this thread, as a request has one."""
    stated = databases.embedded(path)
    stated["OPTIONS"]["timeout"] = patience
    full = connections.configure_settings({"default": {}, "officer": stated})["officer"]
    return closing(load_backend(full["ENGINE"]).DatabaseWrapper(full, "officer"))


def say(connection, word: str) -> None:
    """One transaction, as `atomic` makes it."""
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO said VALUES (%s)", [word])
    connection.commit()
    connection.set_autocommit(True)


def said(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as seen:
        return [word for (word,) in seen.execute("SELECT word FROM said")]


def test_an_intake_that_lets_go_for_moments_keeps_nobody_waiting(path):
    rounds, done = 60, threading.Event()

    def take_in() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as busy:
            for _round in range(rounds):
                busy.execute("BEGIN IMMEDIATE")
                busy.execute("INSERT INTO said VALUES ('alert')")
                time.sleep(0.08)
                busy.execute("COMMIT")
                time.sleep(0.01)
        done.set()

    intake = threading.Thread(target=take_in)
    intake.start()
    with officer(path) as connection:
        while not done.is_set():
            say(connection, "note")
            time.sleep(0.02)
    intake.join()
    assert said(path).count("alert") == rounds
    assert said(path).count("note") >= rounds // 2


def test_who_waits_too_long_is_told_and_may_try_again(path):
    with officer(path, patience=0.1) as connection, closing(sqlite3.connect(path)) as busy:
        busy.execute("INSERT INTO said VALUES ('alert')")
        with pytest.raises(OperationalError, match="locked"):
            say(connection, "note")
        assert not connection.in_atomic_block
        busy.commit()
        say(connection, "note")
    assert said(path) == ["alert", "note"]


def test_a_fault_that_is_no_lock_is_raised_at_once(path):
    with officer(path, patience=3600) as connection:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
        with pytest.raises(OperationalError, match="within a transaction"):
            say(connection, "note")


def test_single_statements_wait_as_long(path):
    with officer(path, patience=7) as connection:
        say(connection, "note")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            assert cursor.fetchone() == (7000,)
