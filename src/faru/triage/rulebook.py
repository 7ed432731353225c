"""The unit's triage rules as typed data. `packs` builds them; nothing here knows a country."""

from dataclasses import dataclass
from enum import StrEnum


class Axis(StrEnum):
    """What a rule's points count for. The two axes are never merged into one number."""

    DANGER = "danger"
    WORKABILITY = "workability"
    NOISE = "noise"  # lowers the place in the queue, shown as its own label
    INTERRUPT = "interrupt"  # pre-empts everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: a plain sentence, a condition over declared facts, and where it comes from."""

    id: str
    axis: Axis
    sentence: str
    condition: str  # CEL over the facts of `triage.facts`
    points: int  # may be negative; 0 on the interrupt and noise axes
    source: str
    raises: str | None = None  # interrupt axis: the interrupt's id; noise axis: the label


@dataclass(frozen=True, slots=True)
class Phrase:
    """One short, non-graphic phrase that becomes a fact when it stands in free text."""

    id: str
    fact: str  # name of the fact it sets, as declared in `triage.facts`
    language: str  # "en", "dv", "dv-Latn"
    words: tuple[str, ...]  # alternatives, matched on word borders, case folded


@dataclass(frozen=True, slots=True)
class Band:
    """A cut of the danger axis: from `from_danger` points upward."""

    name: str
    from_danger: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Everything of a pack that decides the order of the queue."""

    version: str
    rules: tuple[Rule, ...]
    phrases: tuple[Phrase, ...]
    bands: tuple[Band, ...]  # highest first: critical, high, medium, low
    interrupts: tuple[str, ...]  # ids the policy defines, in their order of precedence
    pinned: frozenset[str]  # interrupts whose effect is `pin`: they stand on top of the queue
    hub_limit: int  # a value shared by more referrals than this joins nothing
    viral_limit: int  # a hash in more unrelated accounts than this is viral
    country: str | None = None  # ISO 3166 alpha-2 of the unit, for "local" facts
    phone_prefix: str | None = None  # e.g. "+960"; for "local" facts
