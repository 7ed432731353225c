"""A unit whose rows lie in PostgreSQL: made there, moved there, backed up from there; two roles, or one."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.cluster import APP, OWNER, Cluster

from faru.desk.journal.guards import TABLES
from faru.desk.work.worker import LOCK
from faru.synthetic import World

Ran = subprocess.CompletedProcess[str]
PASSWORD = "never-shown-4711"
INIT = ("init", "--name", "A unit", "--pack", "demo", "--admin", "sana", "--admin-name", "Sana")


def faru(*words: str, data: Path | None = None, **settings: str) -> Ran:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("FARU_", "DJANGO_"))}
    command = [sys.executable, "-m", "faru.cli", *words]
    if data is not None:
        command += ["--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, env=env | settings, timeout=120)


def addresses(cluster: Cluster, name: str) -> dict[str, str]:
    """The desk's address with a password in it, which the server does not ask for, and the owner's."""
    return {
        "FARU_DATABASE": cluster.url(name, f"{APP}:{PASSWORD}"),
        "FARU_DATABASE_OWNER": cluster.url(name, OWNER),
    }


def counts(cluster: Cluster, name: str) -> dict[str, int]:
    with cluster.connect(name) as found:
        return _counts(found, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


def _counts(found: Any, tables: str) -> dict[str, int]:
    names = [row[0] for row in found.execute(tables)]
    return {name: found.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def tags(cluster: Cluster, name: str) -> list[str]:
    """What the ledger tells, in the order in which it was sealed."""
    with cluster.connect(name) as found:
        sealed = found.execute(
            'SELECT tag FROM journal_leaf l JOIN journal_entry e ON l.entry_id = e.id ORDER BY l."index"'
        )
        return [row[0] for row in sealed]


@dataclass(frozen=True)
class Moved:
    """A unit with the small world, made in SQLite and moved to the database `moved`."""

    data: Path
    identity: Path
    file: str  # hash of the embedded database before
    rows: dict[str, int]
    said: str


def file_rows(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as found:
        return _counts(found, "SELECT name FROM sqlite_master WHERE type = 'table'")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory, world: World) -> tuple[Path, Path]:
    """The folder of a unit in SQLite that has taken in the small world, and what opens its backups."""
    folder = tmp_path_factory.mktemp("unit")
    data, identity = folder / "data", folder / "recovery.txt"
    made = faru(*INIT, data=data)
    identity.write_text(re.search(r"AGE-SECRET-KEY-\S+", made.stdout)[0])
    roles = ("--role", "intake", "--role", "triage")
    added = faru("user", "add", "aisha", "--name", "Aisha", *roles, "--as", "sana", data=data)
    assert added.returncode == 0, added.stderr
    maps = [word for path in sorted(world.maps.glob("*.json")) for word in ("--map", str(path))]
    taken = faru("ingest", str(world.alerts), "--as", "aisha", *maps, data=data)
    assert "new referrals" in taken.stdout, taken.stderr
    return data, identity


@pytest.fixture(scope="module")
def moved(embedded: tuple[Path, Path], cluster: Cluster) -> Moved:
    data, identity = embedded
    file = data / "faru.sqlite3"
    before, rows = sha256(file), file_rows(file)
    cluster.create("moved")
    there = addresses(cluster, "moved")
    done = faru("move-database", "--to", there.pop("FARU_DATABASE"), data=data, **there)
    assert done.returncode == 0, done.stderr
    return Moved(data, identity, before, rows, done.stdout + done.stderr)


def test_the_owner_makes_a_unit_and_the_desks_own_role_works_it(cluster: Cluster, tmp_path: Path) -> None:
    cluster.create("made")
    there = addresses(cluster, "made")
    made = faru(*INIT, data=tmp_path / "unit", **there)
    assert made.returncode == 0, made.stderr
    assert "The desk's role owns" not in made.stdout
    assert PASSWORD not in made.stdout + made.stderr + (tmp_path / "unit" / "unit.json").read_text()
    with cluster.connect("made") as found:
        owners = set(found.execute("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'"))
        rights = (
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = %s AND table_name = %s"
        )
        on = {
            table: {row[0] for row in found.execute(rights, [APP, table])}
            for table in (*TABLES, "referrals_lead", "django_migrations")
        }
    assert owners == {(OWNER,)}
    assert on == {table: {"SELECT", "INSERT"} for table in TABLES} | {
        "referrals_lead": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        "django_migrations": {"SELECT"},
    }
    again = faru("user", "add", "nadia", "--name", "N", "--role", "supervisor", "--as", "sana",
                 data=tmp_path / "unit", FARU_DATABASE=there["FARU_DATABASE"])  # fmt: skip
    assert again.returncode == 0, again.stderr
    other = faru(*INIT, data=tmp_path / "other", **there)
    assert other.returncode == 2
    assert other.stderr.endswith("holds a unit already: name an empty database.\n")
    assert not (tmp_path / "other").exists()


def test_one_role_for_all_works_and_says_what_is_missing(cluster: Cluster, tmp_path: Path) -> None:
    cluster.create("single")
    made = faru(*INIT, data=tmp_path / "unit", FARU_DATABASE=cluster.url("single", OWNER))
    assert made.returncode == 0, made.stderr
    assert "The desk's role owns the tables of the database" in made.stdout


def test_a_role_that_may_make_no_tables_is_told_what_to_set(cluster: Cluster, tmp_path: Path) -> None:
    cluster.create("closed")
    made = faru(*INIT, data=tmp_path / "unit", FARU_DATABASE=cluster.url("closed", APP))
    assert made.returncode == 2
    assert made.stderr.startswith("FARU_DATABASE_OWNER is not set, and this version changes tables")
    assert len(made.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"FARU_DATABASE": f"mysql://a:{PASSWORD}@h/db"}, "FARU_DATABASE is no address of a PostgreSQL"),
        ({"FARU_DATABASE": f"postgresql://a:{PASSWORD}@h:port/db"}, "FARU_DATABASE: port is no port"),
        ({"FARU_DATABASE": f"postgresql://a:{PASSWORD}@h/db?sslmod=no"}, "FARU_DATABASE can't be read as an"),
        ({"FARU_DATABASE": f"postgresql://a:{PASSWORD}@h"}, "FARU_DATABASE names no database"),
        ({"FARU_DATABASE_OWNER": f"postgresql://a:{PASSWORD}@h/db"}, "FARU_DATABASE_OWNER is set and"),
        (
            {"FARU_DATABASE": f"postgresql://a:{PASSWORD}@/db?host=/nowhere"},
            "The database a@/nowhere/db does not",
        ),
    ],
    ids=["scheme", "port", "unknown", "name", "owner alone", "nobody there"],
)
def test_a_wrong_address_is_one_sentence_without_its_password(tmp_path: Path, settings, says: str) -> None:
    refused = faru(*INIT, data=tmp_path / "unit", **settings)
    assert refused.returncode == 2
    assert refused.stderr.startswith(says), refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert PASSWORD not in refused.stderr
    assert not (tmp_path / "unit").exists()


def test_a_database_that_sorts_otherwise_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    with cluster.connect("postgres") as server:
        server.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    refused = faru(*INIT, data=tmp_path / "unit", FARU_DATABASE=cluster.url("latin", APP))
    assert refused.returncode == 2
    assert "keeps text in LATIN1" in refused.stderr


def test_a_moved_unit_has_every_row_and_the_same_ledger(moved: Moved, cluster: Cluster) -> None:
    found = counts(cluster, "moved")
    # The move, and the checkpoint that seals it; a checkpoint has no payload.
    of_the_move = {"journal_entry": 2, "journal_payload": 1, "journal_leaf": 2, "journal_checkpoint": 1}
    same = {table: rows for table, rows in moved.rows.items() if table in found and table not in of_the_move}
    assert {table: found[table] for table in same} == same
    assert len(same) > 40
    assert {table: found[table] - moved.rows[table] for table in of_the_move} == of_the_move
    assert tags(cluster, "moved")[-2:] == ["unit.move", "checkpoint.sign"]
    assert "postgresql://faru_app@/moved?host=" in moved.said.replace("localhost", "")
    assert PASSWORD not in moved.said
    there = addresses(cluster, "moved")["FARU_DATABASE"]
    verified = faru("ledger", "verify", data=moved.data, FARU_DATABASE=there)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert sha256(moved.data / "faru.sqlite3") == moved.file


def test_a_moved_unit_is_not_worked_from_its_old_file(moved: Moved, world: World) -> None:
    refused = faru("ingest", str(world.alerts), "--as", "aisha", data=moved.data)
    assert refused.returncode == 2
    assert refused.stderr == "FARU_DATABASE is not set, and this unit's rows lie in PostgreSQL: set it.\n"


def test_a_moved_unit_works_on(moved: Moved, cluster: Cluster, world: World) -> None:
    there = addresses(cluster, "moved")["FARU_DATABASE"]
    before = counts(cluster, "moved")
    again = faru("ingest", str(world.alerts), "--as", "aisha", data=moved.data, FARU_DATABASE=there)
    assert again.stdout.startswith("0 new referrals"), again.stderr
    roles = ("--role", "auditor", "--role", "liaison")
    words = ("user", "add", "omar", "--name", "O", *roles, "--as", "sana")
    added = faru(*words, data=moved.data, FARU_DATABASE=there)
    assert added.returncode == 0, added.stderr
    after = counts(cluster, "moved")
    assert after["referrals_referral"] == before["referrals_referral"]
    assert after["accounts_user"] == before["accounts_user"] + 1


def test_a_database_with_a_table_is_refused(embedded, cluster: Cluster, tmp_path: Path) -> None:
    with cluster.connect("postgres") as server:
        server.execute("CREATE DATABASE taken")
    with cluster.connect("taken") as taken:
        taken.execute("CREATE TABLE mine (id integer)")
    data = _copy(embedded[0], tmp_path)
    refused = faru("move-database", "--to", cluster.url("taken", "postgres"), data=data)
    assert refused.returncode == 2
    assert (
        refused.stderr.splitlines()[-1]
        == "The database is not empty, it has 1 tables (mine): make a new one."
    )


def test_nothing_is_moved_while_a_worker_works(embedded, cluster: Cluster, tmp_path: Path) -> None:
    cluster.create("busy")
    data = _copy(embedded[0], tmp_path)
    with (data / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = faru("move-database", "--to", cluster.url("busy", OWNER), data=data)
    assert refused.returncode == 2
    assert "A worker works in this folder" in refused.stderr
    assert counts(cluster, "busy") == {}


def test_what_fails_half_way_leaves_both_as_they_were(embedded, cluster: Cluster, tmp_path: Path) -> None:
    """A row that the target can't take: its text has a NUL, which SQLite holds and PostgreSQL does not."""
    cluster.create("half")
    data = _copy(embedded[0], tmp_path)
    with sqlite3.connect(data / "faru.sqlite3") as file:
        file.execute("UPDATE referrals_lead SET number = number || char(0)")
    before = file_rows(data / "faru.sqlite3")
    there = addresses(cluster, "half")
    refused = faru("move-database", "--to", there.pop("FARU_DATABASE"), data=data, **there)
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].startswith("Nothing was moved: ")
    assert counts(cluster, "half") == {}
    assert file_rows(data / "faru.sqlite3") == before
    assert '"postgresql": false' in (data / "unit.json").read_text()


@pytest.fixture(scope="module")
def backup(moved: Moved, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "unit.age"
    there = addresses(cluster, "moved")["FARU_DATABASE"]
    made = faru("backup", str(path), "--as", "sana", data=moved.data, FARU_DATABASE=there)
    assert made.returncode == 0, made.stderr
    assert not list(moved.data.glob("backup.part*"))
    return path


def restored(backup: Path, moved: Moved, data: Path, **settings: str) -> Ran:
    done = faru("restore", str(backup), "--identity", str(moved.identity), data=data, **settings)
    assert done.returncode == 0, done.stderr
    return done


def test_a_backup_of_postgresql_restores_into_the_embedded_database(
    backup: Path, moved: Moved, cluster: Cluster, tmp_path: Path
) -> None:
    restored(backup, moved, tmp_path / "unit")
    rows, found = file_rows(tmp_path / "unit" / "faru.sqlite3"), counts(cluster, "moved")
    ledger = {*TABLES, "journal_pending"}
    assert {one: rows[one] for one in found if one not in ledger} == {
        one: found[one] for one in found if one not in ledger
    }
    verified = faru("ledger", "verify", data=tmp_path / "unit")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_backup_restores_into_another_postgresql(
    backup: Path, moved: Moved, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.create("other")
    restored(backup, moved, tmp_path / "unit", **addresses(cluster, "other"))
    assert tags(cluster, "other")[-2:] == ["backup.restore", "checkpoint.sign"]
    assert not list((tmp_path / "unit").glob("faru.sqlite3*"))
    with cluster.connect("other", APP) as found, pytest.raises(psycopg.errors.InsufficientPrivilege):
        found.execute("DELETE FROM journal_entry")


def _copy(data: Path, to: Path) -> Path:
    """The folder as it was before its rows were moved."""
    shutil.copytree(data, to / "unit")
    stated = json.loads((to / "unit" / "unit.json").read_text())
    (to / "unit" / "unit.json").write_text(json.dumps(stated | {"postgresql": False}, indent=1))
    return to / "unit"
