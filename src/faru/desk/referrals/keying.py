"""Letters that officers key: the form is the referral's own bytes, the letter itself lies beside it."""

import hashlib
from typing import Final

from django.db.models import F

from faru.desk import unit
from faru.desk.ids import new_id
from faru.desk.journal.acting import Act, action
from faru.desk.referrals.models import RawPart, ReceivedFile
from faru.desk.vault import files, keys
from faru.desk.vault.models import SubjectKind
from faru.formats import letter as letters
from faru.formats.letter_form import Letter, to_bytes
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

FORM: Final = "letter.json"
"""The name of the part that holds what was keyed of a letter."""


@action(Permission.REFERRAL_INGEST, Action.LETTER_KEY)
def key_letter(act: Act, *, letter: Letter, beside: bytes | None = None) -> ReceivedFile:
    """Keep a keyed letter: the form's own bytes, and beside them the letter where it may be kept.

    The form was checked before (`check_letter`). OSError from the disk.
    """
    data = to_bytes(letter)
    digest = hashlib.sha256(data).hexdigest()
    known = ReceivedFile.objects.filter(sha256=digest).first()
    if known is not None:
        ReceivedFile.objects.filter(pk=known.pk).update(times=F("times") + 1)
        act.about(known.id).under(known.subject_id).say(sha256=digest, again=True)
        return known
    subject = keys.new_subject(SubjectKind.FILE)
    file = ReceivedFile(
        subject=subject,
        sha256=digest,
        size=len(data),
        name=_called(letter),
        media=0 if beside is not None or letter.attachment.sha256 is None else 1,
        received_at=act.at,
        received_by=act.actor,
    )
    file.save(force_insert=True)
    _part(file, 0, FORM, data, read=True)
    if beside is not None:
        _part(file, 1, letter.attachment.name or "letter", beside, read=False)
    act.about(file.id).under(subject.id).say(
        sender=letter.sender, sha256=digest, letter_sha256=letter.attachment.sha256 or ""
    )
    return file


def _part(file: ReceivedFile, position: int, name: str, data: bytes, *, read: bool) -> None:
    part = RawPart(
        id=new_id(),
        file=file,
        subject=file.subject,
        position=position,
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        listing=not read,
    )
    files.write(unit.current().raw, part.id, file.subject_id, data)
    part.save(force_insert=True)


def _called(letter: Letter) -> str:
    number = f" {letter.number}" if letter.number else ""
    return f"{letters.NAME}{number}, {letter.sender}"
