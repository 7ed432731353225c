"""One delivered file answers several requests: it is kept once, read once, and cited by each."""

import pytest

from faru.desk import unit
from faru.desk.journal.acting import Refused
from faru.desk.journal.models import Entry, EntryObject
from faru.desk.referrals.models import Observation
from faru.desk.requests import actions, answering, choosing, reading, resolving
from faru.desk.requests.codec import decode_verdict
from faru.desk.requests.lines import digest
from faru.desk.requests.models import Answer, LegalRequest, RequestState, VerdictRow
from faru.desk.requests.sharing import answers_too
from faru.desk.vault import files


@pytest.fixture
def two(walk) -> tuple[LegalRequest, LegalRequest]:
    """Two served requests to one carrier, each about half of what can be asked of it."""
    investigator, supervisor = walk.people["investigator"], walk.people["supervisor"]
    found = list(choosing.askable(investigator).filter(carrier="lagoon").order_by("id"))
    made = []
    for half in (found[::2], found[1::2]):
        draft = actions.draft_request(actor=investigator, carrier="lagoon", observations=half)
        seen = digest(draft, draft.lines.all())
        actions.approve_request(actor=supervisor, request=draft, seen=seen)
        made.append(actions.serve_request(actor=investigator, request=draft, how="email"))
    return made[0], made[1]


def test_the_second_answer_shares_bytes_rows_and_coverage_with_the_first(walk, two) -> None:
    one, other = two
    investigator = walk.people["investigator"]
    walk.answered(one)
    for answer in one.answers.all():
        answers_too(investigator, answer, other)
    records, coverage = other.answers.all()
    first = one.answers.get(part="records")
    assert (records.same_as, records.store, records.sha256) == (first, first.store, first.sha256)
    assert (records.rows, records.rejected) == (first.rows, first.rejected)
    assert coverage.same_as == one.answers.get(part="coverage")
    assert list(other.coverage.values_list("addresses", "start", "end")) == list(
        one.coverage.values_list("addresses", "start", "end")
    )
    assert LegalRequest.objects.get(pk=other.pk).state == RequestState.ANSWERED
    assert not files.path_of(unit.current().raw, records.id).exists()
    assert answering.rejected_rows(records) == answering.rejected_rows(first)


def test_both_are_held_against_the_same_rows_as_if_each_had_its_own(walk, two) -> None:
    one, other = two
    investigator = walk.people["investigator"]
    walk.answered(one)
    for answer in one.answers.all():
        answers_too(investigator, answer, other)
    count = resolving.resolve_requests(investigator, [one, other])
    together = {row.observation_id: decode_verdict(row.body) for row in VerdictRow.objects.all()}
    assert count == len(together) == one.lines.count() + other.lines.count()
    for request in two:
        resolving.resolve_request(investigator, request)
    apart = {row.observation_id: decode_verdict(row.body) for row in VerdictRow.objects.filter(current=True)}
    assert apart == together


def test_the_ledger_says_that_one_file_answers_both(walk, two) -> None:
    one, other = two
    walk.answered(one)
    first = one.answers.get(part="records")
    shared = answers_too(walk.people["investigator"], first, other)
    entry = Entry.objects.get(tag="records.import", objects_of__thing=shared.id)
    things = set(EntryObject.objects.filter(entry=entry).values_list("thing", flat=True))
    leads = set(
        Observation.objects.filter(request_lines__request=other).values_list("referral__lead_id", flat=True)
    )
    assert things == {shared.id, first.id, other.id, *leads}


def test_what_is_not_taken_over_or_not_theirs_is_not_shared(walk, two) -> None:
    one, other = two
    investigator = walk.people["investigator"]
    answer = walk.receive(one, walk.desk.world.records["lagoon"])
    with pytest.raises(Refused, match="Take the file over for its own request first"):
        answers_too(investigator, answer, other)
    reading.take_over(investigator, answer, lambda done, total: None)
    with pytest.raises(Refused, match="another carrier's"):
        answers_too(investigator, answer, walk.served("atoll"))
    with pytest.raises(Refused, match="stands under the request already"):
        answers_too(investigator, answer, one)
    answers_too(investigator, answer, other)
    with pytest.raises(Refused, match="stands under the request already"):
        answers_too(investigator, answer, other)
    assert Answer.objects.filter(request=other).count() == 1


def test_line_ids_are_counted_for_each_request(walk, two) -> None:
    one, other = two
    ids = [line.line_id for request in two for line in request.lines.all()]
    row = "2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,192.0.2.1,,,S-1"
    lines = ["start,end,address,port_from,port_to,subscriber,line_id", *(f"{row},{name}" for name in ids)]
    answer = walk.receive_bytes(one, ("\n".join(lines) + "\n").encode())
    reading.take_over(walk.people["investigator"], answer, lambda done, total: None)
    shared = answers_too(walk.people["investigator"], answer, other)
    assert shared.report["answered"] == other.lines.count()
    assert shared.report["strange"] == one.lines.count()
