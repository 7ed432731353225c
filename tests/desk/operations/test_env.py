"""Settings that can't be right stop the start with one sentence; blanks and empty parts do no harm."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from faru.desk import env


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("", ["localhost", "127.0.0.1"]),
        (" ", ["localhost", "127.0.0.1"]),
        ("desk.unit.example", ["desk.unit.example"]),
        (" desk.unit.example , [::1],192.0.2.7,", ["desk.unit.example", "[::1]", "192.0.2.7"]),
    ],
)
def test_hosts_are_names_with_commas(monkeypatch, given, names) -> None:
    monkeypatch.setenv(env.HOSTS, given)
    assert env.hosts() == names


@pytest.mark.parametrize(
    "given",
    ["*", "localhost,*", "*.unit.example", ".unit.example", "desk:8000", "https://desk.example", "a b", "a/",
     "desk.", "a..b", "desk\n.example"],
)  # fmt: skip
def test_a_host_that_is_no_name_is_told(monkeypatch, given) -> None:
    monkeypatch.setenv(env.HOSTS, given)
    with pytest.raises(env.WrongSetting, match=r"^FARU_HOSTS: .* is no name of a machine"):
        env.hosts()


def test_origins_are_stripped(monkeypatch) -> None:
    monkeypatch.setenv(env.ORIGINS, "https://desk.unit.example, http://localhost:8443 ,")
    assert env.origins() == ["https://desk.unit.example", "http://localhost:8443"]
    monkeypatch.delenv(env.ORIGINS)
    assert env.origins() == []


@pytest.mark.parametrize(
    "given",
    ["desk.example", "https://", "https://*.example", "https://desk.example/", "ftp://desk.example", "*",
     "https://desk.example:", "https://a@desk.example"],
)  # fmt: skip
def test_an_origin_that_is_none_is_told(monkeypatch, given) -> None:
    monkeypatch.setenv(env.ORIGINS, given)
    with pytest.raises(env.WrongSetting, match=r"^FARU_ORIGINS: .* is no origin"):
        env.origins()


@pytest.mark.parametrize(("variable", "given"), [(env.HOSTS, "*"), (env.ORIGINS, "desk.example")])
def test_nothing_starts_and_nothing_is_left_half_made(tmp_path: Path, variable: str, given: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FARU_", "DJANGO_"))}
    words = ["init", "--name", "A", "--pack", "demo", "--admin", "sana", "--admin-name", "Sana"]
    command = [sys.executable, "-m", "faru.cli", *words, "--data", str(tmp_path / "unit")]
    stopped = subprocess.run(command, capture_output=True, text=True, env=clean | {variable: given})
    assert (stopped.returncode, stopped.stderr.count("\n")) == (2, 1), stopped.stderr
    assert stopped.stderr.startswith(f"{variable}: {given!r} ")
    assert not (tmp_path / "unit").exists()
    assert subprocess.run(command, capture_output=True, env=clean).returncode == 0
    command[3:] = ["serve", "--data", str(tmp_path / "unit")]
    stopped = subprocess.run(command, capture_output=True, text=True, env=clean | {variable: given})
    assert (stopped.returncode, stopped.stderr.count("\n")) == (2, 1), stopped.stderr


@pytest.mark.parametrize(
    ("given", "shown", "again"),
    [
        ("postgresql://faru_app@db.example/faru", "faru_app@db.example/faru", None),
        ("postgresql://app:se%40cret@db:5433/faru?sslmode=require", "app@db:5433/faru",
         "postgresql://app@/faru?host=db&port=5433&sslmode=require"),
        ("postgresql://app@/faru?host=/run/postgresql", "app@/run/postgresql/faru", None),
        ("postgres:///?service=faru", "/faru", "postgresql:///?service=faru"),
    ],
)  # fmt: skip
def test_an_address_of_a_database_is_shown_and_set_again_without_its_password(
    monkeypatch, given, shown, again
) -> None:
    monkeypatch.setenv(env.DATABASE, given)
    address = env.database()
    assert address.shown() == shown
    assert "se" + "@cret" not in repr(address) + address.shown() + address.url()
    monkeypatch.setenv(env.DATABASE, address.url())
    assert env.database() == replace(address, password="")
    assert again is None or address.url() == again


def test_no_address_is_the_embedded_database(monkeypatch) -> None:
    monkeypatch.setenv(env.DATABASE, " ")
    monkeypatch.delenv(env.OWNER, raising=False)
    assert env.database() is None
    assert env.database_owner() is None
