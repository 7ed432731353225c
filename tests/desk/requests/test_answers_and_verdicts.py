"""Answers: raw first, tried, taken over, held against the lines. The same verdicts as the main job's."""

import csv
import io
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.desk.requests.conftest import quiet
from tests.desk.stored import everything_stored

from faru.attribution.store import Delivery, import_records
from faru.attribution.verdicts import Verdict
from faru.desk import clock, unit
from faru.desk.journal.acting import Denied, Refused
from faru.desk.journal.models import Entry, EntryObject
from faru.desk.referrals import outlooks
from faru.desk.referrals.models import Observation, Referral
from faru.desk.referrals.reads import own
from faru.desk.requests import answering, queries, reading, resolving, trial
from faru.desk.requests.clear import laid_open
from faru.desk.requests.codec import decode_verdict, encode_verdict
from faru.desk.requests.lines import carrier_of
from faru.desk.requests.models import Answer, CoverageRow, LegalRequest, VerdictRow
from faru.desk.vault import files
from faru.mainjob import answers as mainjob

HEADER = b"start,end,address,port_from,port_to,subscriber\n"


def left_in_clear() -> list[Path]:
    """Every file below DATA/work: there must be none once a reading has ended."""
    return [path for path in (unit.current().data / "work").rglob("*") if path.is_file()]


def by_the_main_job(walk, carrier: str, tmp_path: Path, name: str) -> dict[str, Verdict]:
    """The main job's verdicts over the same alerts and the same delivered bytes, by observation."""
    world = walk.desk.world
    reads = {one.read.identity: one.read for one in own(Referral.objects.all())}
    looked = {identity: outlooks.of(read, clock.now()) for identity, read in reads.items()}
    delivered = tmp_path / name
    shutil.copy(world.records[carrier], delivered)
    imported = import_records(
        [Delivery(path=delivered, carrier=carrier)], tmp_path / "store.parquet", tmp_path / "rejects.csv"
    )
    answer = mainjob.Answer(carrier_of(carrier), imported, world.coverage[carrier])
    silent = SimpleNamespace(pack=unit.pack(), do=lambda *about, **told: None)
    found = mainjob.resolve_all(silent, reads.values(), looked, {carrier: answer}, quiet)
    return {one.verdict.asked.id: one.verdict for one in found}


def same_source_words(verdict: Verdict) -> Verdict:
    """Without the name of the coverage file, which the desk numbers by its request."""
    return replace(verdict, coverage=tuple(replace(row, source="") for row in verdict.coverage), match=None)


@pytest.mark.parametrize("carrier", ["atoll", "lagoon", "monsoon"])
def test_verdicts_are_those_of_the_main_job(walk, carrier: str, tmp_path: Path) -> None:
    request = walk.resolved(carrier)
    expected = by_the_main_job(walk, carrier, tmp_path, f"{request.number}-1.csv")
    found = {decode_verdict(row.body).asked.id: decode_verdict(row.body) for row in VerdictRow.objects.all()}
    assert found
    assert found.keys() == {line.line_id for line in request.lines.all()}
    for name, verdict in found.items():
        assert same_source_words(verdict) == same_source_words(expected[name]), name
        assert verdict.match is None or verdict.match.prefix == expected[name].match.prefix


def test_an_address_shared_by_eleven_names_all_eleven(walk) -> None:
    number = walk.desk.world.stories["eleven_subscribers"][0]
    seen = Observation.objects.filter(referral__number=number, referral__current=True).exclude(carrier="")[0]
    walk.resolved(seen.carrier, of="eleven_subscribers")
    row = VerdictRow.objects.get(observation=seen)
    assert (row.kind, row.subscribers) == ("port_missing", 11)
    assert len(set(decode_verdict(row.body).subscribers)) == 11


def test_each_verdict_is_an_entry_about_observation_referral_and_lead(walk) -> None:
    request = walk.resolved()
    row = VerdictRow.objects.filter(request=request).select_related("observation__referral")[0]
    seen = row.observation
    entry = Entry.objects.filter(tag="verdict.reach", objects_of__thing=seen.id).get()
    things = set(EntryObject.objects.filter(entry=entry).values_list("thing", flat=True))
    assert things == {seen.id, seen.referral_id, seen.referral.lead_id, request.id}


def test_no_subscriber_lies_in_the_database_in_clear(walk) -> None:
    walk.resolved()
    named = {name for row in VerdictRow.objects.all() for name in decode_verdict(row.body).subscribers}
    assert named
    dump = everything_stored()
    assert VerdictRow.objects.all()[0].pk.hex in dump.replace("-", "")
    assert [name for name in named if name in dump] == []


def test_raw_bytes_are_kept_before_anything_reads_them_and_nothing_stays_in_clear(walk) -> None:
    request = walk.served()
    data = HEADER + b"2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,192.0.2.9,,,LG-1\n"
    answer = walk.receive_bytes(request, data)
    with laid_open(answer) as path:
        assert path.read_bytes() == data
    assert (answer.state, answer.rows, answer.rejected) == ("tried", 1, 0)
    assert left_in_clear() == []
    assert not list(unit.current().records.rglob("*.parquet"))
    on_disk = files.path_of(unit.current().raw, answer.id).read_bytes()
    assert b"LG-1" not in on_disk
    assert [one.tag for one in Entry.objects.order_by("id")][-2:] == ["records.receive", "records.try"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"start,end,address\n2026-03-01T00:00:00Z,,192.0.2.1\n", "column port_from, port_to, subscriber"),
        (b"", "is empty"),
        (b"no table at all", "is missing"),
        (b"PAR1 cut short PAR1", "no whole Parquet file"),
    ],
)
def test_a_broken_answer_gets_a_sentence_and_its_bytes_stay(walk, data: bytes, says: str) -> None:
    request = walk.served()
    answer = walk.receive_bytes(request, data)
    assert answer.state == "broken"
    assert says in answer.report["fault"]
    assert str(unit.current().data) not in answer.report["fault"]
    with laid_open(answer) as path:
        assert path.read_bytes() == data
    assert left_in_clear() == []
    assert LegalRequest.objects.get(pk=request.pk).state == "served"
    with pytest.raises(Refused, match="read on trial"):
        answering.order_import(actor=walk.people["investigator"], answer=answer)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n" + bytes(40), b"PK\x03\x04" + bytes(40), bytes(range(256))]
)
def test_of_what_may_hold_a_medium_only_the_hash_is_kept(walk, data: bytes) -> None:
    request = walk.served()
    answer = walk.receive_bytes(request, data, "answer.csv")
    assert (answer.kept, answer.state) == (False, "broken")
    assert not files.path_of(unit.current().raw, answer.id).exists()


def test_bad_rows_are_set_aside_with_sentences_and_go_back_safely(walk) -> None:
    request = walk.served()
    data = HEADER + (
        b"2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,192.0.2.9,,,LG-1\n"
        b"2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,192.0.2.9,5,,LG-2\n"
        b"yesterday,,192.0.2.9,,,=HYPERLINK(1)\n"
    )
    answer = walk.receive_bytes(request, data)
    found = trial.shown(answer.report)
    assert (found.rows, found.rejected) == (1, 2)
    assert [row for row, _reason in found.rejects] == [2, 3]
    assert "port_from and no port_to" in found.rejects[0][1]
    assert [row["subscriber"] for row in found.sample] == ["LG-1"]
    reading.take_over(walk.people["investigator"], answer, quiet)
    sent_back = answering.rejected_rows(Answer.objects.get(pk=answer.pk)).decode()
    rows = list(csv.reader(io.StringIO(sent_back)))
    assert rows[2][-1] == "'=HYPERLINK(1)"


def test_line_ids_that_are_repeated_are_told_and_strange_ones_too(walk) -> None:
    request = walk.served()
    mine = request.lines.filter(left_out="")[0].line_id
    data = (
        b"start,end,address,port_from,port_to,subscriber,line_id\n"
        + f"2026-03-01T00:00:00Z,,192.0.2.9,,,LG-1,{mine}\n".encode()
        + b"2026-03-01T00:00:00Z,,192.0.2.10,,,LG-2,somebody-else-0\n"
    )
    found = trial.shown(walk.receive_bytes(request, data).report)
    assert (found.echoes, found.answered, found.strange) == (True, 1, 1)


def test_the_same_bytes_are_not_taken_twice(walk) -> None:
    request = walk.served()
    walk.receive_bytes(request, HEADER)
    with pytest.raises(Refused, match="here already"):
        walk.receive_bytes(request, HEADER, "other.csv")
    assert request.answers.count() == 1


def test_coverage_is_keyed_or_read_and_a_wrong_one_is_taken_back(walk) -> None:
    request, actor = walk.served("atoll"), walk.people["investigator"]
    now = clock.now()
    keyed = {"start": now, "end": now, "source": "letter"}
    with pytest.raises(Refused, match="covers nothing"):
        answering.key_coverage(actor=actor, request=request, addresses="203.0.113.0/24", **keyed)
    keyed["end"] = now + timedelta(days=1)
    with pytest.raises(Refused, match="not an address"):
        answering.key_coverage(actor=actor, request=request, addresses="the lot", **keyed)
    row = answering.key_coverage(
        actor=actor, request=request, addresses="203.0.113.0/24", **keyed, record_kind="nat"
    )
    with pytest.raises(Refused, match="already"):
        answering.key_coverage(
            actor=actor, request=request, addresses="203.0.113.0/24", **keyed, record_kind="nat"
        )
    answering.drop_coverage(actor=actor, request=request, row_id=row.pk)
    assert not CoverageRow.objects.exists()
    answer = walk.receive(request, walk.desk.world.coverage["atoll"], "coverage")
    assert (answer.state, answer.rows) == ("imported", 1)
    stated = CoverageRow.objects.get()
    assert (stated.addresses, stated.source) == ("203.0.113.0/24", f"{request.number}-1.csv, row 1")


def test_without_coverage_no_row_never_means_nobody(walk) -> None:
    request, actor = walk.served(), walk.people["investigator"]
    answer = walk.receive_bytes(request, HEADER + b"2026-03-01T00:00:00Z,,192.0.2.254,,,LG-1\n")
    reading.take_over(actor, answer, quiet)
    resolving.resolve_request(actor, request)
    kinds = {row.kind for row in VerdictRow.objects.filter(current=True)}
    assert "no_record" in kinds
    assert "contradicted" not in kinds
    walk.receive(request, walk.desk.world.coverage["lagoon"], "coverage")
    resolving.resolve_request(actor, request)
    kinds = {row.kind for row in VerdictRow.objects.filter(current=True)}
    assert "contradicted" in kinds
    assert VerdictRow.objects.filter(current=False).exists()


def test_a_fault_while_records_are_taken_over_leaves_nothing_half_done(walk, monkeypatch) -> None:
    request, actor = walk.served(), walk.people["investigator"]
    answer = walk.receive(request, walk.desk.world.records["lagoon"])
    monkeypatch.setattr(answering, "answered", lambda act, request: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reading.take_over(actor, answer, quiet)
    answer = Answer.objects.select_related("request").get(pk=answer.pk)
    assert (answer.state, answer.store) == ("tried", "")
    assert LegalRequest.objects.get(pk=request.pk).state == "served"
    assert not list(unit.current().records.rglob("*.parquet"))
    assert left_in_clear() == []
    monkeypatch.undo()
    reading.take_over(actor, answer, quiet)
    assert LegalRequest.objects.get(pk=request.pk).state == "answered"


def test_what_a_killed_reading_left_in_clear_goes_with_the_next(walk) -> None:
    request = walk.served()
    answer = walk.receive_bytes(request, HEADER)
    folder = unit.current().data / "work" / answer.id.hex
    folder.mkdir(parents=True)
    (folder / "left.csv").write_bytes(HEADER)
    reading.try_answer(walk.people["investigator"], answer, quiet)
    assert left_in_clear() == []


def test_a_fault_while_verdicts_are_stored_stores_none(walk, monkeypatch) -> None:
    request = walk.answered(walk.served())
    monkeypatch.setattr(resolving, "verdict_payload", lambda verdict: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        resolving.resolve_request(walk.people["investigator"], request)
    assert not VerdictRow.objects.exists()
    assert not Entry.objects.filter(tag="verdict.reach").exists()


def test_who_may_not_answer_takes_nothing_in(walk) -> None:
    request = walk.served()
    with pytest.raises(Denied):
        answering.receive_answer(
            actor=walk.people["duty"], request=request, name="a.csv", data=HEADER, part="records"
        )
    assert not Answer.objects.exists()


def test_a_verdict_is_the_same_after_storing(walk) -> None:
    walk.resolved("atoll")
    for row in VerdictRow.objects.all():
        verdict = decode_verdict(row.body)
        assert decode_verdict(encode_verdict(verdict)) == verdict


def test_the_dossier_gets_attributions_and_requests(walk) -> None:
    request = walk.resolved()
    viewer = walk.people["investigator"]
    referrals = list(Referral.objects.filter(observations__verdicts__request=request).distinct())
    told = queries.attributions(viewer, referrals)
    assert {one.id for one in told} == {line.line_id for line in request.lines.all()}
    assert all(one.carrier == "Lagoon Telecom" and one.double_entry.agrees for one in told)
    made = queries.requests_made(viewer, referrals)
    assert [(one.id, one.answer_file) for one in made] == [(request.number, "lagoon.csv")]
    assert made[0].questions == request.lines.filter(left_out="").count()
    assert queries.attributions(walk.people["outsider"], referrals) == []


def test_names_are_shown_to_those_alone_who_may_read_requests(walk) -> None:
    request = walk.resolved()
    ids = list(request.lines.values_list("observation_id", flat=True))
    shown = queries.verdicts_of(walk.people["investigator"], ids)
    assert any(one.names for one in shown.values())
    hidden = queries.verdicts_of(walk.people["liaison"], ids)
    assert hidden
    assert not any(one.names for one in hidden.values())
    assert queries.verdicts_of(walk.people["auditor"], ids) == {}
