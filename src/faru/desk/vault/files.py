"""Files on disk, each sealed under its subject. No clear byte of them touches the disk."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from faru.desk.vault import chunks, crypto, keys
from faru.loaders.streams import Readable

_fresh: ContextVar[list[Path] | None] = ContextVar("files that an action has written so far", default=None)


def path_of(folder: Path, file_id: UUID) -> Path:
    """Where a file with this id lies."""
    return folder / file_id.hex[-2:] / f"{file_id}.sealed"


@contextmanager
def gone_if_undone() -> Iterator[None]:
    """Take the files that are written inside away again where what they were written for did not happen."""
    fresh: list[Path] = []
    before = _fresh.set(fresh)
    try:
        yield
    except BaseException:
        for path in fresh:
            path.unlink(missing_ok=True)
            path.with_suffix(".part").unlink(missing_ok=True)
        raise
    finally:
        _fresh.reset(before)


def write(folder: Path, file_id: UUID, subject: UUID, plain: bytes) -> Path:
    """Seal and write durably; the same file may be written again. OSError where the disk does not take it."""
    return write_stream(folder, file_id, subject, io.BytesIO(plain))


def write_stream(folder: Path, file_id: UUID, subject: UUID, plain: Readable) -> Path:
    """As `write`, of a stream of any size from where it stands, a chunk at a time."""
    key_id, key = keys.key_of(subject)
    target = path_of(folder, file_id)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = _fresh.get()
    if fresh is not None and not target.exists():
        fresh.append(target)
    part = target.with_suffix(".part")
    with part.open("wb") as out:
        for piece in chunks.seal(key, key_id, plain, _place(file_id, subject)):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    return target


def read(folder: Path, file_id: UUID, subject: UUID) -> bytes:
    """The plain bytes. Raises VaultFault where they don't open or are gone, OSError where the disk fails."""
    with open_stream(folder, file_id, subject) as stream:
        return stream.read()


def open_stream(folder: Path, file_id: UUID, subject: UUID) -> BinaryIO:
    """The plain bytes as a seekable stream that opens a chunk at a time; the caller closes it.

    Raises VaultFault where the file is gone or cut; reading raises it where a chunk was changed or moved.
    """
    _, key = keys.key_of(subject)
    try:
        sealed = path_of(folder, file_id).open("rb")
    except FileNotFoundError:
        raise crypto.VaultFault("A sealed file is not where it should be.") from None
    try:
        raw: Any = chunks.Opened(key, sealed, _place(file_id, subject))
    except BaseException:
        sealed.close()
        raise
    return cast(BinaryIO, io.BufferedReader(raw, chunks.SIZE))


def _place(file_id: UUID, subject: UUID) -> bytes:
    return crypto.place("file", "bytes", file_id, subject)
