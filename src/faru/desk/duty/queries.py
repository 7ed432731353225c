"""What Today tells: what goes before everything else, what dies, what is overdue, what is one's own.

Each part asks its own app through the viewer's permission; none of them grows with the number of referrals.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Min, QuerySet
from django.urls import reverse

from faru.attribution.carriers import Carrier
from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.cases import queries as cases
from faru.desk.cases.models import Case
from faru.desk.duty.models import Handover, Promise
from faru.desk.look.counts import MOST, Counted, counted, up_to
from faru.desk.referrals.interrupts import pin_of
from faru.desk.referrals.models import Interrupt, Lead, LeadState, Observation
from faru.desk.referrals.models.lead import kept_from
from faru.desk.referrals.queries.lead import Raised, quiet_kinds, raised, title_of
from faru.desk.requests import queries as requests
from faru.desk.requests.choosing import askable
from faru.desk.vault import keys
from faru.vocabulary.permissions import Permission

ROWS: Final = 8
"""Of each list: the queue has all, those with an alarm first."""
DYING: Final = 200
"""Leads whose logs die that are counted; nobody asks for more in two days."""
GOING: Final = 1_000
"""Observations, those that go first, among which the carrier to be asked next is found."""
WINDOWS: Final = (timedelta(hours=24), timedelta(hours=48))
"""What goes within a day is asked for first; where nothing does, what goes within two."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Open interrupts of one kind that nobody has taken."""

    title: str
    count: Counted
    raised: list[Raised]  # the first of them, in the order of the queue

    @property
    def more(self) -> Counted:
        """How many are not told one by one."""
        return self.count.without(len(self.raised))


@dataclass(frozen=True, slots=True)
class Ask:
    """The carrier to be asked next."""

    carrier: Carrier
    addresses: Counted
    before: datetime
    within: int  # hours


@dataclass(frozen=True, slots=True)
class Late:
    """Something with a deadline that is over, or will be within two days."""

    name: str  # a number
    what: str
    at: datetime
    url: str  # "" where the viewer may see the deadline alone
    confirmed: bool = True

    @property
    def over(self) -> bool:
        """The deadline is over."""
        return self.at <= clock.now()


@dataclass(frozen=True, slots=True)
class Open:
    """Open interrupts: what shouts and is in nobody's hands, what somebody has, what does not shout."""

    alarms: list[Alarm]
    first: Counted  # how many need somebody before anything else
    in_hand: list[Raised]
    quiet: list[Raised]
    others_more: Counted


def open_interrupts(viewer: User) -> QuerySet[Interrupt]:
    """Those that nobody has cleared, on leads that the viewer may see."""
    if not viewer.may(Permission.LEAD_READ):
        return Interrupt.objects.none()
    return Interrupt.objects.filter(cleared_at=None).exclude(lead=None).exclude(lead__in=kept_from(viewer))


def raised_in_order(uncleared: QuerySet[Interrupt], limit: int) -> list[Interrupt]:
    """The first `limit` of these interrupts on leads, in the order in which the queue has the leads."""
    ordered = Lead.objects.filter(pk__in=uncleared.order_by().values("lead")).in_order()
    ordered = ordered.values_list("pk", flat=True)[:limit]
    places = {lead: place for place, lead in enumerate(ordered)}
    rows = list(
        uncleared.filter(lead__in=places)
        .select_related("lead", "taken_by", "raised_by", "concerns")
        .order_by("raised_at", "id")[: 2 * limit]
    )
    return sorted(rows, key=lambda row: places[row.lead_id])[:limit]


def interrupts(viewer: User) -> Open:
    """Open interrupts on leads that the viewer may see: what nobody has taken is never hidden by the rest."""
    uncleared, quiet = open_interrupts(viewer), quiet_kinds()
    untaken = uncleared.filter(taken_at=None).exclude(kind__in=quiet)
    others = uncleared.exclude(taken_at=None) | uncleared.filter(kind__in=quiet)
    kinds = Counter(untaken.order_by().values_list("kind", flat=True)[: MOST + 1])
    first = up_to(kinds.total())
    told = {kind: raised_in_order(untaken.filter(kind=kind), ROWS) for kind in sorted(kinds, key=_gravity)}
    rest = raised_in_order(others, ROWS)
    keys.warm(row.subject_id for rows in (rest, *told.values()) for row in rows)
    found = [raised(viewer, row) for row in rest]
    return Open(
        alarms=[
            Alarm(title_of(kind), Counted(kinds[kind], first.more), [raised(viewer, row) for row in rows])
            for kind, rows in told.items()
        ],
        first=first,
        in_hand=[one for one in found if one.shouts],
        quiet=[one for one in found if not one.shouts],
        others_more=counted(others).without(len(found)),
    )


def _gravity(kind: str) -> tuple[int, str]:
    """Where leads with this kind stand among those that an interrupt holds on top of the queue."""
    return pin_of({kind}), kind


def new_since(viewer: User) -> Counted | None:
    """How many leads were made since the viewer's last visit; None at the first one."""
    if viewer.visit_before is None:
        return None
    return counted(Lead.objects.visible_to(viewer).filter(made_at__gt=viewer.visit_before))


def dying(viewer: User) -> tuple[list[Lead], Counted]:
    """Leads of every band whose decisive record goes within two days, the first on top; how many more."""
    rows = Lead.objects.visible_to(viewer).dying(WINDOWS[-1])
    return list(rows[:ROWS]), counted(rows, DYING).without(ROWS)


def to_ask(viewer: User) -> Ask | None:
    """The carrier with the most addresses that are going and were not asked for yet."""
    if not viewer.may(Permission.REQUEST_DRAFT):
        return None
    now = clock.now()
    carriers = {one.id: one for one in unit.pack().carriers}
    for within in WINDOWS:
        going = (
            askable(viewer)
            .filter(dies_at__gt=now, dies_at__lte=now + within, carrier__in=carriers)
            .exclude(at=None)
            .order_by("dies_at")
            .values("pk")
        )
        rows = list(
            Observation.objects.filter(pk__in=going[:GOING])
            .order_by()
            .values("carrier")
            .annotate(addresses=Count("address", distinct=True), before=Min("dies_at"), rows=Count("pk"))
        )
        most = max(rows, key=lambda row: (row["addresses"], row["carrier"]), default=None)
        if most is not None:
            hours = int(within / timedelta(hours=1))
            addresses = Counted(most["addresses"], sum(row["rows"] for row in rows) == GOING)
            return Ask(carriers[most["carrier"]], addresses, most["before"], hours)
    return None


def late(viewer: User) -> list[Late]:
    """Answers, deadlines of cases and promised calls that are overdue or due within two days."""
    found = sorted((*_answers(viewer), *_deadlines(viewer), *_calls(viewer)), key=lambda one: one.at)
    return found[: 2 * ROWS]


def mine(viewer: User) -> tuple[list[Lead], list[Case]]:
    """What is one's own: leads first, then cases."""
    leads = (
        Lead.objects.visible_to(viewer)
        .filter(owner=viewer, state__in=[LeadState.CLAIMED, LeadState.WAITING])
        .order_by(F("news_at").desc(nulls_last=True), "pin", "band_place", "number")
    )
    return list(leads[:ROWS]), list(my_cases(viewer)[:ROWS])


def my_cases(viewer: User) -> QuerySet[Case]:
    """Open cases that the viewer works on; of the prosecutor those that were sent."""
    if viewer.may(Permission.CASE_READ_SENT):
        return Case.objects.visible_to(viewer).filter(closed_at=None).order_by("-sent_at", "-id")
    if cases.may_read_cases(viewer):
        return cases.mine(viewer)
    return Case.objects.none()


def waiting_handover(viewer: User) -> Handover | None:
    """A handover that this viewer can accept."""
    if not viewer.may(Permission.HANDOVER_ACCEPT):
        return None
    waiting = Handover.objects.filter(accepted_at=None, replaced_at=None).exclude(outgoing=viewer)
    return waiting.select_related("outgoing").defer("snapshot", "words").first()


def _answers(viewer: User) -> Iterable[Late]:
    soon = clock.now() + WINDOWS[-1]
    carriers = {one.id: one.name for one in unit.pack().carriers}
    for one in requests.due(viewer, soon):
        asked = carriers.get(one.carrier, one.carrier)
        yield Late(one.number, asked, one.due_at, reverse("request", args=[one.number]))


def _deadlines(viewer: User) -> Iterable[Late]:
    for one in cases.deadlines(viewer):
        if one.due is not None:
            url = "" if one.case_id is None else reverse("case", args=[one.number])
            yield Late(one.number, one.sentence, one.due, url, one.confirmed)


def _calls(viewer: User) -> Iterable[Late]:
    if not viewer.may(Permission.HANDOVER_READ):
        return
    soon = clock.now() + WINDOWS[-1]
    rows = Promise.objects.visible_to(viewer).filter(kept_at=None, due_at__lte=soon).select_related("lead")
    for one in rows.defer("said")[:ROWS]:
        yield Late(one.lead.number if one.lead else "", "", one.due_at, reverse("handover"))
