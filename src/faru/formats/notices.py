"""Loaders' notes and faults, turned into the words that formats speak."""

import hashlib
from typing import BinaryIO, Final

from faru.loaders.office import is_old_workbook
from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.streams import digest_of
from faru.vocabulary import Remark, Unreadable

_DOCUMENTS: Final = (b"%PDF", b"{\\rtf")
_DOCUMENT_ENDINGS: Final = (".pdf", ".doc", ".docx", ".odt", ".rtf", ".txt", ".eml", ".msg", ".htm", ".html")


def as_item(piece: Note | Fault) -> Remark | Unreadable:
    """A note is a remark; a fault was set aside, and its bytes are named by their hash."""
    if isinstance(piece, Note):
        return Remark(piece.place, piece.sentence)
    digest = piece.sha256
    if piece.raw is not None:
        digest = hashlib.sha256(piece.raw).hexdigest()
    return Unreadable(piece.place, piece.sentence, digest)


def in_no_format(name: str, head: bytes) -> str:
    """Why an input that no format claims was set aside, and what to do with it if that can be told."""
    if is_old_workbook(head, name):
        return (
            f"{name}: is an old .xls, or a workbook with a password; "
            "save it as .xlsx without a password, or as CSV"
        )
    if head.startswith(_DOCUMENTS) or name.casefold().endswith(_DOCUMENT_ENDINGS):
        return (
            f"{name}: a document that no format reads; key it with the letter form, "
            "which keeps its hash beside what you type"
        )
    return (
        f"{name}: in no format that Faru reads; "
        "ask the sender for JSON, XML, CSV or a workbook, or key it as a letter"
    )


def refused(error: Refused, raw: bytes) -> Unreadable:
    """Nothing of these bytes could be read."""
    return Unreadable(error.place, error.sentence, hashlib.sha256(raw).hexdigest() if raw else None)


def refused_stream(error: Refused, stream: BinaryIO) -> Unreadable:
    """Nothing (more) of this seekable stream could be read; without a hash where its medium fails."""
    try:
        digest, size = digest_of(stream)
    except OSError:
        return Unreadable(error.place, error.sentence)
    return Unreadable(error.place, error.sentence, digest if size else None)
