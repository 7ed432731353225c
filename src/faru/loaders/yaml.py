"""The one door to ruamel.yaml: a pack's file becomes plain Python values that know their lines.

YAML is read as it is written: `NO` is a word; `12:30`, `010` and `1.10` are texts. Equal keys, anchors, tags
and a second document are refused, so that nobody has to know YAML to know what a pack says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

SIZE_LIMIT = 2_000_000
"""Bytes of one file. A pack's longest table stays far below."""
DEPTH_LIMIT = 24

At: TypeAlias = tuple[str | int, ...]
"""A place inside a document: keys and list positions from the top, () for the whole."""

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")


class YamlFault(ValueError):
    """A file that cannot be read as YAML. Its text is one sentence that begins with `file:line`."""

    def __init__(self, file: str, line: int | None, sentence: str) -> None:
        self.file = file
        self.line = line
        self.sentence = sentence
        super().__init__(f"{file}:{line}: {sentence}" if line else f"{file}: {sentence}")


@dataclass(frozen=True, slots=True)
class Located:
    """A document: its plain values and the line (from 1) of every key, value and list item."""

    file: str
    value: Any
    lines: Mapping[At, int]

    def line(self, at: At = ()) -> int:
        """The line of the place, or of the nearest place around it that has one."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)


def read_yaml(path: Path, *, name: str | None = None, limit: int = SIZE_LIMIT) -> Located:
    """Read one file. `name` is what errors call it (the path by default). Raises `YamlFault`."""
    shown = name or str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except IsADirectoryError:
        raise YamlFault(shown, None, "This is a folder; a YAML file is expected.") from None
    except OSError as error:
        raise YamlFault(shown, None, f"The file cannot be read ({error.strerror}).") from None
    return parse_yaml(data, shown, limit=limit)


def parse_yaml(data: bytes, name: str, *, limit: int = SIZE_LIMIT) -> Located:
    """Read the bytes of one document. Raises `YamlFault`; an empty document is the value None."""
    if len(data) > limit:
        raise YamlFault(name, None, f"The file is larger than {limit:,} bytes; split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlFault(name, line, "The text is not UTF-8; save the file as UTF-8.") from None
    tree = _Tree(name)
    try:
        for event in YAML(typ="rt", pure=True).parse(text):
            tree.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(name, mark.line + 1 if mark else None, _said(error.problem)) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlFault(name, line, "A character here is not allowed in YAML; delete it.") from None
    except (YAMLError, ValueError, IndexError, AttributeError, RecursionError) as error:
        if isinstance(error, YamlFault):
            raise
        # The scanner of ruamel.yaml trips over some broken escapes and directives with bare Python errors.
        raise YamlFault(name, None, f"This is not YAML ({_said(str(error))})") from None
    return Located(name, tree.value, MappingProxyType(tree.lines))


def _said(problem: str | None) -> str:
    words = " ".join((problem or "the text breaks off").split())
    return f"This is not YAML here: {words}; mend the line or put the value in quotes."


def _scalar(text: str, plain: bool) -> str | int | float | bool | None:
    """A value as written: only what reads back the same is a number."""
    if not plain:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text) if text != "-0" else text
    if _FRACTION.fullmatch(text) and str(float(text)) == text:
        return float(text)
    return text


_NO_KEY = object()


class _Tree:
    """Builds the values from the parser's events, without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.value: Any = None
        self.lines: dict[At, int] = {}
        self._open: list[tuple[dict[str, Any] | list[Any], At]] = []
        self._key: list[Any] = []  # per open mapping the key that waits for its value
        self._documents = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise YamlFault(self.file, line, "A second document begins here; keep one per file.")
            case AliasEvent():
                raise YamlFault(
                    self.file, line, "Aliases (*name) have no place in a pack; write the value out."
                )
            case MappingEndEvent() | SequenceEndEvent():
                self._open.pop()
                self._key.pop()
            case ScalarEvent() | MappingStartEvent() | SequenceStartEvent():
                self._value(event, line)
            case DocumentEndEvent() | _:
                pass

    def _value(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            raise YamlFault(self.file, line, "Anchors (&name) are not used in packs; delete the anchor.")
        if event.ctag is not None and str(event.ctag) != "!":
            raise YamlFault(self.file, line, "Tags (!name) are not used in packs; delete the tag.")
        if self._open and isinstance(self._open[-1][0], dict) and self._key[-1] is _NO_KEY:
            self._begin_key(event, line)
            return
        value: Any
        if isinstance(event, ScalarEvent):
            value = _scalar(event.value, event.style is None)
        else:
            value = {} if isinstance(event, MappingStartEvent) else []
        at = self._place(value)
        self.lines.setdefault(at, line)
        if isinstance(value, dict | list):
            if len(self._open) >= DEPTH_LIMIT:
                raise YamlFault(self.file, line, f"Nested deeper than {DEPTH_LIMIT} levels; flatten it.")
            self._open.append((value, at))
            self._key.append(_NO_KEY)

    def _begin_key(self, event: Any, line: int) -> None:
        if not isinstance(event, ScalarEvent):
            raise YamlFault(self.file, line, "A key must be a word or a text; put it in quotes.")
        mapping, at = self._open[-1]
        if event.value in mapping:
            first = self.lines[(*at, event.value)]
            raise YamlFault(
                self.file, line, f'The key "{event.value}" stands here a second time (first in line {first}).'
            )
        self._key[-1] = event.value
        self.lines[(*at, event.value)] = line

    def _place(self, value: Any) -> At:
        if not self._open:
            self.value = value
            return ()
        holder, at = self._open[-1]
        if isinstance(holder, list):
            holder.append(value)
            return (*at, len(holder) - 1)
        key: str = self._key[-1]
        holder[key] = value
        self._key[-1] = _NO_KEY
        return (*at, key)
