"""The lines of a table of any size, as text and as the bytes that were received, some of them ahead."""

import codecs
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import AnyStr, BinaryIO, Final

from faru.loaders.refusals import Note, Refused
from faru.loaders.streams import LARGEST_DOCUMENT, TextStream, read_pieces

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end."""

    number: int  # in the file, the first is 1
    raw: bytes  # as received
    text: str


class Lines:
    """Lines in their order, to be looked at before they are taken."""

    def __init__(self, lines: Iterator[Line], new_notes: Callable[[], list[Note]]) -> None:
        self._lines, self._ahead = lines, deque[Line]()
        self.new_notes = new_notes  # what was found in the bytes since this was last asked

    def peek(self) -> Line | None:
        """The next line; None at the end. Raises `Refused` where nothing more can be read."""
        return next(self.some(1), None)

    def some(self, count: int) -> Iterator[Line]:
        """The next lines, at most `count`; read only as far as they are asked for."""
        for place in range(count):
            if place == len(self._ahead):
                line = next(self._lines, None)
                if line is None:
                    return
                self._ahead.append(line)
            yield self._ahead[place]

    def skip(self, count: int = 1) -> None:
        """Go on after the next `count` lines, which were looked at."""
        for _ in range(count):
            self._ahead.popleft()


def lines_of(stream: BinaryIO, name: str, encoding: str | None, window: int = 1 << 20) -> Lines:
    """The lines of a seekable stream. `encoding` is what a person stated; a UTF-16 byte order mark is surer.

    Raises `Refused` for an encoding that can't be used.
    """
    stream.seek(0)
    if encoding is not None and stream.read(2) not in _UTF16:
        stream.seek(0)
        return Lines(_stated(stream, name, _known(encoding, name), window), list)
    source = TextStream(stream, name, window)
    return Lines(_shown(source, name), source.new_notes)


def _shown(source: TextStream, name: str) -> Iterator[Line]:
    lines = _split(source.windows(), lambda text: list(io.StringIO(text, newline="")), "\n", name)
    for number, text in enumerate(lines, 1):
        yield Line(number, source.encode_back(text), text)


def _stated(stream: BinaryIO, name: str, encoding: str, window: int) -> Iterator[Line]:
    pieces = read_pieces(stream, name, window)
    for number, raw in enumerate(
        _split(pieces, lambda piece: piece.splitlines(keepends=True), b"\n", name), 1
    ):
        yield Line(number, raw, raw.decode(encoding, "replace"))


def _split(
    pieces: Iterator[AnyStr], split: Callable[[AnyStr], list[AnyStr]], end: AnyStr, name: str
) -> Iterator[AnyStr]:
    """Whole lines of what comes in pieces. A carriage return that ends a piece may go on as a line feed."""
    rest, count = end[:0], 0
    for piece in pieces:
        lines = split(rest + piece)
        rest = lines.pop() if lines and not lines[-1].endswith(end) else end[:0]
        count += len(lines)
        if len(rest) > LARGEST_DOCUMENT:
            raise Refused(
                f"{name}: line {count + 1} is longer than {LARGEST_DOCUMENT:,} bytes; it and what "
                "follows are not read, ask the sender for the table with line ends",
                f"line {count + 1}",
            )
        yield from lines
    if rest:
        yield from split(rest)


def _known(encoding: str, name: str) -> str:
    """The encoding, if single bytes of it can be told apart as line ends."""
    try:
        codec = codecs.lookup(encoding)
        if codec.name.startswith(("utf-16", "utf-32", "utf-7")) or not codec._is_text_encoding:
            raise LookupError
    except LookupError as error:
        raise Refused(
            f"{name}: the column map names an encoding that can't be used here: {encoding!r}"
        ) from error
    return encoding
