"""The demo's worked cases: each from a claimed lead through the policy's first stages."""

from collections.abc import Mapping
from typing import Final

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.cases import actions, steps
from faru.desk.cases.contents import Upload
from faru.desk.cases.models import Case
from faru.desk.referrals.actions import claim_lead
from faru.desk.referrals.interrupts import clear_interrupt, defined, take_interrupt
from faru.desk.referrals.models import Interrupt, Lead
from faru.desk.requests.models import Answer, Part

STAFF: Final = {
    "aisha": ("intake", "triage"),
    "ibrahim": ("investigator",),
    "nadia": ("supervisor",),
    "yusuf": ("commander",),
    "mariyam": ("evidence_handler",),
    "zeyna": ("victim_worker",),
    "ali": ("pg_liaison",),
    "laila": ("liaison",),
}
"""Who joins the investigator on the case."""


def work_case(lead: Lead, people: Mapping[str, User]) -> Case:
    """Claim the lead, open the case, do the steps that an office would have done by now."""
    hassan, nadia, aisha = people["hassan"], people["nadia"], people["aisha"]
    claim_lead(actor=hassan, lead=lead)
    case = actions.open_case(actor=hassan, lead=lead, title="Demo case (invented)")
    for username, roles in STAFF.items():
        held = set(case.members.filter(user=people[username]).values_list("role", flat=True))
        for role in roles:
            if role not in held:
                actions.add_member(actor=nadia, case=case, user=people[username], as_role=role)

    referrals = list(lead.referrals.filter(current=True))
    senders = ", ".join(sorted({one.sender for one in referrals}))
    received = min(one.received_at for one in referrals).date().isoformat()

    def do(who: User, step: str, upload: Upload | None = None, **fields: str) -> None:
        done = steps.do_step(actor=who, case=case, step=step, fields=fields, upload=upload)
        if step == "priority_set":
            steps.sign_step(actor=nadia, done=done)

    do(aisha, "register", sender=senders, received=received)
    do(aisha, "dedupe_and_deconflict", compared_with="all referrals of this unit; see the links of the lead")
    actions.move_case(actor=nadia, case=case, to="triage")
    do(aisha, "victim_risk", children="not identified yet", risk=lead.band_shown)
    do(aisha, "priority_set", reason=f"band {lead.band_shown}")
    actions.move_case(actor=nadia, case=case, to="attribution")
    for interrupt in Interrupt.objects.filter(lead=lead, cleared_at=None):
        _settle(interrupt, case, nadia, people["zeyna"])
    answers = list(
        Answer.objects.filter(part=Part.RECORDS, request__lines__observation__referral__lead=lead).distinct()
    )
    numbers = ", ".join(sorted(answer.request.number for answer in answers))
    do(hassan, "preservation_request", to=f"asked with {numbers}")
    told = "\n".join(
        f"The answer to request {answer.request.number}: SHA-256 {answer.sha256}" for answer in answers
    )
    do(
        hassan,
        "subscriber_answer",
        Upload("answers.txt", told.encode()),
        zone_check="the times of the answer are declared as UTC by its layout",
    )
    return case


def _settle(interrupt: Interrupt, case: Case, nadia: User, zeyna: User) -> None:
    """Taken, decided by the child service, and cleared by the supervisor as the policy says."""
    take_interrupt(actor=nadia, interrupt=interrupt)
    policy = unit.pack().policy()
    rule = defined(interrupt.kind)
    for step_id in rule.requires:
        step = policy.step(step_id)
        if step is not None and "victim_worker" in step.by:
            fields = dict.fromkeys(steps.needs_of(step), "agreed with the child service (invented)")
            steps.do_step(actor=zeyna, case=case, step=step_id, fields=fields)
    stated = dict.fromkeys(rule.clear_needs, "the child service saw the child (invented)")
    if rule.clear_by in nadia.roles:
        clear_interrupt(actor=nadia, interrupt=interrupt, stated=stated)
