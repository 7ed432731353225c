"""A child named in an alert is a child's file from the first minute.

What was reported about the child is held in `Sealed` values, which print as "sealed" wherever
they end up: in a log, an f-string, a traceback or JSON made with `default=str`.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from faru.vocabulary.accounts import Account, Role
from faru.vocabulary.persons import PersonRecord

SEALED = "sealed"

T = TypeVar("T")


class Sealed(Generic[T]):
    """A value that must be opened on purpose.

    `open()` is the only way in; the desk calls it under a reason and a ledger entry, engines call it to
    compare and to count, never to show.
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def open(self) -> T:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return SEALED

    def __str__(self) -> str:
        return SEALED

    def __format__(self, spec: str) -> str:
        return format(SEALED, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash(("sealed", self._value))

    def __reduce__(self) -> tuple[type["Sealed[T]"], tuple[T]]:
        return (Sealed, (self._value,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedChild:
    """Every victim; every recipient not stated to be 18 or over; every reported person under 18."""

    label: str  # "Child A", "Child B", ... in the order of the report
    role: Role
    person: Sealed[PersonRecord]
    accounts: tuple[Sealed[Account], ...] = ()
    names: Sealed[tuple[str, ...]]  # each written form of the name, for `Referral` texts to be cleaned of
    unread: Sealed[tuple[tuple[str, str], ...]]  # unknown fields by their path
    age: int | None = None  # kept open: triage needs it, and alone it names nobody
    same_country: bool | None = None  # the reported country is the unit's own; None: not reported
