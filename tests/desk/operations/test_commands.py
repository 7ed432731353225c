"""The commands as a person types them, in processes of their own: init, user, ingest, backup, serve."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from faru.synthetic import World


@dataclass(frozen=True)
class Unit:
    """A unit made by `faru init`, with a duty officer and the small world taken in."""

    data: Path
    identity: Path
    said: str


def faru(*words: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("FARU_", "DJANGO_"))}
    command = [sys.executable, "-m", "faru.cli", *words]
    if data is not None:
        command += ["--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=120)


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory, world: World) -> Unit:
    folder = tmp_path_factory.mktemp("unit")
    data, identity = folder / "data", folder / "recovery.txt"
    made = faru(
        "init", "--name", "A unit", "--pack", "demo", "--admin", "sana", "--admin-name", "Sana", data=data
    )
    assert made.returncode == 0, made.stderr
    identity.write_text(re.search(r"AGE-SECRET-KEY-\S+", made.stdout)[0])
    added = faru(
        "user", "add", "aisha", "--name", "Aisha", "--role", "intake", "--role", "triage", "--as", "sana",
        data=data,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    maps = [word for path in sorted(world.maps.glob("*.json")) for word in ("--map", str(path))]
    taken = faru("ingest", str(world.alerts), "--as", "aisha", *maps, data=data)
    assert "new referrals" in taken.stdout, taken.stderr
    return Unit(data, identity, made.stdout + added.stdout)


def rows(data: Path, table: str) -> int:
    with sqlite3.connect(data / "faru.sqlite3") as found:
        return found.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own


def tags(data: Path) -> list[str]:
    """What the ledger of a unit tells, in the order in which it was sealed."""
    with sqlite3.connect(data / "faru.sqlite3") as found:
        sealed = found.execute(
            'SELECT tag FROM journal_leaf JOIN journal_entry ON entry_id = id ORDER BY journal_leaf."index"'
        )
        return [row[0] for row in sealed]


def test_no_password_is_a_default_and_keys_are_closed(unit: Unit) -> None:
    first, second = re.findall(r"[Ff]irst password[^:]*: (\S+)", unit.said)
    assert first != second
    assert {path.stat().st_mode & 0o077 for path in (unit.data / "keys").glob("*.key")} == {0}
    assert "AGE-SECRET" not in "".join(
        path.read_text(errors="replace") for path in unit.data.rglob("*") if path.is_file()
    )


def test_a_folder_is_made_once(unit: Unit) -> None:
    again = faru("init", "--name", "B", "--pack", "demo", "--admin", "x", "--admin-name", "X", data=unit.data)
    assert again.returncode == 2
    assert "already" in again.stderr


def test_ingest_again_changes_nothing(unit: Unit, world: World) -> None:
    before = rows(unit.data, "referrals_referral"), rows(unit.data, "referrals_lead")
    again = faru("ingest", str(world.alerts), "--as", "aisha", data=unit.data)
    assert again.stdout.startswith("0 new referrals")
    assert (rows(unit.data, "referrals_referral"), rows(unit.data, "referrals_lead")) == before


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("nobody", "There is no active user 'nobody': name one with --as."),
        ("sana", "may not do this"),
        ("system", "There is no active user 'system': name one with --as."),
    ],
    ids=["unknown", "no right", "the desk itself"],
)
def test_ingest_names_who_does_it(unit: Unit, world: World, who: str, says: str) -> None:
    refused = faru("ingest", str(world.alerts), "--as", who, data=unit.data)
    assert refused.returncode == 2
    assert says in refused.stderr


def test_an_account_is_closed_and_opened_again(unit: Unit) -> None:
    def user(act: str, name: str) -> subprocess.CompletedProcess[str]:
        return faru("user", act, name, "--as", "sana", data=unit.data)

    assert user("disable", "nobody").stderr == "There is no active user 'nobody'.\n"
    assert user("enable", "aisha").stderr == "There is no disabled user 'aisha'.\n"
    assert user("disable", "aisha").stdout == "aisha is out.\n"
    assert user("disable", "aisha").stderr == "There is no active user 'aisha'.\n"
    assert user("enable", "aisha").stdout == "aisha may sign in again.\n"
    assert [tag for tag in tags(unit.data) if tag.startswith("user.")][-2:] == ["user.disable", "user.enable"]
    for act in ("disable", "reset-second-factor"):
        assert "There is no such user" in user(act, "system").stderr


def test_a_backup_restores_to_the_same_counts_and_the_same_head(unit: Unit, tmp_path: Path) -> None:
    file, there = tmp_path / "unit.age", tmp_path / "restored"
    made = faru("backup", str(file), "--as", "sana", data=unit.data)
    assert made.returncode == 0, made.stderr
    back = faru("restore", str(file), "--identity", str(unit.identity), data=there)
    assert back.returncode == 0, back.stderr
    head = re.search(r"[0-9a-f]{64}", made.stdout)[0]
    assert head in back.stdout
    for table in ("referrals_referral", "referrals_lead", "vault_datakey"):
        assert rows(there, table) == rows(unit.data, table), table
    # The restoring is told, and sealed with the entry of its checkpoint.
    for table in ("journal_entry", "journal_leaf"):
        assert rows(there, table) == rows(unit.data, table) + 2, table
    assert tags(there)[-2:] == ["backup.restore", "checkpoint.sign"]
    assert tags(there)[:-2] == tags(unit.data)
    verified = faru("ledger", "verify", data=there)
    assert verified.returncode == 0
    assert head not in verified.stdout
    assert sorted(path.name for path in (there / "raw").rglob("*.sealed")) == sorted(
        path.name for path in (unit.data / "raw").rglob("*.sealed")
    )
    taken = faru("user", "disable", "aisha", "--as", "sana", data=there)
    assert taken.returncode == 0, taken.stderr


def test_a_backup_is_unreadable_without_its_key_and_never_written_over(unit: Unit, tmp_path: Path) -> None:
    file = tmp_path / "unit.age"
    faru("backup", str(file), "--as", "sana", data=unit.data)
    sealed = file.read_bytes()
    secret = (unit.data / "keys" / "vault.key").read_bytes().strip()
    assert secret not in sealed
    assert b"unit.json" not in sealed
    assert faru("backup", str(file), "--as", "sana", data=unit.data).returncode == 2
    assert file.read_bytes() == sealed


@pytest.mark.parametrize("harm", ["flipped", "cut", "other key", "no backup"])
def test_a_backup_that_is_not_whole_leaves_nothing_behind(unit: Unit, tmp_path: Path, harm: str) -> None:
    import pyrage

    file, there, identity = tmp_path / "unit.age", tmp_path / "restored", unit.identity
    faru("backup", str(file), "--as", "sana", data=unit.data)
    data = bytearray(file.read_bytes())
    if harm == "flipped":
        data[len(data) // 2] ^= 1
    elif harm == "cut":
        data = data[: len(data) // 2]
    elif harm == "no backup":
        data = bytearray(b"something else")
    else:
        identity = tmp_path / "other.txt"
        identity.write_text(str(pyrage.x25519.Identity.generate()))
    file.write_bytes(bytes(data))
    refused = faru("restore", str(file), "--identity", str(identity), data=there)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert not there.exists()
    assert list(tmp_path.glob("*.restoring")) == []


def test_serve_answers_seals_and_ends_with_everything_sealed(unit: Unit, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("FARU_", "DJANGO_"))}
    server = subprocess.Popen(
        [sys.executable, "-m", "faru.cli", "serve", "--data", str(unit.data), "--port", str(port)],
        env=env,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"http://localhost:{port}/health/", timeout=5) as answer:
                    assert answer.read() == b"ok"
                break
            except OSError:
                time.sleep(0.2)
        second = faru("serve", "--port", str(port), data=unit.data)
        assert second.returncode == 2
        with urllib.request.urlopen(f"http://localhost:{port}/today/", timeout=20) as signed_out:
            assert "sign-in" in signed_out.url
        # An entry of another process is sealed by this one within seconds.
        faru("user", "reset-second-factor", "aisha", "--as", "sana", data=unit.data)
        assert rows(unit.data, "journal_pending") == 0
    finally:
        server.send_signal(signal.SIGTERM)
        _out, said = server.communicate(timeout=60)
    assert (server.returncode, "Traceback" in said) == (0, False), said
    assert rows(unit.data, "journal_pending") == 0
    assert faru("ledger", "verify", data=unit.data).returncode == 0
