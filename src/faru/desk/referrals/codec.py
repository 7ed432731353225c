"""A `Referral` to JSON and back, parted the way it is stored: the body, and each reported child's record.

A child's record holds every sealed value of that child, and the observations that are the child's own; the
body holds none of them. Nothing is lost: `decode(*encode(referral)) == referral`.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from faru.vocabulary import FreeText, Observation, Referral, ReportedChild, Sealed


@dataclass(frozen=True, slots=True)
class Encoded:
    """A referral in parts that JSON can carry. `children` has one record a child, in their order."""

    body: dict[str, Any]
    children: tuple[dict[str, Any], ...]


def encode(referral: Referral) -> Encoded:
    """Part a referral for storing."""
    kept: list[dict[str, Any]] = [
        {"child": _child(child), "observations": {}, "texts": {}} for child in referral.children
    ]
    observations = []
    for index, seen in enumerate(referral.observations):
        if seen.child is not None:
            kept[seen.child]["observations"][str(index)] = _plain(seen)
            seen = replace(seen, literal="", address=None, port=None, destination=None)
        observations.append(seen)
    texts = []
    for index, text in enumerate(referral.texts):
        if text.original is not None and kept:
            kept[0]["texts"][str(index)] = text.original.open()
            text = replace(text, original=None)
        texts.append(text)
    open_children = [_open_child(child) for child in referral.children]
    body = {
        field.name: _plain(getattr(referral, field.name))
        for field in dataclasses.fields(Referral)
        if field.name not in ("children", "observations", "texts")
    }
    body |= {
        "observations": [_plain(one) for one in observations],
        "texts": [_plain(one) for one in texts],
        "children": open_children,
    }
    return Encoded(body, tuple(kept))


def decode(body: Mapping[str, Any], children: tuple[Mapping[str, Any] | None, ...]) -> Referral:
    """The referral again. A child's record given as None stays shut: its values are empty seals."""
    values = {
        field.name: _value(hint, body[field.name])
        for field, hint in _hints(Referral)
        if field.name not in ("children", "observations", "texts")
    }
    observations = [_value(Observation, one) for one in body["observations"]]
    texts = [_value(FreeText, one) for one in body["texts"]]
    opened = []
    for stated, record in zip(body["children"], children, strict=True):
        if record is None:
            opened.append(_shut_child(stated))
            continue
        opened.append(_value(ReportedChild, stated | record["child"]))
        for index, seen in record["observations"].items():
            observations[int(index)] = _value(Observation, seen)
        for index, original in record["texts"].items():
            texts[int(index)] = replace(texts[int(index)], original=Sealed(original))
    return Referral(**values, observations=tuple(observations), texts=tuple(texts), children=tuple(opened))


_OPEN = ("label", "role", "age", "same_country")
"""What of a reported child names nobody by itself."""


def _open_child(child: ReportedChild) -> dict[str, Any]:
    return {name: _plain(getattr(child, name)) for name in _OPEN}


def _child(child: ReportedChild) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(child, field.name))
        for field in dataclasses.fields(ReportedChild)
        if field.name not in _OPEN
    }


def _shut_child(stated: Mapping[str, Any]) -> ReportedChild:
    from faru.vocabulary import PersonRecord, Role

    role = Role(stated["role"])
    return ReportedChild(
        label=stated["label"],
        role=role,
        person=Sealed(PersonRecord(role=role)),
        names=Sealed(()),
        unread=Sealed(()),
        age=stated["age"],
        same_country=stated["same_country"],
    )


def _plain(value: Any) -> Any:
    """What JSON can carry. A sealed value is opened: the caller knows where it may stand."""
    return _writer(type(value))(value)


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    """How values of a type are written."""
    if issubclass(kind, Sealed):
        return lambda value: _plain(value.open())
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, (str, int, float, bool, NoneType)):
        return _as_it_is
    if issubclass(kind, bytes):
        return bytes.hex
    if issubclass(kind, datetime):
        return datetime.isoformat
    if issubclass(kind, Mapping):
        return lambda value: {str(key): _plain(part) for key, part in value.items()}
    if issubclass(kind, tuple | list):
        return lambda value: [_plain(part) for part in value]
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
        return lambda value: {name: _plain(getattr(value, name)) for name in names}
    raise TypeError(f"A {kind.__name__} has no place in a referral.")


@cache
def _hints(kind: type) -> tuple[tuple[dataclasses.Field[Any], Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field, hints[field.name]) for field in dataclasses.fields(kind))


def _value(hint: Any, value: Any) -> Any:
    """The value of a type again."""
    return _reader(hint)(value)


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """How values of a type are read."""
    if isinstance(hint, NewType):
        return _reader(hint.__supertype__)
    parts, origin = get_args(hint), get_origin(hint)
    if origin in (Union, UnionType):
        inner = _reader(next(part for part in parts if part is not NoneType))
        return lambda value: None if value is None else inner(value)
    if origin is Sealed:
        inner = _reader(parts[0])
        return lambda value: Sealed(inner(value))
    if origin is tuple:
        return _reader_of_tuple(parts)
    if origin is not None and issubclass(origin, Mapping):
        return lambda value: MappingProxyType(dict(value))
    if dataclasses.is_dataclass(hint):
        fields = [(field.name, _reader(kind)) for field, kind in _hints(hint)]
        return lambda value: hint(**{name: read(value[name]) for name, read in fields})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if hint is bytes:
        return bytes.fromhex
    if hint is datetime:
        return datetime.fromisoformat
    return _as_it_is


def _reader_of_tuple(parts: tuple[Any, ...]) -> Callable[[Any], Any]:
    readers = [_reader(part) for part in parts if part is not Ellipsis]
    if len(parts) == 2 and parts[1] is Ellipsis:
        return lambda value: tuple(map(readers[0], value))
    return lambda value: tuple(read(one) for read, one in zip(readers, value, strict=True))


def _as_it_is(value: Any) -> Any:
    return value
