"""Raw first: what came in is hashed, kept encrypted and in the ledger before anything reads it."""

import hashlib
import io
from dataclasses import dataclass, field

from django.db.models import F

from faru.desk import unit
from faru.desk.ids import new_id
from faru.desk.journal.acting import Act, action
from faru.desk.referrals.models import RawPart, ReceivedFile
from faru.desk.vault import files, keys
from faru.desk.vault.models import SubjectKind
from faru.ledger.tags import Action
from faru.mainjob.receive import LISTING, receive_stream
from faru.vocabulary.permissions import Permission


@dataclass
class _Kept:
    """Pieces of one file that may be kept, until its row is made."""

    pieces: list[tuple[str, bytes, str]] = field(default_factory=list)

    def __call__(self, name: str, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.pieces.append((name, data, digest))
        return digest


@action(Permission.REFERRAL_INGEST, Action.FILE_RECEIVE)
def receive_file(act: Act, *, name: str, data: bytes) -> ReceivedFile:
    """Keep a file. The same bytes again are counted, not kept twice. OSError from the disk."""
    kept = _Kept()
    receipt = receive_stream(name, io.BytesIO(data), kept)
    known = ReceivedFile.objects.filter(sha256=receipt.sha256).first()
    if known is not None:
        ReceivedFile.objects.filter(pk=known.pk).update(times=F("times") + 1)
        act.about(known.id).under(known.subject_id).say(
            name=name, sha256=receipt.sha256, size=receipt.size, again=True
        )
        return known
    subject = keys.new_subject(SubjectKind.FILE)
    file = ReceivedFile(
        subject=subject,
        sha256=receipt.sha256,
        size=receipt.size,
        name=name,
        media=receipt.media,
        received_at=act.at,
        received_by=act.actor,
    )
    file.save(force_insert=True)
    for position, (piece, content, digest) in enumerate(kept.pieces):
        part = RawPart(
            id=new_id(),
            file=file,
            subject=subject,
            position=position,
            name=piece,
            sha256=digest,
            size=len(content),
            listing=piece == LISTING and receipt.media > 0,
        )
        files.write(unit.current().raw, part.id, subject.id, content)
        part.save(force_insert=True)
    act.about(file.id).under(subject.id).say(
        name=name, sha256=receipt.sha256, size=receipt.size, hashed_only=receipt.media
    )
    return file


def raw_bytes(part: RawPart) -> bytes:
    """The bytes of a part. Raises VaultFault, OSError."""
    return files.read(unit.current().raw, part.id, part.subject_id)
