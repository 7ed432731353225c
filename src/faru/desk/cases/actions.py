"""What is done to a case as a whole: opened, staffed, moved, closed; facts stated, events recorded."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from faru.conditions import FactType, FactValue
from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.accounts.queries import holders
from faru.desk.cases import state
from faru.desk.cases.models import (
    Case,
    CaseReferral,
    EventHappened,
    Member,
    Moved,
    Person,
    PersonKind,
    StatedFact,
)
from faru.desk.cases.roles import role_for, roles_in, shown
from faru.desk.cases.seeing import held
from faru.desk.cases.stated import digest_of, sealed_form
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.referrals.interrupts import repin
from faru.desk.referrals.models import Interrupt, Lead, LeadState, Referral
from faru.desk.referrals.numbers import next_number
from faru.desk.referrals.seeing import seen as lead_seen
from faru.desk.vault import keys
from faru.desk.vault.models import SubjectKind
from faru.dossier.binding import utc_text
from faru.ledger.tags import Action
from faru.policy import Policy, State
from faru.policy.alarms import BY_CONDITION
from faru.vocabulary.permissions import Permission


@action(Permission.CASE_OPEN, Action.CASE_OPEN)
def open_case(act: Act, *, lead: Lead, title: str = "") -> Case:
    """Open a case on a lead: by its owner, or by whoever may rank leads. Its referrals are the case's now."""
    found = lead_seen(act, lead)
    if found.case_id is not None:
        raise Refused(_("This lead has a case already."))
    if found.state == LeadState.CLOSED:
        raise Refused(_("This lead is closed: open it again first."))
    if found.owner_id != act.actor.id and not act.actor.may(Permission.LEAD_RANK):
        raise Refused(_("Claim this lead first; then a case can be opened on it."))
    policy = unit.pack().policy()
    subject = keys.new_subject(SubjectKind.CASE)
    case = Case(
        number=next_number("C"),
        subject=subject,
        lead=found,
        policy=policy.id,
        version=policy.version,
        pack_digest=unit.pack().digest,
        opened_at=act.at,
        opened_by=act.actor,
        title=title.strip()[:200] or None,
        stage=policy.stages[0].id,
        stage_entered_at=act.at,
    )
    case.save(force_insert=True)
    Lead.objects.filter(pk=found.pk).update(
        state=LeadState.IN_CASE,
        case_id=case.pk,
        owner=found.owner or act.actor,
        waiting_until=None,
        last_act=None,
    )
    _take(act, case, list(found.referrals.order_by("received_at", "id")), first=1)
    _first_members(act, case, policy, found.owner)
    act.about(case.id, found.id).under(subject.id).say(
        "A case is opened on this lead.", policy=policy.id, version=policy.version, number=case.number
    )
    state.keep(case, act.at)
    return case


@action(Permission.CASE_NOTE, Action.CASE_REFERRAL)
def take_referrals(act: Act, *, case: Case) -> Case:
    """Take into the case what its leads have got since: later alerts, and those of leads that were joined."""
    case = held(act, case, open_only=True)
    already = case.held.values("referral_id")
    came = list(
        Referral.objects.filter(lead__case_id=case.pk).exclude(pk__in=already).order_by("received_at", "id")
    )
    if not came:
        raise Refused(_("Every referral of its leads is in the case already."))
    _take(act, case, came, first=case.held.count() + 1)
    act.about(case.id, *(one.id for one in came)).say(f"{len(came)} referrals were taken into the case.")
    return case


def _take(act: Act, case: Case, referrals: list[Referral], *, first: int) -> None:
    """Hold these referrals, and each of their children as a pseudonym."""
    CaseReferral.objects.bulk_create(
        CaseReferral(case=case, referral=one, position=place) for place, one in enumerate(referrals, first)
    )
    several = len(referrals) > 1 or first > 1
    Person.objects.bulk_create(
        Person(
            case=case,
            kind=PersonKind.CHILD,
            label=f"{child.label} of referral {place}" if several else child.label,
            child=child,
            added_by=act.actor,
            added_at=act.at,
        )
        for place, referral in enumerate(referrals, first)
        for child in referral.children.all()
    )


def _first_members(act: Act, case: Case, policy: Policy, owner: User | None) -> None:
    """Who opens it and whose lead it is, in each of their roles; and whoever owns what nobody does."""
    duty = holders(policy.duty_role).first()
    known = [role.id for role in policy.roles]
    pairs = [(user, role) for user in (act.actor, owner) if user for role in user.roles if role in known]
    if duty is not None and policy.duty_role not in {role for _user, role in pairs}:
        pairs.append((duty, policy.duty_role))
    Member.objects.bulk_create(
        Member(case=case, user=user, role=role, since=act.at, added_by=act.actor)
        for user, role in dict.fromkeys(pairs)
    )


@action(Permission.CASE_STAFF, Action.CASE_STAFF)
def add_member(act: Act, *, case: Case, user: User, as_role: str, until: datetime | None = None) -> Member:
    """Put somebody on a case in a role they hold; with `until` also in one they do not: a delegation."""
    case = held(act, case, open_only=True)
    if as_role not in {one.id for one in state.policy_of(case).roles}:
        raise Refused(_("The policy of this case has no such role."), "member")
    if not user.is_active or user.is_system:
        raise Refused(_("This account is closed."), "member")
    if until is not None and until <= act.at:
        raise Refused(_("This day is over already: choose a later one."), "until")
    if as_role not in user.roles and until is None:
        raise Refused(_("They do not hold this role: as a stand-in they need a last day."), "until")
    if as_role not in user.roles and user.pk == act.actor.pk:
        raise Refused(_("Nobody lends a role to themselves."), "member")
    if case.members.active(act.at).filter(user=user, role=as_role).exists():
        raise Refused(_("They are on this case in this role already."), "member")
    member = Member.objects.create(
        case=case,
        user=user,
        role=as_role,
        since=act.at,
        until=until,
        delegated=as_role not in user.roles,
        added_by=act.actor,
    )
    act.about(case.id, member.id, user.id).under(case.subject_id).say(
        f"{user.display_name} joined the case as {shown(as_role)}.",
        until=None if until is None else utc_text(until),
    )
    state.keep(case, act.at)
    return member


@action(Permission.CASE_STAFF, Action.CASE_STAFF)
def remove_member(act: Act, *, member: Member) -> Member:
    """Take somebody off a case. What they did stays."""
    case = held(act, member.case)
    ended = case.members.active(act.at).filter(pk=member.pk).update(until=act.at)
    if not ended:
        raise Refused(_("They are not on this case any more."))
    act.about(case.id, member.id, member.user_id).under(case.subject_id).say(
        f"{member.user.display_name} left the case as {shown(member.role)}."
    )
    state.keep(case, act.at)
    return member


@action(Permission.CASE_MOVE, Action.CASE_ADVANCE)
def move_case(act: Act, *, case: Case, to: str) -> Case:
    """Take a case to another stage, where every gate of the way there is open."""
    case = held(act, case, open_only=True)
    policy = state.policy_of(case)
    now = state.state_of(case, act.at)
    way = next((one for one in now.moves if one.to == to), None)
    stage = policy.stage(to)
    if way is None or stage is None:
        last = case.moves.last()
        if last is not None and last.to == to:
            raise Refused(_("%(who)s has moved the case there already.") % {"who": last.by.display_name})
        raise Refused(_("No way leads from the present stage to this one: somebody may have moved the case."))
    if not way.allowed:
        closed = " ".join(gate.sentence for gate in way.gates if not gate.open)
        raise Refused(_("The case can't move on yet. Not done: %(gates)s") % {"gates": closed})
    Moved.objects.create(
        case=case, place=case.moves.count() + 1, to=to, by=act.actor, role=act.role, at=act.at
    )
    act.about(case.id).say(f"Stage entered: {shown(to)}. {stage.sentence}", stage=to)
    state.keep(case, act.at)
    return case


@action(Permission.CASE_STEP, Action.FACT_STATE)
def state_fact(act: Act, *, case: Case, name: str, value: str) -> StatedFact:
    """State a fact that the policy reads; "" takes it back. What it raises is raised at once."""
    case = held(act, case, open_only=True)
    policy = state.policy_of(case)
    fact = next((one for one in policy.facts if one.name == name), None)
    if fact is None:
        raise Refused(_("The policy of this case knows no such fact."), "name")
    act.role = _some_role(act, case, policy)
    made = StatedFact(
        case=case,
        subject_id=case.subject_id,
        name=name,
        value=sealed_form({"value": _fact_value(fact.type, value.strip())}),
        by=act.actor,
        at=act.at,
    )
    made.save(force_insert=True)
    act.about(case.id, made.id).say(
        f"A fact was stated: {shown(name)}." if value.strip() else f"A fact was taken back: {shown(name)}.",
        digest=digest_of(made.value),
    )
    _take_up(act, case, state.keep(case, act.at))
    return made


@action(Permission.CASE_STEP, Action.EVENT_RECORD)
def record_event(act: Act, *, case: Case, kind: str, happened_at: datetime) -> EventHappened:
    """Record that something happened: an arrest, a publication. It starts and stops clocks."""
    case = held(act, case, open_only=True)
    policy = state.policy_of(case)
    event = next((one for one in policy.events if one.id == kind), None)
    if event is None:
        raise Refused(_("The policy of this case knows no such event."), "kind")
    if happened_at > act.at:
        raise Refused(_("This time is not over yet: record what has happened."), "happened_at")
    act.role = _some_role(act, case, policy)
    made = EventHappened.objects.create(
        case=case, kind=kind, happened_at=happened_at, by=act.actor, at=act.at
    )
    act.about(case.id, made.id).say(event.sentence, event=kind, at=utc_text(happened_at))
    _take_up(act, case, state.keep(case, act.at))
    return made


@action(Permission.CASE_CLOSE, Action.CASE_CLOSE)
def close_case(act: Act, *, case: Case) -> Case:
    """Close a case that the policy calls finished; its leads end with it."""
    case = held(act, case, open_only=True)
    now = state.state_of(case, act.at)
    if not now.closed:
        first = next((one.sentence for one in now.missing if one.mandatory), None)
        raise Refused(_("The policy does not let this case close yet. %(what)s") % {"what": first or ""})
    case.closed_at, case.closed_by = act.at, act.actor
    case.save(update_fields=["closed_at", "closed_by"])
    case.clocks.all().delete()
    Lead.objects.filter(case_id=case.pk, state=LeadState.IN_CASE).update(
        state=LeadState.CLOSED, closed_at=act.at, closed_by=act.actor
    )
    act.about(case.id, *_leads(case)).say("The case is closed.")
    return case


def _leads(case: Case) -> Iterable:
    return Lead.objects.filter(case_id=case.pk).values_list("id", flat=True)


def _some_role(act: Act, case: Case, policy: Policy) -> str:
    """Any role of the policy: facts and events are for everybody who works on the case."""
    return role_for(tuple(role.id for role in policy.roles), roles_in(case, act.actor, act.at, policy))


def _fact_value(kind: FactType, text: str) -> FactValue:
    if not text:
        return None
    if kind is FactType.BOOL and text in ("yes", "no"):
        return text == "yes"
    if kind is FactType.INT and text.isascii() and text.isdigit() and len(text) < 7:
        return int(text)
    if kind is FactType.TEXT:
        return text
    raise Refused(_("This is not a value that this fact can have."), "value")


def _take_up(act: Act, case: Case, judged: State) -> None:
    """What a condition of the policy raised gets a record: it is taken and cleared like any other."""
    for one in judged.open_interrupts:
        if one.by != BY_CONDITION:
            continue
        raised = Interrupt(
            kind=one.id,
            lead=case.lead,
            case_id=case.pk,
            subject_id=case.subject_id,
            raised_at=act.at,
            raised_by=act.actor,
            why=one.why,
        )
        raised.save(force_insert=True)
        act.also(
            Action.INTERRUPT_RAISE,
            raised.id,
            case.id,
            *([case.lead_id] if case.lead_id else []),
            subject=case.subject_id,
            sentence=f"Interrupt raised: {one.sentence}",
        )
    if case.lead is not None:
        repin(case.lead)
