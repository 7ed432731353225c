"""From the rows of a case to the facts that the policy judges. Users are their ids in hexadecimal digits.

The number of queries is the same for one case and for fifty.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.cases.models import Case, EventHappened, Member, Moved, Skip, StatedFact, StepDone
from faru.desk.cases.stated import content_of
from faru.desk.referrals.models import Interrupt
from faru.desk.vault import keys
from faru.policy import (
    Acknowledgement,
    Assignment,
    CaseFacts,
    Clearing,
    Event,
    Move,
    Policy,
    RaisedInterrupt,
    SignOff,
    StepRecord,
)
from faru.policy import Skip as Omission
from faru.policy import StatedFact as Stated

BY_RULE = "rule"
"""Who raised an interrupt that a rule of triage raised."""


def facts_of(case: Case, policy: Policy) -> CaseFacts:
    """The facts of one case."""
    return facts_of_all([case], policy)[case.pk]


def facts_of_all(cases: Sequence[Case], policy: Policy) -> dict[UUID, CaseFacts]:
    """The facts of these cases, by id."""
    ids = [case.pk for case in cases]
    steps = _by_case(
        StepDone.objects.filter(case__in=ids).select_related("signoff", "document", "dossier").order_by("at")
    )
    skips = _by_case(Skip.objects.filter(case__in=ids))
    events = _by_case(EventHappened.objects.filter(case__in=ids))
    moves = _by_case(Moved.objects.filter(case__in=ids))
    stated = _by_case(StatedFact.objects.filter(case__in=ids))
    members = _by_case(Member.objects.active(clock.now()).filter(case__in=ids))
    raised = interrupts_of(cases)
    keys.warm(
        [case.subject_id for case in cases] + [one.subject_id for found in raised.values() for one in found]
    )
    return {
        case.pk: CaseFacts(
            case=case.pk.hex,
            policy=case.policy,
            version=case.version,
            opened_at=case.opened_at,
            records=tuple(_record(one) for one in steps[case.pk]),
            skips=tuple(
                Omission(
                    step=one.step, who=one.by_id.hex, role=one.role, at=one.at, fields=_texts(one.stated)
                )
                for one in skips[case.pk]
            ),
            events=tuple(Event(one.kind, one.happened_at) for one in events[case.pk]),
            moves=tuple(Move(one.to, one.at, one.by_id.hex) for one in moves[case.pk]),
            stated=tuple(
                Stated(one.name, content_of(one.value)["value"], one.at, one.by_id.hex)
                for one in stated[case.pk]
            ),
            raised=tuple(_raised(one, policy) for one in raised[case.pk]),
            people=tuple(Assignment(one.role, one.user_id.hex) for one in members[case.pk]),
        )
        for case in cases
    }


def interrupts_of(cases: Sequence[Case]) -> dict[UUID, list[Interrupt]]:
    """Interrupts of these cases and of their leads, oldest first. One query."""
    by_lead = {case.lead_id: case.pk for case in cases if case.lead_id is not None}
    ids = {case.pk for case in cases}
    rows = Interrupt.objects.filter(
        Q(case_id__in=ids) | Q(lead_id__in=by_lead) | Q(lead__case_id__in=ids)
    ).select_related("lead", "concerns", "taken_by", "raised_by")
    found: dict[UUID, list[Interrupt]] = defaultdict(list)
    for one in rows:
        of_lead = None if one.lead is None else one.lead.case_id
        homes = (one.case_id, of_lead, by_lead.get(one.lead_id))
        found[next(home for home in homes if home in ids)].append(one)
    return found


def _by_case(rows: Iterable) -> dict[UUID, list]:
    found: dict[UUID, list] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _record(one: StepDone) -> StepRecord:
    signed = getattr(one, "signoff", None)
    return StepRecord(
        id=one.pk.hex,
        step=one.step,
        who=one.by_id.hex,
        role=one.role,
        at=one.done_at,
        fields=_texts(one.stated),
        document=one.attached,
        signoff=None if signed is None else SignOff(signed.by_id.hex, signed.role, signed.at),
    )


def _raised(one: Interrupt, policy: Policy) -> RaisedInterrupt:
    defined = policy.interrupt(one.kind)
    acknowledged = cleared = None
    if one.taken_at is not None and one.taken_by_id is not None:
        acknowledged = Acknowledgement(one.taken_by_id.hex, one.taken_at)
    if one.cleared_at is not None and one.cleared_by_id is not None:
        role = defined.clear_by if defined else policy.duty_role
        cleared = Clearing(one.cleared_by_id.hex, role, one.cleared_at, one.clearing or {})
    return RaisedInterrupt(
        interrupt=one.kind,
        at=one.raised_at,
        by=BY_RULE if one.raised_by_id is None else one.raised_by_id.hex,
        why=one.why,
        concerns=None if one.concerns_id is None else one.concerns_id.hex,
        acknowledged=acknowledged,
        cleared=cleared,
    )


def _texts(form: dict) -> dict[str, str]:
    return {name: str(value) for name, value in content_of(form).items()}


def names_of(cases_facts: Iterable[CaseFacts]) -> dict[str, str]:
    """Display names by the ids that stand in these facts. One query."""
    ids = set()
    for facts in cases_facts:
        ids |= {one.who for one in (*facts.records, *facts.skips, *facts.people)}
        ids |= {one.signoff.who for one in facts.records if one.signoff}
        ids |= {one.by for one in (*facts.moves, *facts.stated, *facts.raised)}
        ids |= {one.concerns for one in facts.raised if one.concerns}
        ids |= {one.cleared.who for one in facts.raised if one.cleared}
    users = User.objects.filter(pk__in=[UUID(one) for one in ids if len(one) == 32])
    return {user.pk.hex: user.display_name for user in users}
