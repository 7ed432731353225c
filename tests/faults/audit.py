"""Run as `python -m tests.faults.audit FOLDER ACKNOWLEDGED`: what is wrong with a unit after a bad day.

ACKNOWLEDGED is a JSON file: what the desk said was done, as [kind, thing] pairs. One JSON document on stdout:
`lost` (acknowledged and not there), `half` (things half done), each a list of sentences. Empty is well.
"""

import hashlib
import json
import sys
from pathlib import Path

from faru.desk import boot, unit


def lost(acknowledged: list[list[str]]) -> list[str]:
    """What was acknowledged and is not there."""
    from faru.desk.cases.models import Note
    from faru.desk.cases.stated import content_of
    from faru.desk.journal.models import Entry
    from faru.desk.referrals.models import Lead, ReceivedFile
    from faru.desk.requests.models import Answer

    notes = {content_of(note.stated)["text"] for note in Note.objects.all()}
    there = {
        "claim": lambda number: Entry.objects.filter(
            tag="lead.claim", objects_of__thing__in=Lead.objects.filter(number=number).values("id")
        ).exists(),
        "upload": lambda sha256: ReceivedFile.objects.filter(sha256=sha256).exists(),
        "note": lambda text: text in notes,
        "answer": lambda sha256: Answer.objects.filter(sha256=sha256).exists(),
    }
    return [f"{kind} {thing}" for kind, thing in acknowledged if not there[kind](thing)]


def half_done() -> list[str]:
    """Everything that is neither whole nor gone."""
    return [*_files(), *_records(), *_work(), *_ledger()]


def _files() -> list[str]:
    from faru.desk.cases.models import DocumentVersion, Dossier
    from faru.desk.referrals.models import RawPart
    from faru.desk.requests.models import Answer
    from faru.desk.vault import files

    here = unit.current()
    rows = {
        here.raw: {one.id: (one.subject_id, one.sha256) for one in RawPart.objects.all()}
        | {one.id: (one.subject_id, one.sha256) for one in Answer.objects.filter(kept=True)}
        | {one.rejects: (one.subject_id, None) for one in Answer.objects.exclude(rejects=None)},
        here.documents: {one.id: (one.subject_id, one.sha256) for one in DocumentVersion.objects.all()},
        here.dossiers: {one.id: (one.subject_id, one.sha256) for one in Dossier.objects.all()},
    }
    wrong = [f"left behind: {one}" for one in here.data.rglob("*.part")]
    for folder, wanted in rows.items():
        found = {one.stem: one for one in folder.rglob("*.sealed")} if folder.exists() else {}
        wrong += [
            f"a file without a row: {found[name]}" for name in set(found) - {str(one) for one in wanted}
        ]
        for file_id, (subject, sha256) in wanted.items():
            if str(file_id) not in found:
                wrong.append(f"a row without its file: {file_id} of {folder.name}")
                continue
            plain = files.read(folder, file_id, subject)
            if sha256 is not None and hashlib.sha256(plain).hexdigest() != sha256:
                wrong.append(f"a file that is not what its row says: {found[str(file_id)]}")
    return wrong


def _records() -> list[str]:
    from faru.desk.requests.models import Answer, AnswerState, LegalRequest, Part, RequestState

    here = unit.current()
    imported = Answer.objects.filter(part=Part.RECORDS, state=AnswerState.IMPORTED)
    stores = {here.records / one.store for one in imported}
    found = set(here.records.rglob("*.parquet")) if here.records.exists() else set()
    laid_open = here.data / "work"
    return [
        *(f"records without their answer: {one}" for one in found - stores),
        *(f"an answer without its records: {one}" for one in stores - found),
        *(f"lies in clear: {one}" for one in (laid_open.rglob("*") if laid_open.exists() else ())),
        *(
            f"half answered: {one.number}"
            for one in LegalRequest.objects.filter(state=RequestState.SERVED, answers__in=imported).distinct()
        ),
        *(f"never read: answer {one.id}" for one in Answer.objects.filter(state=AnswerState.RECEIVED)),
    ]


def _work() -> list[str]:
    from django_tasks_db.models import DBTaskResult

    from faru.desk.referrals.models import Lead, LeadState, ReceivedFile, Referral
    from faru.desk.work.models import Job, JobState

    over = (JobState.DONE, JobState.FAILED)
    return [
        *(f"a job that is not over: {one.kind} {one.state}" for one in Job.objects.exclude(state__in=over)),
        *(
            f"a job that failed: {one.kind}: {one.sentence}"
            for one in Job.objects.filter(state=JobState.FAILED)
        ),
        *(
            f"a task that is not over: {one.status}"
            for one in DBTaskResult.objects.filter(status__in=["READY", "RUNNING"])
        ),
        *(f"never read: file {one.id}" for one in ReceivedFile.objects.filter(read_at=None)),
        *(f"in no queue: {one}" for one in Referral.objects.filter(lead=None)),
        *(
            f"in a lead that is gone: {one}"
            for one in Referral.objects.filter(lead__state=LeadState.GONE, current=True)
        ),
        *(
            f"a lead of nothing: {one.number}"
            for one in Lead.objects.filter(referrals=None).exclude(state=LeadState.GONE)
        ),
    ]


def _ledger() -> list[str]:
    from faru.desk.journal.checking import unplaced
    from faru.desk.journal.guards import missing_guards
    from faru.desk.journal.models import Pending
    from faru.desk.journal.sealing import head, seal_now
    from faru.ledger.verify import verify_folder

    seal_now()
    report = verify_folder(unit.current().ledger)
    sealed = head()
    size = 0 if sealed is None else sealed.size
    return [
        *(one.sentence for one in report.problems),
        *([] if report.size == size else [f"{report.size} entries in the files, {size} in the database"]),
        *(f"not sealed: {one.entry_id}" for one in Pending.objects.all()),
        *(["entries out of line"] if unplaced() else []),
        *(f"guard missing: {one}" for one in missing_guards()),
    ]


def main(folder: Path, acknowledged: Path) -> None:
    """Look at all of it."""
    boot.setup(folder)
    pairs = json.loads(acknowledged.read_text())
    print(json.dumps({"lost": lost(pairs), "half": half_done()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
