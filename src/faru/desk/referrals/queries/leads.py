"""The queue, page by page: each row with its reasons. A page costs the same however long the queue is."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.referrals import sheets
from faru.desk.referrals.models import Lead, LeadState
from faru.desk.referrals.models.lead import NOT_PINNED, LeadSet, Shelf
from faru.desk.referrals.queries import walking
from faru.desk.referrals.queries.reasons import Chip, chips

PAGE: Final = 25


class Choice(StrEnum):
    """Which leads a list shows."""

    OPEN = "open"
    MINE = "mine"
    WAITING = "waiting"
    IN_CASE = "in_case"
    CLOSED = "closed"


SHELVES: Final = {Choice.OPEN: Shelf.OPEN, Choice.IN_CASE: Shelf.IN_CASE, Choice.CLOSED: Shelf.CLOSED}
"""Lists that may be as long as the unit's whole past. What somebody has, or lets wait, are few."""


@dataclass(frozen=True, slots=True)
class Row:
    """One lead of the queue."""

    lead: Lead
    chips: list[Chip]
    more: int  # reasons that are not among the chips
    blocks: int  # of four: how workable it is
    pinned: bool  # an open interrupt holds it on top
    new: bool  # made since the viewer's last visit


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand together under one heading: those on top, then band by band."""

    band: str  # "" for those on top
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue."""

    groups: list[Group]
    after: str  # the number that the next page begins after; "" on the last one

    @property
    def rows(self) -> list[Row]:
        """All rows of the page."""
        return [row for group in self.groups for row in group.rows]


def chosen(viewer: User, choice: Choice) -> LeadSet:
    """The leads of a list that this viewer may see."""
    leads = Lead.objects.visible_to(viewer)
    if choice is Choice.MINE:
        return leads.filter(owner=viewer).exclude(state__in=[LeadState.CLOSED, LeadState.GONE])
    if choice is Choice.WAITING:
        return leads.filter(state=LeadState.WAITING)
    return leads.filter(shelf=SHELVES[choice])


def page(viewer: User, choice: Choice = Choice.OPEN, after: str = "", *, size: int = PAGE) -> Page:
    """A page of the queue in order, from behind the lead with the number `after`."""
    now, leads = clock.now(), chosen(viewer, choice)
    last = walking.keys_of(Lead.objects.visible_to(viewer), after, now) if after else None
    if choice in SHELVES and walking.long(leads):
        found = walking.walk(leads, now, size + 1, last)
    else:
        found = walking.sort(leads, now, size + 1, last)
    rows = rows_of(viewer, found[:size])
    groups = [
        Group(band, list(members))
        for band, members in groupby(rows, lambda row: "" if row.pinned else row.lead.band_shown)
    ]
    return Page(groups, found[size - 1].number if len(found) > size else "")


def rows_of(viewer: User, leads: list[Lead]) -> list[Row]:
    """These leads with their reasons."""
    lines = sheets.lines(leads, fired_only=True)
    since = viewer.visit_before
    rows = []
    for lead in leads:
        words, more = chips(lead, lines[lead.pk])
        rows.append(
            Row(
                lead,
                words,
                more,
                blocks=-(-lead.workability * 4 // 100),
                pinned=lead.pin < NOT_PINNED,
                new=since is not None and lead.made_at > since,
            )
        )
    return rows


def by_number(viewer: User, number: str) -> Lead | None:
    """The lead that somebody means by a number, as a whole or by its last digits of this year."""
    wanted = number.strip()[:20].upper()
    if wanted.isdecimal():
        wanted = f"L-{clock.now().astimezone(clock.zone()):%Y}-{int(wanted):04}"
    return Lead.objects.visible_to(viewer).filter(number=wanted).first()
