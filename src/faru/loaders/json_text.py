"""JSON from strangers: read record by record, each with its own bytes, depth and size limited.

A file of any size holds one record, a list of records, or records one after another. A record that is broken
is set aside alone; a list that breaks off keeps its whole records. Keys that stand twice are set apart.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from faru.loaders.json_spans import MAX_DEPTH, TOKEN, Span, Splitter
from faru.loaders.refusals import Fault, Note
from faru.loaders.streams import LARGEST_DOCUMENT, TextStream, digest_of
from faru.loaders.text import shown


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


def read_json(raw: bytes, name: str) -> Iterator[JsonRecord | Fault | Note]:
    """Each record of a file in memory; as `stream_json`."""
    yield from stream_json(io.BytesIO(raw), name)


def stream_json(
    stream: BinaryIO, name: str, window: int = 1 << 20, largest: int = LARGEST_DOCUMENT
) -> Iterator[JsonRecord | Fault | Note]:
    """Each record of a seekable stream in its order; one record and a window are in memory at a time.

    A record of more than `largest` bytes is a fault with its hash.
    Raises `Refused` for UTF-32, and where the medium cannot be read to its end.
    """
    source = TextStream(stream, name, window)
    splitter = Splitter(source.encode_back, source.start, largest)
    for text in source.windows():
        yield from source.new_notes()
        for span in splitter.feed(text):
            yield _record(source, span, name, largest)
    for span in splitter.end():
        yield _record(source, span, name, largest)
    if splitter.blank:
        sentence = f"{name}: holds no JSON, only blanks; ask the sender for it again"
        yield Fault("", sentence, sha256=digest_of(stream)[0])
    if splitter.never_closed:
        yield Note(
            "end of file",
            f"{name}: the list of records is never closed; it may have been cut: ask how many there are",
        )


def _record(source: TextStream, span: Span, name: str, largest: int) -> JsonRecord | Fault:
    place = f"{span.path}, line {span.line}"
    if span.large is not None:
        sentence = (
            f"{name}: {place}, byte {span.large.start:,}: one record of {span.large.size:,} bytes; no "
            f"more than {largest:,} are read at once. It is kept and hashed: ask the sender for it in parts"
        )
        return Fault(place, sentence, sha256=span.large.sha256)
    text, raw = span.text, source.encode_back(span.text)
    if span.depth > MAX_DEPTH:
        return Fault(place, f"{name}: {place}: nested deeper than {MAX_DEPTH} levels; set aside", raw)
    notes: list[Note] = []
    if "\x00" in text and "\x00" in TOKEN.sub("", text):
        text = _without_loose_nuls(text)
        notes.append(Note(span.path, f"{name}: {place}: NUL bytes between values were read as blanks"))
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        at = span.line + text.count("\n", 0, error.pos)
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
    for token in TOKEN.finditer(text):
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
