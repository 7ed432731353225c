"""Where each record of a JSON text begins and ends, by brackets alone, window by window.

No recursion, so no depth can hurt; one record is held at a time, and of one that is too large only its hash.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from faru.loaders.streams import LARGEST_DOCUMENT

MAX_DEPTH: Final = 64
"""How deep containers may nest inside a record; the deepest known sender uses about 12."""

TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
SPACE: Final = " \t\r\n\x00"

_REST_OF_STRING: Final = re.compile(r'(?:[^"\\]++|\\.)*+("?)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Large:
    """A record that is too large to be held."""

    start: int  # byte in the stream
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Span:
    """One record as it stands in the text, without the blanks around it."""

    path: str  # "$", "$[3]" in a list, "$(2)" where one follows another
    line: int  # in the file, the first is 1
    text: str  # "" where it is too large
    depth: int  # how deep containers nest in it
    closed: bool  # False: the text ends within it
    large: Large | None


class Splitter:
    """Fed with a text in windows, gives its records.

    `encode_back` turns a part of the text into its bytes; `first` is the byte at which the text begins.
    """

    def __init__(
        self, encode_back: Callable[[str], bytes], first: int = 0, largest: int = LARGEST_DOCUMENT
    ) -> None:
        self.blank = True  # nothing but blanks so far
        self.never_closed = False  # the list was still open at the end
        self._held = _Held(encode_back, first, largest)
        self._list = False  # the text is a list of records
        self._over = False  # the list was closed
        self._ended = False  # some record of it has ended
        self._depth = self._deepest = self._count = 0
        self._in_string = self._escaped = False

    def feed(self, window: str) -> Iterator[Span]:
        """The records that end in the next window."""
        start = 0
        if self.blank:
            first = window.lstrip(SPACE)[:1]
            self.blank = not first
            self._list = first == "["
            if self._list:
                start = window.index("[") + 1
                self._depth = self._deepest = 1
        position = self._past_string(window, start)
        base = 1 if self._list else 0
        for token in TOKEN.finditer(window, position):
            mark = token[0][0]
            position = token.end()
            if mark in "[{":
                self._depth += 1
                self._deepest = max(self._deepest, self._depth)
                continue
            if mark == '"':
                if position >= len(window) - 1:
                    self._cut_string(window, token.start() + 1)
                continue
            if mark in "]}":
                self._depth = max(self._depth - 1, 0)
            if self._over:
                continue
            closes = self._list and self._depth == 0 and mark == "]"
            ends = mark == "," and self._depth == base if self._list else mark in "]}" and self._depth == 0
            if not ends and not closes:
                continue
            self._held.add(window, start, token.start() if self._list else position)
            yield from self._record(self._deepest - base, in_list=self._list, closed=True)
            start, self._deepest, self._ended = position, self._depth, True
            self._over = closes
        self._held.add(window, start, len(window))
        self._held.next_window(window)

    def end(self) -> Iterator[Span]:
        """What is left when the text is over."""
        if self._over:
            yield from self._record(self._deepest, in_list=False, closed=True)
        elif self._list and (self._depth > 0 or not self._ended):
            self.never_closed = not self._held.seen
            yield from self._record(self._deepest - 1, in_list=True, closed=False)
        else:
            yield from self._record(self._deepest, in_list=False, closed=self._depth == 0)

    def _record(self, depth: int, *, in_list: bool, closed: bool) -> Iterator[Span]:
        held = self._held
        if held.seen:  # else `[]`, or a comma before the closing bracket
            number = self._count
            path = f"$[{number}]" if in_list else "$" if not number else f"$({number + 1})"
            self._count += 1
            span = Span(path, held.line, held.text(), depth, closed, held.large())
            held.clear()
            yield span

    def _past_string(self, window: str, start: int) -> int:
        """Where to go on in this window: after the string that the window before broke off in."""
        if not self._in_string or not window:
            return start
        first = 1 if self._escaped else 0
        self._escaped = False
        return self._cut_string(window, first)

    def _cut_string(self, window: str, start: int) -> int:
        """Note whether the string with `start` in it goes on in the next window; where it ends here."""
        end = start
        if rest := _REST_OF_STRING.match(window, start):
            end = rest.end()
        self._in_string = rest is None or not rest[1]
        self._escaped = self._in_string and end < len(window)  # a backslash is last
        return len(window) if self._in_string else end


class _Held:
    """The record that is being read, from its first character that is no blank."""

    def __init__(self, encode_back: Callable[[str], bytes], first: int, largest: int) -> None:
        self._encode_back, self._largest = encode_back, largest
        self._line, self._counted = 1, 0  # of the window: line at the place that was counted to
        self._before = first  # the byte at which the window begins
        self.line = 1
        self.clear()

    def clear(self) -> None:
        """The next record begins."""
        self._parts: list[str] = []
        self._size = 0  # bytes
        self._hash: _RunningHash | None = None

    @property
    def seen(self) -> bool:
        """Something of a record was held."""
        return bool(self._parts) or self._hash is not None

    def add(self, window: str, start: int, end: int) -> None:
        """Hold `window[start:end]`."""
        part = window[start:end]
        if not self.seen:
            part = part.lstrip(SPACE)
            if not part:
                return
            begin = end - len(part)
            self._line += window.count("\n", self._counted, begin)
            self.line, self._counted = self._line, begin
        if self._hash is not None:
            self._hash.add(part)
            return
        self._parts.append(part)
        self._size += len(self._encode_back(part))
        if self._size > self._largest:
            after = self._before + len(self._encode_back(window[:end]))
            self._hash = _RunningHash(self._encode_back, after - self._size)
            for one in self._parts:
                self._hash.add(one)
            self._parts = []

    def next_window(self, window: str) -> None:
        """All of this window was looked at."""
        self._line += window.count("\n", self._counted)
        self._counted = 0
        self._before += len(self._encode_back(window))

    def text(self) -> str:
        """The record; "" where it is too large."""
        return "".join(self._parts).rstrip(SPACE)

    def large(self) -> Large | None:
        """What is known of a record that is too large."""
        return None if self._hash is None else self._hash.large()


class _RunningHash:
    """The hash of a text without the blanks at its end."""

    def __init__(self, encode_back: Callable[[str], bytes], start: int) -> None:
        self._encode_back, self._start = encode_back, start
        self._all, self._size = hashlib.sha256(), 0
        self._done = Large(start, 0, "")

    def add(self, part: str) -> None:
        body = part.rstrip(SPACE)
        if body:
            self._update(body)
            self._done = Large(self._start, self._size, self._all.copy().hexdigest())
        self._update(part[len(body) :])

    def _update(self, part: str) -> None:
        raw = self._encode_back(part)
        self._all.update(raw)
        self._size += len(raw)

    def large(self) -> Large:
        return self._done
