"""A template and data in, a PDF/A-2b out: the same bytes for the same input.

Data reaches the template as JSON in `sys.inputs.data`, never pasted into the source: typst markup is code.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typst

from faru.paper.glyphs import fonts, isolated, lacking, visible

OTHER_SCRIPT = "text in another script"

Value = object
"""str, int, float, bool, None, Placed, Picture, and sequences and mappings of these."""


class PaperFault(Exception):
    """A template that does not compile, or data that is no text, number, list or mapping."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A text, and where it stands in full in case the fonts can't draw it ("evidence/x.csv, row 3")."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of ours (SVG), passed through as it stands."""

    svg: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A text that does not stand in the PDF, and the characters that no font of it has."""

    text: str
    characters: str  # "" where each can be drawn, but not in this combination
    place: str | None


@dataclass(frozen=True, slots=True)
class Pdf:
    """A compiled document."""

    bytes: bytes
    warnings: tuple[str, ...]
    missing_glyphs: tuple[Absent, ...]


def compile_pdf(template: str | Path, data: Mapping[str, Value], *, when: datetime) -> Pdf:
    """Compile a template (source as text, or a file; it may read files of its own folder only).

    `when` (aware) is the only date in the file. A text of `data` that the fonts lack is printed as
    "[text in another script: see PLACE]"; `sys.inputs.absent` holds how many there are. Raises PaperFault.
    """
    texts = list(_texts(data, "data"))
    missing = lacking(visible(text.text if isinstance(text, Placed) else text) for text in texts)
    printed = json.dumps(_plain(data, missing), ensure_ascii=False)
    absent = _absent(texts, missing)
    inputs = {"data": printed, "absent": str(len(absent))}
    try:
        compiled, warnings = _compiler(template, inputs).compile_with_warnings(
            format="pdf", pdf_standards="a-2b", timestamp=when.astimezone(UTC).replace(microsecond=0)
        )
    except (typst.TypstError, OSError) as error:
        name = "The template" if isinstance(template, str) else f"The template {template.name}"
        raise PaperFault(f"{name} does not compile: {error}") from error
    if not isinstance(compiled, bytes):
        raise PaperFault("typst gave no PDF.")
    return Pdf(compiled, tuple(warning.message for warning in warnings), absent)


def _compiler(template: str | Path, inputs: dict[str, str]) -> typst.Compiler:
    if isinstance(template, str):
        return typst.Compiler(
            template.encode(), font_paths=fonts(), ignore_system_fonts=True, sys_inputs=inputs
        )
    return typst.Compiler(
        template, root=template.parent, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=inputs
    )


def _texts(value: Value, place: str) -> Iterator[str | Placed]:
    """Every text in the data, keys left out. Raises PaperFault for a value that JSON can't carry."""
    if isinstance(value, (str, Placed)):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, f"{place}.{key}")
    elif isinstance(value, Sequence):
        for index, part in enumerate(value):
            yield from _texts(part, f"{place}[{index}]")
    elif value is not None and not isinstance(value, (int, float, Picture)):
        raise PaperFault(f"{place} is a {type(value).__name__}: give the template text or numbers.")


def _plain(value: Value, missing: Mapping[str, str]) -> object:
    if isinstance(value, Placed):
        return _text(value.text, missing, value.place)
    if isinstance(value, str):
        return _text(value, missing, None)
    if isinstance(value, Picture):
        return value.svg
    if isinstance(value, Mapping):
        return {str(key): _plain(part, missing) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [_plain(part, missing) for part in value]
    return value


def _text(text: str, missing: Mapping[str, str], place: str | None) -> str:
    shown = visible(text)
    if shown in missing:
        return f"[{OTHER_SCRIPT}: see {place}]" if place else f"[{OTHER_SCRIPT}]"
    return isolated(shown)


def _absent(texts: Sequence[str | Placed], missing: Mapping[str, str]) -> tuple[Absent, ...]:
    found: dict[Absent, None] = {}
    for given in texts:
        text, place = (given.text, given.place) if isinstance(given, Placed) else (given, None)
        characters = missing.get(visible(text))
        if characters is not None:
            found[Absent(text, characters, place)] = None
    return tuple(found)
