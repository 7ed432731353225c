"""Whether the PDF of a letter may be kept. Of a scan without text only the hash is: it is a picture.

The file is never rendered. It is searched for fonts, in clear and in its compressed object streams; what
can't be looked into (encrypted, or with other files inside) counts as a picture.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

MAGIC: Final = b"%PDF-"
_STREAM: Final = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_CLOSED: Final = re.compile(rb"/Encrypt\b|/EmbeddedFile\b|/RichMedia\b")
_FONT: Final = re.compile(rb"/Font\b")
_MOST: Final = 4 * 1024 * 1024
"""Bytes of one object stream that are looked at."""
_STREAMS: Final = 200


def has_text(pdf: bytes) -> bool:
    """Whether a PDF shows text of its own and hides nothing. False for everything that is no PDF."""
    if not pdf.startswith(MAGIC):
        return False
    parts = [pdf, *_object_streams(pdf)]
    if any(_CLOSED.search(part) for part in parts):
        return False
    return any(_FONT.search(part) for part in parts)


def _object_streams(pdf: bytes) -> Iterator[bytes]:
    for count, found in enumerate(_STREAM.finditer(pdf)):
        if count == _STREAMS:
            return
        try:
            yield zlib.decompressobj().decompress(pdf[found.end() :], _MOST)
        except zlib.error:
            continue
