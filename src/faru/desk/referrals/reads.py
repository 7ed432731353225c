"""What an engine needs of rows: referrals opened with their children, and what officers said of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from faru.desk.referrals import codec
from faru.desk.referrals.models import OfficerEdge, Referral, ReportedChild
from faru.desk.vault import keys
from faru.triage import Act, LinkKind
from faru.triage import OfficerEdge as Said
from faru.vocabulary import Identity
from faru.vocabulary import Referral as Read


@dataclass(frozen=True, slots=True)
class Own:
    """A referral's row and what was read of it."""

    row: Referral
    read: Read


def identity_of(row: Referral) -> Identity:
    """A row's identity, as engines call it."""
    return Identity(row.sender, row.number, row.sha256)


def said(act: OfficerEdge, by: str) -> Said:
    """What an officer said of two referrals, as engines take it; `by` is what they are called."""
    return Said(
        act=Act(act.act),
        a=identity_of(act.a),
        b=identity_of(act.b),
        reason=act.reason,
        by=by,
        at=act.at,
        kinds=frozenset(LinkKind(kind) for kind in act.kinds),
    )


def own(rows: Iterable[Referral]) -> list[Own]:
    """These rows opened, children and all, in their order."""
    rows = list(rows)
    reads = decoded(rows, with_children=True)
    return [Own(row, reads[row.pk]) for row in rows]


def decoded(rows: list[Referral], *, with_children: bool) -> dict[UUID, Read]:
    """The referrals of these rows, by id. Children stay shut unless an engine must compare or count them."""
    records: dict[UUID, dict[int, Any]] = {}
    wanted = [row.pk for row in rows if row.children_count]
    subjects = [row.subject_id for row in rows]
    if with_children and wanted:
        opened = list(ReportedChild.objects.filter(referral__in=wanted))
        keys.warm([*subjects, *(child.subject_id for child in opened)])
        for child in opened:
            records.setdefault(child.referral_id, {})[child.position] = child.body
    else:
        keys.warm(subjects)
    return {
        row.pk: codec.decode(
            row.body,
            tuple(records.get(row.pk, {}).get(place) for place in range(row.children_count)),
        )
        for row in rows
    }
