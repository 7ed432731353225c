"""Raw first: what came in is kept under its hash and written in the ledger before anything reads it.

Media are the exception: they are hashed as they stream and never written. Of an archive that holds any, or a
member that nobody could look into, the list of members and the readable ones are kept, and not the archive.
"""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from faru.formats.registry import choose
from faru.loaders.media import HEAD, Contents, is_media
from faru.loaders.streams import Hashing, digest_of, pieces_of
from faru.loaders.zip_members import Large, Media, Member, Piece, read_zip


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received of one file. `kept` are the hashes of what is kept because of it."""

    name: str
    sha256: str
    size: int  # bytes
    kept: tuple[str, ...]
    media: int  # members, or the file itself, of which only the hash is kept


Keep = Callable[[str, BinaryIO], str]
"""Given the name of a piece and its bytes as a stream, keeps them and says their SHA-256."""

LISTING: Final = "members.json"
"""The name under which our own list of an archive's members is given to a `Keep`."""


def receive(path: Path, store: Path) -> Receipt:
    """Hash the file and keep of it what may be kept. OSError where it can't be read or the store is full."""
    with path.open("rb") as stream:
        return receive_stream(path.name, stream, lambda _, piece: keep(piece, store))


def receive_stream(
    name: str, stream: BinaryIO, keep_piece: Keep, hashed: tuple[str, int] | None = None
) -> Receipt:
    """Hash the stream (seekable, of any size) and give to `keep_piece` what may be kept of it.

    Kept are files that a format of the house reads, and plain text. Of anything else (pictures, containers
    nobody opens) only the hash is kept: what was not looked into may hold a medium. `hashed`: SHA-256 and
    size, where the caller knows them. OSError where the stream can't be read, or changes under the reading.
    """
    digest, size = hashed or digest_of(stream)
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        return _archive(name, stream, keep_piece, digest, size)
    stream.seek(0)
    head = stream.read(HEAD)
    damaged = head.startswith(b"PK\x03\x04")  # an archive that nobody can look into
    stream.seek(0)
    if damaged or not _may_be_kept(name, head, pieces_of(stream)):
        return Receipt(name, digest, size, (), 1)
    return _kept_whole(name, stream, keep_piece, digest, size)


def _kept_whole(name: str, stream: BinaryIO, keep_piece: Keep, digest: str, size: int) -> Receipt:
    stream.seek(0)
    kept = keep_piece(name, stream)
    if kept != digest:
        raise OSError(0, "changes while it is received: run it again when it is written", name)
    return Receipt(name, digest, size, (kept,), 0)


def _archive(name: str, stream: BinaryIO, keep_piece: Keep, digest: str, size: int) -> Receipt:
    """An archive: whole where all of it was looked into, else its list and the members that may be kept."""
    listed = [_listed(piece) for piece in read_zip(stream)]
    if all(one["kept"] for one in listed):
        return _kept_whole(name, stream, keep_piece, digest, size)
    for one in listed:
        one["kept"] = bool(one["kept"]) and not one.pop("large", False)
    listing = {"archive": name, "sha256": digest, "members": listed}
    kept = [keep_piece(LISTING, io.BytesIO(json.dumps(listing, ensure_ascii=False, indent=1).encode()))]
    for piece in read_zip(stream):
        if isinstance(piece, Member) and _member_may_be_kept(piece):
            kept.append(keep_piece(piece.name, io.BytesIO(piece.data)))
    return Receipt(name, digest, size, tuple(kept), len(listed) - len(kept) + 1)


def _may_be_kept(name: str, head: bytes, pieces: Iterable[bytes]) -> bool:
    """True for what a format of the house reads, and for plain text that packs nothing in."""
    if is_media(name, head[:HEAD]):
        return False
    chosen = choose(head[:HEAD], name)
    contents = Contents()
    for piece in pieces:
        contents.see(piece)
        if contents.packed or (chosen is None and not contents.text):
            return False
    if chosen is not None:
        return chosen.name != "zip"
    contents.see(b"")
    return contents.text


def _member_may_be_kept(member: Member) -> bool:
    return _may_be_kept(member.name, member.data[:HEAD], [member.data])


def keep(piece: BinaryIO, store: Path) -> str:
    """Write the stream under its SHA-256, durably, once; the hash."""
    store.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = store / f"{uuid4()}.part"
    hashing = Hashing(piece)
    try:
        with part.open("wb") as out:
            for chunk in pieces_of(hashing):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = place_of(hashing.hexdigest(), store)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return hashing.hexdigest()


def place_of(digest: str, store: Path) -> Path:
    """Where the bytes with this SHA-256 lie."""
    return store / digest[:2] / digest


def _listed(piece: Piece) -> dict[str, object]:
    """A member as the list names it. `kept`: it may be kept; `large`: only within the whole archive."""
    if isinstance(piece, Member):
        digest = hashlib.sha256(piece.data).hexdigest()
        kept = _member_may_be_kept(piece)
        return {"name": piece.name, "size": len(piece.data), "sha256": digest, "kept": kept}
    if isinstance(piece, Large):
        kept = piece.plain
        return {"name": piece.name, "size": piece.size, "sha256": piece.sha256, "kept": kept, "large": True}
    if isinstance(piece, Media):
        return {"name": piece.name, "size": piece.size, "sha256": piece.sha256, "kept": False}
    return {"name": piece.name, "refused": piece.sentence, "kept": False}
