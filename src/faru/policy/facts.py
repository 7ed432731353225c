"""The facts of one case: what was recorded, by whom, in which role, when, and who signed it.

Records are only ever added. Whether one stands is the engine's answer, not a field here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType

from faru.conditions import FactValue

_NOTHING: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return _NOTHING


class _Dated:
    """Refuses a time without its zone: no comparison may depend on where the program runs."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for one in fields(self):  # type: ignore[arg-type]  # every class below is a dataclass
            value = getattr(self, one.name)
            if isinstance(value, datetime) and value.utcoffset() is None:
                raise ValueError(f"{type(self).__name__}.{one.name} has no zone; give the instant in UTC.")


@dataclass(frozen=True, slots=True)
class SignOff(_Dated):
    """A second person's signature."""

    who: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord(_Dated):
    """What was done for a step."""

    id: str
    step: str
    who: str
    role: str
    at: datetime
    fields: Mapping[str, str] = field(default_factory=_nothing)
    document: str | None = None  # sha256 of what was attached
    signoff: SignOff | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip(_Dated):
    """A step left out on purpose."""

    step: str
    who: str
    role: str
    at: datetime
    fields: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Event(_Dated):
    """Something that happened."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Move(_Dated):
    """A step onward to another stage, as somebody recorded it."""

    to: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class StatedFact(_Dated):
    """A fact of the case as known from `at` on, until it is stated anew; value None takes it back."""

    name: str
    value: FactValue
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Acknowledgement(_Dated):
    """The page was heard."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Clearing(_Dated):
    """An interrupt cleared, with what the policy wants stated."""

    who: str
    role: str
    at: datetime
    fields: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedInterrupt(_Dated):
    """An interrupt raised by a person or a rule."""

    interrupt: str
    at: datetime
    by: str
    why: str
    concerns: str | None = None  # the officer it recuses
    acknowledged: Acknowledgement | None = None
    cleared: Clearing | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who holds a role in this case."""

    role: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration(_Dated):
    """An open case taken to another version by two people. `stage` where it goes on; None: the same one."""

    to_version: str
    at: datetime
    by: str
    approved_by: str
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts(_Dated):
    """Everything the engine may know of a case. `policy` and `version` are those it was opened under."""

    case: str
    policy: str
    version: str
    opened_at: datetime
    records: tuple[StepRecord, ...] = ()
    skips: tuple[Skip, ...] = ()
    events: tuple[Event, ...] = ()
    moves: tuple[Move, ...] = ()
    stated: tuple[StatedFact, ...] = ()
    raised: tuple[RaisedInterrupt, ...] = ()
    people: tuple[Assignment, ...] = ()
    migrations: tuple[Migration, ...] = ()
