"""JSON from strangers: read record by record, each with its own bytes, depth and size limited.

A file holds one record, a list of records, or records one after another. A record that is broken is set
aside alone; a list that breaks off keeps its whole records. Keys that stand twice are set apart.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from faru.loaders.refusals import Fault, Note
from faru.loaders.streams import Text, decode
from faru.loaders.text import shown

MAX_DEPTH = 64
"""How deep containers may nest inside a record; the deepest known sender uses about 12."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_SPACE: Final = " \t\r\n\x00"


class Number(str):
    """A number exactly as it was written: nothing is lost to floating point or to its length."""

    __slots__ = ()


class JsonObject(dict[str, Any]):
    """An object; the values of each key that stood more than once are in `doubled`, and only there."""

    __slots__ = ("doubled",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.doubled: dict[str, list[Any]] = {}
        if len(self) != len(pairs):
            for key, value in pairs:
                self.doubled.setdefault(key, []).append(value)
            self.doubled = {key: values for key, values in self.doubled.items() if len(values) > 1}
            for key in self.doubled:
                del self[key]


class _NotJson(str):
    """NaN or Infinity."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """One top-level value: a `JsonObject`, list, text, `Number`, bool or None."""

    value: Any
    path: str  # "$" or "$[3]"
    raw: bytes  # its own bytes, as received
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class _Span:
    path: str
    start: int
    end: int
    depth: int
    closed: bool = True


@dataclass(slots=True)
class _Scan:
    spans: list[_Span] = field(default_factory=list)
    open_list: bool = False  # the top-level list was never closed


def read_json(raw: bytes, name: str) -> Iterator[JsonRecord | Fault | Note]:
    """Each record of the file in its order. Raises `Refused` only for UTF-32."""
    source = decode(raw, name)
    yield from source.notes
    if not source.text.strip(_SPACE):
        yield Fault("", f"{name}: holds no JSON, only blanks; ask the sender for it again", raw)
        return
    scan = _scan(source.text)
    line, counted = 1, 0
    for span in scan.spans:
        line += source.text.count("\n", counted, span.start)
        counted = span.start
        yield _record(source, span, line, name)
    if scan.open_list and (not scan.spans or scan.spans[-1].closed):
        yield Note(
            "end of file",
            f"{name}: the list of records is never closed; it may have been cut: ask how many there are",
        )


def _scan(text: str) -> _Scan:
    """Where each record begins and ends, by brackets alone: no recursion, so no depth can hurt."""
    scan = _Scan()
    top_list = text.lstrip(_SPACE)[:1] == "["
    base = 1 if top_list else 0
    depth = deepest = 0
    start = text.index("[") + 1 if top_list else 0
    position = done = 0
    for token in _TOKEN.finditer(text):
        mark = token[0][0]
        position = token.end()
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
            continue
        if mark == '"':
            continue
        if mark in "]}":
            depth = max(depth - 1, 0)
        ends_record = (mark == "," and depth == base) if top_list else (mark in "]}" and depth == 0)
        if not ends_record and not (top_list and depth == 0 and mark == "]"):
            continue
        _add(scan, text, start, position if not top_list else token.start(), deepest - base, top_list)
        start, deepest, done = position, depth, position
        if top_list and depth == 0:
            break
    rest = text[done:].strip(_SPACE)
    if top_list and (depth > 0 or not done):
        scan.open_list = True
        start = max(start, done)
        if text[start:].strip(_SPACE):
            _add(scan, text, start, len(text), deepest - base, top_list)
            scan.spans[-1].closed = False
    elif rest:
        _add(scan, text, done, len(text), deepest, False)
        scan.spans[-1].closed = depth == 0
    return scan


def _add(scan: _Scan, text: str, start: int, end: int, depth: int, in_list: bool) -> None:
    part = text[start:end]
    start += len(part) - len(part.lstrip(_SPACE))
    end -= len(part) - len(part.rstrip(_SPACE))
    if start >= end:
        return  # `[]`, or a comma before the closing bracket
    number = len(scan.spans)
    path = f"$[{number}]" if in_list else "$" if not number else f"$({number + 1})"
    scan.spans.append(_Span(path, start, end, depth))


def _record(source: Text, span: _Span, line: int, name: str) -> JsonRecord | Fault:
    raw = source.encode_back(span.start, span.end)
    place = f"{span.path}, line {line}"
    if span.depth > MAX_DEPTH:
        return Fault(place, f"{name}: {place}: nested deeper than {MAX_DEPTH} levels; set aside", raw)
    text = source.text[span.start : span.end]
    notes: list[Note] = []
    if "\x00" in text and "\x00" in _TOKEN.sub("", text):
        text = _without_loose_nuls(text)
        notes.append(Note(span.path, f"{name}: {place}: NUL bytes between values were read as blanks"))
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        at = line + text.count("\n", 0, error.pos)
        if not span.closed:
            sentence = (
                f"{name}: {place}: breaks off before its end; what came before is kept, "
                "ask the sender for it again"
            )
        else:
            sentence = (
                f"{name}: line {at}: not JSON ({error.msg}); this record is set aside, "
                "ask the sender for it again"
            )
        return Fault(place, sentence, raw)
    cleaned = _Cleaner(name, notes).clean(value, span.path)
    return JsonRecord(cleaned, span.path, raw, tuple(notes))


def _without_loose_nuls(text: str) -> str:
    """NUL bytes outside of strings become blanks, so that a padded file still reads."""
    parts: list[str] = []
    last = 0
    for token in _TOKEN.finditer(text):
        parts += [text[last : token.start()].replace("\x00", " "), token[0]]
        last = token.end()
    return "".join([*parts, text[last:].replace("\x00", " ")])


_DECODER: Final = json.JSONDecoder(
    strict=False,
    parse_int=Number,
    parse_float=Number,
    parse_constant=_NotJson,
    object_pairs_hook=JsonObject,
)


@dataclass(slots=True)
class _Cleaner:
    """Walks one record: text fit to be shown, NaN as no value, a note for each change."""

    name: str
    notes: list[Note]

    def clean(self, value: Any, path: str) -> Any:
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, list):
            return [self.clean(item, f"{path}[{i}]") for i, item in enumerate(value)]
        if isinstance(value, JsonObject):
            return self._object(value, path)
        return value

    def _text(self, value: str, path: str) -> str | None:
        if isinstance(value, Number):
            return value
        if isinstance(value, _NotJson):
            self.notes.append(Note(path, f"{self.name}: {path}: {value} is no JSON value; read as no value"))
            return None
        text, clauses = shown(value)
        self.notes.extend(Note(path, f"{self.name}: {path}: {clause}") for clause in clauses)
        return text

    def _object(self, value: JsonObject, path: str) -> JsonObject:
        pairs = [(shown(key)[0], item) for key, item in value.items()]
        cleaned = JsonObject([(key, self.clean(item, f"{path}.{key}")) for key, item in pairs])
        for key, items in value.doubled.items():
            safe = shown(key)[0]
            where = f"{path}.{safe}"
            self.notes.append(
                Note(
                    where,
                    f"{self.name}: {where}: stands {len(items)} times; none is chosen, all are set aside",
                )
            )
            copies = [self.clean(item, f"{where}#{n}") for n, item in enumerate(items, start=1)]
            cleaned.doubled.setdefault(safe, []).extend(copies)
        return cleaned
