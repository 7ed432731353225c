"""Verdicts: every line of a request held against what its carrier delivered. Nothing is picked or guessed."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from faru.attribution.blocks import Block, read_block
from faru.attribution.carriers import CarrierTable, RecordKind
from faru.attribution.coverage import CoverageTable, Covered
from faru.attribution.double_entry import DoubleEntryMismatch
from faru.attribution.moments import micros
from faru.attribution.observations import Asked, asked_from
from faru.attribution.resolver import resolve
from faru.attribution.skew import SkewPlan
from faru.attribution.verdicts import Verdict
from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.requests import tasks
from faru.desk.requests.actions import held, leads_of
from faru.desk.requests.codec import encode_verdict
from faru.desk.requests.lines import carrier_of, observation_of
from faru.desk.requests.models import AnswerState, LegalRequest, Part, RequestLine, VerdictRow
from faru.desk.rows import insert_rows
from faru.desk.vault import keys
from faru.desk.work import jobs
from faru.ledger.tags import Action
from faru.mainjob.answers import verdict_payload, verdict_sentence
from faru.vocabulary.permissions import Permission

RESOLVE: Final = "request.resolve"
Tick = Callable[[int, int], None]


@action(Permission.REQUEST_ANSWER, Action.REQUEST_ANSWER)
def order_verdicts(act: Act, *, request: LegalRequest) -> jobs.Job:
    """Reach verdicts, in the background."""
    request = held(request)
    if not stores_of(request):
        raise Refused(_("Take an answer's records over first."))
    if jobs.running(RESOLVE, request.id) is not None:
        raise Refused(_("Verdicts are being reached already."))
    job = jobs.start(tasks.reach_verdicts, kind=RESOLVE, thing=request.id, by=act.actor)
    act.about(request.id).say(f"Verdicts on request {request.number} are to be reached.", job=job.id.hex)
    return job


def resolve_request(actor: User, request: LegalRequest, tick: Tick = lambda done, total: None) -> int:
    """Reach every verdict of one request; how many. As `resolve_requests`."""
    return resolve_requests(actor, [request], tick)


def resolve_requests(
    actor: User, requests: Sequence[LegalRequest], tick: Tick = lambda done, total: None
) -> int:
    """Compute every verdict of a request, then store them all; how many. DoubleEntryMismatch stores none.

    Requests that share their carrier's stores and its declarations are looked up in one pass over the rows.
    What is not asked for want of a zone is resolved too: to `time_uncertain`, with what each reading names.
    """
    together: dict[object, list[LegalRequest]] = {}
    for request in requests:
        stores, coverage = stores_of(request), coverage_of(request)
        if carrier_of(request.carrier) is None or not stores:
            raise Refused(_("Take an answer's records over first."))
        together.setdefault((request.carrier, tuple(stores), coverage.rows), []).append(request)
    lines = {request.pk: _asked_lines(request) for request in requests}
    total, done = sum(map(len, lines.values())), 0
    for group in together.values():
        done += _resolve_group(actor, group, lines, lambda count, _all, done=done: tick(done + count, total))
    return done


Line = tuple[RequestLine, Asked]


def _asked_lines(request: LegalRequest) -> list[Line]:
    """The lines of a request that state an address and a time, with the question that each puts."""
    lines = list(request.lines.select_related("observation__referral"))
    keys.warm(line.subject_id for line in lines)
    asked = [(line, asked_from(line.line_id, observation_of(line))) for line in lines]
    return [(line, one) for line, one in asked if one is not None]


def _resolve_group(
    actor: User, requests: Sequence[LegalRequest], lines: Mapping[UUID, list[Line]], tick: Tick
) -> int:
    """Verdicts of requests with the same stores and coverage, stored request by request."""
    first, pack = requests[0], unit.pack()
    carrier = carrier_of(first.carrier)
    assert carrier is not None  # noqa: S101 - the caller looked
    verdicts = resolve(
        [one for request in requests for _line, one in lines[request.pk]],
        [unit.current().records / store for store in stores_of(first)],
        tolerance_s=carrier.tolerance_s,
        coverage=coverage_of(first),
        carriers=CarrierTable(pack.carriers),
        skew=SkewPlan(zone=ZoneInfo(pack.zone)),
        progress=tick,
    )
    count = 0
    for request in requests:
        mine = lines[request.pk]
        try:
            reached = [
                (line, verdict)
                for (line, _one), verdict in zip(mine, islice(verdicts, len(mine)), strict=True)
            ]
        except DoubleEntryMismatch as fault:
            raise Refused(str(fault)) from fault
        reach_verdicts(actor=actor, request=request, reached=reached)
        count += len(reached)
    return count


@action(Permission.REQUEST_ANSWER, Action.REQUEST_RESOLVE)
def reach_verdicts(
    act: Act, *, request: LegalRequest, reached: list[tuple[RequestLine, Verdict]]
) -> list[VerdictRow]:
    """Store verdicts, each with an entry of its own under its referral; earlier ones stay, not current."""
    request = held(request)
    VerdictRow.objects.filter(request=request, current=True).update(current=False)
    rows = [
        VerdictRow(
            observation=line.observation,
            request=request,
            subject_id=line.subject_id,
            kind=verdict.kind.value,
            method=verdict.method,
            subscribers=len(verdict.subscribers),
            rows=len(verdict.candidates),
            rows_checked=verdict.rows_checked,
            body=encode_verdict(verdict),
            at=act.at,
            by=act.actor,
        )
        for line, verdict in reached
    ]
    insert_rows(rows)
    act.about(request.id, *leads_of(request)).say(
        f"Answer to request {request.number} held against its lines: {len(rows)} verdicts."
    )
    for line, verdict in reached:
        seen = line.observation
        about = [seen.id, seen.referral_id, *([seen.referral.lead_id] if seen.referral.lead_id else [])]
        act.also(
            Action.VERDICT_REACH,
            *about,
            request.id,
            subject=line.subject_id,
            sentence=verdict_sentence(verdict),
            **verdict_payload(verdict),
        )
    return rows


def stores_of(request: LegalRequest) -> list[str]:
    """The record stores of a request's answers, below DATA/records."""
    return list(
        request.answers.filter(part=Part.RECORDS, state=AnswerState.IMPORTED)
        .exclude(store="")
        .values_list("store", flat=True)
    )


def coverage_of(request: LegalRequest) -> CoverageTable:
    """What the carrier declares to cover, as the engine takes it."""
    rows = list(request.coverage.all())
    keys.warm(row.subject_id for row in rows)
    found = []
    for row in rows:
        block = read_block(row.addresses)
        if isinstance(block, Block):
            kind = RecordKind(row.record_kind) if row.record_kind else None
            found.append(Covered(block, micros(row.start), micros(row.end), kind, row.source))
    return CoverageTable(found)
