"""A carrier's answer: kept raw, read on trial, taken over; and what it declares to cover."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from faru.attribution.blocks import read_block
from faru.attribution.carriers import RecordKind
from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.requests import tasks
from faru.desk.requests.actions import held, leads_of
from faru.desk.requests.delivering import Delivered, delivered
from faru.desk.requests.models import Answer, AnswerState, CoverageRow, LegalRequest, Part, RequestState
from faru.desk.requests.trial import Trial, stored
from faru.desk.vault import files
from faru.desk.work import jobs
from faru.ledger.tags import Action
from faru.mainjob.requests import safe_cell
from faru.vocabulary.permissions import Permission

TRY: Final = "answer.try"
IMPORT: Final = "answer.import"


@action(Permission.REQUEST_ANSWER, Action.RECORDS_RECEIVE)
def receive_answer(act: Act, *, request: LegalRequest, name: str, data: bytes, part: str) -> Answer:
    """Keep a delivered file, sealed, before anything reads it; then it is read on trial in the background.

    The same bytes again are the same answer. Of what is no table only the hash is kept: it may hold a medium.
    """
    return _noted(act, request, delivered(name, io.BytesIO(data)), part)


def receive_path(*, actor: User, request: LegalRequest, path: Path, part: str) -> Answer:
    """As `receive_answer`, for a file of any size on this machine: it is sealed as it streams, before and
    outside of the transaction that notes it. OSError where it can't be read, or the disk is full."""
    with path.open("rb") as stream, files.gone_if_undone():
        file = delivered(path.name, stream)
        return note_answer(actor=actor, request=request, file=file, part=part)


@action(Permission.REQUEST_ANSWER, Action.RECORDS_RECEIVE)
def note_answer(act: Act, *, request: LegalRequest, file: Delivered, part: str) -> Answer:
    """Note a delivered file that lies sealed already."""
    return _noted(act, request, file, part)


def _noted(act: Act, request: LegalRequest, file: Delivered, part: str) -> Answer:
    request = held(request)
    if not request.out:
        raise Refused(_("An answer belongs to a request that was served."))
    known = request.answers.filter(sha256=file.sha256).first()
    if known is not None:
        raise Refused(_("These very bytes are here already: file %(place)s.") % {"place": known.position})
    file.save_key()
    answer = Answer(
        id=file.id,
        request=request,
        subject=file.subject,
        position=(request.answers.aggregate(last=Max("position"))["last"] or 0) + 1,
        part=Part(part).value,
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        kept=file.kept,
        received_at=act.at,
        received_by=act.actor,
    )
    if not answer.kept:
        answer.state = AnswerState.BROKEN
        answer.report = {
            "fault": "This is no table of text, and it may hold a medium: only its hash was kept. "
            "Ask the carrier for CSV (UTF-8) or Parquet."
        }
    answer.save(force_insert=True)
    if answer.kept:
        jobs.start(tasks.read_on_trial, kind=TRY, thing=answer.id, by=act.actor)
    act.about(answer.id, request.id, *leads_of(request)).under(answer.subject_id).say(
        f"File {answer.position} of the answer to request {request.number} received.",
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        part=answer.part,
        kept=answer.kept,
    )
    return answer


@action(Permission.REQUEST_ANSWER, Action.RECORDS_TRY)
def note_trial(act: Act, *, answer: Answer, trial: Trial) -> Answer:
    """What reading it on trial came to; nothing is taken over."""
    answer = _fresh(answer)
    if answer.state != AnswerState.IMPORTED:
        _read(act, answer, AnswerState.TRIED, trial)
    _tell(act, answer, "read on trial", rows=trial.rows, set_aside=trial.rejected, overlaps=trial.overlaps)
    return answer


@action(Permission.REQUEST_ANSWER, Action.RECORDS_TRY)
def note_broken(act: Act, *, answer: Answer, fault: str) -> Answer:
    """It can't be read: the sentence says why. Its bytes stay."""
    answer = _fresh(answer)
    answer.state, answer.read_at, answer.report = AnswerState.BROKEN, act.at, {"fault": fault}
    answer.save(update_fields=["state", "read_at", "report"])
    _tell(act, answer, "can't be read", fault=fault)
    return answer


@action(Permission.REQUEST_ANSWER, Action.REQUEST_ANSWER)
def order_trial(act: Act, *, answer: Answer) -> jobs.Job:
    """Read a file on trial again, after a fault of the machine."""
    answer = _fresh(answer)
    if not answer.kept or answer.state == AnswerState.IMPORTED:
        raise Refused(_("There is nothing to be read on trial."))
    if jobs.running(TRY, answer.id) is not None:
        raise Refused(_("It is being read already."))
    job = jobs.start(tasks.read_on_trial, kind=TRY, thing=answer.id, by=act.actor)
    _tell(act, answer, "is to be read on trial again", job=job.id.hex)
    return job


@action(Permission.REQUEST_ANSWER, Action.REQUEST_ANSWER)
def order_import(act: Act, *, answer: Answer) -> jobs.Job:
    """Take the records over, in the background."""
    answer = _fresh(answer)
    if answer.part != Part.RECORDS or answer.state != AnswerState.TRIED:
        raise Refused(_("Only records that were read on trial can be taken over."))
    if jobs.running(IMPORT, answer.id) is not None:
        raise Refused(_("These records are being taken over already."))
    job = jobs.start(tasks.take_over, kind=IMPORT, thing=answer.id, by=act.actor)
    _tell(act, answer, "is to be taken over", job=job.id.hex)
    return job


@action(Permission.REQUEST_ANSWER, Action.RECORDS_IMPORT)
def note_import(act: Act, *, answer: Answer, trial: Trial, store: str, rejects: bytes) -> Answer:
    """The records are in the store; the request is answered. Rows set aside are kept sealed."""
    answer = _fresh(answer)
    answer.store, answer.rejects = store, new_id()
    files.write(unit.current().raw, answer.rejects, answer.subject_id, rejects)
    _read(act, answer, AnswerState.IMPORTED, trial)
    answered(act, answer.request)
    _tell(
        act,
        answer,
        f"taken over: {trial.rows:,} rows, {trial.rejected:,} set aside",
        sha256=answer.sha256,
        rows=trial.rows,
        set_aside=trial.rejected,
        overlaps=trial.overlaps,
    )
    return answer


@action(Permission.REQUEST_ANSWER, Action.COVERAGE_KEY)
def note_coverage(
    act: Act,
    *,
    answer: Answer,
    declared: list[tuple[str, datetime, datetime, str]],
    rejects: list[list[object]],
) -> Answer:
    """Declarations read from a file: (addresses, from, to, place in the file), and the rows set aside."""
    answer = _fresh(answer)
    for addresses, start, end, source in declared:
        _declare(act, answer.request, addresses, start, end, "", source, answer)
    _read(
        act,
        answer,
        AnswerState.IMPORTED,
        Trial(rows=len(declared), rejected=len(rejects), overlaps=0, rejects=rejects[:20]),
    )
    _tell(act, answer, f"read: {len(declared)} of its rows declare coverage", set_aside=len(rejects))
    return answer


@action(Permission.REQUEST_ANSWER, Action.COVERAGE_KEY)
def key_coverage(
    act: Act,
    *,
    request: LegalRequest,
    addresses: str,
    start: datetime,
    end: datetime,
    record_kind: str = "",
    source: str,
) -> CoverageRow:
    """Key in what the carrier declares to cover: addresses, [start, end) (aware), and where it says so."""
    request = held(request)
    if not request.out:
        raise Refused(_("Coverage belongs to a request that was served."))
    block = read_block(addresses)
    if isinstance(block, str):
        raise Refused(f"{block}.", "addresses")
    if end <= start:
        raise Refused(_("It covers nothing: its end is not after its start."), "end")
    if record_kind not in ("", *RecordKind):
        raise Refused(_("Choose a kind of record."), "record_kind")
    if not source.strip():
        raise Refused(_("Say where the carrier states it."), "source")
    row, made = _declare(act, request, str(block), start, end, record_kind, source.strip(), None)
    if not made:
        raise Refused(_("This stands here already."), "addresses")
    act.about(request.id, *leads_of(request)).under(request.subject_id).say(
        f"Coverage of the answer to request {request.number} keyed in: {block}.",
        start=start.isoformat(),
        end=end.isoformat(),
        record_kind=record_kind,
        source=source.strip(),
    )
    return row


@action(Permission.REQUEST_ANSWER, Action.COVERAGE_KEY)
def drop_coverage(act: Act, *, request: LegalRequest, row_id: UUID) -> None:
    """Take back a declaration that was keyed in wrongly; the ledger keeps both."""
    row = held(request).coverage.filter(pk=row_id).first()
    if row is None:
        raise Refused(_("It was taken back already."))
    addresses, start, end = row.addresses, row.start, row.end
    row.delete()
    act.about(request.id, *leads_of(request)).under(request.subject_id).say(
        f"Coverage of the answer to request {request.number} taken back: {addresses}.",
        start=start.isoformat(),
        end=end.isoformat(),
    )


def rejected_rows(answer: Answer) -> bytes | None:
    """The table of rows set aside, safe to open in a spreadsheet; None where there is none."""
    if answer.rejects is None or not answer.rejected:
        return None
    sealed = files.read(unit.current().raw, answer.rejects, answer.first.subject_id)
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    for row in csv.reader(io.StringIO(sealed.decode("utf-8", "backslashreplace"), newline="")):
        rows.writerow([safe_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8")


def answered(act: Act, request: LegalRequest) -> None:
    """From served to answered, once."""
    LegalRequest.objects.filter(pk=request.pk, state=RequestState.SERVED).update(
        state=RequestState.ANSWERED, answered_at=act.at
    )


def _declare(
    act: Act,
    request: LegalRequest,
    addresses: str,
    start: datetime,
    end: datetime,
    record_kind: str,
    source: str,
    answer: Answer | None,
) -> tuple[CoverageRow, bool]:
    return CoverageRow.objects.get_or_create(
        request=request,
        addresses=addresses,
        start=start,
        end=end,
        record_kind=record_kind,
        defaults={
            "answer": answer,
            "subject_id": request.subject_id,
            "source": source,
            "stated_by": act.actor,
            "at": act.at,
        },
    )


def _read(act: Act, answer: Answer, state: AnswerState, trial: Trial) -> None:
    answer.state, answer.read_at = state, act.at
    answer.rows, answer.rejected, answer.overlaps = trial.rows, trial.rejected, trial.overlaps
    answer.report = stored(trial)
    answer.save(
        update_fields=["state", "read_at", "rows", "rejected", "overlaps", "report", "store", "rejects"]
    )


def _fresh(answer: Answer) -> Answer:
    """The answer read anew, and the actor's until the act is over: others wait for it."""
    return Answer.objects.select_for_update(no_key=True).get(pk=answer.pk)


def _tell(act: Act, answer: Answer, what: str, **payload: object) -> None:
    request = answer.request
    act.about(answer.id, request.id, *leads_of(request)).under(answer.subject_id).say(
        f"File {answer.position} of the answer to request {request.number} {what}.", **payload
    )
