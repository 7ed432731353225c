"""Bytes in, text out: one place for size limits, byte order marks and bad encodings.

Text keeps every byte: what is not UTF-8 becomes a surrogate that `encode_back` turns into the same byte,
so that the bytes of a record inside a file can be hashed exactly as they were received.
"""

import codecs
import hashlib
import os
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final, Protocol

from faru.loaders.refusals import Note, Refused

LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
"""Bytes of the largest single document (a report, an XML file, a workbook) that is read. Files of many
documents may have any size."""

_CHUNK: Final = 1024 * 1024
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_all(stream: BinaryIO, name: str, limit: int = LARGEST_DOCUMENT) -> bytes:
    """Everything in `stream`; raises `Refused` beyond `limit` bytes or where the medium cannot be read."""
    parts: list[bytes] = []
    size = 0
    for piece in read_pieces(stream, name):
        size += len(piece)
        if size > limit:
            raise Refused(
                f"{name}: one document of more than {limit:,} bytes can't be read; "
                "it is kept and hashed, ask the sender for it in smaller files"
            )
        parts.append(piece)
    return b"".join(parts)


def read_pieces(stream: BinaryIO, name: str, size: int = _CHUNK) -> Iterator[bytes]:
    """What is left of a stream, `size` bytes at a time; raises `Refused` where the medium cannot be read."""
    done = 0
    while True:
        try:
            piece = stream.read(size)
        except OSError as error:
            raise Refused(
                f"{name}: can't be read to its end ({error.strerror}); copy it again", f"byte {done}"
            ) from error
        if not piece:
            return
        done += len(piece)
        yield piece


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


class TextStream:
    """A seekable stream as text: UTF-8, or UTF-16 where a byte order mark says so.

    Raises `Refused` for UTF-32, which nobody sends, and where the medium cannot be read.
    """

    def __init__(self, stream: BinaryIO, name: str, window: int = _CHUNK) -> None:
        self._stream, self._name, self._window = stream, name, window
        self._notes: list[Note] = []
        self._bad_seen = False  # bytes that are not UTF-8 were told of
        stream.seek(0)
        head = b"".join(islice(read_pieces(stream, name, 4), 1))
        if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            raise Refused(f"{name}: is UTF-32; ask the sender for UTF-8")
        self.encoding, mark = next(
            ((encoding, mark) for mark, encoding in _MARKS if head.startswith(mark)), ("utf-8", b"")
        )
        self._errors = "surrogateescape" if self.encoding == "utf-8" else "surrogatepass"
        self.start, self._end = len(mark), stream.seek(0, os.SEEK_END)
        if self.encoding != "utf-8":
            self._notes.append(Note("byte 0", f"{name}: is UTF-16; read as such"))
            if self._end % 2:
                self._notes.append(
                    Note(
                        f"byte {self._end - 1}",
                        f"{name}: ends in half a character; the odd byte is not read",
                    )
                )
                self._end -= 1

    def windows(self) -> Iterator[str]:
        """The text without its byte order mark, a window of bytes at a time."""
        decoder = codecs.getincrementaldecoder(self.encoding)(self._errors)
        self._stream.seek(self.start)
        left, at = self._end - self.start, self.start
        for piece in read_pieces(self._stream, self._name, self._window):
            text = decoder.decode(piece[:left])
            left -= len(piece)
            at = self._looked_at(text, at)
            yield text
        rest = decoder.decode(b"", final=True)
        self._looked_at(rest, at)
        yield rest

    def new_notes(self) -> list[Note]:
        """What was found since this was last asked."""
        found, self._notes = self._notes, []
        return found

    def encode_back(self, text: str) -> bytes:
        """The bytes, as received, of a part of the text."""
        return text.encode(self.encoding, self._errors)

    def _looked_at(self, text: str, at: int) -> int:
        """Tell of the first byte that is not UTF-8; where the text that begins at byte `at` ends."""
        if self.encoding != "utf-8" or self._bad_seen or text.isascii():
            return at + len(text)
        try:
            return at + len(text.encode("utf-8"))
        except UnicodeEncodeError as error:
            self._bad_seen = True
            place = f"byte {at + len(text[: error.start].encode('utf-8'))}"
            sentence = (
                f"{self._name}: {place} (0x{ord(text[error.start]) - 0xDC00:02x}) is not UTF-8; "
                "shown as \N{REPLACEMENT CHARACTER}, the bytes are kept"
            )
            self._notes.append(Note(place, sentence))
            return at
