"""A stretch of the queue, in two ways that come to the same: a short list is sorted, a long one walked.

The index `lead_queue` holds a list by place (interrupt, band, noise) and within a place by the clock. Where
the clock ran out depends on the moment, so of each place three stretches are read in turn: what the clock
still runs for, what has no clock, what is gone. Nothing is read that is not shown.
"""

from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from faru.desk.referrals.models import Lead
from faru.desk.referrals.models.lead import ORDER, LeadSet

LONG: Final = 1_000
"""From here on a list is walked: sorting it would cost more than the few queries of a walk."""
_WITHIN: Final = ORDER[2:]
"""What orders the leads of one place and one bucket."""

Keys = tuple[Any, ...]


def long(leads: LeadSet) -> bool:
    """Whether a list is too long to be sorted for one page."""
    return leads.order_by()[LONG : LONG + 1].exists()


def keys_of(leads: LeadSet, number: str, now: datetime) -> Keys | None:
    """Where a lead stands in the order; None where there is none with this number."""
    return leads.bucketed(now).filter(number=number).values_list(*ORDER).first()


def sort(leads: LeadSet, now: datetime, size: int, last: Keys | None = None) -> list[Lead]:
    """The first of these leads behind `last`."""
    ordered = leads.bucketed(now).select_related("owner").order_by(*ORDER)
    return list((ordered if last is None else ordered.filter(_behind(ORDER, last)))[:size])


def walk(leads: LeadSet, now: datetime, size: int, last: Keys | None = None) -> list[Lead]:
    """The same of one shelf, by its index."""
    found: list[Lead] = []
    place, bucket = (None, 0) if last is None else last[:2]
    behind = None if last is None else _behind(_WITHIN, last[2:]) & Q(clock_key__gte=last[2])
    while len(found) < size:
        if behind is None:
            place, bucket = _next_place(leads, place), 0
        if place is None:
            break
        here = leads.filter(place=place).select_related("owner").order_by(*_WITHIN)
        for stretch in _buckets(now)[bucket:]:
            rows = here.filter(stretch) if behind is None else here.filter(stretch, behind)
            found += rows[: size - len(found)]
            behind = None
            if len(found) == size:
                break
    return found


def _next_place(leads: LeadSet, place: int | None) -> int | None:
    further = leads if place is None else leads.filter(place__gt=place)
    return further.order_by("place").values_list("place", flat=True).first()


def _buckets(now: datetime) -> tuple[Q, Q, Q]:
    """The clock runs; it is not known; it ran out."""
    return Q(clocked=1, clock_key__gt=now), Q(clocked=0), Q(clocked=1, clock_key__lte=now)


def _behind(names: tuple[str, ...], last: Keys) -> Q:
    """What comes after these values, key by key."""
    wanted, same = Q(), Q()
    for name, value in zip(names, last, strict=True):
        wanted |= same & Q(**{f"{name}__gt": value})
        same &= Q(**{name: value})
    return wanted
