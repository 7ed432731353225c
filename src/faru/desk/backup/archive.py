"""A unit's folder as one encrypted file, and back. Knows no Django: it runs before there is a unit.

The file is an age file around a tar. Nothing of it is written in clear on the way: the tar is made into a
pipe. The last member is a manifest: the hash of each file, rows by table, the ledger's head.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyrage

from faru.ledger.verify import read_checkpoint

MANIFEST: Final = "manifest.json"
DATABASE: Final = "faru.sqlite3"
FOLDERS: Final = ("keys", "raw", "documents", "records", "dossiers")
"""What goes along beside the database. The ledger's files do not: they are written anew from it."""
VERSION: Final = 1
_CHUNK: Final = 1 << 20

Tick = Callable[[int, int], None]


class NotRestored(Exception):
    """A backup can't be restored; the message says why. Nothing is left behind."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    path: Path
    counts: dict[str, int]  # rows by table
    ledger_size: int
    ledger_root: str  # hexadecimal
    migrations: tuple[tuple[str, str], ...]  # (app, name) of those the database has seen


def pack(data: Path, database: Path, out: Path, recipients: Sequence[str], tick: Tick) -> Backup:
    """Encrypt the folder `data`, with `database` as its database, to the new file `out`. Raises OSError."""
    stated = _state(database)
    files = [("unit.json", data / "unit.json"), (DATABASE, database), *_files(data)]
    keys = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as sealed:
            _encrypt(lambda tar: _fill(tar, files, stated, tick), sealed, keys)
            sealed.flush()
            os.fsync(sealed.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return _backup(out, stated)


def unpack(path: Path, data: Path, identity: str, tick: Tick) -> Backup:
    """Decrypt into the empty folder `data` and compare. Raises NotRestored; then `data` is as it was."""
    if data.exists() and any(data.iterdir()):
        raise NotRestored(f"{data} is not empty: restore into a new folder.")
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
    except pyrage.IdentityError:
        raise NotRestored("This is no age identity: it begins with AGE-SECRET-KEY-1.") from None
    part = data.with_name(data.name + ".restoring")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True, mode=0o700)
        stated = _unpack(path, key, part, tick)
        _compare(part / DATABASE, stated)
        if data.exists():
            data.rmdir()
        part.replace(data)
    except OSError as fault:
        raise NotRestored(f"{fault.filename or path}: {fault.strerror or fault}.") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return _backup(path, stated)


def _backup(path: Path, stated: dict[str, Any]) -> Backup:
    ledger = stated["ledger"]
    migrations = tuple((app, name) for app, name in stated["migrations"])
    return Backup(path, stated["counts"], ledger["size"], ledger["root"], migrations)


def _state(database: Path) -> dict[str, Any]:
    return {
        "faru_backup": VERSION,
        "counts": _counts(database),
        "ledger": _ledger(database),
        "migrations": _migrations(database),
    }


def _counts(database: Path) -> dict[str, int]:
    with sqlite3.connect(database) as found:
        tables = [row[0] for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {
            table: found.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - its own tables
            for table in sorted(tables)
        }
    found.close()
    return counts


def _ledger(database: Path) -> dict[str, Any]:
    with sqlite3.connect(database) as found:
        row = found.execute("SELECT note FROM journal_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    found.close()
    if row is None:
        return {"size": 0, "root": ""}
    checkpoint = read_checkpoint(row[0])
    return {"size": checkpoint.size, "root": checkpoint.root.hex()}


def _migrations(database: Path) -> list[list[str]]:
    with sqlite3.connect(database) as found:
        rows = found.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    found.close()
    return [list(row) for row in rows]


def _files(data: Path) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and path.suffix != ".part":
                yield path.relative_to(data).as_posix(), path


def _fill(tar: tarfile.TarFile, files: list[tuple[str, Path]], stated: dict[str, Any], tick: Tick) -> None:
    """The files, then what must be true of them: hashes are known when everything was read."""
    hashes = {}
    for count, (name, path) in enumerate(files, 1):
        with path.open("rb") as source:
            info = tar.gettarinfo(arcname=name, fileobj=source)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            reading = _Hashing(source, info.size)
            tar.addfile(info, reading)
            hashes[name] = reading.digest.hexdigest()
        tick(count, len(files))
    text = json.dumps(stated | {"files": hashes}).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size = len(text)
    tar.addfile(info, io.BytesIO(text))


class _Hashing:
    """A file that is hashed while it is read, and no longer than it was when it was looked at."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source, self._left = source, size
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._source.read(wanted)
        self._left -= len(data)
        self.digest.update(data)
        return data


def _encrypt(fill: Callable[[tarfile.TarFile], None], out: BinaryIO, recipients: list[Any]) -> None:
    """Fill a tar in a thread while age reads it from the other end of a pipe."""
    reading, writing = os.pipe()
    faults: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(writing, "wb") as end, tarfile.open(fileobj=end, mode="w|") as tar:
                fill(tar)
        except BaseException as fault:  # noqa: BLE001 - raised again by the thread that waits
            faults.append(fault)

    thread = threading.Thread(target=write, name="backup")
    thread.start()
    try:
        with os.fdopen(reading, "rb") as source:
            pyrage.encrypt_io(source, out, recipients)
    finally:
        thread.join()
    if faults:
        raise faults[0]


def _unpack(path: Path, key: Any, into: Path, tick: Tick) -> dict[str, Any]:
    """Decrypt and unpack; what the manifest says must be true of every file."""
    reading, writing = os.pipe()
    faults: list[BaseException] = []
    size = path.stat().st_size

    def decrypt() -> None:
        try:
            with path.open("rb") as source, os.fdopen(writing, "wb") as end:
                pyrage.decrypt_io(source, end, [key])
        except BaseException as fault:  # noqa: BLE001 - said below
            faults.append(fault)

    thread = threading.Thread(target=decrypt, name="restore")
    thread.start()
    hashes, stated, done = {}, None, 0
    try:
        with os.fdopen(reading, "rb") as source, tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                inside = tar.extractfile(member)
                if inside is None or member.name.startswith("/") or ".." in Path(member.name).parts:
                    raise NotRestored(f"{path}: holds {member.name!r}, which no backup of Faru holds.")
                if member.name == MANIFEST:
                    stated = json.loads(inside.read())
                    continue
                hashes[member.name] = _write(inside, into / member.name)
                done += member.size
                tick(min(done, size), size)
            shutil.copyfileobj(source, io.BytesIO())  # what pads the end
    except (tarfile.TarError, ValueError) as fault:
        if not faults:
            raise NotRestored(f"{path}: is cut off or damaged ({fault}).") from None
    finally:
        thread.join()
    if faults:
        if isinstance(faults[0], pyrage.DecryptError):
            raise NotRestored(f"{path}: does not open with this key, or was changed ({faults[0]}).")
        raise faults[0]
    if stated is None or stated.get("faru_backup") != VERSION:
        raise NotRestored(f"{path}: has no manifest of this version.")
    wrong = sorted(name for name, digest in stated["files"].items() if hashes.get(name) != digest)
    if wrong or set(hashes) != set(stated["files"]):
        raise NotRestored(f"{path}: {(wrong or ['a file'])[0]} is not what was backed up.")
    return dict(stated)


def _write(inside: Any, to: Path) -> str:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        while chunk := inside.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _compare(database: Path, stated: dict[str, Any]) -> None:
    """The database is whole and has what was counted."""
    with sqlite3.connect(database) as found:
        verdict = found.execute("PRAGMA integrity_check").fetchone()[0]
    found.close()
    if verdict != "ok":
        raise NotRestored(f"The restored database is damaged: {verdict}.")
    if _ledger(database) != stated["ledger"]:
        raise NotRestored("The restored ledger is not the one that was backed up.")
    if _counts(database) != stated["counts"]:
        raise NotRestored("The restored tables have other numbers of rows than were backed up.")
