"""One case as its page shows it: the policy's answer in the words of people, and what the viewer may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.cases import state
from faru.desk.cases.facts import facts_of, interrupts_of, names_of
from faru.desk.cases.forms import OutcomeForm, SkipForm, StepForm, label_of
from faru.desk.cases.models import Case, DocumentVersion, Dossier, StepDone
from faru.desk.cases.roles import roles_in, shown
from faru.desk.cases.stated import content_of
from faru.desk.look.drawing import Drawing
from faru.desk.referrals.models import Interrupt
from faru.paper.rail import Station, stages, stages_vertical
from faru.policy import (
    DeadlineStatus,
    Effect,
    Missing,
    OpenInterrupt,
    Policy,
    RecordState,
    Standing,
    State,
    Step,
    StepKind,
    evaluate,
)
from faru.vocabulary.permissions import Permission

_ENDED: Final = (DeadlineStatus.MET, DeadlineStatus.MET_LATE)


@dataclass(frozen=True, slots=True)
class Lack:
    """A step that is not done, with its form where the viewer may do it."""

    step: Step
    roles: str  # who may do it, in words
    due: datetime | None
    owner: str
    note: str  # what makes it more than not done: an interrupt asks for it, it was left behind
    mandatory: bool
    after: tuple[str, ...]  # sentences of the steps that come first and are not done
    form: StepForm | None
    skip: SkipForm | None


@dataclass(frozen=True, slots=True)
class Record:
    """What was done for a step."""

    id: str
    sentence: str
    who: str
    role: str
    at: datetime
    fields: tuple[tuple[str, str], ...]  # label and text
    document: DocumentVersion | None
    dossier: Dossier | None
    standing: Standing
    signer: str  # the role that signs; "" for none
    signed_by: str
    signed_at: datetime | None
    may_sign: bool
    why_not: str  # why the viewer can't sign what waits for a signature


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs."""

    sentence: str
    due: datetime | None
    owner: str
    role: str
    confirmed: bool
    source: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """An open interrupt, with the row behind it."""

    open: OpenInterrupt
    row: Interrupt | None
    title: str
    sentence: str
    shouts: bool  # somebody's safety: nothing else may
    take: str  # id of the row that the viewer may take in hand; "" for none


@dataclass(frozen=True, slots=True)
class Next:
    """What must happen next: its kind, and the thing itself."""

    kind: str  # "outcome", "sign", "step", "move", "close", "wait", "closed" or "nothing"
    thing: Any = None


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of the stage."""

    to: str
    name: str
    sentence: str
    allowed: bool
    gates: tuple[tuple[str, bool], ...]


@dataclass(slots=True)
class CasePage:
    """Everything of the policy's answer that the page shows."""

    case: Case
    policy: Policy
    state: State
    rail: Drawing | None
    rail_narrow: Drawing | None
    missing: list[Lack]
    others: list[Lack]  # steps that may be done again, or at any time
    waiting: list[Record]  # for a signature
    done: list[Record]
    clocks: list[Running]
    alarms: list[Alarm]
    ways: list[Way]
    outcome_form: OutcomeForm | None
    outcome: str
    remarks: list[str]
    may_move: bool
    may_close: bool

    @property
    def next(self) -> Next:
        """What the viewer does next: what others wait for first, then what is mandatory, then the way on."""
        mine = [one for one in self.missing if one.form is not None and not one.after]
        first = next((one for one in mine if one.mandatory or one.note), None)
        to_sign = next((one for one in self.waiting if one.may_sign), None)
        way = next((one for one in self.ways if one.allowed), None)
        choices = (
            ("closed", self.case.closed_at),
            ("outcome", self.outcome_form),
            ("sign", to_sign),
            ("step", first),
            ("move", way if self.may_move else None),
            ("close", self.state.closed and self.may_close),
            ("step", next(iter(mine), None)),
            ("wait", next(iter((*self.waiting, *self.missing)), None)),
        )
        return next((Next(kind, thing) for kind, thing in choices if thing), Next("nothing"))


def page_of(case: Case, viewer: User, now: datetime) -> CasePage:
    """The page of one case. A fixed number of queries."""
    policy = state.policy_of(case)
    facts = facts_of(case, policy)
    judged = evaluate(policy, facts, now)
    names = names_of([facts])
    held = roles_in(case, viewer, now, policy)
    rows = {
        row.pk.hex: row
        for row in StepDone.objects.filter(case=case).select_related(
            "by", "signoff", "signoff__by", "document", "document__document", "dossier"
        )
    }
    make = _Maker(case, viewer, policy, judged, names, held, rows)
    wide, narrow = _rails(policy, facts.moves, judged)
    records = [make.record(one) for one in judged.records if one.standing is not Standing.REFUSED]
    return CasePage(
        case=case,
        policy=policy,
        state=judged,
        rail=wide,
        rail_narrow=narrow,
        missing=make.lacks(),
        others=make.others(),
        waiting=[one for one in records if one.standing is Standing.AWAITS_SIGNOFF],
        done=[one for one in records if one.standing is Standing.DONE],
        clocks=make.clocks(now),
        alarms=make.alarms(),
        ways=make.ways(),
        outcome_form=make.outcome_form(),
        outcome=next((one.sentence for one in policy.outcomes if one.outcome == judged.outcome), ""),
        remarks=[state.named(one, names) for one in judged.remarks],
        may_move=viewer.may(Permission.CASE_MOVE) and case.closed_at is None,
        may_close=viewer.may(Permission.CASE_CLOSE) and case.closed_at is None,
    )


@dataclass(slots=True)
class _Maker:
    case: Case
    viewer: User
    policy: Policy
    state: State
    names: Mapping[str, str]
    held: tuple[str, ...]
    rows: Mapping[str, StepDone]
    dossiers: list[Dossier] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)  # what need not be typed again

    def __post_init__(self) -> None:
        self.dossiers = list(self.case.dossiers.filter(valid=True))
        held = self.case.held.values_list("referral__sender", "referral__received_at")
        if held:
            day = min(at for _sender, at in held).astimezone(clock.zone()).date()
            self.known = {
                "sender": ", ".join(sorted({sender for sender, _at in held})),
                "received": day.isoformat(),
            }

    def lacks(self) -> list[Lack]:
        """What is missing: first what the way on or an interrupt waits for, each part by when it is due.

        What only waits for a signature stands apart.
        """
        waiting = {one.record.step for one in self.state.records if one.standing is Standing.AWAITS_SIGNOFF}
        asked = {step for one in self.state.open_interrupts for step in one.requires}
        found = [
            self._lack(step, one)
            for one in self.state.missing
            if (step := self.policy.step(one.step or "")) is not None and step.id not in waiting
        ]
        return sorted(found, key=lambda one: not one.mandatory and one.step.id not in asked)

    def others(self) -> list[Lack]:
        """Steps of this stage that are done and may be done again, and those that belong to no stage."""
        missing = {one.step for one in self.state.missing}
        stage = self.policy.stage(self.state.stage)
        steps = (*(stage.steps if stage else ()), *self.policy.anytime)
        found = [self._lack(step, None) for step in steps if step.id not in missing]
        return [one for one in found if one.form is not None]

    def _lack(self, step: Step, one: Missing | None) -> Lack:
        done = {record.record.step for record in self.state.records if record.standing is Standing.DONE}
        first = tuple(
            found.sentence for name in step.after if name not in done and (found := self.policy.step(name))
        )
        return Lack(
            step=step,
            roles=", ".join(shown(role) for role in step.by),
            due=one.due if one else None,
            owner=self._name(one.owner) if one else "",
            note=self._note(step, one) if one else "",
            mandatory=step.mandatory,
            after=first,
            form=self._form(step),
            skip=self._skip(step) if one else None,
        )

    def _note(self, step: Step, one: Missing) -> str:
        """What the engine says beyond who does it and until when."""
        words = state.named(one.sentence, self.names).removeprefix(step.sentence)
        words = words.partition(f"To be done by {' or '.join(step.by)}.")[2]
        if one.due is not None:
            shown_due = self.policy.calendar.show(one.due)
            words = words.replace(f"By {shown_due}.", "").replace(f"Overdue since {shown_due}.", "")
        return words.strip()

    def _form(self, step: Step) -> StepForm | None:
        roles = [role for role in step.by if role in self.held]
        if (
            not roles
            or step.kind is StepKind.FACT
            or step.id == self.policy.outcome_step
            or self.case.closed_at is not None
            or not self.viewer.may(Permission.CASE_STEP)
        ):
            return None
        return StepForm(step=step, roles=roles, dossiers=self.dossiers, initial=self.known)

    def _skip(self, step: Step) -> SkipForm | None:
        rule = self.policy.skip
        if rule is None or step.mandatory or rule.by not in self.held or self.case.closed_at is not None:
            return None
        return SkipForm(step=step, rule=rule)

    def record(self, one: RecordState) -> Record:
        """A record with the row behind it."""
        row = self.rows[one.record.id]
        step = self.policy.step(one.record.step)
        signature = getattr(row, "signoff", None)
        waits = one.standing is Standing.AWAITS_SIGNOFF
        signer = step.signoff if step is not None and step.signoff else ""
        why = ""
        if row.by_id == self.viewer.pk:
            why = _("You did it: somebody else signs.")
        elif signer not in self.held:
            why = _("The role “%(role)s” signs it.") % {"role": shown(signer)}
        may = waits and not why and self.viewer.may(Permission.CASE_SIGN) and self.case.closed_at is None
        return Record(
            id=str(row.pk),
            sentence=step.sentence if step is not None else one.record.step,
            who=row.by.display_name,
            role=shown(row.role),
            at=row.done_at,
            fields=tuple((label_of(name), str(text)) for name, text in content_of(row.stated).items()),
            document=row.document,
            dossier=row.dossier,
            standing=one.standing,
            signer=shown(signer),
            signed_by="" if signature is None else signature.by.display_name,
            signed_at=None if signature is None else signature.at,
            may_sign=may,
            why_not=why if waits else "",
        )

    def clocks(self, now: datetime) -> list[Running]:
        """Clocks that run, the most urgent first."""
        words = state.clock_words(self.policy) | state.alarm_words(self.policy)
        return [
            Running(
                sentence=words.get(one.key, one.sentence),
                due=one.due,
                owner=self._name(one.owner),
                role=shown(one.owner_role),
                confirmed=one.confirmed,
                source=one.source,
                overdue=one.due is not None and one.due < now,
            )
            for one in self.state.deadlines
            if one.status not in _ENDED
        ]

    def alarms(self) -> list[Alarm]:
        """Open interrupts."""
        rows = interrupts_of([self.case])[self.case.pk]
        takes = self.viewer.may(Permission.INTERRUPT_TAKE) and self.viewer.may(Permission.LEAD_READ)
        found = []
        for one in self.state.open_interrupts:
            row = next((row for row in rows if row.kind == one.id and row.raised_at == one.raised_at), None)
            why = state.named(one.why, self.names)
            sentence = f"{why} {self._readable(one.to_clear)}"
            take = str(row.pk) if takes and row is not None and row.taken_at is None else ""
            found.append(Alarm(one, row, one.sentence, sentence, Effect.PIN in one.effects, take))
        return found

    def ways(self) -> list[Way]:
        """Ways out of the stage, the open ones first."""
        found = []
        for one in self.state.moves:
            stage = self.policy.stage(one.to)
            gates = tuple((self._readable(gate.sentence), gate.open) for gate in one.gates)
            found.append(Way(one.to, shown(one.to), stage.sentence if stage else "", one.allowed, gates))
        return sorted(found, key=lambda way: not way.allowed)

    def outcome_form(self) -> OutcomeForm | None:
        """The prosecutor's form, while the policy misses the outcome."""
        step = self.policy.step(self.policy.outcome_step or "")
        due = {one.step for one in self.state.missing}
        if step is None or step.id not in due or not set(step.by) & set(self.held):
            return None
        if not self.viewer.may(Permission.OUTCOME_RECORD) or self.case.closed_at is not None:
            return None
        return OutcomeForm(policy=self.policy, step=step)

    def _readable(self, sentence: str) -> str:
        """Roles without their underlines."""
        for role in self.policy.roles:
            sentence = sentence.replace(role.id, shown(role.id))
        return sentence

    def _name(self, owner: str) -> str:
        return self.names.get(owner, shown(owner))


def _rails(policy: Policy, moves: Iterable[Any], judged: State) -> tuple[Drawing | None, Drawing | None]:
    stations = [
        Station(one.id, shown(one.id).capitalize(), _is_branch(policy, one.id)) for one in policy.stages
    ]
    if not judged.judged or judged.stage not in {one.id for one in stations}:
        return None, None
    behind = {policy.stages[0].id, *(move.to for move in moves)} - {judged.stage}
    wide = stages(stations, judged.stage, behind)
    narrow = stages_vertical(stations, judged.stage, behind)
    sentence = _("The stages of this case.")
    return Drawing(wide, sentence), Drawing(narrow, sentence)


def _is_branch(policy: Policy, stage_id: str) -> bool:
    """Whether the way passes by this stage unless a condition leads into it."""
    into = [(stage, way) for stage in policy.stages for way in stage.next if way.to == stage_id]
    return bool(into) and all(
        way.when is not None and any(other.when is None for other in stage.next) for stage, way in into
    )
