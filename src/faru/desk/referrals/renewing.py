"""Scores that have grown old: clocks run out and packs change, while a lead's referrals stay the same."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import F

from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.referrals.models import Lead
from faru.desk.referrals.models.lead import LeadSet, Shelf
from faru.desk.referrals.ranking import rescore

OLD: Final = timedelta(days=1)
"""No score of a lead that somebody may work on is older."""
BATCH: Final = 50
"""Leads of one transaction: it stays short, so that other writers get their turn."""


def due(most: int) -> list[UUID]:
    """Leads whose clock has run out since they were scored, or whose scores are old or of another pack."""
    return list(dict.fromkeys(islice(_due(most), most)))


def renew(by: User, tick: Callable[[int, int], None]) -> int:
    """Score all that is due again; how many."""
    done = 0
    while leads := due(BATCH):
        rescore(actor=by, leads=leads)
        done += len(leads)
        tick(done, done + len(due(BATCH)))
    return done


def _due(most: int) -> Iterator[UUID]:
    """Each query is a range of an index, so that looking costs nothing where nothing is due."""
    now, pack = clock.now(), unit.pack().digest
    ran_out = Lead.objects.filter(clock_at__lte=now, clock_at__gt=now - OLD, clock_at__gte=F("ranked_at"))
    yield from _ids(ran_out.filter(shelf__in=[Shelf.OPEN, Shelf.IN_CASE]), most)
    for shelf in (Shelf.OPEN, Shelf.IN_CASE):
        there = Lead.objects.filter(shelf=shelf)
        yield from _ids(there.filter(pack_digest__lt=pack), most)
        yield from _ids(there.filter(pack_digest__gt=pack), most)
        yield from _ids(there.filter(pack_digest=pack, ranked_at__lte=now - OLD), most)


def _ids(leads: LeadSet, most: int) -> list[UUID]:
    return list(leads.order_by().values_list("id", flat=True)[:most])
