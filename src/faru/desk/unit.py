"""The unit's folder (DATA): where everything of it lies, what it is called, which pack it works by.

`FARU_DATA` names the folder. What is missing or wrong is said in one sentence, and nothing starts.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from faru.desk import env
from faru.ledger.keys import Signer, create_key, load_key
from faru.packs.load import load
from faru.packs.model import Pack

FILE: Final = "unit.json"
VARIABLE: Final = "FARU_DATA"
KEY_BYTES: Final = 32


class NoUnit(Exception):
    """There is no unit to work with; the message says which folder was looked at and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit of officers and its folder."""

    data: Path
    name: str
    pack_name: str  # a shipped pack's name or a folder
    origin: str  # the ledger's name: a web address without its scheme
    demo: bool  # invented people only: personas sign in with one click, the clock is simulated
    clock_shift: timedelta  # what the simulated clock is ahead of the machine's; zero outside the demo
    recipients: tuple[str, ...]  # age recipients of backups
    postgresql: bool = False  # the database is the one that FARU_DATABASE names, not the embedded one

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.data / "faru.sqlite3"

    @property
    def raw(self) -> Path:
        """Received bytes, each file encrypted under its own subject."""
        return self.data / "raw"

    @property
    def records(self) -> Path:
        """Carriers' answers as Parquet."""
        return self.data / "records"

    @property
    def documents(self) -> Path:
        """Documents of cases, each file encrypted."""
        return self.data / "documents"

    @property
    def dossiers(self) -> Path:
        """Sealed files for the prosecutor."""
        return self.data / "dossiers"

    @property
    def ledger(self) -> Path:
        """The append-only files of the ledger."""
        return self.data / "ledger"

    @property
    def keys(self) -> Path:
        """The unit's keys; never in a backup in clear."""
        return self.data / "keys"

    @property
    def ledger_key(self) -> Path:
        """The key that signs checkpoints and dossiers."""
        return self.keys / "ledger.key"

    def signer(self) -> Signer:
        """The key that signs checkpoints and dossiers. Raises KeyFileError."""
        return load_key(self.ledger_key)

    def secret(self, name: str) -> bytes:
        """The bytes of one of the unit's own keys. Raises NoUnit."""
        path = self.keys / name
        try:
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise NoUnit(f"The key file {path} can't be read ({error}): restore it from a backup.") from None


def create(
    data: Path,
    *,
    name: str,
    pack_name: str,
    origin: str,
    demo: bool = False,
    recipients: tuple[str, ...] = (),
) -> Unit:
    """Make the folder, its keys and its file. Raises NoUnit where one is there, PackFault, WrongSetting.

    The file remembers whether FARU_DATABASE named its database, never its address.
    """
    if (data / FILE).exists():
        raise NoUnit(f"{data} is a unit's folder already: choose another one, or start it with `faru serve`.")
    load(pack_name)
    keys = data / "keys"
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    for key in ("vault.key", "index.key", "django.key"):
        _write_secret(keys / key, secrets.token_hex(KEY_BYTES))
    create_key(keys / "ledger.key", Signer.new(origin))
    _write(
        data,
        {
            "faru_unit": 1,
            "name": name,
            "pack": pack_name,
            "origin": origin,
            "demo": demo,
            "clock_shift_s": 0,
            "recipients": list(recipients),
            "postgresql": env.database() is not None,
        },
    )
    return read(data)


def read(data: Path) -> Unit:
    """The unit of a folder. Raises NoUnit."""
    path = data / FILE
    try:
        stated: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Unit(
            data=data.resolve(),
            name=stated["name"],
            pack_name=stated["pack"],
            origin=stated["origin"],
            demo=stated["demo"] is True,
            clock_shift=timedelta(seconds=stated["clock_shift_s"] if stated["demo"] is True else 0),
            recipients=tuple(stated["recipients"]),
            postgresql=stated.get("postgresql", False) is True,
        )
    except FileNotFoundError:
        raise NoUnit(f"{data} is no unit's folder: make one with `faru init --data {data}`.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoUnit(f"{path} can't be read ({type(error).__name__}: {error}); restore it.") from None


def shift_clock(unit: Unit, to: datetime, machine_now: datetime) -> Unit:
    """Let the simulated clock of a demo show `to` now. Raises NoUnit outside the demo."""
    if not unit.demo:
        raise NoUnit("Only a demo has a simulated clock.")
    stated = json.loads((unit.data / FILE).read_text(encoding="utf-8"))
    stated["clock_shift_s"] = (to - machine_now).total_seconds()
    _write(unit.data, stated)
    current.cache_clear()
    return read(unit.data)


def say_database(data: Path, *, postgresql: bool) -> None:
    """Remember where the unit's rows lie from now on."""
    stated = json.loads((data / FILE).read_text(encoding="utf-8"))
    _write(data, stated | {"postgresql": postgresql})
    current.cache_clear()


@cache
def current() -> Unit:
    """The unit of this process, from FARU_DATA. Raises NoUnit."""
    named = os.environ.get(VARIABLE, "")
    if not named:
        raise NoUnit(f"{VARIABLE} is not set: name the unit's folder, or give it with --data.")
    return read(Path(named))


@cache
def pack() -> Pack:
    """The pack in force. Raises PackFault."""
    return load(current().pack_name)


def _write(data: Path, stated: Mapping[str, Any]) -> None:
    part = data / f"{FILE}.part"
    part.write_text(json.dumps(stated, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(data / FILE)


def _write_secret(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
