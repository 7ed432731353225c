"""A request from draft to closing: who may do what, and what an approval covers."""

from datetime import timedelta

import pytest

from faru.desk import clock
from faru.desk.journal.acting import Denied, Refused
from faru.desk.journal.models import Entry
from faru.desk.journal.queries import timeline
from faru.desk.referrals.models import Interrupt, Observation
from faru.desk.requests import actions, choosing, queries
from faru.desk.requests.lines import digest
from faru.desk.requests.models import LegalRequest, RequestLine
from faru.dossier.binding import parse_utc


def test_one_request_takes_all_leads_whose_records_are_going(walk) -> None:
    viewer = walk.people["investigator"]
    within = timedelta(days=14)
    going = [
        one
        for one in ("atoll", "lagoon", "monsoon")
        if choosing.about_to_die(viewer, one, within).values("referral__lead").distinct().count() > 1
    ]
    assert going
    dying = list(choosing.about_to_die(viewer, going[0], within))
    request = actions.draft_dying(actor=viewer, carrier=going[0], within=within)
    assert request.number.startswith("R-2026-")
    assert {line.observation_id for line in request.lines.all()} == {one.pk for one in dying}
    assert not choosing.about_to_die(viewer, going[0], within).exists()
    with pytest.raises(Refused, match="nothing to ask"):
        actions.draft_dying(actor=viewer, carrier=going[0], within=within)
    assert LegalRequest.objects.count() == 1


def test_a_lead_asks_every_carrier_about_its_own_alone(walk) -> None:
    lead = walk.desk.story("eleven_subscribers")
    carrier = Observation.objects.filter(referral__lead=lead, at__isnull=False).exclude(carrier="")[0].carrier
    request = actions.draft_for_lead(actor=walk.people["duty"], lead=lead, carrier=carrier)
    assert {line.observation.referral.lead_id for line in request.lines.all()} == {lead.pk}
    entry = Entry.objects.filter(tag="request.draft").get()
    assert set(entry.objects_of.values_list("thing", flat=True)) == {request.id, lead.id}


def test_a_childs_own_observation_is_never_a_line(walk, childs_own) -> None:
    actor, lead = walk.people["duty"], childs_own.referral.lead
    assert childs_own.carrier == "lagoon"
    request = actions.draft_for_lead(actor=actor, lead=lead, carrier="lagoon")
    assert childs_own.pk not in set(request.lines.values_list("observation_id", flat=True))
    assert choosing.kept_back([lead.pk]) == 1
    with pytest.raises(Refused):
        actions.add_lines(actor=actor, request=request, observations=[childs_own])


def test_nobody_approves_what_they_drafted_or_changed(walk) -> None:
    supervisor = walk.people["supervisor"]
    found = list(choosing.askable(supervisor).filter(carrier="lagoon"))
    own = actions.draft_request(actor=supervisor, carrier="lagoon", observations=found[:2])
    with pytest.raises(Refused, match="second person"):
        actions.approve_request(actor=supervisor, request=own, seen=digest(own, own.lines.all()))
    actions.withdraw_request(actor=supervisor, request=own)
    other = actions.draft_request(actor=walk.people["investigator"], carrier="lagoon", observations=found[:2])
    actions.remove_line(actor=supervisor, request=other, line_id=other.lines.all()[0].line_id)
    with pytest.raises(Refused, match="second person"):
        actions.approve_request(actor=supervisor, request=other, seen=digest(other, other.lines.all()))
    approved = actions.approve_request(
        actor=walk.people["commander"], request=other, seen=digest(other, other.lines.all())
    )
    assert (approved.state, approved.approved_by) == ("approved", walk.people["commander"])
    assert Entry.objects.order_by("-id")[0].tag == "request.approve"


def test_an_investigator_may_not_approve_at_all(walk) -> None:
    request = walk.drafted()
    with pytest.raises(Denied):
        actions.approve_request(
            actor=walk.people["second"], request=request, seen=digest(request, request.lines.all())
        )
    assert LegalRequest.objects.get().state == "drafted"
    assert Entry.objects.order_by("-id")[0].tag == "act.deny"


def test_lines_that_change_after_approval_make_it_void(walk) -> None:
    request = walk.approved(walk.drafted())
    gone = request.lines.all()[0]
    changed = actions.remove_line(actor=walk.people["investigator"], request=request, line_id=gone.line_id)
    assert (changed.state, changed.approved_by, changed.approved_digest) == ("drafted", None, "")
    with pytest.raises(Refused, match="approved"):
        actions.serve_request(actor=walk.people["investigator"], request=request, how="email")
    back = actions.add_lines(
        actor=walk.people["investigator"], request=request, observations=[gone.observation]
    )
    assert back.lines.filter(observation=gone.observation).exists()


def test_an_approval_given_to_an_older_page_is_refused(walk) -> None:
    request = walk.drafted()
    seen = digest(request, request.lines.all())
    actions.remove_line(
        actor=walk.people["investigator"],
        request=request,
        line_id=request.lines.filter(left_out="")[0].line_id,
    )
    with pytest.raises(Refused, match="changed after you opened"):
        actions.approve_request(actor=walk.people["supervisor"], request=request, seen=seen)


def test_a_line_altered_in_the_database_is_not_served(walk) -> None:
    request = walk.approved(walk.drafted())
    line = request.lines.select_related("observation__referral")[0]
    altered = line.asked
    altered["observation"]["address"] = "192.0.2.254"
    line.asked = altered
    line.save()
    with pytest.raises(Refused, match="not the one reported"):
        actions.serve_request(actor=walk.people["investigator"], request=request, how="email")
    assert LegalRequest.objects.get().state == "approved"


def test_the_second_of_two_approvals_comes_too_late(walk) -> None:
    request = walk.drafted()
    walk.approved(request)
    with pytest.raises(Refused, match="Only a draft"):
        actions.approve_request(
            actor=walk.people["commander"], request=request, seen=digest(request, request.lines.all())
        )
    assert LegalRequest.objects.get().approved_by == walk.people["supervisor"]


def test_serving_starts_the_carriers_clock(walk) -> None:
    request = walk.approved(walk.drafted())
    before = clock.now() - timedelta(days=1)
    with pytest.raises(Refused, match="between its approval and now"):
        actions.serve_request(actor=walk.people["investigator"], request=request, how="hand", at=before)
    served = actions.serve_request(actor=walk.people["investigator"], request=request, how="hand")
    assert served.due_at - served.served_at == timedelta(hours=48)
    assert served.served_how == "hand"


def test_what_was_refused_can_be_asked_again(walk) -> None:
    request = walk.drafted()
    asked = set(request.lines.values_list("observation_id", flat=True))
    with pytest.raises(Refused, match="Choose a reason"):
        actions.refuse_request(actor=walk.people["supervisor"], request=request, reason="whim")
    actions.refuse_request(
        actor=walk.people["supervisor"], request=request, reason="too_wide", words="Half of it will do."
    )
    again = walk.drafted()
    assert set(again.lines.values_list("observation_id", flat=True)) == asked
    assert LegalRequest.objects.get(pk=request.pk).words == "Half of it will do."


def test_a_request_without_an_answer_closes_with_words_alone(walk) -> None:
    request = walk.served()
    with pytest.raises(Refused, match="say why"):
        actions.close_request(actor=walk.people["investigator"], request=request)
    actions.close_request(actor=walk.people["investigator"], request=request, words="They keep nothing.")
    assert not RequestLine.objects.filter(live=True).exists()


def test_a_fault_in_the_middle_of_drafting_leaves_nothing(walk, monkeypatch) -> None:
    monkeypatch.setattr(RequestLine.objects, "bulk_create", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        walk.drafted()
    assert not LegalRequest.objects.exists()
    monkeypatch.undo()
    assert walk.drafted().number == "R-2026-0001"


def test_a_conflict_of_interest_hides_the_request_whole(walk) -> None:
    request = walk.drafted()
    second = walk.people["second"]
    assert LegalRequest.objects.visible_to(second).exists()
    lead = request.lines.all()[0].observation.referral.lead
    lead.interrupts.all().delete()
    raised = Interrupt.objects.filter(cleared_at=None)[0]
    Interrupt.objects.filter(pk=raised.pk).update(lead=lead, concerns=second)
    assert not LegalRequest.objects.visible_to(second).exists()
    assert LegalRequest.objects.visible_to(walk.people["supervisor"]).exists()


def test_two_people_who_ask_at_once_make_one_request(walk, monkeypatch) -> None:
    """The second one's look was taken before the first one's lines were there."""
    first = walk.drafted()
    stale = Observation.objects.filter(carrier="lagoon", of_child=False).select_related("referral__lead")
    monkeypatch.setattr(choosing, "askable", lambda viewer, kind="disclosure": stale)
    with pytest.raises(Refused, match="just asked"):
        walk.drafted()
    assert LegalRequest.objects.get() == first


def test_a_request_stays_readable(walk, monkeypatch) -> None:
    monkeypatch.setattr(choosing, "MOST", 2)
    with pytest.raises(Refused, match="2 lines at most"):
        walk.drafted()
    assert not LegalRequest.objects.exists()


def test_a_time_without_a_zone_is_listed_and_not_asked(walk) -> None:
    request = walk.drafted("lagoon")
    left = request.lines.exclude(left_out="")
    assert left.exists()
    assert all(line.asked["window"] is None for line in left)
    assert all(line.observation.at is None for line in left.select_related("observation"))
    covered = digest(request, request.lines.all())
    left.delete()
    assert digest(request, request.lines.all()) == covered


def test_its_serving_can_stand_in_a_chronology(walk) -> None:
    """A dossier takes times in the form that its binding reads, and leaves out an entry with another."""
    request = walk.served()
    told = next(one for one in timeline([request.id]).rows if one.tag == "request.serve")
    assert parse_utc(told.payload["at"]) == request.served_at


def test_whoever_worked_on_a_draft_is_not_offered_it_for_approval(walk) -> None:
    investigator, supervisor = walk.people["investigator"], walk.people["supervisor"]
    found = list(choosing.askable(investigator).filter(carrier="lagoon").exclude(at=None))
    request = actions.draft_request(actor=investigator, carrier="lagoon", observations=found[:2])
    assert queries.to_approve(supervisor) == [request]
    assert queries.to_approve(investigator) == []
    actions.add_lines(actor=supervisor, request=request, observations=found[2:3])
    taken = request.lines.exclude(by=supervisor)[0]
    actions.remove_line(actor=investigator, request=request, line_id=taken.line_id)
    assert queries.to_approve(supervisor) == []
