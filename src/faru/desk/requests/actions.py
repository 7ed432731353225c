"""The life of a request: drafted, approved by a second person, served, closed. Answers: `answering`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from faru.attribution.carriers import Carrier
from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.referrals.models import Lead, Observation, Referral
from faru.desk.referrals.numbers import next_number
from faru.desk.requests import choosing
from faru.desk.requests.lines import Differs, carrier_of, compare, digest, make_lines
from faru.desk.requests.models import LegalRequest, RequestLine, RequestState, Served
from faru.desk.vault import keys
from faru.desk.vault.models import SubjectKind
from faru.dossier.binding import utc_text
from faru.ledger.tags import Action
from faru.packs.model import LetterKind
from faru.vocabulary.permissions import Permission

_SAID: Final = {
    Served.EMAIL: "by e-mail",
    Served.HAND: "by hand",
    Served.PORTAL: "through the carrier's portal",
}
"""For the ledger, whose sentences are English."""


@action(Permission.REQUEST_DRAFT, Action.REQUEST_DRAFT)
def draft_request(
    act: Act, *, carrier: str, observations: Iterable[Observation], kind: str = LetterKind.DISCLOSURE
) -> LegalRequest:
    """One request to one carrier about these observations. What it is not asked about is left out."""
    asked = _carrier(carrier)
    letter = unit.pack().letter_for(asked, LetterKind(kind))
    if letter is None:
        raise Refused(_("The pack has no letter of this kind: add one to letters.yaml."))
    request = LegalRequest(
        number=next_number("R"),
        subject=keys.new_subject(SubjectKind.FILE),
        kind=LetterKind(kind).value,
        letter=letter.id,
        carrier=asked.id,
        drafted_at=act.at,
        drafted_by=act.actor,
        changed_by=act.actor,
    )
    request.save(force_insert=True)
    lines = _add(act, request, asked, observations)
    if not any(not line.left_out for line in lines):
        raise Refused(
            _("There is nothing to ask %(carrier)s: it was asked already, or its times state no zone.")
            % {"carrier": asked.name}
        )
    _tell(
        act,
        request,
        f"Request {request.number} to {asked.name} drafted: {_counted(lines)}.",
        lines=[line.line_id for line in lines],
        kind=request.kind,
    )
    return request


def draft_for_lead(*, actor: User, lead: Lead, carrier: str) -> LegalRequest:
    """Ask a carrier everything that a lead has to ask it."""
    return draft_request(
        actor=actor, carrier=carrier, observations=choosing.of_lead(actor, lead, carrier)[: choosing.MOST]
    )


def draft_dying(*, actor: User, carrier: str, within: timedelta) -> LegalRequest:
    """Ask a carrier about everything of all leads whose records go within this time."""
    dying = choosing.about_to_die(actor, carrier, within)
    return draft_request(actor=actor, carrier=carrier, observations=dying[: choosing.MOST])


@action(Permission.REQUEST_DRAFT, Action.REQUEST_CHANGE)
def add_lines(act: Act, *, request: LegalRequest, observations: Iterable[Observation]) -> LegalRequest:
    """More lines. An approval covers exactly its lines: it is void then."""
    request = held(request)
    _changeable(request)
    lines = _add(act, request, _carrier(request.carrier), observations)
    if not lines:
        raise Refused(_("There is nothing more to ask this carrier."))
    _changed(act, request, f"{_counted(lines)} added to request {request.number}", lines)
    return request


@action(Permission.REQUEST_DRAFT, Action.REQUEST_CHANGE)
def remove_line(act: Act, *, request: LegalRequest, line_id: str) -> LegalRequest:
    """One line less. The last line that is asked stays: a request about nothing is withdrawn instead."""
    request = held(request)
    _changeable(request)
    line = request.lines.filter(line_id=line_id).first()
    if line is None:
        raise Refused(_("This line is not in the request any more."))
    if not line.left_out and request.lines.filter(left_out="").count() == 1:
        raise Refused(_("This is the last line: withdraw the request instead."))
    leads = leads_of(request)
    line.delete()
    _changed(act, request, f"Line {line_id} taken out of request {request.number}", [line], leads)
    return request


@action(Permission.REQUEST_APPROVE, Action.REQUEST_APPROVE)
def approve_request(act: Act, *, request: LegalRequest, seen: str) -> LegalRequest:
    """A second person agrees to exactly the lines they saw; `seen` is the digest of the page they read."""
    request = held(request)
    if request.state != RequestState.DRAFTED:
        raise Refused(_("Only a draft can be approved: %(state)s.") % _state(request))
    lines = list(request.lines.select_related("observation__referral"))
    if act.actor.id in {request.drafted_by_id, request.changed_by_id, *(line.by_id for line in lines)}:
        raise Refused(_("Nobody approves what they drafted or changed: ask a second person."))
    covered = _sound(lines, request)
    if covered != seen:
        raise Refused(_("The lines changed after you opened the page: read them again."))
    LegalRequest.objects.filter(pk=request.pk).update(
        state=RequestState.APPROVED,
        approved_at=act.at,
        approved_by=act.actor,
        approved_digest=covered,
    )
    request.refresh_from_db()
    _tell(act, request, f"Request {request.number} approved: {_counted(lines)}.", covers=covered)
    return request


@action(Permission.REQUEST_APPROVE, Action.REQUEST_REFUSE)
def refuse_request(act: Act, *, request: LegalRequest, reason: str, words: str = "") -> LegalRequest:
    """A second person says no, with a reason; its observations can be asked again."""
    request = held(request)
    _changeable(request)
    sentence = next((one.sentence for one in unit.pack().reasons["refuse_request"] if one.id == reason), None)
    if sentence is None:
        raise Refused(_("Choose a reason."), "reason")
    _end(act, request, RequestState.REFUSED, words, reason=reason)
    request.lines.update(live=False)
    _tell(act, request, f"Request {request.number} refused: {sentence}", reason=reason, words=words)
    return request


@action(Permission.REQUEST_DRAFT, Action.REQUEST_WITHDRAW)
def withdraw_request(act: Act, *, request: LegalRequest, words: str = "") -> LegalRequest:
    """Take a request back before it is served; its observations can be asked again."""
    request = held(request)
    _changeable(request)
    _end(act, request, RequestState.WITHDRAWN, words)
    request.lines.update(live=False)
    _tell(act, request, f"Request {request.number} withdrawn.", words=words)
    return request


@action(Permission.REQUEST_SERVE, Action.REQUEST_SERVE)
def serve_request(act: Act, *, request: LegalRequest, how: str, at: datetime | None = None) -> LegalRequest:
    """It went to the carrier, as it was approved; from now on its answer is awaited. `at` is aware."""
    request = held(request)
    if request.state != RequestState.APPROVED or request.approved_at is None:
        raise Refused(_("Only an approved request can be served: %(state)s.") % _state(request))
    if how not in Served.values:
        raise Refused(_("Say how it was served."), "how")
    served = at or act.at
    if not request.approved_at <= served <= act.at:
        raise Refused(_("It was served between its approval and now: check the time."), "at")
    lines = list(request.lines.select_related("observation__referral"))
    if _sound(lines, request) != request.approved_digest:
        raise Refused(_("The lines are not those that were approved: it has to be approved again."))
    hours = _carrier(request.carrier).turnaround_hours
    LegalRequest.objects.filter(pk=request.pk).update(
        state=RequestState.SERVED,
        served_at=served,
        served_by=act.actor,
        served_how=how,
        due_at=None if hours is None else served + timedelta(hours=hours),
    )
    request.refresh_from_db()
    _tell(
        act, request, f"Request {request.number} served {_SAID[Served(how)]}.", how=how, at=utc_text(served)
    )
    return request


@action(Permission.REQUEST_ANSWER, Action.REQUEST_CLOSE)
def close_request(act: Act, *, request: LegalRequest, words: str = "") -> LegalRequest:
    """Nothing more comes of it. What has no verdict can be asked again."""
    request = held(request)
    if not request.out:
        raise Refused(_("Only a request that was served is closed: %(state)s.") % _state(request))
    if request.awaited and not words.strip():
        raise Refused(_("The carrier has not answered: say why the request is closed."), "words")
    _end(act, request, RequestState.CLOSED, words)
    settled = request.verdicts.filter(current=True).values("observation_id")
    again = request.lines.exclude(observation__in=settled).update(live=False)
    _tell(act, request, f"Request {request.number} closed.", words=words, without_verdict=again)
    return request


def _add(
    act: Act, request: LegalRequest, carrier: Carrier, observations: Iterable[Observation]
) -> list[RequestLine]:
    """New lines for what may be asked of this carrier by this actor; who asks first, asks."""
    wanted = [one.pk for one in observations]
    free = choosing.askable(act.actor, kind=request.kind).filter(pk__in=wanted, carrier=carrier.id)
    lines = make_lines(list(free.order_by("referral_id", "index")), carrier, request, act.actor)
    if request.lines.count() + len(lines) > choosing.MOST:
        raise Refused(
            _("A request holds %(most)s lines at most, so that somebody can still read it: draft another.")
            % {"most": choosing.MOST}
        )
    try:
        with transaction.atomic():
            RequestLine.objects.bulk_create(lines)
    except IntegrityError:
        raise Refused(_("Somebody has just asked about the same observations: look again.")) from None
    return lines


def _changed(
    act: Act, request: LegalRequest, sentence: str, lines: list[RequestLine], leads: set[UUID] | None = None
) -> None:
    void = request.state == RequestState.APPROVED
    LegalRequest.objects.filter(pk=request.pk).update(
        state=RequestState.DRAFTED,
        approved_at=None,
        approved_by=None,
        approved_digest="",
        changed_by=act.actor,
    )
    request.refresh_from_db()
    ending = "; its approval is void." if void else "."
    _tell(act, request, sentence + ending, leads, lines=[line.line_id for line in lines], void=void)


def _sound(lines: list[RequestLine], request: LegalRequest) -> str:
    """The digest of the lines, once each was held against its referral."""
    keys.warm([line.subject_id for line in lines])
    try:
        compare(lines)
    except Differs as fault:
        raise Refused(str(fault)) from fault
    return digest(request, lines)


def _end(act: Act, request: LegalRequest, state: RequestState, words: str, reason: str = "") -> None:
    request.state, request.ended_at, request.ended_by = state, act.at, act.actor
    request.ended_reason, request.words = reason, words.strip() or None
    request.save(update_fields=["state", "ended_at", "ended_by", "ended_reason", "words"])


def _tell(
    act: Act, request: LegalRequest, sentence: str, leads: set[UUID] | None = None, **payload: Any
) -> None:
    """The entry, about the request and the leads that it serves; sealed under the request."""
    about = sorted((leads or set()) | leads_of(request))
    act.about(request.id, *about).under(request.subject_id).say(sentence, **payload)


def leads_of(request: LegalRequest) -> set[UUID]:
    """Ids of the leads that a request serves: the ledger's entries are about them too."""
    return set(
        Referral.objects.filter(observations__request_lines__request=request, lead__isnull=False)
        .values_list("lead_id", flat=True)
        .distinct()
        .order_by()
    )


def held(request: LegalRequest) -> LegalRequest:
    """The request read anew, and the actor's until the act is over: others wait for it."""
    return LegalRequest.objects.select_for_update(no_key=True).get(pk=request.pk)


def _changeable(request: LegalRequest) -> None:
    if not request.changeable:
        raise Refused(_("Nothing in this request changes any more: %(state)s.") % _state(request))


def _carrier(carrier_id: str) -> Carrier:
    found = carrier_of(carrier_id)
    if found is None:
        raise Refused(_("The pack has no such carrier."), "carrier")
    return found


def _state(request: LegalRequest) -> dict[str, object]:
    """How it stands, and who made it so where that was not its drafting: they were faster."""
    who = request.ended_by or request.served_by or request.approved_by
    if who is None:
        return {"state": _("this one is %(state)s") % {"state": request.get_state_display()}}
    names = {"who": who.display_name, "state": request.get_state_display()}
    return {"state": _("this one is %(state)s (%(who)s was the last to act on it)") % names}


def _counted(lines: list[RequestLine]) -> str:
    asked = sum(not line.left_out for line in lines)
    return "1 line" if asked == 1 else f"{asked} lines"
