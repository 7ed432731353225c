"""Raw first: what came in is hashed, kept encrypted and in the ledger before anything reads it."""

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.db.models import F

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.journal.acting import Act, action
from faru.desk.referrals.models import RawPart, ReceivedFile
from faru.desk.rows import insert_rows
from faru.desk.vault import files, keys
from faru.desk.vault.models import DataKey, Subject, SubjectKind
from faru.ledger.tags import Action
from faru.loaders.streams import Hashing, digest_of
from faru.mainjob.receive import LISTING, receive_stream
from faru.vocabulary.permissions import Permission


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of bytes that lies sealed on the disk, until its row is made."""

    id: UUID
    name: str
    sha256: str
    size: int  # bytes


@dataclass(slots=True)
class Sealing:
    """A file that is hashed, and sealed under a key of its own, until its row is made."""

    name: str
    sha256: str
    size: int  # bytes
    subject: Subject
    key: DataKey
    media: int = 0  # members, or the file itself, of which only the hash is kept
    pieces: list[Piece] = field(default_factory=list)

    def keep(self, name: str, stream: BinaryIO) -> str:
        """Seal one piece; its SHA-256. OSError from the disk."""
        piece_id, hashing = new_id(), Hashing(stream)
        keys.unlock(self.key)  # it is not saved yet, so nobody else can find it
        files.write_stream(unit.current().raw, piece_id, self.subject.id, hashing)
        self.pieces.append(Piece(piece_id, name, hashing.hexdigest(), hashing.size))
        return self.pieces[-1].sha256


@action(Permission.REFERRAL_INGEST, Action.FILE_RECEIVE)
def receive_file(act: Act, *, name: str, data: bytes) -> ReceivedFile:
    """Keep a file. The same bytes again are counted, not kept twice. OSError from the disk."""
    return _noted(act, [sealed(name, io.BytesIO(data))])[0]


def receive_paths(*, actor: User, paths: Iterable[Path]) -> list[ReceivedFile]:
    """As `receive_file`, for files of any size on this machine, all or none: they are sealed as they stream,
    before and outside of the transaction that notes them. No more at once than a process may open.
    OSError names the file at fault."""
    with files.gone_if_undone(), ExitStack() as closing:
        streams = [(path.name, closing.enter_context(path.open("rb"))) for path in paths]
        hashes = [digest_of(stream) for _name, stream in streams]
        there = _here(digest for digest, _size in hashes)
        sealings = [
            _sealed(name, stream, hashed, hashed[0] in there)
            for (name, stream), hashed in zip(streams, hashes, strict=True)
        ]
        return note_received(actor=actor, sealings=sealings)


@action(Permission.REFERRAL_INGEST, Action.FILE_RECEIVE)
def note_received(act: Act, *, sealings: list[Sealing]) -> list[ReceivedFile]:
    """Note files whose pieces lie sealed already, in their order."""
    return _noted(act, sealings)


def sealed(name: str, stream: BinaryIO) -> Sealing:
    """Hash a stream and seal of it what may be kept; nothing of what is here already."""
    hashed = digest_of(stream)
    return _sealed(name, stream, hashed, bool(_here([hashed[0]])))


def _sealed(name: str, stream: BinaryIO, hashed: tuple[str, int], there: bool) -> Sealing:
    subject, key = keys.made(SubjectKind.FILE)
    sealing = Sealing(name, *hashed, subject, key)
    if not there:
        sealing.media = receive_stream(name, stream, sealing.keep, hashed).media
    return sealing


def _here(digests: Iterable[str]) -> set[str]:
    """Those of these SHA-256s that a file which is here has."""
    return set(ReceivedFile.objects.filter(sha256__in=list(digests)).values_list("sha256", flat=True))


def _noted(act: Act, sealings: list[Sealing]) -> list[ReceivedFile]:
    known = {
        file.sha256: file
        for file in ReceivedFile.objects.filter(sha256__in=[sealing.sha256 for sealing in sealings])
    }
    made: list[tuple[Sealing, ReceivedFile]] = []
    said: list[tuple[ReceivedFile, dict[str, object]]] = []
    for sealing in sealings:
        told = {"name": sealing.name, "sha256": sealing.sha256, "size": sealing.size}
        file = known.get(sealing.sha256)
        if file is not None:
            for piece in sealing.pieces:  # somebody else was faster
                files.path_of(unit.current().raw, piece.id).unlink(missing_ok=True)
            ReceivedFile.objects.filter(pk=file.pk).update(times=F("times") + 1)
            said.append((file, told | {"again": True}))
            continue
        file = known[sealing.sha256] = ReceivedFile(
            subject=sealing.subject,
            sha256=sealing.sha256,
            size=sealing.size,
            name=sealing.name,
            media=sealing.media,
            received_at=act.at,
            received_by=act.actor,
        )
        made.append((sealing, file))
        said.append((file, told | {"hashed_only": sealing.media}))
    insert_rows(sealing.subject for sealing, _file in made)
    insert_rows(sealing.key for sealing, _file in made)
    insert_rows(file for _sealing, file in made)
    insert_rows(_parts(made))
    # One entry a file, sealed under that file.
    (first, told), *others = said
    act.about(first.id).under(first.subject_id).say(**told)
    for file, told in others:
        act.also(Action.FILE_RECEIVE, file.id, subject=file.subject_id, **told)
    return [known[sealing.sha256] for sealing in sealings]


def _parts(made: Iterable[tuple[Sealing, ReceivedFile]]) -> Iterator[RawPart]:
    for sealing, file in made:
        for position, piece in enumerate(sealing.pieces):
            yield RawPart(
                id=piece.id,
                file=file,
                subject=sealing.subject,
                position=position,
                name=piece.name,
                sha256=piece.sha256,
                size=piece.size,
                listing=piece.name == LISTING and sealing.media > 0,
            )


def raw_bytes(part: RawPart) -> bytes:
    """The bytes of a part. Raises VaultFault, OSError."""
    return files.read(unit.current().raw, part.id, part.subject_id)


def raw_stream(part: RawPart) -> BinaryIO:
    """The bytes of a part as a seekable stream of any size; the caller closes it. VaultFault, OSError."""
    return files.open_stream(unit.current().raw, part.id, part.subject_id)
