"""How a fact is declared: its name, type and sentence, the fields it comes from and how it is read.

A fact's value is kept with the source pointer of what it was read from. Unknown is None: a flag that nobody
set in a form that has flags is "no", a flag in a report that carries none is unknown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from faru.conditions import Fact, FactType, FactValue

if TYPE_CHECKING:
    from faru.triage.subject import Subject


class Scope(StrEnum):
    """What a fact is drawn from."""

    REFERRAL = "referral"  # one referral by itself
    LEAD = "lead"  # all referrals of the lead together
    QUEUE = "queue"  # everything in the queue


class Seen(NamedTuple):
    """A fact's value, where it was read, and what to print where the value itself does not say it."""

    value: FactValue
    source: str | None = None
    shown: FactValue = None  # matched words, for example; None: print the value

    @property
    def printed(self) -> FactValue:
        """What a reader gets to see."""
        return self.value if self.shown is None else self.shown


UNKNOWN = Seen(None)

Read = Callable[["Subject"], Seen]


@dataclass(frozen=True, slots=True)
class DeclaredFact:
    """One fact that rules may read."""

    fact: Fact
    scope: Scope
    fields: tuple[str, ...]  # fields of the vocabulary it comes from
    drawn: str  # how it is drawn together, in words
    read: Read | None  # None: set by a phrase of the pack, or by the engine (lead and queue)


class Register:
    """Facts of one kind, collected as their readers are defined."""

    def __init__(self) -> None:
        self.facts: list[DeclaredFact] = []

    def fact(
        self,
        name: str,
        kind: FactType,
        sentence: str,
        *,
        fields: tuple[str, ...],
        drawn: str,
        unit: str | None = None,
        scope: Scope = Scope.REFERRAL,
    ) -> Callable[[Read], Read]:
        """Declare the fact that the decorated function reads."""

        def keep(read: Read) -> Read:
            self.facts.append(DeclaredFact(Fact(name, kind, sentence, unit), scope, fields, drawn, read))
            return read

        return keep

    def declare(
        self,
        name: str,
        kind: FactType,
        sentence: str,
        *,
        fields: tuple[str, ...],
        drawn: str,
        unit: str | None = None,
        scope: Scope,
        read: Read | None = None,
    ) -> None:
        """Declare a fact that has no reader of its own."""
        self.facts.append(DeclaredFact(Fact(name, kind, sentence, unit), scope, fields, drawn, read))


def any_of(items: Iterable[Seen]) -> Seen:
    """The "or" of three values, with the source of the item that decides; no items at all is unknown."""
    first_no: Seen | None = None
    open_item = False
    for item in items:
        if item.value is True:
            return item
        if item.value is None:
            open_item = True
        elif first_no is None:
            first_no = item
    return UNKNOWN if open_item or first_no is None else first_no


def all_of(items: Iterable[Seen]) -> Seen:
    """The "and" of three values, with the source of the item that decides; no items at all is unknown."""
    first_yes: Seen | None = None
    open_item = False
    for item in items:
        if item.value is False:
            return item
        if item.value is None:
            open_item = True
        elif first_yes is None:
            first_yes = item
    return UNKNOWN if open_item or first_yes is None else first_yes
