"""The main job, stage by stage: receive, rank, ask, take in the answers, open a case, seal and verify.

Nothing here knows that the world is invented but the unit's simulated clock; `demo` makes the world.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from faru.dossier import build as dossier_build
from faru.dossier import verify as dossier_verify
from faru.dossier.binding import events
from faru.dossier.casefile import CaseFile
from faru.formats.column_map import ColumnMap
from faru.formats.intake import read_file
from faru.ledger.excerpt import excerpt
from faru.ledger.tags import Action
from faru.mainjob import casefiles
from faru.mainjob.answers import Answer, Resolved, resolve_all, take_in
from faru.mainjob.cases import OpenCase, advance, do_step, open_case, raise_interrupts
from faru.mainjob.queue import Queue, queue, read_options
from faru.mainjob.receive import receive
from faru.mainjob.requests import LegalRequest, draft, write_request
from faru.mainjob.unit import Unit, referral_name
from faru.policy import State
from faru.triage import RankedLead
from faru.vocabulary import Handling, Identity

Bar = Callable[[str], Callable[[int, int], None]]
"""From the name of some long work to the function that is told (done, in all)."""

CARRIERS_TAKE: Final = timedelta(hours=20)
"""How long the simulated carriers take to answer."""


class Changed(Exception):
    """A file is not the one that was received: what the ledger says of it would not hold."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests, and when they went out."""

    requests: tuple[LegalRequest, ...]
    received_at: datetime  # when the alerts they ask about were read and ranked
    served_at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed dossier and what its own verifier says of it."""

    path: Path
    report: dossier_verify.Report
    lead: RankedLead
    state: State  # of the case, as the dossier says it


def take_alerts(unit: Unit, folder: Path, maps: Iterable[ColumnMap], bar: Bar) -> Queue:
    """Receive every file raw, then read and rank. What can't be read is in the ledger with its sentence."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashed = {}
    tick = bar("Receiving")
    for count, path in enumerate(files, 1):
        receipt = receive(path, unit.raw)
        hashed[path] = receipt.sha256
        unit.do(
            Action.FILE_RECEIVE,
            role="intake",
            objects=(f"file {receipt.sha256}",),
            name=receipt.name,
            sha256=receipt.sha256,
            size=receipt.size,
            hashed_only=receipt.media,
        )
        tick(count, len(files))
    unit.seal()
    found = queue([folder], unit.pack, unit.clock.now(), maps=maps, progress=bar("Reading"))
    for reading in found.readings:
        if reading.sha256 not in (None, hashed.get(reading.path)):
            raise Changed(f"{reading.path}: changed between its receipt and its reading; run it again.")
        for referral in reading.referrals:
            unit.do(
                Action.REFERRAL_RECEIVE,
                role="intake",
                objects=(referral_name(referral.identity), f"file {reading.sha256}"),
                sentence=f"Referral {referral.number or 'without a number'} of {referral.sender} received.",
                sha256=referral.sha256,
                format=referral.format,
            )
        for part in reading.set_aside:
            unit.do(
                Action.REFERRAL_REFUSE,
                role="intake",
                objects=(f"file {reading.sha256}",),
                place=part.place,
                why=part.sentence,
            )
    unit.do(
        Action.LEAD_RANK,
        role="triage",
        rules=found.ranking.rules_version,
        pack=unit.pack.digest,
        leads=[[lead.id, lead.band, lead.danger, lead.workability] for lead in found.ranking.leads],
    )
    unit.seal()
    return found


def ask(unit: Unit, found: Queue) -> Asked:
    """Draft the questions to the carriers as CSV and note that they went out."""
    requests = draft(found.referrals, found.outlooks, unit.pack.carriers, now=unit.clock.now())
    for request in requests:
        path = unit.requests / f"{request.id}.csv"
        write_request(request, path, ZoneInfo(unit.pack.zone))
        unit.do(
            Action.REQUEST_SERVE,
            role="investigator",
            objects=(f"request {request.id}",),
            sentence=f"{len(request.questions)} questions put to {request.carrier.name}.",
            file=path.name,
        )
    unit.seal()
    return Asked(requests, found.ranking.now, unit.clock.now())


def take_answers(
    unit: Unit, records: Mapping[str, Path], coverage: Mapping[str, Path], bar: Bar
) -> dict[str, Answer]:
    """Import what the carriers delivered."""
    unit.clock.advance(CARRIERS_TAKE)
    answers = {}
    for carrier in unit.pack.carriers:
        if carrier.id in records:
            tick = bar(f"Records of {carrier.name}")
            answers[carrier.id] = take_in(unit, carrier, records[carrier.id], coverage[carrier.id], tick)
    unit.seal()
    return answers


def resolve(unit: Unit, found: Queue, answers: Mapping[str, Answer], bar: Bar) -> tuple[Resolved, ...]:
    """Verdicts on everything that was answered."""
    resolved = resolve_all(unit, found.referrals, found.outlooks, answers, bar("Resolving"))
    unit.seal()
    return resolved


def choose_lead(found: Queue, resolved: Iterable[Resolved]) -> RankedLead | None:
    """The first lead of the queue for which a carrier's records name one subscription; None: for none."""
    named = {one.referral for one in resolved if one.verdict.subscriber is not None}
    return next((lead for lead in found.ranking.leads if named & set(lead.referrals)), None)


def work_case(
    unit: Unit, lead: RankedLead, asked: Asked, answers: Mapping[str, Answer], resolved: Iterable[Resolved]
) -> OpenCase:
    """Open a case on the lead and play its officers' first steps; the policy says what is missing."""
    mine = [one for one in resolved if one.referral in lead.referrals]
    carriers = sorted({one.carrier for one in mine})
    unit.do(
        Action.LEAD_CLAIM,
        role="investigator",
        objects=(f"lead {lead.id}",),
        sentence=f"Lead claimed at rank {lead.rank} of the queue, band {lead.band}.",
    )
    case = open_case(unit, f"case on lead {lead.id}", sentence="A case is opened on this lead.")
    raise_interrupts(unit, case, lead)
    senders = ", ".join(sorted({identity.sender for identity in lead.referrals}))
    do_step(unit, case, "register", {"sender": senders, "received": asked.received_at.date().isoformat()})
    do_step(
        unit, case, "dedupe_and_deconflict", {"compared_with": "all referrals of this unit; see the edges"}
    )
    advance(unit, case)
    do_step(unit, case, "victim_risk", {"children": "not identified yet", "risk": lead.band})
    do_step(unit, case, "priority_set", {"reason": f"rank {lead.rank}, band {lead.band}"})
    advance(unit, case)
    do_step(unit, case, "preservation_request", {"to": ", ".join(carriers)}, at=asked.served_at)
    for carrier in carriers:
        answer = answers[carrier].imported.sources[0]
        do_step(
            unit,
            case,
            "subscriber_answer",
            {"zone_check": f"times of {answer.name} are declared as UTC by its layout"},
            document_sha256=answer.sha256,
        )
    unit.seal()
    return case


def seal_case(
    unit: Unit,
    case: OpenCase,
    lead: RankedLead,
    found: Queue,
    asked: Asked,
    answers: Mapping[str, Answer],
    resolved: Iterable[Resolved],
) -> Sealed:
    """Build the dossier at the present checkpoint, sign it, and check it as the other side would."""
    mine = [one for one in resolved if one.referral in lead.referrals]
    by_identity = {one.identity: one for one in found.referrals if one.identity in lead.referrals}
    bytes_of = _own_bytes(unit, found, by_identity)
    now = unit.clock.now()
    unit.seal()
    carriers = {carrier.id: carrier for carrier in unit.pack.carriers}
    asked_here = {one.carrier for one in mine}
    requests = [request for request in asked.requests if request.carrier.id in asked_here]
    entries = unit.about(
        case.name,
        f"lead {lead.id}",
        *(referral_name(identity) for identity in lead.referrals),
        *(f"request {request.id}" for request in requests),
        *(f"answer {carrier}" for carrier in asked_here),
    )
    laid_open = excerpt(unit.ledger, entries, unit.payloads.opened(entries))
    state = case.state(now)
    file = CaseFile(
        unit=f"Demo unit, {unit.pack.name}",
        case_id=case.facts.case,
        zone=unit.pack.zone,
        handling=Handling("AMBER", ("for the prosecutor",)),
        summary=casefiles.summary(lead, mine, by_identity),
        notices=(
            "Every person, account, address and number in this file is invented.",
            "The officers' steps were played by the demo.",
        ),
        chronology=events(laid_open),
        referrals=tuple(
            casefiles.referral_part(
                by_identity[identity],
                bytes_of.get(identity.sha256),
                found.ranking.now,
                number if len(lead.referrals) > 1 else None,
            )
            for number, identity in enumerate(lead.referrals, 1)
        ),
        requests=tuple(
            casefiles.request_made(request, asked.served_at, now, answers[request.carrier.id].file)
            for request in requests
        ),
        attributions=tuple(
            casefiles.attribution(one, by_identity[one.referral], carriers[one.carrier].name) for one in mine
        ),
        hashes=casefiles.hash_lines(by_identity.values()),
        score=casefiles.score_sheet(lead, found.ranking.rules_version),
        policy=casefiles.policy_state(state),
        children=tuple(child for one in by_identity.values() for child in one.children),
    )
    path = unit.dossiers / f"{file.case_id}.zip"
    built = dossier_build.build(file, laid_open, unit.signer, path)
    unit.do(
        Action.DOSSIER_SEAL,
        role="supervisor",
        objects=(case.name,),
        sentence="The dossier is sealed.",
        sha256=built.sha256,
    )
    unit.seal()
    return Sealed(path, dossier_verify.verify(path, unit.signer.public), lead, state)


def _own_bytes(unit: Unit, found: Queue, wanted: Iterable[Identity]) -> dict[str, bytes]:
    """The own bytes of these referrals, read again from the files they came in."""
    hashes = {identity.sha256 for identity in wanted}
    kept: dict[str, bytes] = {}

    def keep(sha256: str, raw: bytes) -> None:
        if sha256 in hashes:
            kept[sha256] = raw

    options = replace(read_options(unit.pack), own_bytes=keep)
    for reading in found.readings:
        if any(referral.sha256 in hashes for referral in reading.referrals):
            read_file(reading.path, options)
    return kept
