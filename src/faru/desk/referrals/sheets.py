"""Score sheets: every rule that fired or stayed unknown, sealed under the referral that it cites."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from faru.desk.referrals.models import Lead, Sheet
from faru.desk.rows import insert_rows
from faru.desk.vault import index, keys
from faru.triage import Axis, RankedLead, Reason, ReasonState
from faru.triage.links import identity_key
from faru.vocabulary import Identity

if TYPE_CHECKING:
    from faru.desk.referrals.ranking import Scored


@dataclass(frozen=True, slots=True)
class Seen:
    """One fact that a rule read."""

    name: str
    value: str
    source: str  # "" where it has no place


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a score sheet, as the page shows it."""

    order: int  # of the rule in its rule book
    rule: str
    axis: str
    sentence: str
    state: str  # "fired" or "unknown"
    points: int
    raises: str
    seen: tuple[Seen, ...]
    missing: tuple[str, ...]
    referral: UUID

    @property
    def fired(self) -> bool:
        """It fired; else it hangs on something that nobody reported."""
        return self.state == ReasonState.FIRED

    @property
    def matched(self) -> tuple[str, ...]:
        """Words of free text that made it fire."""
        return tuple(one.value for one in self.seen if one.name.endswith("_words") or " … " in one.value)


def headline(one: RankedLead) -> str:
    """The sentence of the gravest rule that fired: an interrupt's, else danger's, else work's."""
    fired = [reason for reason in one.reasons if reason.state is ReasonState.FIRED]
    ranked = sorted(
        fired,
        key=lambda reason: (
            reason.rule.axis is not Axis.INTERRUPT,
            reason.rule.axis is not Axis.DANGER,
            -reason.points,
        ),
    )
    return ranked[0].rule.sentence[:300] if ranked else ""


Forms = list[tuple[Identity, dict[str, Any]]]
"""A sheet as it is stored: its lines in order, each with the referral that it cites."""


def forms(one: RankedLead) -> Forms:
    """The sheet of a lead."""
    return [(reason.referral, _form(place, reason)) for place, reason in enumerate(one.reasons)]


def token(sheet: Forms) -> bytes:
    """Says whether a stored sheet is still the right one, and nothing else."""
    return index.token("sheet", json.dumps([[identity_key(cited), form] for cited, form in sheet]))


def store(sheets: Iterable[tuple["Scored", Forms]]) -> None:
    """Replace the sheets of these leads."""
    old, new = [], []
    for found, sheet in sheets:
        by_referral: dict[Identity, list[dict[str, Any]]] = {}
        for cited, form in sheet:
            by_referral.setdefault(cited, []).append(form)
        rows = found.rows
        old.append(found.lead.pk)
        new += [
            Sheet(
                lead_id=found.lead.pk,
                referral=rows[identity],
                subject_id=rows[identity].subject_id,
                reasons=reasons,
            )
            for identity, reasons in by_referral.items()
        ]
    Sheet.objects.filter(lead__in=old).delete()
    insert_rows(new)


def lines(leads: list[Lead], *, fired_only: bool = False) -> dict[UUID, list[Line]]:
    """The score sheets of these leads, each in the rule book's order; or what fired alone. Two queries."""
    found: dict[UUID, list[Line]] = {lead.pk: [] for lead in leads}
    sheets = list(Sheet.objects.filter(lead__in=found))
    keys.warm(sheet.subject_id for sheet in sheets)
    for sheet in sheets:
        found[sheet.lead_id] += [
            _line(form, sheet.referral_id)
            for form in sheet.reasons
            if not fired_only or form["state"] == ReasonState.FIRED
        ]
    for one in found.values():
        one.sort(key=lambda line: line.order)
    return found


def _form(place: int, reason: Reason) -> dict[str, Any]:
    return {
        "order": place,
        "rule": reason.rule.id,
        "axis": reason.rule.axis.value,
        "sentence": reason.rule.sentence,
        "state": reason.state.value,
        "points": reason.points,
        "raises": reason.rule.raises or "",
        "seen": [[fact.name, text(fact.value), fact.source or ""] for fact in reason.seen],
        "missing": list(reason.missing),
    }


def _line(form: dict[str, Any], referral: UUID) -> Line:
    return Line(
        order=form["order"],
        rule=form["rule"],
        axis=form["axis"],
        sentence=form["sentence"],
        state=form["state"],
        points=form["points"],
        raises=form["raises"],
        seen=tuple(Seen(*one) for one in form["seen"]),
        missing=tuple(form["missing"]),
        referral=referral,
    )


def text(value: object) -> str:
    """A fact's value as a sheet has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
