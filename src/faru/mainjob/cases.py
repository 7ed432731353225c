"""Cases: opened on a lead, moved by records of steps, judged by the policy. The officers are invented."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from faru.dossier.binding import utc_text
from faru.ledger.tags import Action
from faru.mainjob.unit import Unit
from faru.policy import (
    Assignment,
    CaseFacts,
    Move,
    Policy,
    RaisedInterrupt,
    SignOff,
    State,
    StepRecord,
    evaluate,
)
from faru.triage import RankedLead

OFFICERS: Final[Mapping[str, str]] = {
    "intake": "officer one",
    "triage": "officer one",
    "investigator": "officer two",
    "evidence_handler": "officer three",
    "supervisor": "officer four",
    "commander": "officer five",
    "victim_worker": "child service worker",
    "pg_liaison": "prosecutor's liaison",
    "liaison": "officer five",
}
"""A unit of five, invented: who holds which role."""


@dataclass(slots=True)
class OpenCase:
    """A case while the main job works on it."""

    name: str
    policy: Policy
    facts: CaseFacts

    def state(self, now: datetime) -> State:
        """What the policy says of it now."""
        return evaluate(self.policy, self.facts, now)


def open_case(unit: Unit, name: str, *, at: datetime | None = None, sentence: str) -> OpenCase:
    """Open a case under the pack's policy. `at` is given for a case taken over from paper."""
    policy = unit.pack.policy()
    unit.do(
        Action.CASE_OPEN,
        role="supervisor",
        objects=(name,),
        sentence=sentence,
        policy=policy.id,
        version=policy.version,
        **_when(at),
    )
    opened = at or unit.clock.now()
    facts = CaseFacts(
        case=unit.id_of(name),
        policy=policy.id,
        version=policy.version,
        opened_at=opened,
        people=tuple(Assignment(role, who) for role, who in OFFICERS.items()),
    )
    return OpenCase(name, policy, facts)


def raise_interrupts(unit: Unit, case: OpenCase, lead: RankedLead) -> None:
    """Carry the lead's interrupts into the case."""
    known = {interrupt.id: interrupt.sentence for interrupt in case.policy.interrupts}
    for interrupt in lead.interrupts:
        sentence = f"Interrupt raised: {known[interrupt]}"
        why = "; ".join(reason.rule.sentence for reason in lead.reasons if reason.rule.raises == interrupt)
        entry = unit.do(
            Action.INTERRUPT_RAISE, role="intake", objects=(case.name,), sentence=sentence, why=why
        )
        raised = RaisedInterrupt(interrupt=interrupt, at=entry.entry.time, by=OFFICERS["intake"], why=why)
        case.facts = replace(case.facts, raised=(*case.facts.raised, raised))


def do_step(
    unit: Unit,
    case: OpenCase,
    step_id: str,
    fields: Mapping[str, str],
    *,
    at: datetime | None = None,
    role: str | None = None,
    sign: bool = True,
    document_sha256: str | None = None,
) -> None:
    """Do a step by its record, signed off by the role that the policy asks for."""
    step = next(step for step in case.policy.steps() if step.id == step_id)
    doer = role or step.by[0]
    entry = unit.do(
        Action.STEP_DO,
        role=doer,
        objects=(case.name,),
        sentence=step.sentence,
        step=step_id,
        fields=dict(fields),
        document=document_sha256,
        **_when(at),
    )
    when = at or entry.entry.time
    signoff = None
    if step.signoff is not None and sign:
        given = unit.do(
            Action.SIGNOFF_GIVE,
            role=step.signoff,
            objects=(case.name,),
            sentence=f"Signed off: {step.sentence}",
            step=step_id,
            **_when(at),
        )
        signoff = SignOff(OFFICERS[step.signoff], step.signoff, at or given.entry.time)
    record = StepRecord(
        id=entry.id,
        step=step_id,
        who=OFFICERS[doer],
        role=doer,
        at=when,
        fields=dict(fields),
        document=document_sha256,
        signoff=signoff,
    )
    case.facts = replace(case.facts, records=(*case.facts.records, record))


def advance(unit: Unit, case: OpenCase) -> None:
    """Move the case to the next stage that is open to it; stays where none is."""
    allowed = case.state(unit.clock.now()).allowed_moves
    if not allowed:
        return
    stage = next(stage for stage in case.policy.stages if stage.id == allowed[0])
    sentence = f"Stage entered: {stage.id.replace('_', ' ')}. {stage.sentence}"
    entry = unit.do(
        Action.CASE_ADVANCE, role="supervisor", objects=(case.name,), sentence=sentence, stage=stage.id
    )
    move = Move(stage.id, entry.entry.time, OFFICERS["supervisor"])
    case.facts = replace(case.facts, moves=(*case.facts.moves, move))


def _when(at: datetime | None) -> dict[str, Any]:
    """A date from paper: the entry's own time says when it was written down here."""
    return {} if at is None else {"at": utc_text(at)}
