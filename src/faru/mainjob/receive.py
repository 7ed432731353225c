"""Raw first: what came in is kept under its hash and written in the ledger before anything reads it.

Media are the exception: they are hashed as they stream and never written. Of an archive that holds any, the
list of members and the members that are no media are kept, and the archive itself is not.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from faru.loaders.media import HEAD, is_media
from faru.loaders.zip_members import Media, Member, read_zip


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received of one file. `kept` are the hashes of what lies in the raw store because of it."""

    name: str
    sha256: str
    size: int  # bytes
    kept: tuple[str, ...]
    media: int  # members, or the file itself, that were hashed and not kept


def receive(path: Path, store: Path) -> Receipt:
    """Hash the file and keep of it what may be kept. OSError where it can't be read or the store is full."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
        if is_media(path.name, head):
            return Receipt(path.name, digest, size, (), 1)
        if not head.startswith(b"PK"):
            stream.seek(0)
            return Receipt(path.name, digest, size, (keep(stream.read(), store),), 0)
        stream.seek(0)
        pieces = list(read_zip(stream))
        media = sum(isinstance(piece, Media) for piece in pieces)
        if not media:
            stream.seek(0)
            return Receipt(path.name, digest, size, (keep(stream.read(), store),), 0)
    members = [keep(piece.data, store) for piece in pieces if isinstance(piece, Member)]
    listed = json.dumps(
        {"archive": path.name, "sha256": digest, "members": [_listed(piece) for piece in pieces]},
        ensure_ascii=False,
        indent=1,
    )
    return Receipt(path.name, digest, size, (keep(listed.encode(), store), *members), media)


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


def _listed(piece: object) -> dict[str, object]:
    if isinstance(piece, Member):
        digest = hashlib.sha256(piece.data).hexdigest()
        return {"name": piece.name, "size": len(piece.data), "sha256": digest, "kept": True}
    if isinstance(piece, Media):
        return {"name": piece.name, "size": piece.size, "sha256": piece.sha256, "kept": False}
    return {"name": getattr(piece, "name", ""), "refused": getattr(piece, "sentence", ""), "kept": False}
