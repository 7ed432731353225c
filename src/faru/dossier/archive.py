"""A dossier's ZIP in memory, read as if an enemy had made it: under limits, with every odd thing named."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from faru.dossier import bag

MOST_BYTES: Final = bag.MOST_BYTES + (64 << 20)
_TROUBLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
    OverflowError,
    MemoryError,
)
"""What `zipfile` raises on damaged input. RuntimeError: an encrypted member."""


class Unopened(Exception):
    """It can't be read as a ZIP at all; the message is the sentence for the user."""


@dataclass(slots=True)
class Archive:
    """What was read. `faults` are clauses about members that were left out, or should not be there."""

    data: bytes
    folder: str = ""
    members: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def open_archive(path: Path) -> Archive:
    """Read the ZIP at `path`. Raises Unopened where it is none, or too large."""
    try:
        if not path.is_file():
            what = "is a folder: give the ZIP itself" if path.is_dir() else "is not there"
            raise Unopened(f"{path} {what}.")
        if path.stat().st_size > MOST_BYTES:
            raise Unopened(f"{path} is larger than any dossier: more than {MOST_BYTES >> 20:,} MiB.")
        data = path.read_bytes()
    except OSError as error:
        raise Unopened(f"{path} can't be read: {error}.") from error
    except ValueError as error:  # a NUL in the name
        raise Unopened(f"{path!r} is no name of a file.") from error
    return read_archive(data, str(path))


def read_archive(data: bytes, name: str) -> Archive:
    """The ZIP in these bytes. Raises Unopened where they are none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return _read(opened, data, name)
    except _TROUBLE as error:
        raise Unopened(f"{name} is no ZIP, or was cut or damaged: no list of files can be read.") from error


def _read(opened: zipfile.ZipFile, data: bytes, name: str) -> Archive:
    infos = opened.infolist()
    if len(infos) > bag.MOST_MEMBERS:
        raise Unopened(f"{name} lists more files than any dossier has.")
    archive = Archive(data)
    archive.folder = next(iter(infos)).filename.partition("/")[0] if infos else ""
    room = MOST_BYTES
    seen: set[str] = set()
    for info in infos:
        path = info.orig_filename
        folder, _, inner = path.partition("/")
        shown = ascii(path)
        if not bag.NAME.fullmatch(path) or folder != archive.folder or not inner:
            archive.faults.append(f"{shown} is no name of a file in the one folder; it was not read")
        elif inner.casefold() in seen:
            archive.faults.append(f"{shown} stands there twice; the second was not read")
        elif info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 0x1:
            archive.faults.append(f"{shown} is compressed or encrypted, as no file of a dossier is; not read")
        elif info.file_size > room:
            archive.faults.append(f"{shown} is larger than what is left of the limit; not read")
        else:
            seen.add(inner.casefold())
            room -= info.file_size
            try:
                archive.members[inner] = opened.read(info)
            except _TROUBLE:
                archive.faults.append(f"{shown} is damaged: its checksum or its place in the ZIP is wrong")
    return archive
