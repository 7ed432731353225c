"""Raw first: what came in is kept under its hash and written in the ledger before anything reads it.

Media are the exception: they are hashed as they stream and never written. Of an archive that holds any, or a
member that nobody could look into, the list of members and the readable ones are kept, and not the archive.
"""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from faru.formats.registry import choose
from faru.loaders.media import HEAD, is_media
from faru.loaders.streams import MAX_BYTES
from faru.loaders.zip_members import Media, Member, MemberRefused, read_zip

_PACKED: Final = re.compile(rb"(?i)^(content-transfer-encoding: *base64|begin [0-7]{3} )", re.MULTILINE)
"""An e-mail or an old mail attachment: text that carries other files in it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received of one file. `kept` are the hashes of what is kept because of it."""

    name: str
    sha256: str
    size: int  # bytes
    kept: tuple[str, ...]
    media: int  # members, or the file itself, of which only the hash is kept


Keep = Callable[[str, bytes], str]
"""Given the name of a piece and its bytes, keeps them and says their SHA-256."""

_CHUNK: Final = 1 << 20
LISTING: Final = "members.json"
"""The name under which our own list of an archive's members is given to a `Keep`."""


def receive(path: Path, store: Path) -> Receipt:
    """Hash the file and keep of it what may be kept. OSError where it can't be read or the store is full."""
    with path.open("rb") as stream:
        return receive_stream(path.name, stream, lambda _, data: keep(data, store))


def receive_stream(name: str, stream: BinaryIO, keep_piece: Keep) -> Receipt:
    """Hash the stream (seekable) and give to `keep_piece` what may be kept of it.

    Kept are files that a format of the house reads, and plain text. Of anything else (pictures, containers
    nobody opens) only the hash is kept: what was not looked into may hold a medium.
    """
    hashing, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        hashing.update(chunk)
        size += len(chunk)
    digest = hashing.hexdigest()
    stream.seek(0)
    if not zipfile.is_zipfile(stream):
        stream.seek(0)
        data = stream.read(MAX_BYTES + 1)
        damaged = data.startswith(b"PK\x03\x04")  # an archive that nobody can look into
        if size > MAX_BYTES or damaged or not _may_be_kept(name, data):
            return Receipt(name, digest, size, (), 1)
        return Receipt(name, digest, size, (keep_piece(name, data),), 0)
    pieces = list(read_zip(stream))
    if all(isinstance(piece, Member) and _may_be_kept(piece.name, piece.data) for piece in pieces):
        stream.seek(0)
        return Receipt(name, digest, size, (keep_piece(name, stream.read()),), 0)
    members = [
        piece for piece in pieces if isinstance(piece, Member) and _may_be_kept(piece.name, piece.data)
    ]
    kept = [keep_piece(piece.name, piece.data) for piece in members]
    listed = json.dumps(
        {
            "archive": name,
            "sha256": digest,
            "members": [_listed(piece, piece in members) for piece in pieces],
        },
        ensure_ascii=False,
        indent=1,
    )
    listing = keep_piece(LISTING, listed.encode())
    return Receipt(name, digest, size, (listing, *kept), len(pieces) - len(kept))


def _may_be_kept(name: str, data: bytes) -> bool:
    """True for what a format of the house reads, and for plain text that packs nothing in."""
    if is_media(name, data[:HEAD]) or _PACKED.search(data):
        return False
    chosen = choose(data[:HEAD], name)
    if chosen is not None:
        return chosen.name != "zip"
    try:
        return "\x00" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def keep(data: bytes, store: Path) -> str:
    """Write `data` under its SHA-256, durably, once; the hash."""
    digest = hashlib.sha256(data).hexdigest()
    target = place_of(digest, store)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_suffix(".part")
        with part.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    return digest


def place_of(digest: str, store: Path) -> Path:
    """Where the bytes with this SHA-256 lie."""
    return store / digest[:2] / digest


def _listed(piece: Member | Media | MemberRefused, kept: bool) -> dict[str, object]:
    if isinstance(piece, Member):
        digest = hashlib.sha256(piece.data).hexdigest()
        return {"name": piece.name, "size": len(piece.data), "sha256": digest, "kept": kept}
    if isinstance(piece, Media):
        return {"name": piece.name, "size": piece.size, "sha256": piece.sha256, "kept": False}
    return {"name": piece.name, "refused": piece.sentence, "kept": False}
