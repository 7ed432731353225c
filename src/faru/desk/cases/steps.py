"""Steps of the policy: done by their record, signed by a second person, left out only where they may be."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from faru.desk.cases import state
from faru.desk.cases.contents import Upload
from faru.desk.cases.models import Case, Dossier, SignOff, Skip, StepDone
from faru.desk.cases.papers import keep_version
from faru.desk.cases.roles import role_for, roles_in
from faru.desk.cases.seeing import held
from faru.desk.cases.stated import digest_of, sealed_form
from faru.desk.journal.acting import Act, Refused, action
from faru.dossier.binding import utc_text
from faru.ledger.tags import Action
from faru.policy import Policy, RecordState, Standing, Step, StepKind
from faru.vocabulary.permissions import Permission

_ALWAYS: Final = {StepKind.DECISION: ("reason",), StepKind.REQUEST: ("to",)}
LONGEST: Final = 5_000
"""Characters of one field of a record."""


def needs_of(step: Step) -> tuple[str, ...]:
    """The fields that a record of this step must hold."""
    return tuple(dict.fromkeys((*step.needs, *_ALWAYS.get(step.kind, ()))))


@action(Permission.CASE_STEP, Action.STEP_DO)
def do_step(
    act: Act,
    *,
    case: Case,
    step: str,
    fields: Mapping[str, str],
    role: str = "",
    upload: Upload | None = None,
    dossier: Dossier | None = None,
    occurred_at: datetime | None = None,
) -> StepDone:
    """Do a step by its record. A document goes with it, or a sealed dossier of the case."""
    case = held(act, case, open_only=True)
    policy = state.policy_of(case)
    if step == policy.outcome_step:
        raise Refused(_("The outcome is recorded by the prosecutor's side, with its own form."))
    return _record(
        act, case, policy, step, fields,
        role=role, upload=upload, dossier=dossier, occurred_at=occurred_at,
    )  # fmt: skip


@action(Permission.OUTCOME_RECORD, Action.CASE_OUTCOME)
def record_outcome(
    act: Act, *, case: Case, outcome: str, fields: Mapping[str, str], occurred_at: datetime | None = None
) -> StepDone:
    """Record what the prosecutor decided, with everything that the policy wants stated for this outcome."""
    case = held(act, case, open_only=True)
    policy = state.policy_of(case)
    rule = next((one for one in policy.outcomes if one.outcome == outcome), None)
    if rule is None or policy.outcome_step is None:
        raise Refused(_("Choose an outcome that the policy of this case knows."), "outcome")
    _stated(fields, rule.needs)
    if case.stage != _home(policy, policy.outcome_step):
        raise Refused(_("The case is not where an outcome is recorded: the police move it there first."))
    return _record(
        act, case, policy, policy.outcome_step, {**fields, "outcome": outcome}, occurred_at=occurred_at
    )


@action(Permission.CASE_SIGN, Action.SIGNOFF_GIVE)
def sign_step(act: Act, *, done: StepDone) -> SignOff:
    """Sign what somebody else did, in the role that the policy names. One signature a record."""
    case = held(act, done.case, open_only=True)
    done = StepDone.objects.get(pk=done.pk)
    policy = state.policy_of(case)
    step = _step(policy, done.step)
    if step.signoff is None:
        raise Refused(_("This step needs no signature."))
    if done.by_id == act.actor.id:
        raise Refused(_("Nobody signs their own work: ask a second person."))
    act.role = role_for((step.signoff,), roles_in(case, act.actor, act.at, policy))
    signed, made = SignOff.objects.get_or_create(
        done=done, defaults={"by": act.actor, "role": act.role, "at": act.at}
    )
    if not made:
        raise Refused(_("This was signed already, by %(who)s.") % {"who": signed.by.display_name})
    _standing(case, done, act.at, wanted=(Standing.DONE,))
    act.about(case.id, done.id, signed.id).say(
        f"Signed off: {step.sentence}", step=step.id, digest=digest_of(done.stated), document=done.attached
    )
    state.keep(case, act.at)
    return signed


@action(Permission.CASE_STEP, Action.STEP_SKIP)
def skip_step(act: Act, *, case: Case, step: str, fields: Mapping[str, str]) -> Skip:
    """Leave out a step that is not mandatory, by the role and with the words that the policy asks for."""
    case = held(act, case, open_only=True)
    policy = state.policy_of(case)
    found = _step(policy, step)
    if policy.skip is None or found.mandatory:
        raise Refused(_("This step can't be left out: the case waits until it is done."))
    act.role = role_for((policy.skip.by,), roles_in(case, act.actor, act.at, policy))
    made = Skip(
        case=case,
        subject_id=case.subject_id,
        step=step,
        stated=sealed_form(_stated(fields, policy.skip.needs)),
        by=act.actor,
        role=act.role,
        at=act.at,
    )
    made.save(force_insert=True)
    act.about(case.id, made.id).say(f"Left out: {found.sentence}", step=step, digest=digest_of(made.stated))
    state.keep(case, act.at)
    return made


def _record(
    act: Act,
    case: Case,
    policy: Policy,
    step_id: str,
    fields: Mapping[str, str],
    *,
    role: str = "",
    upload: Upload | None = None,
    dossier: Dossier | None = None,
    occurred_at: datetime | None = None,
) -> StepDone:
    step = _step(policy, step_id)
    act.role = role_for(step.by, roles_in(case, act.actor, act.at, policy), role)
    if step.kind is StepKind.FACT:
        raise Refused(_("This step is done by the facts of the case, not by a record."))
    stated = _stated(fields, needs_of(step))
    if occurred_at is not None and occurred_at > act.at:
        raise Refused(_("This time is not over yet: leave it empty if it is done now."), "occurred_at")
    version = None
    if step.kind is StepKind.DOCUMENT:
        if dossier is not None and dossier.case_id != case.pk:
            raise Refused(_("This dossier is another case's."), "document")
        if dossier is not None and upload is not None:
            raise Refused(_("Attach the document or choose the dossier: one of them, not both."), "document")
        if dossier is None and upload is None:
            raise Refused(_("Attach the document: this step is done by it."), "document")
    if upload is not None and dossier is None:
        version = keep_version(act, case, upload, None)
    done = StepDone(
        case=case,
        subject_id=case.subject_id,
        step=step.id,
        stated=sealed_form(stated),
        document=version,
        dossier=dossier,
        by=act.actor,
        role=act.role,
        at=act.at,
        occurred_at=occurred_at,
    )
    done.save(force_insert=True)
    _standing(case, done, act.at, wanted=(Standing.DONE, Standing.AWAITS_SIGNOFF))
    when = {} if occurred_at is None else {"at": utc_text(occurred_at)}
    act.about(case.id, done.id, *([version.id] if version else [])).say(
        step.sentence, step=step.id, digest=digest_of(done.stated), document=done.attached, **when
    )
    state.keep(case, act.at)
    return done


def _standing(case: Case, done: StepDone, at: datetime, wanted: tuple[Standing, ...]) -> RecordState:
    """What the policy says the record is worth. Raises Refused, with its reason, for any other standing."""
    judged = state.state_of(case, at)
    found = next((one for one in judged.records if one.record.id == done.pk.hex), None)
    if found is None:
        raise Refused(" ".join(judged.remarks) or _("The policy does not judge this record."))
    if found.standing not in wanted:
        why = found.sentence.partition(": ")[2] or found.sentence
        raise Refused(_("The policy refuses this: %(why)s") % {"why": why})
    return found


def _stated(fields: Mapping[str, str], needed: tuple[str, ...]) -> dict[str, str]:
    stated = {name: text.strip() for name, text in fields.items() if text.strip()}
    for name in needed:
        if name not in stated:
            raise Refused(_("State this: the policy asks for it."), name)
    for name, text in stated.items():
        if len(text) > LONGEST:
            raise Refused(_("This is too long: attach it as a document."), name)
    return stated


def _step(policy: Policy, step_id: str) -> Step:
    found = policy.step(step_id)
    if found is None:
        raise Refused(_("The policy of this case has no such step."))
    return found


def _home(policy: Policy, step_id: str) -> str | None:
    return next((stage.id for stage in policy.stages if step_id in {one.id for one in stage.steps}), None)
