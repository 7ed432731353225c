"""Cases as the one who asks may see them: lists, one case, deadlines across cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.cases.models import Case, Clock
from faru.desk.cases.models.case import Member
from faru.desk.cases.roles import shown
from faru.desk.vault import keys
from faru.vocabulary.permissions import Permission

PAGE: Final = 25
SOON: Final = timedelta(hours=48)
MOST: Final = 200
"""Deadlines that one list shows."""
READING: Final = (Permission.CASE_READ, Permission.CASE_READ_ALL, Permission.CASE_READ_SENT)


@dataclass(frozen=True, slots=True)
class Row:
    """One case in a list."""

    case: Case
    next: Clock | None  # the clock that runs out first
    mine: bool

    @property
    def stage(self) -> str:
        """As people read it."""
        return shown(self.case.stage)

    @property
    def outcome(self) -> str:
        """As people read it; "" for none."""
        return shown(self.case.outcome)


@dataclass(frozen=True, slots=True)
class Due:
    """One running clock in a list over many cases."""

    number: str  # of the case
    case_id: UUID | None  # None for those who may see deadlines only
    sentence: str
    due: datetime | None
    owner: str  # a name; "" where it may not be shown or nobody holds the role
    role: str
    overdue: bool
    confirmed: bool


def may_read_cases(viewer: User) -> bool:
    """Whether some role opens cases at all."""
    return any(viewer.may(one) for one in READING)


def case_of(viewer: User, case_id: UUID | None) -> Case | None:
    """The case with this id, where the viewer may see it."""
    if case_id is None:
        return None
    return Case.objects.visible_to(viewer).select_related("lead", "opened_by").filter(pk=case_id).first()


def case_numbered(viewer: User, number: str) -> Case | None:
    """The case with this number, where the viewer may see it."""
    cases = Case.objects.visible_to(viewer).select_related("lead", "lead__owner", "opened_by", "closed_by")
    return cases.filter(number=number).first()


def is_inside(viewer: User, case: Case) -> bool:
    """Whether the viewer works in the case; the prosecutor sees what was sent and what is owed, no papers."""
    if viewer.may(Permission.CASE_READ_ALL):
        return True
    return viewer.may(Permission.CASE_READ) and case.members.active(clock.now()).filter(user=viewer).exists()


def mine(viewer: User) -> QuerySet[Case]:
    """Open cases that the viewer works on."""
    members = Member.objects.active(clock.now()).filter(user=viewer)
    return Case.objects.visible_to(viewer).filter(closed_at=None, pk__in=members.values("case_id"))


def listed(viewer: User, *, closed: bool, only_mine: bool, before: str = "") -> tuple[list[Row], str]:
    """A page of cases, the newest first, and the number to go on from ("" at the end)."""
    cases = Case.objects.visible_to(viewer).filter(ended=int(closed))
    members = Member.objects.active(clock.now()).filter(user=viewer)
    if only_mine:
        cases = cases.filter(pk__in=members.values("case_id"))
    last = Case.objects.visible_to(viewer).filter(number=before).first() if before else None
    if last is not None:
        cases = cases.filter(Q(opened_at__lt=last.opened_at) | Q(opened_at=last.opened_at, pk__lt=last.pk))
    clocks = Prefetch("clocks", Clock.objects.filter(due__isnull=False).select_related("owner"))
    found = list(cases.select_related("lead").prefetch_related(clocks)[: PAGE + 1])
    keys.warm(case.subject_id for case in found)
    my = set(members.filter(case__in=[case.pk for case in found]).values_list("case_id", flat=True))
    rows = [Row(case, next(iter(case.clocks.all()), None), case.pk in my) for case in found[:PAGE]]
    return rows, rows[-1].case.number if len(found) > PAGE else ""


def deadlines(viewer: User, within: timedelta = SOON) -> Sequence[Due]:
    """Clocks that have run out or will within this time, the most urgent first. One query.

    Who may see deadlines but no cases gets all of them, without names.
    """
    soon = Clock.objects.filter(due__lte=clock.now() + within).select_related("case", "owner")
    named = may_read_cases(viewer)
    running = (Case.objects.visible_to(viewer) if named else Case.objects.all()).filter(closed_at=None)
    if named and not viewer.may(Permission.CASE_READ_ALL):  # few cases: their clocks
        rows = soon.filter(case__in=running)
    elif named or viewer.may(Permission.DEADLINE_READ):  # very many: the first clocks, case by case
        rows = soon.filter(Exists(running.filter(pk=OuterRef("case_id"))))
    else:
        return []
    return [_due(one, named=named) for one in rows[:MOST]]


def _due(one: Clock, *, named: bool) -> Due:
    return Due(
        number=one.case.number,
        case_id=one.case_id if named else None,
        sentence=one.sentence,
        due=one.due,
        owner=one.owner.display_name if named and one.owner is not None else "",
        role=shown(one.owner_role),
        overdue=one.due is not None and one.due < clock.now(),
        confirmed=one.confirmed,
    )


def codes(case: Case) -> set[str]:
    """The handling codes that the referrals of a case came with; "" where a sender stated none."""
    return set(case.held.order_by().values_list("referral__tlp", flat=True).distinct())
