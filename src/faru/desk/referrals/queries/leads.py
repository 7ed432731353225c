"""The queue, page by page: each row with its reasons. A page costs the same however long the queue is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from django.db.models import Case, F, Q, Value, When
from django.db.models import DateTimeField as Moment
from django.db.models import IntegerField as Whole
from django.db.models.functions import Coalesce

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.referrals import sheets
from faru.desk.referrals.models import Lead, LeadState
from faru.desk.referrals.models.lead import NOT_PINNED, LeadSet
from faru.desk.referrals.queries.reasons import Chip, chips

PAGE: Final = 25
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
KEYS: Final = (
    "pin",
    "band_place",
    "noisy",
    "clock_bucket",
    "clock_key",
    "work_key",
    "reported_key",
    "first_key",
    "id",
)
"""The order of the queue as keys that only ascend: the last row of a page says where the next one begins."""


class Choice(StrEnum):
    """Which leads a list shows."""

    OPEN = "open"
    MINE = "mine"
    WAITING = "waiting"
    IN_CASE = "in_case"
    CLOSED = "closed"


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
    if choice is Choice.IN_CASE:
        return leads.filter(state=LeadState.IN_CASE)
    if choice is Choice.CLOSED:
        return leads.filter(state=LeadState.CLOSED)
    return leads.open()


def page(viewer: User, choice: Choice = Choice.OPEN, after: str = "", *, size: int = PAGE) -> Page:
    """A page of the queue in order, from behind the lead with the number `after`."""
    leads = _keyed(chosen(viewer, choice)).select_related("owner").order_by(*KEYS)
    if after:
        last = _keyed(Lead.objects.visible_to(viewer)).filter(number=after).values_list(*KEYS).first()
        if last is not None:
            leads = leads.filter(_behind(last))
    found = list(leads[: size + 1])
    rows = rows_of(viewer, found[:size])
    groups = [
        Group(band, list(members))
        for band, members in groupby(rows, lambda row: "" if row.pinned else row.lead.band_shown)
    ]
    return Page(groups, found[size - 1].number if len(found) > size else "")


def rows_of(viewer: User, leads: list[Lead]) -> list[Row]:
    """These leads with their reasons."""
    lines = sheets.lines(leads)
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


def _keyed(leads: LeadSet) -> Any:
    now = clock.now()
    return leads.annotate(
        clock_bucket=Case(
            When(clock_at__gt=now, then=0),
            When(clock_at=None, then=1),
            default=2,
            output_field=Whole(),
        ),
        clock_key=Coalesce("clock_at", F("ranked_at")),
        work_key=Value(100) - F("workability"),
        reported_key=Coalesce("first_reported_at", Value(_NEVER, Moment())),
    )


def _behind(last: tuple[Any, ...]) -> Q:
    """What comes after these values of `KEYS`, key by key."""
    wanted, same = Q(), Q()
    for name, value in zip(KEYS, last, strict=True):
        wanted |= same & Q(**{f"{name}__gt": value})
        same &= Q(**{name: value})
    return wanted
