"""Referrals beside their rows: what an engine needs of them, opened with their children."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from faru.desk.referrals import codec
from faru.desk.referrals.models import Referral, ReportedChild
from faru.desk.vault import keys
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
