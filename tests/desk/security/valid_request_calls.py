"""Valid calls of the actions on requests and their answers; see `valid_calls`."""

import io
from datetime import timedelta

from tests.desk.access.conftest import Full
from tests.desk.security.valid_calls import Call, of, silent

from faru.desk import clock
from faru.desk.referrals.models import (
    Observation,
)
from faru.desk.requests import actions as requests
from faru.desk.requests import answering, delivering
from faru.desk.requests import reading as answers
from faru.desk.requests.codec import decode_verdict
from faru.desk.requests.lines import digest
from faru.desk.requests.models import Answer, LegalRequest
from faru.desk.requests.trial import Trial
from faru.desk.work.models import Job, JobState

# Requests and their answers.


def request_of(full: Full) -> LegalRequest:
    """A draft of the investigator's."""
    return LegalRequest.objects.get(number=full.words["request"])


def approved(full: Full) -> LegalRequest:
    """The same, approved by the supervisor."""
    request = request_of(full)
    seen = digest(request, request.lines.all())
    return requests.approve_request(actor=full.people["supervisor"], request=request, seen=seen)


def answered(full: Full) -> LegalRequest:
    """A request with an answer."""
    return LegalRequest.objects.get(number=full.words["answered"])


def asked_again(full: Full) -> tuple[LegalRequest, Observation]:
    """The draft without one of its lines, and what that line asked about."""
    request = request_of(full)
    line = request.lines.filter(left_out="").order_by("line_id")[0]
    requests.remove_line(actor=full.people["investigator"], request=request, line_id=line.line_id)
    return request, line.observation


def delivered(full: Full, data: bytes = b"start,end,address,port_from,port_to,subscriber\n") -> Answer:
    """A file of an answer, received and not read."""
    return answering.receive_answer(
        actor=full.people["investigator"], request=answered(full), name="more.csv", data=data, part="records"
    )


RECORDS = (
    b"start,end,address,port_from,port_to,subscriber\n"
    b"2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,192.0.2.1,,,S-1\n"
)
"""One row of a carrier's answer."""


def tried(full: Full) -> Answer:
    """A file of an answer, read on trial and not broken."""
    answer = delivered(full, RECORDS)
    answers.try_answer(full.people["investigator"], answer, silent)
    Job.objects.filter(thing=answer.pk).update(state=JobState.DONE)
    return Answer.objects.get(pk=answer.pk)


@of("requests.actions.draft_request")
def _(full: Full) -> Call:
    request, seen = asked_again(full)
    return Call("investigator", {"carrier": request.carrier, "observations": [seen]})


@of("requests.actions.add_lines")
def _(full: Full) -> Call:
    request, seen = asked_again(full)
    return Call("investigator", {"request": request, "observations": [seen]})


@of("requests.actions.remove_line")
def _(full: Full) -> Call:
    request = request_of(full)
    line = request.lines.filter(left_out="").order_by("line_id")[0]
    return Call("investigator", {"request": request, "line_id": line.line_id})


@of("requests.actions.approve_request")
def _(full: Full) -> Call:
    request = request_of(full)
    return Call("supervisor", {"request": request, "seen": digest(request, request.lines.all())})


@of("requests.actions.refuse_request")
def _(full: Full) -> Call:
    return Call("supervisor", {"request": request_of(full), "reason": "too_wide"})


@of("requests.actions.withdraw_request")
def _(full: Full) -> Call:
    return Call("investigator", {"request": request_of(full)})


@of("requests.actions.serve_request")
def _(full: Full) -> Call:
    return Call("investigator", {"request": approved(full), "how": "email"})


@of("requests.actions.close_request")
def _(full: Full) -> Call:
    return Call("investigator", {"request": answered(full), "words": "Nothing more comes."})


@of("requests.answering.receive_answer")
def _(full: Full) -> Call:
    given = {"request": answered(full), "name": "more.csv", "data": RECORDS, "part": "records"}
    return Call("investigator", given)


@of("requests.answering.note_answer")
def _(full: Full) -> Call:
    file = delivering.delivered("streamed.csv", io.BytesIO(RECORDS))
    return Call("investigator", {"request": answered(full), "file": file, "part": "records"})


@of("requests.answering.note_trial")
def _(full: Full) -> Call:
    trial = Trial(rows=1, rejected=0, overlaps=0)
    return Call("investigator", {"answer": delivered(full), "trial": trial})


@of("requests.answering.note_broken")
def _(full: Full) -> Call:
    return Call("investigator", {"answer": delivered(full), "fault": "It is cut off."})


@of("requests.answering.order_trial")
def _(full: Full) -> Call:
    return Call("investigator", {"answer": tried(full)})


@of("requests.answering.order_import")
def _(full: Full) -> Call:
    return Call("investigator", {"answer": tried(full)})


@of("requests.answering.note_import")
def _(full: Full) -> Call:
    answer = tried(full)
    return Call(
        "investigator",
        {"answer": answer, "tick": silent},
        lambda *, actor, answer, tick: answers.take_over(actor, answer, tick),
    )


@of("requests.answering.note_coverage")
def _(full: Full) -> Call:
    declared = [("192.0.2.0/24", clock.now() - timedelta(days=9), clock.now(), "row 2")]
    return Call("investigator", {"answer": delivered(full), "declared": declared, "rejects": []})


@of("requests.answering.key_coverage")
def _(full: Full) -> Call:
    start, end = clock.now() - timedelta(days=9), clock.now()
    given = {"request": answered(full), "addresses": "192.0.2.0/24", "start": start, "end": end}
    return Call("investigator", given | {"source": "their letter"})


@of("requests.answering.drop_coverage")
def _(full: Full) -> Call:
    return Call("investigator", {"request": answered(full), "row_id": full.words["coverage"]})


@of("requests.resolving.order_verdicts")
def _(full: Full) -> Call:
    return Call("investigator", {"request": answered(full)})


@of("requests.resolving.reach_verdicts")
def _(full: Full) -> Call:
    request = answered(full)
    lines = {line.observation_id: line for line in request.lines.all()}
    reached = [
        (lines[row.observation_id], decode_verdict(row.body)) for row in request.verdicts.filter(current=True)
    ]
    return Call("investigator", {"request": request, "reached": reached[:3]})


@of("requests.sharing.share_answer")
def _(full: Full) -> Call:
    answer = tried(full)
    answers.take_over(full.people["investigator"], answer, silent)
    other = requests.serve_request(actor=full.people["investigator"], request=approved(full), how="email")
    LegalRequest.objects.filter(pk=other.pk).update(carrier=answer.request.carrier)  # both ask the same one
    return Call("investigator", {"answer": answer, "request": other, "trial": None})
