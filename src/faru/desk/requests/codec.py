"""An engine's frozen answer to JSON and back: an `Observation` as reported, a `Verdict` whole.

Driven by the types themselves, so that a new field of the engine is neither forgotten nor named here.
`typed(kind, plain(value)) == value`.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
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
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, IPv4Network | IPv6Network):
        return str(value)
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"A {type(value).__name__} has no place in a verdict.")


def typed(kind: type[Kind], value: Any) -> Kind:
    """The value of a type again."""
    return _value(kind, value)  # type: ignore[no-any-return]


@cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in dataclasses.fields(kind))


def _value(hint: Any, value: Any) -> Any:
    if isinstance(hint, NewType):
        hint = hint.__supertype__
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        parts = [part for part in get_args(hint) if part is not NoneType]
        if value is None:
            return None
        return ip_network(value) if set(parts) == {IPv4Network, IPv6Network} else _value(parts[0], value)
    if origin is tuple:
        parts = get_args(hint)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_value(parts[0], part) for part in value)
        return tuple(_value(part, one) for part, one in zip(parts, value, strict=True))
    if dataclasses.is_dataclass(hint):
        return hint(**{name: _value(kind, value[name]) for name, kind in _hints(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return datetime.fromisoformat(value) if hint is datetime else value
