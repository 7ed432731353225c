"""Verdicts: every line of a request held against what its carrier delivered. Nothing is picked or guessed."""

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from faru.attribution.blocks import Block, read_block
from faru.attribution.carriers import CarrierTable, RecordKind
from faru.attribution.coverage import CoverageTable, Covered
from faru.attribution.double_entry import DoubleEntryMismatch
from faru.attribution.moments import micros
from faru.attribution.observations import asked_from
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
    """Compute every verdict, then store them all; how many. DoubleEntryMismatch stores none of them.

    What is not asked for want of a zone is resolved too: to `time_uncertain`, with what each reading names.
    """
    carrier = carrier_of(request.carrier)
    stores = stores_of(request)
    if carrier is None or not stores:
        raise Refused(_("Take an answer's records over first."))
    lines = list(request.lines.select_related("observation__referral"))
    keys.warm(line.subject_id for line in lines)
    asked = [(line, asked_from(line.line_id, observation_of(line))) for line in lines]
    asked = [(line, one) for line, one in asked if one is not None]
    pack = unit.pack()
    verdicts = resolve(
        [one for _line, one in asked],
        [unit.current().records / store for store in stores],
        tolerance_s=carrier.tolerance_s,
        coverage=coverage_of(request),
        carriers=CarrierTable(pack.carriers),
        skew=SkewPlan(zone=ZoneInfo(pack.zone)),
        progress=tick,
    )
    try:
        reached = [(line, verdict) for (line, _one), verdict in zip(asked, verdicts, strict=True)]
    except DoubleEntryMismatch as fault:
        raise Refused(str(fault)) from fault
    reach_verdicts(actor=actor, request=request, reached=reached)
    return len(reached)


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
    VerdictRow.objects.bulk_create(rows)
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
