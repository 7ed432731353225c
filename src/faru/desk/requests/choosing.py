"""Which observations can be asked of a carrier now: seen by the viewer, still there, not asked yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from faru.attribution.carriers import Carrier
from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.look.counts import Counted, RowCount, up_to
from faru.desk.referrals.models import Lead, Observation, Referral
from faru.desk.referrals.models.lead import LIVE, kept_from
from faru.desk.requests.models import RequestLine
from faru.packs.model import LetterKind
from faru.vocabulary.permissions import Permission

SOON: Final = timedelta(hours=48)
FORTNIGHT: Final = timedelta(days=14)
MOST: Final = 200
"""Lines of one request: what a person can still read before signing it."""


def askable(viewer: User, *, kind: str = LetterKind.DISCLOSURE) -> QuerySet[Observation]:
    """Observations of live leads with a carrier that no live request of this kind asks about.

    A reported child's own are left out: an officer opens them, with a reason, and no letter prints them.
    """
    if not viewer.may(Permission.LEAD_READ):
        return Observation.objects.none()
    asked = RequestLine.objects.filter(observation=OuterRef("pk"), kind=kind, live=True)
    # One look at each observation's own referral and lead, in the order of the observations.
    worked = Referral.objects.filter(pk=OuterRef("referral_id"), current=True, lead__state__in=LIVE)
    return (
        Observation.objects.filter(
            Exists(worked.exclude(lead__in=kept_from(viewer))), ~Exists(asked), of_child=False
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
        .order_by(F("dies_at").asc(nulls_first=True), "referral_id", "index")
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one carrier could be asked now, and until when at the latest."""

    carrier: Carrier
    addresses: Counted  # whose records go within two days
    observations: Counted
    first_dies: datetime | None
    fortnight: Counted  # observations whose records go within two weeks, those of two days among them
    later: Counted  # observations whose records stay longer, or nobody knows how long
    gone: Counted  # observations whose records are gone: lost

    def __bool__(self) -> bool:
        return any((self.fortnight, self.later, self.gone))


def open_by_carrier(viewer: User) -> list[Waiting]:
    """One entry for each carrier that has something to answer, the most urgent first.

    Each number is counted up to what one request can ask; all of them are columns of one query.
    """
    carriers = unit.pack().carriers
    columns = {
        f"{name}_{place}": column
        for place, carrier in enumerate(carriers)
        for name, column in _columns(viewer, carrier).items()
    }
    row = User.objects.filter(pk=viewer.pk).values(**columns).get()
    found = [
        Waiting(
            carrier,
            addresses=Counted(row[f"addresses_{place}"], row[f"observations_{place}"] > MOST),
            observations=up_to(row[f"observations_{place}"], MOST),
            first_dies=row[f"first_dies_{place}"],
            fortnight=up_to(row[f"fortnight_{place}"], MOST),
            later=up_to(row[f"longer_{place}"] + row[f"unknown_{place}"], MOST),
            gone=up_to(row[f"gone_{place}"], MOST),
        )
        for place, carrier in enumerate(carriers)
    ]
    last = clock.now() + timedelta(days=36_500)
    return sorted(
        filter(None, found), key=lambda one: (one.first_dies or last, -one.later.n, one.carrier.name)
    )


def _columns(viewer: User, carrier: Carrier) -> dict[str, Subquery]:
    """The numbers of one carrier, each limited."""
    now = clock.now()
    timed = askable(viewer).filter(carrier=carrier.id).exclude(at=None).select_related(None)
    soon = timed.filter(dies_at__gt=now, dies_at__lte=now + SOON).order_by("dies_at")
    first = Observation.objects.filter(pk__in=soon.values("pk")[:MOST]).order_by()

    def number(rows: QuerySet[Observation]) -> RowCount:
        return RowCount(rows.order_by().values("pk")[: MOST + 1])

    return {
        "addresses": RowCount(first.values("address").distinct()),
        "observations": number(soon),
        "first_dies": Subquery(soon.values("dies_at")[:1]),
        "fortnight": number(timed.filter(dies_at__gt=now, dies_at__lte=now + FORTNIGHT)),
        "longer": number(timed.filter(dies_at__gt=now + SOON)),
        "unknown": number(timed.filter(dies_at=None)),
        "gone": number(timed.filter(dies_at__lte=now)),
    }


def kept_back(lead_ids: list[object]) -> int:
    """How many observations of these leads are a reported child's own: counted, never listed."""
    return Observation.objects.filter(
        referral__lead__in=lead_ids, referral__current=True, of_child=True
    ).count()
