"""A file of any size under one key, sealed chunk by chunk: the STREAM construction over AES-256-GCM.

A sealed file is: version (1 byte) | id of the data key (16) | nonce prefix (7) | chunks. Each chunk holds
1 MiB (the last one the rest) and its tag (16). Its nonce is: prefix | number of the chunk (4) | 1 for the
last one, else 0. So a chunk opens only in its own place in its own file, and a file that was cut or added to
does not open at all. The associated data binds each chunk to the head and to the file's place.

Source: Hoang, Reyhanitabar, Rogaway, Vizar, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance" (2015), section 7.
"""

import io
import os
from collections.abc import Iterator
from typing import Any, BinaryIO, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from faru.desk.vault.crypto import VaultFault
from faru.loaders.streams import Readable

VERSION: Final = b"\x02"
SIZE: Final = 1 << 20
"""Plain bytes of a chunk."""
_TAG: Final = 16
_PREFIX: Final = 7
_HEAD: Final = 1 + 16 + _PREFIX


def seal(key: AESGCM, key_id: UUID, plain: Readable, where: bytes) -> Iterator[bytes]:
    """The pieces of the sealed file of `plain` (to its end), in order. `where`: what it is bound to."""
    head = VERSION + key_id.bytes + os.urandom(_PREFIX)
    yield head
    chunk, number = _full(plain), 0
    while len(chunk) == SIZE and (after := _full(plain)):
        yield key.encrypt(_nonce(head, number, last=False), chunk, head + where)
        chunk, number = after, number + 1
    yield key.encrypt(_nonce(head, number, last=True), chunk, head + where)


class Opened(io.RawIOBase):
    """The plain bytes of a sealed file as a seekable stream; one chunk is in memory at a time.

    Raises VaultFault where the file was cut, added to, changed, or moved from another place: what is wrong
    with its length or its end is told at once, the rest when it is read.
    """

    def __init__(self, key: AESGCM, sealed: BinaryIO, where: bytes) -> None:
        self._key, self._sealed = key, sealed
        self._head = sealed.read(_HEAD)
        if len(self._head) < _HEAD or self._head[:1] != VERSION:
            raise VaultFault("This is no sealed file of this version.")
        self._where = self._head + where
        body = sealed.seek(0, os.SEEK_END) - _HEAD
        self._count = max(1, -(-body // (SIZE + _TAG)))
        self.size = body - self._count * _TAG
        self._at, self._number, self._chunk = 0, -1, b""
        self._open(self._count - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("A stream has nothing before its beginning.")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        if self._at >= self.size or not len(view):
            return 0
        number, within = divmod(self._at, SIZE)
        self._open(number)
        piece = self._chunk[within : within + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._sealed.close()
        super().close()

    def _open(self, number: int) -> None:
        """Have the chunk with this number (from 0) in memory."""
        if number == self._number:
            return
        self._sealed.seek(_HEAD + number * (SIZE + _TAG))
        sealed = self._sealed.read(SIZE + _TAG)
        nonce = _nonce(self._head, number, last=number == self._count - 1)
        try:
            self._chunk = self._key.decrypt(nonce, sealed, self._where)
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            raise VaultFault("A sealed file does not open: it was cut, changed, or moved.") from None
        self._number = number


def _full(plain: Readable) -> bytes:
    """The next chunk, whole where the stream goes on: a read may give less than was asked for."""
    parts, wanted = [], SIZE
    while wanted and (part := plain.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _nonce(head: bytes, number: int, *, last: bool) -> bytes:
    """OverflowError beyond 2**32 chunks (4 PiB)."""
    return head[-_PREFIX:] + number.to_bytes(4, "big") + bytes([last])
