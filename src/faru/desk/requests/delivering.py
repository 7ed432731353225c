"""A delivered file of any size: hashed, looked at and sealed as it streams, before anything reads it."""

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final
from uuid import UUID

from faru.desk import unit
from faru.desk.ids import new_id
from faru.desk.vault import files, keys
from faru.desk.vault.models import DataKey, Subject, SubjectKind
from faru.loaders.media import HEAD, is_media
from faru.loaders.streams import digest_of, pieces_of

_PARQUET: Final = b"PAR1"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TEXT: Final = bytes(one for one in range(32) if one not in b"\t\n\r\x0b\x0c\x1a")
"""Control characters that no table of text has."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file whose bytes lie sealed on the disk, until its row is made."""

    id: UUID
    name: str
    sha256: str
    size: int  # bytes
    kept: bool  # False: it is no table, and may hold a medium; only its hash is here
    subject: Subject
    key: DataKey

    def save_key(self) -> None:
        """Save the key under which it lies; in the transaction that makes its row."""
        self.subject.save(force_insert=True)
        self.key.save(force_insert=True)


def delivered(name: str, stream: BinaryIO) -> Delivered:
    """Hash a seekable stream, and seal it if it is a table. OSError from the disk."""
    sha256, size = digest_of(stream)
    subject, key = keys.made(SubjectKind.FILE)
    found = Delivered(new_id(), name, sha256, size, is_table(name, stream), subject, key)
    if found.kept:
        stream.seek(0)
        keys.unlock(key)  # it is not saved yet, so nobody else can find it
        files.write_stream(unit.current().raw, found.id, subject.id, stream)
    return found


def is_table(name: str, stream: BinaryIO) -> bool:
    """Text of some encoding, or Parquet: nothing that could hold a picture or a film."""
    stream.seek(0)
    head = stream.read(HEAD)
    if is_media(name, head):
        return False
    if head.startswith(_PARQUET):
        stream.seek(-len(_PARQUET), os.SEEK_END)
        return stream.read() == _PARQUET
    stream.seek(0)
    return all(piece.translate(None, _NO_TEXT) == piece for piece in _as_bytes(stream, head[:2] in _UTF16))


def _as_bytes(stream: BinaryIO, utf16: bool) -> Iterator[bytes]:
    """The text as UTF-8 where it is UTF-16, whose bytes would look like control characters."""
    if not utf16:
        yield from pieces_of(stream)
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for piece in pieces_of(stream):
        yield decoder.decode(piece).encode("utf-8", "replace")
