"""Loaders' notes and faults, turned into the words that formats speak."""

import hashlib

from faru.loaders.refusals import Fault, Note, Refused
from faru.vocabulary import Remark, Unreadable


def as_item(piece: Note | Fault) -> Remark | Unreadable:
    """A note is a remark; a fault was set aside, and its bytes are named by their hash."""
    if isinstance(piece, Note):
        return Remark(piece.place, piece.sentence)
    digest = None if piece.raw is None else hashlib.sha256(piece.raw).hexdigest()
    return Unreadable(piece.place, piece.sentence, digest)


def refused(error: Refused, raw: bytes) -> Unreadable:
    """Nothing of this could be read."""
    return Unreadable(error.place, error.sentence, hashlib.sha256(raw).hexdigest() if raw else None)
