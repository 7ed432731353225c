"""What is asked of carriers and what came of it, through the viewer's permission."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from faru.desk.accounts.models import User
from faru.desk.referrals.models import Lead, Referral
from faru.desk.referrals.models.lead import kept_from
from faru.desk.referrals.reads import decoded
from faru.desk.requests.choosing import Waiting, about_to_die, open_by_carrier
from faru.desk.requests.codec import decode_verdict
from faru.desk.requests.models import (
    Answer,
    AnswerState,
    LegalRequest,
    Part,
    RequestLine,
    RequestState,
    VerdictRow,
)
from faru.desk.vault import keys
from faru.dossier.casefile import Attribution, RequestMade
from faru.mainjob import casefiles
from faru.mainjob.answers import Resolved
from faru.vocabulary.permissions import Permission

__all__ = [
    "about_to_die",
    "attributions",
    "due",
    "open_by_carrier",
    "requests_for_lead",
    "requests_made",
    "to_approve",
    "to_serve",
    "verdicts_of",
]

LISTED: Final = 50
"""Requests of one list that wait for the same thing; the page says where there are more."""
SETTLED: Final = 20
"""Settled requests of one page."""


def listed(viewer: User) -> QuerySet[LegalRequest]:
    """Requests with how many lines they ask, for lists."""
    return (
        LegalRequest.objects.visible_to(viewer)
        .select_related("drafted_by", "approved_by", "served_by")
        .annotate(asks=Count("lines", filter=Q(lines__left_out="")))
    )


def requests_for_lead(viewer: User, lead: Lead) -> list[LegalRequest]:
    """Requests that ask about this lead, the newest first; `asks` counts the lines about it."""
    about = Q(lines__observation__referral__lead=lead)
    return list(
        LegalRequest.objects.visible_to(viewer)
        .filter(about)
        .annotate(asks=Count("lines", filter=about & Q(lines__left_out="")))
        .select_related("drafted_by", "approved_by")
        .order_by("-drafted_at", "-id")
    )


def due(viewer: User, by: datetime) -> list[LegalRequest]:
    """Served, not answered, and due at `by` (aware) at the latest; the longest overdue first."""
    return list(_awaited(LegalRequest.objects.visible_to(viewer)).filter(due_at__lte=by)[:LISTED])


def to_approve(viewer: User) -> list[LegalRequest]:
    """Drafts that this viewer may approve: nobody approves what they drafted or changed."""
    if not viewer.may(Permission.REQUEST_APPROVE):
        return []
    worked = RequestLine.objects.filter(request=OuterRef("pk"), by=viewer)
    others = LegalRequest.objects.visible_to(viewer).exclude(drafted_by=viewer).exclude(changed_by=viewer)
    return list(_to_approve(others.filter(~Exists(worked)))[:LISTED])


def to_serve(viewer: User) -> list[LegalRequest]:
    """Approved requests that this viewer may serve."""
    if not viewer.may(Permission.REQUEST_SERVE):
        return []
    return list(_to_serve(LegalRequest.objects.visible_to(viewer))[:LISTED])


def _awaited(rows: QuerySet[LegalRequest]) -> QuerySet[LegalRequest]:
    return rows.filter(state=RequestState.SERVED).order_by(F("due_at").asc(nulls_last=True), "served_at")


def _to_approve(rows: QuerySet[LegalRequest]) -> QuerySet[LegalRequest]:
    return rows.filter(state=RequestState.DRAFTED).order_by("drafted_at", "id")


def _to_serve(rows: QuerySet[LegalRequest]) -> QuerySet[LegalRequest]:
    return rows.filter(state=RequestState.APPROVED).order_by("approved_at", "id")


@dataclass(frozen=True, slots=True)
class VerdictShown:
    """A verdict as a line of a list. `names` are empty for those who may not read requests."""

    kind: str
    subscribers: int
    rows: int
    names: tuple[str, ...]
    request: str  # its number
    at: datetime


def verdicts_of(viewer: User, observation_ids: Iterable[UUID]) -> dict[UUID, VerdictShown]:
    """The newest verdict on each of these observations. Three queries, however many."""
    if not viewer.may(Permission.LEAD_READ):
        return {}
    rows = list(
        VerdictRow.objects.filter(observation__in=list(observation_ids), current=True)
        .exclude(observation__referral__lead=None)
        .exclude(observation__referral__lead__in=kept_from(viewer))
        .select_related("request")
        .order_by("at", "id")
    )
    opened = viewer.may(Permission.REQUEST_READ)
    if opened:
        keys.warm(row.subject_id for row in rows)
    return {
        row.observation_id: VerdictShown(
            row.kind,
            row.subscribers,
            row.rows,
            decode_verdict(row.body).subscribers if opened else (),
            row.request.number,
            row.at,
        )
        for row in rows
    }


def attributions(viewer: User, referrals: Iterable[Referral]) -> list[Attribution]:
    """Every current verdict on these referrals in the dossier's words, by referral and observation."""
    seen = list(
        LegalRequest.objects.visible_to(viewer).filter(verdicts__observation__referral__in=list(referrals))
    )
    rows = list(
        VerdictRow.objects.filter(observation__referral__in=list(referrals), request__in=seen, current=True)
        .select_related("observation__referral", "request")
        .order_by(
            "observation__referral__received_at", "observation__referral_id", "observation__index", "at"
        )
    )
    reads = decoded(
        list({row.observation.referral_id: row.observation.referral for row in rows}.values()),
        with_children=False,
    )
    found = []
    for row in rows:
        read = reads[row.observation.referral_id]
        one = Resolved(read.identity, row.observation.index, row.request.carrier, decode_verdict(row.body))
        found.append(casefiles.attribution(one, read, row.request.carrier_name))
    return found


def requests_made(viewer: User, referrals: Iterable[Referral]) -> list[RequestMade]:
    """What was asked about these referrals and served, with the file that answered; the oldest first."""
    about = Q(lines__observation__referral__in=list(referrals), lines__left_out="")
    rows = list(
        LegalRequest.objects.visible_to(viewer)
        .filter(about, served_at__isnull=False)
        .annotate(asks=Count("lines", filter=about))
        .order_by("served_at", "id")
    )
    answers: dict[UUID, Answer] = {}
    taken = Answer.objects.filter(request__in=rows, part=Part.RECORDS, state=AnswerState.IMPORTED)
    for answer in taken.order_by("-position"):
        answers[answer.request_id] = answer
    keys.warm(answer.subject_id for answer in answers.values())
    return [_made(row, answers.get(row.pk)) for row in rows]


def _made(row: LegalRequest, answer: Answer | None) -> RequestMade:
    return RequestMade(
        id=row.number,
        carrier=row.carrier_name,
        questions=row.asks,
        at=row.served_at,
        answered_at=row.answered_at,
        answer_file=None if answer is None else answer.name,
        answer_sha256=None if answer is None else answer.sha256,
    )


@dataclass(frozen=True, slots=True)
class Board:
    """The page of all requests: each waits for somebody, or is settled."""

    carriers: list[Waiting]
    approve: list[LegalRequest]
    serve: list[LegalRequest]
    awaited: list[LegalRequest]
    answered: list[LegalRequest]
    settled: list[LegalRequest]
    more: bool  # some list has more than is shown
    before: str  # the number before which the next page of settled ones begins; "" where there is none


def board(viewer: User, before: str = "") -> Board:
    """Everything that waits, and the newest settled ones."""
    settled = listed(viewer).filter(
        state__in=[RequestState.CLOSED, RequestState.REFUSED, RequestState.WITHDRAWN]
    )
    if before:
        settled = settled.filter(number__lt=before)
    ended = list(settled.order_by("-number")[: SETTLED + 1])
    rows = listed(viewer)
    answered = rows.filter(state=RequestState.ANSWERED).order_by("answered_at", "id")
    lists = [
        list(one[: LISTED + 1]) for one in (_to_approve(rows), _to_serve(rows), _awaited(rows), answered)
    ]
    approve, serve, awaited, arrived = (one[:LISTED] for one in lists)
    return Board(
        carriers=open_by_carrier(viewer),
        approve=approve,
        serve=serve,
        awaited=awaited,
        answered=arrived,
        settled=ended[:SETTLED],
        more=any(len(one) > LISTED for one in lists),
        before=ended[SETTLED - 1].number if len(ended) > SETTLED else "",
    )
