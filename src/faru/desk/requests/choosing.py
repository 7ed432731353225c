"""Which observations can be asked of a carrier now: seen by the viewer, still there, not asked yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from faru.attribution.carriers import Carrier
from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.referrals.models import Lead, Observation, Referral
from faru.desk.referrals.models.lead import LIVE
from faru.desk.requests.models import RequestLine
from faru.packs.model import LetterKind

SOON: Final = timedelta(hours=48)
FORTNIGHT: Final = timedelta(days=14)
MOST: Final = 200
"""Lines of one request: what a person can still read before signing it."""


def askable(viewer: User, *, kind: str = LetterKind.DISCLOSURE) -> QuerySet[Observation]:
    """Observations of live leads with a carrier that no live request of this kind asks about.

    A reported child's own are left out: an officer opens them, with a reason, and no letter prints them.
    """
    asked = RequestLine.objects.filter(observation=OuterRef("pk"), kind=kind, live=True)
    return (
        Observation.objects.filter(
            ~Exists(asked),
            referral__in=Referral.objects.visible_to(viewer),
            referral__current=True,
            referral__lead__state__in=LIVE,
            of_child=False,
        )
        .exclude(carrier="")
        .select_related("referral__lead")
    )


def about_to_die(
    viewer: User, carrier: str, within: timedelta, *, kind: str = LetterKind.DISCLOSURE
) -> QuerySet[Observation]:
    """Of all leads together: what this carrier will have deleted `within` this time, the first on top."""
    now = clock.now()
    dying = askable(viewer, kind=kind).filter(carrier=carrier, dies_at__gt=now, dies_at__lte=now + within)
    return dying.exclude(at=None).order_by("dies_at", "id")


def of_lead(
    viewer: User, lead: Lead, carrier: str, *, kind: str = LetterKind.DISCLOSURE
) -> QuerySet[Observation]:
    """What one lead has to ask this carrier; times without a zone are listed as not asked."""
    return (
        askable(viewer, kind=kind)
        .filter(referral__lead=lead, carrier=carrier)
        .order_by("dies_at", "referral_id", "index")
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one carrier could be asked now, and until when at the latest."""

    carrier: Carrier
    addresses: int  # whose records go within two days
    observations: int
    first_dies: datetime | None
    fortnight: int  # observations whose records go within two weeks, those of two days among them
    later: int  # observations whose records stay longer, or nobody knows how long
    gone: int  # observations whose records are gone: lost


def open_by_carrier(viewer: User) -> list[Waiting]:
    """One entry for each carrier that has something to answer, the most urgent first. One query."""
    now = clock.now()
    soon = Q(dies_at__gt=now, dies_at__lte=now + SOON)
    counted = (
        askable(viewer)
        .exclude(at=None)
        .order_by()
        .values("carrier")
        .annotate(
            addresses=Count("address", filter=soon, distinct=True),
            observations=Count("pk", filter=soon),
            first_dies=Min("dies_at", filter=soon),
            fortnight=Count("pk", filter=Q(dies_at__gt=now, dies_at__lte=now + FORTNIGHT)),
            later=Count("pk", filter=Q(dies_at__gt=now + SOON) | Q(dies_at=None)),
            gone=Count("pk", filter=Q(dies_at__lte=now)),
        )
    )
    carriers = {one.id: one for one in unit.pack().carriers}
    found = [
        Waiting(
            carriers[row["carrier"]],
            row["addresses"],
            row["observations"],
            row["first_dies"],
            row["fortnight"],
            row["later"],
            row["gone"],
        )
        for row in counted
        if row["carrier"] in carriers
    ]
    last = now + timedelta(days=36_500)
    return sorted(found, key=lambda one: (one.first_dies or last, -one.later, one.carrier.name))


def kept_back(lead_ids: list[object]) -> int:
    """How many observations of these leads are a reported child's own: counted, never listed."""
    return Observation.objects.filter(
        referral__lead__in=lead_ids, referral__current=True, of_child=True
    ).count()
