"""An engine's frozen answer to JSON and back: an `Observation` as reported, a `Verdict` whole.

Driven by the types themselves, so that a new field of the engine is neither forgotten nor named here.
`typed(kind, plain(value)) == value`.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from faru.attribution.verdicts import Verdict

Kind = TypeVar("Kind")


def encode_verdict(verdict: Verdict) -> dict[str, Any]:
    """A verdict for storing. Of the carrier only what the verdict rests on goes along: the one prefix."""
    match = verdict.match
    if match is not None:
        carrier = replace(match.carrier, prefixes=(match.prefix,), retention=(), contact=None)
        verdict = replace(verdict, match=replace(match, carrier=carrier))
    return dict(plain(verdict))


def decode_verdict(stored: Mapping[str, Any]) -> Verdict:
    """The verdict again."""
    return typed(Verdict, stored)


def plain(value: Any) -> Any:
    """What JSON can carry."""
    return _writer(type(value))(value)


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    """What makes JSON of a value of this type."""
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, (NoneType, str, int, float)):
        return _as_it_is
    if issubclass(kind, datetime):
        return datetime.isoformat
    if issubclass(kind, (IPv4Network, IPv6Network)):
        return str
    if issubclass(kind, (tuple, list)):
        return lambda value: [plain(part) for part in value]
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
        return lambda value: {name: plain(getattr(value, name)) for name in names}
    raise TypeError(f"A {kind.__name__} has no place in a verdict.")


def typed(kind: type[Kind], value: Any) -> Kind:
    """The value of a type again."""
    return _reader(kind)(value)  # type: ignore[no-any-return]


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of this type from JSON. A type is looked at once, not once a value."""
    if isinstance(hint, NewType):
        hint = hint.__supertype__
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        known = [part for part in parts if part is not NoneType]
        read = ip_network if set(known) == {IPv4Network, IPv6Network} else _reader(known[0])
        return lambda value: None if value is None else read(value)
    if origin is tuple:
        if len(parts) == 2 and parts[1] is Ellipsis:
            one = _reader(parts[0])
            return lambda value: tuple(map(one, value))
        each = [_reader(part) for part in parts]
        return lambda value: tuple(read(item) for read, item in zip(each, value, strict=True))
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        fields = [(field.name, _reader(hints[field.name])) for field in dataclasses.fields(hint)]
        return lambda value: hint(**{name: read(value[name]) for name, read in fields})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return datetime.fromisoformat if hint is datetime else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
