"""XML from strangers through `defusedxml`: no entities, no document type, depth and size limited.

Elements come out as the same plain trees that JSON gives ("@name" attributes, "#text"), so that one reader
serves both. Each asked-for element carries its own bytes; what breaks off keeps the elements that were whole.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException, DTDForbidden, EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser

from faru.loaders.json_text import JsonObject
from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.text import shown

MAX_DEPTH: Final = 64

_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """One element that the caller asked for by name."""

    tag: str
    value: Any  # str for a leaf, else a `JsonObject`
    path: str  # "/reports/report[2]"
    raw: bytes  # its own bytes, as received
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class _Open:
    tag: str
    path: str
    start: int
    attributes: dict[str, str]
    words: list[str] = field(default_factory=list)
    children: dict[str, list[Any]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    inside: bool = False  # inside, or itself, an element that was asked for


class _TooDeep(Exception):
    pass


def read_xml(raw: bytes, name: str, wanted: frozenset[str]) -> list[XmlRecord | Fault | Note]:
    """The outermost elements called one of `wanted`, in order. Raises `Refused` where nothing can be read."""
    if not raw.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return [Fault("", f"{name}: holds no XML, only blanks; ask the sender for it again", raw)]
    found: list[XmlRecord | Fault | Note] = []
    mended = _mend(raw, name, found)
    taker = _Taker(mended, raw, name, wanted)
    parser = DefusedXMLParser(target=taker, forbid_dtd=True)
    taker.position = lambda: int(parser.parser.CurrentByteIndex)
    try:
        parser.feed(mended)
        parser.close()
    except DTDForbidden as error:
        raise Refused(
            f"{name}: declares a document type, which can hide entities and outside files; "
            "nothing of it is read. Ask the sender for it without a DOCTYPE"
        ) from error
    except EntitiesForbidden as error:
        raise Refused(
            f"{name}: declares entities, which can blow up or read outside files; nothing of it is read"
        ) from error
    except DefusedXmlException as error:
        raise Refused(f"{name}: refers to something outside of itself; nothing of it is read") from error
    except _TooDeep as error:
        raise Refused(f"{name}: nested deeper than {MAX_DEPTH} levels; nothing of it is read") from error
    except (LookupError, ValueError) as error:
        raise Refused(f"{name}: its declared encoding can't be read; ask the sender for UTF-8") from error
    except ParseError as error:
        line, column = error.position
        place = f"line {line}, column {column + 1}"
        sentence = (
            f"{name}: {place}: not well-formed XML; whole records before it are kept, "
            "ask the sender for it again"
        )
        return [*found, *taker.records, Fault(place, sentence, raw)]
    return [*found, *taker.records]


def _mend(raw: bytes, name: str, notes: list[XmlRecord | Fault | Note]) -> bytes:
    """Forbidden control bytes and bytes that are not UTF-8 become blanks and "?", one for one."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        notes.append(Note("byte 0", f"{name}: is UTF-16; read as such"))
        return raw
    if first := _FORBIDDEN.search(raw):
        what = "NUL bytes" if b"\x00" in raw else "control bytes that XML forbids"
        place = f"byte {first.start()}"
        notes.append(
            Note(place, f"{name}: {place}: {what} were read as blanks; the bytes as received keep them")
        )
        raw = _FORBIDDEN.sub(b" ", raw)
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", raw)
    if declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        return raw
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"byte {error.start}"
        notes.append(
            Note(
                place,
                f"{name}: {place} (0x{raw[error.start]:02x}) is not UTF-8; shown as ?, the bytes are kept",
            )
        )
        text = raw.decode("utf-8", "surrogateescape")
        return re.sub(r"[\udc80-\udcff]", "?", text).encode("utf-8")
    return raw


class _Taker:
    """The parser's target: builds plain trees of the wanted elements and forgets the rest."""

    def __init__(self, mended: bytes, raw: bytes, name: str, wanted: frozenset[str]) -> None:
        self.mended, self.raw, self.name, self.wanted = mended, raw, name, wanted
        self.records: list[XmlRecord | Fault | Note] = []
        self.position: Callable[[], int] = int
        self._open: list[_Open] = []
        self._notes: list[Note] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _TooDeep
        tag = _local(tag)
        parent = self._open[-1] if self._open else None
        path = f"/{tag}"
        if parent is not None:
            parent.seen[tag] = number = parent.seen.get(tag, 0) + 1
            path = f"{parent.path}/{tag}" + (f"[{number}]" if number > 1 else "")
        inside = tag in self.wanted or (parent is not None and parent.inside)
        self._open.append(_Open(tag, path, self.position(), dict(attributes), inside=inside))

    def data(self, text: str) -> None:
        if self._open and self._open[-1].inside:
            self._open[-1].words.append(text)

    def end(self, tag: str) -> None:
        node = self._open.pop()
        if not node.inside:
            return
        value = self._value(node)
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.inside:
            parent.children.setdefault(node.tag, []).append(value)
            return
        raw = self.raw[node.start : self._after(self.position())]
        self.records.append(XmlRecord(node.tag, value, node.path, raw, tuple(self._notes)))
        self._notes = []

    def _after(self, position: int) -> int:
        """The first byte after the element whose end stands at `position`."""
        if self.mended[position : position + 4].replace(b"\x00", b"")[:2] != b"</":
            return position  # <report/> : expat is past it already
        end = self.mended.find(b">", position) + 1
        return end + 1 if self.mended[:2] == b"\xff\xfe" else end

    def close(self) -> None:
        """The parser calls this at its end; what was found stands in `records`."""

    def _value(self, node: _Open) -> Any:
        text = self._shown("".join(node.words).strip(), node.path)
        if not node.attributes and not node.children:
            return text
        pairs: list[tuple[str, Any]] = [
            (f"@{_local(key)}", self._shown(value, f"{node.path}/@{_local(key)}"))
            for key, value in node.attributes.items()
        ]
        if text:
            pairs.append(("#text", text))
        pairs += [(tag, items if len(items) > 1 else items[0]) for tag, items in node.children.items()]
        return JsonObject(list(dict(pairs).items()))

    def _shown(self, text: str, path: str) -> str:
        text, clauses = shown(text)
        self._notes.extend(Note(path, f"{self.name}: {path}: {clause}") for clause in clauses)
        return text


def _local(tag: str) -> str:
    """The name without its namespace."""
    return tag.rpartition("}")[2]
