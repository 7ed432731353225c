"""A ZIP around alerts in any of the formats; one or two ZIPs deep.

Media members are listed by name, size and hash, never extracted. A reported child's name in a member's name
reads "Child A" too.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import BinaryIO

from faru.formats.notices import in_no_format
from faru.formats.options import Item, ReadOptions
from faru.formats.sealing import Mask
from faru.loaders.office import ENDINGS
from faru.loaders.refusals import Refused
from faru.loaders.streams import LARGEST_DOCUMENT, read_all
from faru.loaders.zip_members import Large, Media, Member, MemberRefused, read_zip
from faru.vocabulary import Referral, Remark, SourcePointer, Unreadable

NAME = "zip"


def sniff(head: bytes, name: str) -> float | None:
    """By the first bytes; office files are ZIPs too and are not taken."""
    if name.casefold().endswith(ENDINGS):
        return None
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return 0.9
    return 0.3 if name.casefold().endswith(".zip") else None


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Item]:
    """Everything that the members hold, in the archive's order; sentences about the archive come last."""
    try:
        seekable = stream if stream.seekable() else io.BytesIO(read_all(stream, options.name))
    except Refused as error:
        yield Unreadable(error.place, error.sentence)
        return
    mask = Mask()
    later: list[Unreadable | Remark] = []
    empty = True
    for piece in read_zip(seekable):
        empty = False
        if isinstance(piece, Member):
            for item in _member(piece, options):
                if isinstance(item, Referral):
                    for child in item.children:
                        mask.add(child)
                    yield _placed(item, piece.name)
                else:
                    later.append(
                        replace(item, place=f"{piece.name}: {item.place}" if item.place else piece.name)
                    )
        else:
            later.append(_about(piece, options.name))
    if empty:
        yield Unreadable("", f"{options.name}: an archive without members; ask the sender for it again")
    for sentence in later:
        yield mask.all(sentence)


def _about(piece: Media | Large | MemberRefused, name: str) -> Unreadable | Remark:
    where = f"{name}!{piece.name}" if piece.name else name
    if isinstance(piece, Media):
        return media_remark(piece.name, where, piece.size, piece.sha256)
    if isinstance(piece, Large):
        sentence = (
            f"{where}: has {piece.size:,} bytes; inside of an archive at most {LARGEST_DOCUMENT:,} are read. "
            "It is hashed: take it out and give it by itself"
        )
        return Unreadable(piece.name, sentence, piece.sha256)
    return Unreadable(piece.name, f"{where}: {piece.sentence}")


def media_remark(place: str, where: str, size: int, sha256: str) -> Remark:
    """The sentence that lists a medium."""
    return Remark(
        place,
        f"{where}: a picture, film or sound of {size:,} bytes, SHA-256 {sha256}; listed, never extracted",
    )


def _member(member: Member, options: ReadOptions) -> Iterator[Item]:
    from faru.formats.registry import HEAD, choose  # the registry knows this module; only the call runs back

    inner = options.called(f"{options.name}!{member.name}")
    if not member.data:
        yield Unreadable("", f"{inner.name}: empty file; ask the sender for it again")
        return
    found = choose(member.data[:HEAD], member.name.rpartition("!")[2])
    if found is None:
        yield Unreadable("", in_no_format(inner.name, member.data[:HEAD]))
        return
    yield from found.read(io.BytesIO(member.data), inner)


def _placed(referral: Referral, name: str) -> Referral:
    """The referral with the member's name before each of its places."""
    mask = Mask()
    for child in referral.children:
        mask.add(child)
    before = f"{mask.text(name)}: "
    return replace(
        referral,
        pointers=MappingProxyType({path: before + place for path, place in referral.pointers.items()}),
        unread=MappingProxyType({before + path: text for path, text in referral.unread.items()}),
        texts=tuple(replace(t, place=SourcePointer(before + t.place)) for t in referral.texts),
        remarks=tuple(Remark(before + remark.place, remark.sentence) for remark in referral.remarks),
    )
