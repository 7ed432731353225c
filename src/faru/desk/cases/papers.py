"""Documents and notes of a case. Versions and corrections are added; nothing is changed or taken away."""

import hashlib

from django.utils.translation import gettext as _

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.cases.contents import Upload, kept_name, kind_of
from faru.desk.cases.models import Case, Document, DocumentVersion, Note
from faru.desk.cases.seeing import held
from faru.desk.cases.stated import digest_of, sealed_form
from faru.desk.ids import new_id
from faru.desk.journal.acting import Act, Refused, action, note
from faru.desk.vault import files
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission


def keep_version(act: Act, case: Case, upload: Upload, of: Document | None) -> DocumentVersion:
    """Keep bytes as the next version of a document, or as the first of a new one. Raises Refused, OSError."""
    kind = kind_of(upload)
    if of is None:
        of = Document.objects.create(case=case, number=case.documents.count() + 1, added_at=act.at)
    version = DocumentVersion(
        id=new_id(),
        document=of,
        subject_id=case.subject_id,
        number=of.versions.count() + 1,
        name=kept_name(upload.name),
        kind=kind,
        sha256=hashlib.sha256(upload.data).hexdigest(),
        size=len(upload.data),
        by=act.actor,
        at=act.at,
    )
    files.write(unit.current().documents, version.id, case.subject_id, upload.data)
    version.save(force_insert=True)
    return version


@action(Permission.DOCUMENT_ADD, Action.DOCUMENT_ADD)
def add_document(
    act: Act, *, case: Case, upload: Upload, document: Document | None = None
) -> DocumentVersion:
    """Add a document, or another version of one."""
    case = held(act, case, open_only=True)
    if document is not None and document.case_id != case.pk:
        raise Refused(_("This document belongs to another case."))
    version = keep_version(act, case, upload, document)
    act.about(case.id, version.id).say(
        f"Document {version.document.number}, version {version.number}, was added.",
        sha256=version.sha256,
        size=version.size,
    )
    return version


def open_document(*, viewer: User, version: DocumentVersion) -> bytes:
    """The bytes, once the reading is in the ledger. Raises Refused where they are not what was added."""
    case = version.document.case
    note(viewer, Action.DOCUMENT_READ, case.id, version.id, number=version.document.number)
    data = files.read(unit.current().documents, version.id, version.subject_id)
    if hashlib.sha256(data).hexdigest() != version.sha256:
        raise Refused(_("The bytes of this document are not those that were added: tell the administrator."))
    return data


@action(Permission.CASE_NOTE, Action.CASE_NOTE)
def add_note(act: Act, *, case: Case, text: str) -> Note:
    """Write a note."""
    case = held(act, case, open_only=True)
    made = _note(act, case, text)
    act.about(case.id, made.id).say("A note was written.", digest=digest_of(made.stated))
    return made


@action(Permission.CASE_NOTE, Action.CASE_NOTE)
def correct_note(act: Act, *, note: Note, text: str, reason: str) -> Note:
    """Correct a note by a new one; the old one stays readable beneath it."""
    case = held(act, note.case, open_only=True)
    if reason not in {one.id for one in unit.pack().reasons.get("correct_note", ())}:
        raise Refused(_("Choose a reason."), "reason")
    if note.corrections.exists():
        raise Refused(_("This note was corrected already: correct the newer one."))
    made = _note(act, case, text, corrects=note, reason=reason)
    act.about(case.id, made.id, note.id).say(
        "A note was corrected; the old one stays.", reason=reason, digest=digest_of(made.stated)
    )
    return made


def _note(act: Act, case: Case, text: str, corrects: Note | None = None, reason: str = "") -> Note:
    if not text.strip():
        raise Refused(_("Write the note first."), "text")
    note_id = new_id()
    made = Note(
        id=note_id,
        case=case,
        subject_id=case.subject_id,
        stated=sealed_form({"text": text.strip()}),
        by=act.actor,
        at=act.at,
        corrects=corrects,
        reason=reason,
        thread=note_id if corrects is None else corrects.thread,
    )
    made.save(force_insert=True)
    return made
