"""Edges in the database: written only where they changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from faru.desk.referrals.models import Edge, Referral
from faru.desk.rows import insert_rows, update_rows
from faru.triage import Edge as Drawn
from faru.triage import EdgeState, Strength

Place = tuple[UUID, UUID, str, bytes]
"""An edge's two referrals, its kind and the token of the key that it comes of."""
_CHANGES = ("strength", "state", "reason", "by_id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An edge as it should stand."""

    a: Referral
    b: Referral
    token: bytes
    drawn: Drawn

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.a.pk, self.b.pk, self.drawn.kind.value, self.token

    def row(self) -> Edge:
        """Its row, not saved."""
        one = self.drawn
        return Edge(
            a=self.a,
            b=self.b,
            subject_id=self.a.subject_id,
            kind=one.kind.value,
            value_token=self.token,
            value=one.value,
            strength=one.strength.value,
            state=one.state.value,
            reason=one.reason[:300],
            by_id=None if one.by is None else UUID(one.by),
            from_text=one.from_text,
        )


def place_of(row: Edge) -> Place:
    """Where a stored edge stands."""
    return row.a_id, row.b_id, row.kind, bytes(row.value_token)


def replace(stored: Iterable[Edge], wanted: Iterable[Wanted]) -> set[UUID]:
    """Make these stored edges the wanted ones; the ids of the referrals around which joining ones changed."""
    there = {place_of(row): row for row in stored}
    new = {one.place: one.row() for one in wanted}
    touched: set[UUID] = set()
    # A value that is a child's now may not go on standing there: such an edge is made anew.
    kept = {place for place, row in new.items() if place in there and there[place].value == row.value}
    gone = [row for place, row in there.items() if place not in kept]
    made = [row for place, row in new.items() if place not in kept]
    changed = []
    for place in kept:
        old, row = there[place], new[place]
        if all(getattr(old, name) == getattr(row, name) for name in _CHANGES):
            continue
        if joins(old) != joins(row):
            touched |= {row.a_id, row.b_id}
        for name in _CHANGES:
            setattr(old, name, getattr(row, name))
        changed.append(old)
    for row in (*gone, *made):
        if joins(row):
            touched |= {row.a_id, row.b_id}
    Edge.objects.filter(pk__in=[row.pk for row in gone]).delete()
    insert_rows(made)
    update_rows(changed, ("strength", "state", "reason", "by"))
    return touched


def joins(row: Edge) -> bool:
    """Whether an edge joins its two referrals into one lead."""
    return row.strength == Strength.STRONG and row.state == EdgeState.IN_FORCE
