"""What two people must agree to is never one person's, whatever that person tries."""

import pytest
from django.test import Client
from tests.desk.access.conftest import Full
from tests.desk.security.valid_calls import at_stage, did
from tests.desk.security.valid_request_calls import approved, request_of

from faru.desk.accounts import actions as accounts
from faru.desk.accounts.models import Holding, User
from faru.desk.cases.models import SignOff
from faru.desk.duty.models import Handover
from faru.desk.journal.models import Entry
from faru.desk.requests import actions as requests
from faru.desk.requests.lines import digest
from faru.desk.requests.models import LegalRequest, RequestState

pytestmark = pytest.mark.django_db


def seen(request: LegalRequest) -> str:
    """What the page of a request asks its approver to agree to."""
    return digest(request, request.lines.all())


def approve(client: Client, request: LegalRequest, of: str) -> int:
    """Approve over the web; the answer's status: 302 where it was done."""
    return client.post(f"/requests/{request.number}/approve/", {"seen": of}).status_code


def test_the_drafter_may_not_approve_even_as_a_supervisor_in_another_session(full: Full) -> None:
    request = request_of(full)
    Holding.objects.create(user=full.people["investigator"], role="supervisor")
    first, second = full.client("investigator"), full.client("investigator")
    assert first.get(f"/requests/{request.number}/").status_code == 200
    assert approve(first, request, seen(request)) == 422
    assert approve(second, request, seen(request)) == 422
    assert request_of(full).state == RequestState.DRAFTED
    assert Entry.objects.filter(tag="act.refuse", actor=full.people["investigator"].id.hex).count() == 2


def test_whoever_changed_a_line_is_no_second_person_any_more(full: Full) -> None:
    request = request_of(full)
    line = request.lines.filter(left_out="")[0]
    requests.remove_line(actor=full.people["supervisor"], request=request, line_id=line.line_id)
    assert approve(full.client("supervisor"), request, seen(request)) == 422
    assert approve(full.client("commander"), request, seen(request)) == 302


def test_a_supervisor_demoted_after_opening_the_page_is_denied(full: Full) -> None:
    request = request_of(full)
    session = full.client("supervisor")
    page = session.get(f"/requests/{request.number}/")
    assert seen(request) in page.content.decode()
    accounts.change_roles(
        actor=full.people["administrator"], user_id=full.people["supervisor"].pk, roles=["investigator"]
    )
    assert approve(session, request, seen(request)) == 403
    assert request_of(full).state == RequestState.DRAFTED
    assert Entry.objects.order_by("-id")[0].tag == "act.deny"


def test_a_leaver_is_out_before_the_approval(full: Full) -> None:
    request = request_of(full)
    session = full.client("supervisor")
    assert session.get(f"/requests/{request.number}/").status_code == 200
    accounts.disable_user(actor=full.people["administrator"], user_id=full.people["supervisor"].pk)
    answer = session.post(f"/requests/{request.number}/approve/", {"seen": seen(request)})
    assert (answer.status_code, answer["Location"]) == (302, "/demo/")
    assert request_of(full).state == RequestState.DRAFTED


def test_lines_that_change_under_the_page_make_the_approval_void(full: Full) -> None:
    request = request_of(full)
    old = seen(request)
    line = request.lines.filter(left_out="")[0]
    requests.remove_line(actor=full.people["investigator"], request=request, line_id=line.line_id)
    assert approve(full.client("supervisor"), request, old) == 422
    assert request_of(full).state == RequestState.DRAFTED


def test_lines_that_change_after_the_approval_are_not_served(full: Full) -> None:
    request = approved(full)
    line = request.lines.filter(left_out="")[0]
    requests.remove_line(actor=full.people["investigator"], request=request, line_id=line.line_id)
    client = full.client("investigator")
    assert client.post(f"/requests/{request.number}/serve/", {"how": "email"}).status_code == 422
    assert request_of(full).state == RequestState.DRAFTED


def test_a_line_written_past_the_desk_after_the_approval_is_not_served(full: Full) -> None:
    request = approved(full)
    line = request.lines.filter(left_out="")[0]
    line.asked = line.asked | {"window": ["2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"]}
    line.save()
    client = full.client("investigator")
    assert client.post(f"/requests/{request.number}/serve/", {"how": "email"}).status_code == 422
    assert request_of(full).state == RequestState.APPROVED


def test_who_did_a_step_does_not_sign_it_in_any_role(full: Full) -> None:
    case = at_stage(full, "triage")
    Holding.objects.create(user=full.people["duty"], role="supervisor")
    done = did(full, case, "duty", "priority_set", reason="it is first in the queue")
    for _session in range(2):
        full.client("duty").post(f"/cases/{case.number}/records/{done.pk}/sign/")
    assert not SignOff.objects.filter(done=done).exists()
    assert full.client("supervisor").post(f"/cases/{case.number}/records/{done.pk}/sign/").status_code == 302
    assert SignOff.objects.get(done=done).by == full.people["supervisor"]


def test_a_signer_demoted_meanwhile_signs_nothing(full: Full) -> None:
    case = at_stage(full, "triage")
    done = did(full, case, "duty", "priority_set", reason="it is first in the queue")
    session = full.client("supervisor")
    assert session.get(f"/cases/{case.number}/").status_code == 200
    accounts.change_roles(
        actor=full.people["administrator"], user_id=full.people["supervisor"].pk, roles=["intake"]
    )
    assert session.post(f"/cases/{case.number}/records/{done.pk}/sign/").status_code in (403, 404)
    assert not SignOff.objects.filter(done=done).exists()


def test_nobody_accepts_their_own_handover(full: Full) -> None:
    handover = Handover.objects.get(pk=full.words["handover"])
    for _session in range(2):
        full.client("duty").post("/handover/accept/", {"handover": handover.pk})
    handover.refresh_from_db()
    assert handover.accepted_at is None


def test_nobody_gives_themselves_a_role(full: Full) -> None:
    own = full.people["administrator"]
    full.client("administrator").post(f"/administration/users/{own.pk}/", {"roles": ["supervisor"]})
    assert User.objects.get(pk=own.pk).roles == ("administrator",)
