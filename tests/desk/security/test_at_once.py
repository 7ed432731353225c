"""Two people who must agree, and who act in the same moment: threads of their own over a database file."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from faru.desk.duty import actions as duty
from faru.desk.duty.models import Handover
from faru.desk.journal.acting import Denied, Refused
from faru.desk.journal.models import Entry
from faru.desk.requests import actions as requests
from faru.desk.requests import choosing
from faru.desk.requests.lines import digest
from faru.desk.requests.models import LegalRequest, RequestState

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Run these in a thread each, all from the same moment; what became of each, in order of their names."""
    gate, told = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        gate.wait(10)
        try:
            call()
            told.append("done")
        except (Refused, Denied) as fault:
            told.append(type(fault).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return sorted(told)


@pytest.fixture
def drafted(desk: Any) -> LegalRequest:
    """A request that nobody has approved."""
    author = desk.people["investigator"]
    rows = list(choosing.askable(author).filter(carrier="lagoon")[:5])
    return requests.draft_request(actor=author, carrier="lagoon", observations=rows)


def test_of_two_racing_approvals_one_counts(desk: Any, drafted: LegalRequest) -> None:
    covered = digest(drafted, drafted.lines.all())

    def by(who: str) -> Callable[[], Any]:
        return lambda: requests.approve_request(actor=desk.people[who], request=drafted, seen=covered)

    assert at_once(by("supervisor"), by("commander")) == ["Refused", "done"]
    assert Entry.objects.filter(tag="request.approve").count() == 1
    approver = LegalRequest.objects.get(pk=drafted.pk).approved_by
    assert Entry.objects.get(tag="request.approve").actor == approver.id.hex


def test_an_approval_that_races_a_change_never_covers_other_lines(desk: Any, drafted: LegalRequest) -> None:
    covered = digest(drafted, drafted.lines.all())
    line = drafted.lines.filter(left_out="")[0]
    at_once(
        lambda: requests.approve_request(actor=desk.people["supervisor"], request=drafted, seen=covered),
        lambda: requests.remove_line(
            actor=desk.people["investigator"], request=drafted, line_id=line.line_id
        ),
    )
    after = LegalRequest.objects.get(pk=drafted.pk)
    assert (after.state, after.approved_digest, after.approved_by) == (RequestState.DRAFTED, "", None)
    with pytest.raises(Refused):
        requests.serve_request(actor=desk.people["investigator"], request=after, how="email")


def test_of_two_who_accept_a_handover_one_has_it(desk: Any) -> None:
    signed = duty.sign_handover(actor=desk.people["duty"])

    def by(who: str) -> Callable[[], Any]:
        mine = Handover.objects.get(pk=signed.pk)
        return lambda: duty.accept_handover(actor=desk.people[who], handover=mine)

    assert at_once(by("investigator"), by("second")) == ["Refused", "done"]
    assert Entry.objects.filter(tag="handover.accept").count() == 1
