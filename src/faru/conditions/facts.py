"""Facts: what a condition may read.

An engine declares each fact with a name, a type, a unit and a plain sentence; the documentation lists them
from there. A fact's value is one of the types below, or None where nobody reported it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

FactValue: TypeAlias = bool | int | float | str | Sequence[str] | datetime | None
"""What a fact can be; None is "not reported"."""


class FactType(StrEnum):
    """The types a fact can have, as the pack's author sees them."""

    BOOL = "bool"
    INT = "int"
    NUMBER = "number"  # with a fraction; in a condition written 1.0, never 1
    TEXT = "text"
    TEXTS = "texts"  # a list of texts
    INSTANT = "instant"  # an aware point in time


class Answer(StrEnum):
    """What a condition comes to."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"  # it hangs on a fact that nobody reported


@dataclass(frozen=True, slots=True)
class Fact:
    """One declared fact: `name` in snake_case, and a sentence that says what holds, or what is counted."""

    name: str
    type: FactType
    sentence: str
    unit: str | None = None  # "hours", "years"; None for a count, a truth or a text
