"""Rules put to a referral's facts: which fired, which are unknown, and with what before their eyes.

Rules are compiled once a rule book. Each referral is judged by itself with its lead's facts beside its own; a
lead fires a rule once, if any of its referrals does, and cites the earliest of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from faru.conditions import Answer, Condition, ConditionFault, FactValue
from faru.triage.declare import UNKNOWN, Read, Seen
from faru.triage.facts import FACTS, PHRASE_FACTS, conditions
from faru.triage.phrases import PhraseBook
from faru.triage.rulebook import Axis, Rule, RuleBook
from faru.triage.subject import Subject
from faru.vocabulary import Identity, Referral

_LATEST = datetime.max.replace(tzinfo=UTC)

Moment: TypeAlias = tuple[datetime, str, str, str]


class RuleBookFault(Exception):
    """A rule book that can't be used; the sentence names the rule or the key."""


class ReasonState(StrEnum):
    """What a rule said of a lead."""

    FIRED = "fired"
    UNKNOWN = "unknown"  # it hangs on something that nobody reported


class FactSeen(NamedTuple):
    """One fact that a rule read: its value as printed and where it stands in what was received."""

    name: str
    value: FactValue
    source: str | None


class Reason(NamedTuple):
    """One rule and what it saw. Points are 0 where it is unknown."""

    rule: Rule
    state: ReasonState
    points: int
    seen: tuple[FactSeen, ...]  # in the order of their names; () for an unknown rule
    missing: tuple[str, ...]  # facts that nobody reported, of those the rule reads
    referral: Identity  # the earliest referral for which it stands


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """A rule book ready to run."""

    book: RuleBook
    conditions: tuple[tuple[Rule, Condition], ...]
    phrases: PhraseBook
    readers: tuple[tuple[str, Read], ...]  # of the referral's own facts, those that some rule reads


@lru_cache(maxsize=8)
def compile_rules(book: RuleBook) -> CompiledRules:
    """Compile a rule book. RuleBookFault says what is wrong: a rule twice, a misspelt fact, a lowest band."""
    if not book.bands or book.bands[-1].from_danger > 0:
        raise RuleBookFault("The lowest band must begin at 0, so that every lead has a band.")
    cuts = [band.from_danger for band in book.bands]
    if cuts != sorted(set(cuts), reverse=True):
        raise RuleBookFault("The bands must stand highest first, each with its own beginning.")
    if not book.pinned <= set(book.interrupts):
        raise RuleBookFault(
            f"Pinned, but no interrupt: {', '.join(sorted(book.pinned - {*book.interrupts}))}."
        )
    for phrase in book.phrases:
        if phrase.fact not in PHRASE_FACTS:
            raise RuleBookFault(f"The phrase '{phrase.id}' sets '{phrase.fact}', which no phrase can set.")
    compiler = conditions()
    compiled: dict[str, tuple[Rule, Condition]] = {}
    for rule in book.rules:
        if rule.id in compiled:
            raise RuleBookFault(f"The rule '{rule.id}' stands there twice.")
        _check_effect(rule, book)
        try:
            compiled[rule.id] = (rule, compiler.compile(rule.condition))
        except ConditionFault as fault:
            raise RuleBookFault(f"The rule '{rule.id}': {fault.sentence}") from fault
    read = {name for _, condition in compiled.values() for name in condition.names}
    try:
        phrases = PhraseBook(book.phrases)
    except ValueError as error:
        raise RuleBookFault(str(error)) from error
    readers = [(name, FACTS[name].read) for name in FACTS if name in read]
    return CompiledRules(
        book,
        tuple(compiled.values()),
        phrases,
        tuple((name, reader) for name, reader in readers if reader is not None),
    )


def _check_effect(rule: Rule, book: RuleBook) -> None:
    switch = rule.axis in (Axis.INTERRUPT, Axis.NOISE)
    if switch and (rule.raises is None or rule.points != 0):
        raise RuleBookFault(f"The rule '{rule.id}' must name what it raises, and give no points.")
    if not switch and rule.raises is not None:
        raise RuleBookFault(f"The rule '{rule.id}' gives points; only an interrupt or a noise rule raises.")
    if rule.axis is Axis.INTERRUPT and rule.raises not in book.interrupts:
        raise RuleBookFault(f"The rule '{rule.id}' raises '{rule.raises}', which is no interrupt.")


def read_facts(rules: CompiledRules, subject: Subject) -> dict[str, Seen]:
    """The facts of one referral that some rule reads; lead and queue facts are left to the engine."""
    return {name: reader(subject) for name, reader in rules.readers}


def moment(referral: Referral) -> Moment:
    """What makes a referral earlier than another: time of the report (none: last), sender, number, hash."""
    at = referral.reported_at
    known = at.utc if at is not None and at.utc is not None else _LATEST
    return known, referral.sender, referral.number or "", referral.sha256


def judge(
    rules: CompiledRules, members: Sequence[tuple[Identity, Mapping[str, Seen]]]
) -> tuple[tuple[Reason, ...], Mapping[Identity, frozenset[str]]]:
    """What the rules say of one lead, and for each referral the ids of the noise labels it raised.

    `members` are its referrals, the earliest first, each with all of its facts. Rules that did not fire and
    are not unknown are not listed. RuleBookFault where a condition fails on good facts.
    """
    reasons: list[Reason] = []
    noise: dict[Identity, set[str]] = {identity: set() for identity, _ in members}
    values = [
        (identity, seen, {name: item.value for name, item in seen.items()}) for identity, seen in members
    ]
    for rule, condition in rules.conditions:
        first_fired: tuple[Identity, Mapping[str, Seen]] | None = None
        first_open: Reason | None = None
        for identity, seen, plain in values:
            try:
                answer, missing = condition.explain(plain)
            except ConditionFault as fault:
                raise RuleBookFault(f"The rule '{rule.id}': {fault.sentence}") from fault
            if answer is Answer.TRUE:
                first_fired = first_fired or (identity, seen)
                if rule.axis is not Axis.NOISE:
                    break
                noise[identity].add(rule.raises or rule.id)
            elif answer is Answer.UNKNOWN and first_open is None:
                first_open = Reason(rule, ReasonState.UNKNOWN, 0, (), missing, identity)
        if first_fired is not None:
            reasons.append(_fired(rule, condition, *first_fired))
        elif first_open is not None:
            reasons.append(first_open)
    return tuple(reasons), {identity: frozenset(labels) for identity, labels in noise.items()}


def _fired(rule: Rule, condition: Condition, identity: Identity, facts: Mapping[str, Seen]) -> Reason:
    seen: list[FactSeen] = []
    missing: list[str] = []
    for name in condition.reads:
        item = facts.get(name, UNKNOWN)
        if item.value is None:
            missing.append(name)
        else:
            seen.append(FactSeen(name, item.printed, item.source))
    return Reason(rule, ReasonState.FIRED, rule.points, tuple(seen), tuple(missing), identity)
