"""Bytes in, text out: one place for size limits, byte order marks and bad encodings.

Text keeps every byte: what is not UTF-8 becomes a surrogate that `encode_back` turns into the same byte,
so that the bytes of a record inside a file can be hashed exactly as they were received.
"""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from faru.loaders.refusals import Note, Refused

LARGEST_DOCUMENT = 64 * 1024 * 1024
"""Bytes of the largest single document (a report, an XML file, a workbook) that is read. Files of many
documents may have any size."""

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Text:
    """Decoded text, and what is needed to find the bytes of any part of it again."""

    text: str  # without the byte order mark
    encoding: str  # "utf-8", "utf-16-le" or "utf-16-be"
    notes: tuple[Note, ...]

    def encode_back(self, start: int, end: int) -> bytes:
        """The bytes, as received, of the characters from `start` to `end`."""
        errors = "surrogateescape" if self.encoding == "utf-8" else "surrogatepass"
        return self.text[start:end].encode(self.encoding, errors)


def read_all(stream: BinaryIO, name: str, limit: int = LARGEST_DOCUMENT) -> bytes:
    """Everything in `stream`; raises `Refused` beyond `limit` bytes or where the medium cannot be read."""
    parts: list[bytes] = []
    size = 0
    try:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise Refused(
                    f"{name}: one document of more than {limit:,} bytes can't be read; "
                    "it is kept and hashed, ask the sender for it in smaller files"
                )
            parts.append(chunk)
    except OSError as error:
        raise Refused(
            f"{name}: can't be read to its end ({error.strerror}); copy it again", f"byte {size}"
        ) from error
    return b"".join(parts)


class Readable(Protocol):
    """Whatever gives bytes."""

    def read(self, size: int, /) -> bytes: ...


def pieces_of(stream: Readable) -> Iterator[bytes]:
    """What is left of a stream, a MiB at a time."""
    while piece := stream.read(_CHUNK):
        yield piece


class Hashing:
    """Hashes what somebody reads of a stream from where it stands."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._digest, self.size = stream, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._stream.read(size)
        self._digest.update(piece)
        self.size += len(piece)
        return piece

    def hexdigest(self) -> str:
        """SHA-256 of what was read so far."""
        return self._digest.hexdigest()


def digest_of(stream: BinaryIO, start: int = 0, end: int | None = None) -> tuple[str, int]:
    """SHA-256 and size of the bytes from `start` to `end` of a seekable stream; it is left at their end."""
    stream.seek(start)
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK if end is None else min(_CHUNK, end - start - size)):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def decode(raw: bytes, name: str) -> Text:
    """UTF-8, or UTF-16 where a byte order mark says so. Raises `Refused` for UTF-32, which nobody sends."""
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused(f"{name}: is UTF-32; ask the sender for UTF-8")
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if raw.startswith(mark):
            return _utf16(raw[2:], encoding, name)
    body = raw.removeprefix(codecs.BOM_UTF8)
    text = body.decode("utf-8", "surrogateescape")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"byte {error.start + len(raw) - len(body)}"
        sentence = (
            f"{name}: {place} (0x{body[error.start]:02x}) is not UTF-8; "
            "shown as \N{REPLACEMENT CHARACTER}, the bytes are kept"
        )
        return Text(text, "utf-8", (Note(place, sentence),))
    return Text(text, "utf-8", ())


def _utf16(body: bytes, encoding: str, name: str) -> Text:
    notes = [Note("byte 0", f"{name}: is UTF-16; read as such")]
    if len(body) % 2:
        notes.append(
            Note(f"byte {len(body) + 1}", f"{name}: ends in half a character; the odd byte is not read")
        )
        body = body[:-1]
    return Text(body.decode(encoding, "surrogatepass"), encoding, tuple(notes))
