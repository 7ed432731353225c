"""Everything that the page of one request shows, in a fixed number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import F

from faru.attribution.carriers import Carrier
from faru.attribution.verdicts import VerdictKind
from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.journal.queries import READS, Timeline, timeline
from faru.desk.referrals.models import Lead
from faru.desk.requests import answering, choosing, resolving
from faru.desk.requests.cards import NAMES, Card, card, utc_span
from faru.desk.requests.lines import carrier_of, digest, observation_of, window_of
from faru.desk.requests.models import (
    Answer,
    AnswerState,
    CoverageRow,
    LegalRequest,
    Part,
    RequestLine,
    RequestState,
    VerdictRow,
)
from faru.desk.requests.trial import Trial, shown
from faru.desk.vault import keys
from faru.desk.work.models import Job
from faru.ledger.tags import Action
from faru.packs.model import Purpose, Reason
from faru.vocabulary import Observation
from faru.vocabulary.permissions import Permission

CARDS: Final = 10
"""Verdicts of one page."""
TOLD: Final = 12
"""Entries of the ledger at the side of it."""


KINDS: Final = tuple(kind.value for kind in VerdictKind)
"""In the order of the decision: the page shows the last, which prove most, first."""


class Step(StrEnum):
    """What must happen next with a request; its page has one sentence and one button for each."""

    APPROVE = "approve"
    WAIT_APPROVAL = "wait_approval"  # the viewer drafted it, or may not approve
    SERVE = "serve"
    WAIT_SERVING = "wait_serving"
    ANSWER = "answer"  # awaited: a file can be dropped
    WORKING = "working"  # a job runs
    TAKE_OVER = "take_over"
    MEND = "mend"  # what came can't be read
    RESOLVE = "resolve"
    RESOLVE_AGAIN = "resolve_again"  # something came after the verdicts
    CLOSE = "close"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a request's life: done, here, or still to come ("")."""

    name: object
    at: datetime | None
    state: str


def stages(request: LegalRequest) -> list[Stage]:
    """How far it is. One that was refused or withdrawn ends there."""
    dates = {
        RequestState.DRAFTED: request.drafted_at,
        RequestState.APPROVED: request.approved_at,
        RequestState.SERVED: request.served_at,
        RequestState.ANSWERED: request.answered_at,
        RequestState.CLOSED: request.ended_at if request.state == RequestState.CLOSED else None,
    }
    if request.state in (RequestState.REFUSED, RequestState.WITHDRAWN):
        dates = {state: at for state, at in dates.items() if at} | {request.state: request.ended_at}
    return [
        Stage(RequestState(state).label, at, "here" if state == request.state else "done" if at else "")
        for state, at in dates.items()
    ]


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line with what it asks."""

    row: RequestLine
    seen: Observation
    window: tuple[datetime, datetime] | None
    hours_left: float | None
    lead: Lead | None
    verdict: str = ""  # its kind; "" where there is none yet
    verdict_name: object = ""

    @property
    def searched(self) -> str:
        """The window in UTC, in one line; "" where it is not asked."""
        return "" if self.window is None else utc_span(*self.window)


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """A delivered file, what reading it came to, and the work under way on it."""

    row: Answer
    trial: Trial | None
    fault: str
    job: Job | None

    @property
    def can_import(self) -> bool:
        """Read on trial, records, and nothing runs."""
        tried = self.row.part == Part.RECORDS and self.row.state == AnswerState.TRIED
        return tried and (self.job is None or self.job.over)

    @property
    def can_try(self) -> bool:
        """Reading it on trial was interrupted."""
        return self.row.state == AnswerState.RECEIVED and (self.job is None or self.job.over)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request as its page shows it."""

    request: LegalRequest
    carrier: Carrier | None
    asked: tuple[LineShown, ...]
    left_out: tuple[LineShown, ...]
    kept_back: int  # observations of these leads that are a child's own
    more_dying: int  # of the same carrier, not asked, going within two days
    digest: str  # what an approval given now would cover
    answers: tuple[AnswerShown, ...]
    coverage: tuple[CoverageRow, ...]
    cards: tuple[Card, ...]
    counts: tuple[tuple[str, object, int], ...]  # kind, its name, how many
    further: str  # the line id at which the next page of verdicts begins; "" where there is none
    stale: bool  # an answer or coverage came after the verdicts
    job: Job | None  # reaching verdicts
    step: Step
    told: Timeline
    reason: str  # why it was refused, as the pack says it


def of(viewer: User, request: LegalRequest, since: str = "", told_before: UUID | None = None) -> RequestPage:
    """The page of a request that the viewer may see.

    Verdicts come from the line `since` on, what happened from before the entry `told_before`.
    """
    lines = list(
        request.lines.select_related("observation__referral__lead", "by").order_by(
            F("dies_at").asc(nulls_first=True), "line_id"
        )
    )
    verdicts = list(
        VerdictRow.objects.filter(request=request, current=True)
        .select_related("observation", "by")
        .defer("body")
    )
    ids = {line.observation_id: line.line_id for line in lines}
    verdicts.sort(key=lambda row: (-KINDS.index(row.kind), ids[row.observation_id]))
    names = [ids[row.observation_id] for row in verdicts]
    first = names.index(since) if since in names else 0
    answers = list(request.answers.select_related("received_by"))
    coverage = list(request.coverage.select_related("stated_by"))
    keys.warm(
        [
            request.subject_id,
            *(line.subject_id for line in lines),
            *(answer.subject_id for answer in answers),
        ]
    )
    jobs = _jobs([request.id, *(answer.id for answer in answers)])
    kinds = {row.observation_id: row.kind for row in verdicts}
    shown_lines = [_line(line, kinds.get(line.observation_id, "")) for line in lines]
    shown_answers = tuple(_answer(answer, jobs.get(answer.id)) for answer in answers)
    job, stale = jobs.get(request.id), _stale(verdicts, answers, coverage)
    return RequestPage(
        request=request,
        carrier=carrier_of(request.carrier),
        asked=tuple(one for one in shown_lines if not one.row.left_out),
        left_out=tuple(one for one in shown_lines if one.row.left_out),
        kept_back=choosing.kept_back([one.lead.pk for one in shown_lines if one.lead is not None]),
        more_dying=_more_dying(viewer, request),
        digest=digest(request, lines),
        answers=shown_answers,
        coverage=tuple(coverage),
        cards=tuple(card(row) for row in _opened(verdicts[first : first + CARDS])),
        counts=_counts(verdicts),
        further=names[first + CARDS] if len(names) > first + CARDS else "",
        stale=stale,
        job=job,
        step=_step(viewer, request, lines, shown_answers, verdicts, stale, job),
        told=timeline([request.id], limit=TOLD, before=told_before, without=[*READS, Action.VERDICT_REACH]),
        reason=next((one.sentence for one in _refusals() if one.id == request.ended_reason), ""),
    )


def codes(page: RequestPage) -> set[str]:
    """The handling codes of the referrals that the page is about."""
    return {one.row.observation.referral.tlp for one in (*page.asked, *page.left_out)}


def _refusals() -> tuple[Reason, ...]:
    return unit.pack().reasons.get(Purpose.REFUSE_REQUEST, ())


def _opened(rows: list[VerdictRow]) -> list[VerdictRow]:
    """The same rows with their bodies, in one query."""
    bodies = VerdictRow.objects.select_related("observation", "by").in_bulk([row.pk for row in rows])
    return [bodies[row.pk] for row in rows]


def _line(line: RequestLine, verdict: str) -> LineShown:
    left = None if line.dies_at is None else (line.dies_at - clock.now()).total_seconds() / 3600
    return LineShown(
        row=line,
        seen=observation_of(line),
        window=window_of(line),
        hours_left=left,
        lead=line.observation.referral.lead,
        verdict=verdict,
        verdict_name=NAMES[VerdictKind(verdict)] if verdict else "",
    )


def _answer(answer: Answer, job: Job | None) -> AnswerShown:
    report = answer.report or {}
    return AnswerShown(answer, shown(report), report.get("fault", ""), job)


def _jobs(things: list[object]) -> dict[object, Job]:
    """The newest job on each thing."""
    found: dict[object, Job] = {}
    kinds = (answering.TRY, answering.IMPORT, resolving.RESOLVE)
    for job in Job.objects.filter(thing__in=things, kind__in=kinds).order_by("made_at", "id"):
        found[job.thing] = job
    return found


def _more_dying(viewer: User, request: LegalRequest) -> int:
    if not request.changeable or not viewer.may(Permission.REQUEST_DRAFT):
        return 0
    return choosing.about_to_die(viewer, request.carrier, choosing.SOON, kind=request.kind).count()


def _counts(verdicts: list[VerdictRow]) -> tuple[tuple[str, object, int], ...]:
    counted = Counter(row.kind for row in verdicts)
    return tuple(
        (kind.value, NAMES[kind], counted[kind.value])
        for kind in reversed(VerdictKind)
        if counted[kind.value]
    )


def _stale(verdicts: list[VerdictRow], answers: list[Answer], coverage: list[CoverageRow]) -> bool:
    if not verdicts:
        return False
    reached = max(row.at for row in verdicts)
    taken = [row.read_at for row in answers if row.state == AnswerState.IMPORTED and row.read_at is not None]
    return any(at > reached for at in (*taken, *(row.at for row in coverage)))


def may_approve(viewer: User, request: LegalRequest, lines: list[RequestLine]) -> bool:
    """Whether this viewer is a second person."""
    worked = {request.drafted_by_id, request.changed_by_id, *(line.by_id for line in lines)}
    return viewer.may(Permission.REQUEST_APPROVE) and viewer.pk not in worked


def _step(
    viewer: User,
    request: LegalRequest,
    lines: list[RequestLine],
    answers: tuple[AnswerShown, ...],
    verdicts: list[VerdictRow],
    stale: bool,
    job: Job | None,
) -> Step:
    if request.state == RequestState.DRAFTED:
        return Step.APPROVE if may_approve(viewer, request, lines) else Step.WAIT_APPROVAL
    if request.state == RequestState.APPROVED:
        return Step.SERVE if viewer.may(Permission.REQUEST_SERVE) else Step.WAIT_SERVING
    if not request.out or not viewer.may(Permission.REQUEST_ANSWER):
        return Step.NOTHING
    if any(one is not None and not one.over for one in (job, *(answer.job for answer in answers))):
        return Step.WORKING
    if any(answer.can_import for answer in answers):
        return Step.TAKE_OVER
    records = [answer for answer in answers if answer.row.part == Part.RECORDS]
    if any(answer.row.state == AnswerState.IMPORTED for answer in records):
        if not verdicts:
            return Step.RESOLVE
        return Step.RESOLVE_AGAIN if stale else Step.CLOSE
    return Step.MEND if any(answer.fault for answer in records) else Step.ANSWER
