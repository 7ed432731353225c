"""Requests, cases, handovers and accounts in the same moment: one effect, and nobody is their own second."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.desk.access.conftest import Full
from tests.desk.security.valid_calls import did
from tests.desk.together.meeting import DENIED, DONE, Told, at_once, calls, one_wins

from faru.desk import clock
from faru.desk.accounts import actions as accounts
from faru.desk.accounts.models import User
from faru.desk.cases import actions as cases
from faru.desk.cases import dossiers, papers, state, steps
from faru.desk.cases import people as persons
from faru.desk.cases.contents import Upload
from faru.desk.cases.models import Case, Moved
from faru.desk.duty import actions as duty
from faru.desk.duty.models import Handover, Promise
from faru.desk.journal.models import Entry
from faru.desk.referrals import actions as leads
from faru.desk.referrals.models import Lead, Observation
from faru.desk.requests import actions as requests
from faru.desk.requests import answering, resolving
from faru.desk.requests.lines import digest
from faru.desk.requests.models import Answer, LegalRequest, RequestState
from faru.desk.work.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

Free = Callable[[], Lead]
RECORDS = (
    b"start,end,address,port_from,port_to,subscriber\n"
    b"2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,192.0.2.1,,,S-1\n"
)


@pytest.fixture
def drafted(full: Full) -> LegalRequest:
    """The only draft there is, with at least two lines; made anew where the last test ended it."""
    live = LegalRequest.objects.filter(state=RequestState.DRAFTED).first()
    return live if live is not None else _drafted_anew(full)


def _drafted_anew(full: Full) -> LegalRequest:
    author = full.people["investigator"]
    free = requests.choosing.askable(author)
    carrier = free.exclude(carrier="").values_list("carrier", flat=True)[0]
    rows = list(free.filter(carrier=carrier)[:20])
    return requests.draft_request(actor=author, carrier=carrier, observations=rows)


def covered(request: LegalRequest) -> str:
    return digest(request, request.lines.all())


def ended(full: Full, request: LegalRequest) -> None:
    """What it asked about can be asked again by the next test."""
    requests.withdraw_request(actor=full.people["investigator"], request=request)


# Requests.


def test_of_two_who_ask_about_the_same_one_has_asked(full: Full, drafted: LegalRequest) -> None:
    rows = list(Observation.objects.filter(request_lines__request=drafted, request_lines__left_out=""))
    ended(full, drafted)
    both = [full.people["investigator"], full.people["second"]]
    told = Told()
    one_wins(at_once(*calls(both, requests.draft_request, carrier=drafted.carrier, observations=rows)))
    assert told.tags() == {"request.draft": 1, "act.refuse": 1}


def test_of_two_who_approve_one_has_approved_and_the_drafter_never(full: Full, drafted: LegalRequest) -> None:
    three = [full.people[who] for who in ("supervisor", "commander", "investigator")]
    accounts.change_roles(
        actor=full.people["administrator"],
        user_id=full.people["investigator"].pk,
        roles=["investigator", "supervisor"],
    )
    drafter = User.objects.get(pk=drafted.drafted_by_id)
    three[2] = drafter if drafter.may("request.approve") else User.objects.get(pk=three[2].pk)
    told = Told()
    won = one_wins(at_once(*calls(three, requests.approve_request, request=drafted, seen=covered(drafted))))
    drafted.refresh_from_db()
    assert drafted.approved_by == three[won] != drafter
    assert told.tags()["request.approve"] == 1
    ended(full, drafted)


def test_an_approval_and_a_change_never_both_stand(full: Full, drafted: LegalRequest) -> None:
    line = drafted.lines.filter(left_out="")[0]
    author = User.objects.get(pk=drafted.drafted_by_id)
    told = at_once(
        lambda: requests.approve_request(
            actor=full.people["commander"], request=drafted, seen=covered(drafted)
        ),
        lambda: requests.remove_line(actor=author, request=drafted, line_id=line.line_id),
    )
    assert told[1] == DONE
    drafted.refresh_from_db()
    assert (drafted.state, drafted.approved_digest, drafted.approved_by) == (RequestState.DRAFTED, "", None)
    ended(full, drafted)


def test_a_request_is_served_once_and_not_after_a_withdrawal(full: Full, drafted: LegalRequest) -> None:
    requests.approve_request(actor=full.people["commander"], request=drafted, seen=covered(drafted))
    both = [full.people["investigator"], full.people["second"]]
    serves = calls(both, requests.serve_request, request=drafted, how="email")
    won = one_wins(
        at_once(
            *serves, lambda: requests.withdraw_request(actor=full.people["investigator"], request=drafted)
        ),
        named=[*both, full.people["investigator"]],
    )
    drafted.refresh_from_db()
    assert drafted.state == (RequestState.WITHDRAWN if won == 2 else RequestState.SERVED)
    assert drafted.served_by == (None if won == 2 else both[won])


def test_an_answer_is_received_ordered_and_its_request_closed_once(full: Full) -> None:
    request = LegalRequest.objects.get(number=full.words["answered"])
    both = [full.people["investigator"], full.people["second"]]
    given = {"request": request, "name": "more.csv", "data": RECORDS, "part": "records"}
    one_wins(at_once(*calls(both, answering.receive_answer, **given)))
    answer = Answer.objects.filter(request=request).latest("position")
    Answer.objects.filter(pk=answer.pk).update(state="tried")
    one_wins(at_once(*calls(both, answering.order_import, answer=answer)))
    assert Job.objects.filter(kind=answering.IMPORT, thing=answer.pk).count() == 1
    one_wins(at_once(*calls(both, resolving.order_verdicts, request=request)))
    assert Job.objects.filter(kind=resolving.RESOLVE, thing=request.pk).count() == 1
    won = one_wins(
        at_once(*calls(both, requests.close_request, request=request, words="Nothing more comes.")),
        named=both,
    )
    request.refresh_from_db()
    assert request.ended_by == both[won]


def test_the_second_approval_page_shows_how_it_stands_now(full: Full, drafted: LegalRequest) -> None:
    seen, address = covered(drafted), f"/requests/{drafted.number}/approve/"
    one, other = full.client("commander"), full.client("supervisor")
    assert one.post(address, {"seen": seen}).status_code == 302
    page = other.post(address, {"seen": seen})
    assert page.status_code == 422
    said = page.content.decode()
    assert full.people["commander"].display_name in said
    assert "this one is approved" in said
    drafted.refresh_from_db()
    ended(full, drafted)


# Cases.


def fresh_case(full: Full, lead: Lead) -> Case:
    """A case in which the first step is done by the duty officer."""
    owner, senior = full.people["investigator"], full.people["supervisor"]
    leads.claim_lead(actor=owner, lead=lead)
    case = cases.open_case(actor=owner, lead=lead)
    cases.add_member(actor=senior, case=case, user=full.people["duty"], as_role="triage")
    return case


def test_a_case_moves_once(full: Full, free: Free) -> None:
    case = fresh_case(full, free())
    did(full, case, "duty", "register", sender="x", received="y")
    did(full, case, "duty", "dedupe_and_deconflict", compared_with="everything here")
    both = [full.people["supervisor"], full.people["supervisor"]]
    told = Told()
    one_wins(at_once(*calls(both, cases.move_case, case=case, to="triage")), named=both)
    assert Moved.objects.filter(case=case).count() == 1
    assert told.tags() == {"case.advance": 1, "act.refuse": 1}
    case.refresh_from_db()
    assert case.stage == "triage"


def test_a_record_is_signed_once_and_never_by_its_author(full: Full, free: Free) -> None:
    case = fresh_case(full, free())
    did(full, case, "duty", "register", sender="x", received="y")
    did(full, case, "duty", "dedupe_and_deconflict", compared_with="everything here")
    cases.move_case(actor=full.people["supervisor"], case=case, to="triage")
    did(full, case, "duty", "victim_risk", children="not identified yet", risk="high")
    done = did(full, case, "duty", "priority_set", reason="it is first in the queue")
    signers = [full.people["supervisor"], full.people["supervisor"]]
    author = full.people["duty"]
    accounts.change_roles(
        actor=full.people["administrator"], user_id=author.pk, roles=["intake", "triage", "supervisor"]
    )
    told = at_once(
        *calls(signers, steps.sign_step, done=done),
        lambda: steps.sign_step(actor=User.objects.get(pk=author.pk), done=done),
    )
    assert told[2].startswith("Nobody signs their own work")
    one_wins(told[:2], named=signers)
    assert done.signoff.by == full.people["supervisor"]


def test_a_case_closes_once_and_nothing_is_added_after_it(full: Full, free: Free, monkeypatch: Any) -> None:
    case = fresh_case(full, free())

    class Finished:
        closed = True

    monkeypatch.setattr(state, "state_of", lambda _case, _at: Finished())  # the policy has nothing against it
    both = [full.people["supervisor"], full.people["supervisor"]]
    told = at_once(
        *calls(both, cases.close_case, case=case),
        lambda: papers.add_note(actor=full.people["investigator"], case=case, text="A last word."),
    )
    one_wins(told[:2], named=both)
    case.refresh_from_db()
    assert case.notes.count() == (told[2] == DONE)
    assert all(note.at <= case.closed_at for note in case.notes.all())


def test_what_is_numbered_in_a_case_is_numbered_once(full: Full) -> None:
    case = Case.objects.get(number=full.words["case"])
    who = full.people["investigator"]
    before = case.documents.count()
    told = at_once(
        *(
            lambda text=text: papers.add_document(actor=who, case=case, upload=Upload("b.txt", text))
            for text in (b"One.\n", b"Two.\n")
        ),
        *(
            lambda name=name: persons.add_person(actor=who, case=case, kind="witness", details={"name": name})
            for name in ("An Invented Name", "Another Invented Name")
        ),
    )
    assert told == [DONE] * 4
    assert list(case.documents.values_list("number", flat=True)) == list(range(1, before + 3))
    assert set(case.people.filter(kind="witness").values_list("label", flat=True)) == {
        "Witness 1",
        "Witness 2",
    }


def test_one_dossier_is_asked_for(full: Full) -> None:
    case = Case.objects.get(number=full.words["case"])
    who = full.people["investigator"]
    one_wins(at_once(*calls([who, who, who], dossiers.build_dossier, case=case)))
    assert Job.objects.filter(kind=dossiers.KIND, thing=case.pk).count() == 1


# Duty and accounts.


def test_a_handover_is_accepted_once(full: Full) -> None:
    handover = Handover.objects.get(pk=full.words["handover"])
    both = [full.people["second"], full.people["supervisor"]]
    won = one_wins(at_once(*calls(both, duty.accept_handover, handover=handover)), named=both)
    handover.refresh_from_db()
    assert handover.incoming == both[won]


def test_one_handover_is_open(full: Full) -> None:
    for open_one in Handover.objects.filter(accepted_at=None, replaced_at=None):
        duty.accept_handover(actor=full.people["supervisor"], handover=open_one)
    both = [full.people["duty"], full.people["investigator"]]
    one_wins(at_once(*calls(both, duty.sign_handover)), named=both)
    assert Handover.objects.filter(accepted_at=None, replaced_at=None).count() == 1


def test_a_promised_call_is_made_once(full: Full) -> None:
    promise = Promise.objects.get(pk=full.words["promise"])
    both = [full.people["duty"], full.people["second"]]
    won = one_wins(at_once(*calls(both, duty.keep_promise, promise=promise)), named=both)
    promise.refresh_from_db()
    assert promise.kept_by == both[won]


def test_a_user_name_is_given_once(full: Full) -> None:
    admin = full.people["administrator"]
    given = {"username": "newcomer", "display_name": "New Comer", "roles": ["triage"]}
    one_wins(at_once(*calls([admin, admin, admin], accounts.add_user, **given)))
    assert User.objects.filter(username="newcomer").count() == 1


def test_who_is_sent_away_acted_before_it_or_not_at_all(full: Full, free: Free) -> None:
    admin = full.people["administrator"]
    for number in range(4):
        leaver, _password = accounts.add_user(
            actor=admin, username=f"leaver{number}", display_name="Lee Ver", roles=["investigator"]
        )
        leaver = User.objects.get(pk=leaver.pk)
        assert leaver.may("lead.claim")  # as the page that they opened a moment ago has it
        lead = free()
        told = at_once(
            lambda leaver=leaver, lead=lead: leads.claim_lead(actor=leaver, lead=lead),
            lambda leaver=leaver: accounts.disable_user(actor=admin, user_id=leaver.pk),
            lambda leaver=leaver: accounts.disable_user(actor=admin, user_id=leaver.pk),
        )
        one_wins(told[1:])
        assert told[0] in (DONE, DENIED)
        lead.refresh_from_db()
        assert (lead.owner == leaver) == (told[0] == DONE)
        away = Entry.objects.get(tag="user.disable", objects_of__thing=leaver.pk)
        claimed = Entry.objects.filter(tag="lead.claim", actor=leaver.pk.hex).first()
        assert (claimed is not None) == (told[0] == DONE)
        assert claimed is None or claimed.at <= away.at
        with pytest.raises(accounts.Refused):
            accounts.disable_user(actor=admin, user_id=leaver.pk)
    assert clock.now() > away.at
