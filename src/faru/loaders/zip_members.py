"""Members of a ZIP from strangers, one at a time, under limits by declared and by actual size.

Pictures, films and sounds are hashed as they stream and listed: never extracted, written or kept.
Names are only labels here: nothing is ever written to a path, and a name that points outside is refused.
"""

import hashlib
import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, BinaryIO, Final

from faru.loaders.media import HEAD, Contents, is_media
from faru.loaders.office import ENDINGS, is_workbook
from faru.loaders.streams import LARGEST_DOCUMENT

_CHUNK: Final = 256 * 1024
_TROUBLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """Where reading stops. Bytes are uncompressed bytes."""

    members: int = 10_000
    member_bytes: int = LARGEST_DOCUMENT  # of a member that is read
    total_bytes: int = 1024 * 1024 * 1024  # of all members that are read, nested ones too
    media_bytes: int = 64 * 1024 * 1024 * 1024  # of a member that is only hashed
    ratio: int = 200  # uncompressed to compressed, beyond `ratio_from` bytes
    ratio_from: int = 8 * 1024 * 1024
    nesting: int = 2


@dataclass(frozen=True, slots=True)
class Member:
    """A member that is no medium, whole, in memory only."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, film or sound: its name, size in bytes and hash, and nothing else of it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Large:
    """A member that is too large to be read at once: hashed, and only looked at."""

    name: str
    size: int
    sha256: str
    plain: bool  # text that carries nothing else in it


@dataclass(frozen=True, slots=True)
class MemberRefused:
    """A member that was not read, and why (one sentence, without the archive's name)."""

    name: str
    sentence: str


Piece = Member | Media | Large | MemberRefused


@dataclass(slots=True)
class _Budget:
    limits: ZipLimits
    members: int = 0
    total: int = 0


def read_zip(stream: BinaryIO, limits: ZipLimits | None = None) -> Iterator[Piece]:
    """Every member in the archive's order, nested archives opened in place. `stream` must be seekable."""
    yield from _archive(stream, "", 1, _Budget(limits or ZipLimits()))


def _archive(stream: BinaryIO, prefix: str, level: int, budget: _Budget) -> Iterator[Piece]:
    try:
        archive = zipfile.ZipFile(stream)
    except _TROUBLE:
        yield MemberRefused(
            prefix.rstrip("!"), "is damaged or cut: no list of members can be read; ask for it again"
        )
        return
    with archive:
        for info in archive.infolist():
            name = f"{prefix}{info.filename}"
            budget.members += 1
            if budget.members > budget.limits.members:
                yield MemberRefused(
                    prefix.rstrip("!"),
                    f"holds more than {budget.limits.members:,} members; the rest is not read, ask for less",
                )
                return
            if info.filename.endswith("/"):  # a folder; `info.is_dir` trips over an empty name
                continue
            why = _refusal(info, budget.limits)
            if why is not None:
                yield MemberRefused(name, why)
                continue
            yield from _member(archive, info, name, level, budget)


def _refusal(info: zipfile.ZipInfo, limits: ZipLimits) -> str | None:
    """Why a member is not even opened, from what the archive declares about it."""
    path = info.orig_filename.replace("\\", "/")
    if not path.strip():
        return "has no name; not read"
    if path.startswith("/") or path[1:3] == ":/" or ".." in path.split("/") or "\x00" in path:
        return "has a name that points outside of the archive; not read"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to another file; not followed"
    if info.flag_bits & 0x1:
        return "is encrypted; ask the sender for it without a password"
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
        return f"would unpack from {info.compress_size:,} to {info.file_size:,} bytes, like a bomb; not read"
    return None


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, level: int, budget: _Budget
) -> Iterator[Piece]:
    try:
        with archive.open(info) as source:
            head = source.read(HEAD)
            if is_media(info.filename, head):
                yield _hashed(source, head, info, name, budget.limits)
                return
            read = _whole(source, head, info, name, budget)
    except _TROUBLE:
        yield MemberRefused(
            name, "is damaged or cut, or packed in a way that can't be read; ask for it again"
        )
        return
    if isinstance(read, Member) and _is_archive(info.filename, head):
        if level > budget.limits.nesting:
            yield MemberRefused(
                name, f"is an archive inside archives, deeper than {budget.limits.nesting}; not opened"
            )
        else:
            yield from _archive(io.BytesIO(read.data), f"{name}!", level + 1, budget)
        return
    if isinstance(read, Member) and is_workbook(read.data, info.filename):
        yield from _workbook(read, level, budget)
        return
    yield read


def _workbook(member: Member, level: int, budget: _Budget) -> Iterator[Piece]:
    """A workbook inside a ZIP is a member like any other only where all of its parts are text: what holds a
    medium, or a part that nobody can look into, is not handed out whole."""
    pieces = list(_archive(io.BytesIO(member.data), f"{member.name}!", level + 1, budget))
    if all(isinstance(piece, Member) and _is_text(piece.data) for piece in pieces):
        yield member
        return
    yield from (piece for piece in pieces if isinstance(piece, Media))
    yield MemberRefused(
        member.name,
        "is a workbook that holds pictures or other parts that are no text; give it by itself, "
        "then its sheets are read and the rest is left out",
    )


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _hashed(
    source: IO[bytes], head: bytes, info: zipfile.ZipInfo, name: str, limits: ZipLimits
) -> Media | MemberRefused:
    digest = hashlib.sha256(head)
    size = len(head)
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if size > limits.media_bytes or _explodes(size, info, limits):
            return MemberRefused(name, "is larger than it may be; hashing was stopped")
    return Media(name, size, digest.hexdigest())


def _whole(
    source: IO[bytes], head: bytes, info: zipfile.ZipInfo, name: str, budget: _Budget
) -> Member | Large | MemberRefused:
    limits = budget.limits
    parts, size = [head], len(head)
    while chunk := source.read(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if budget.total + min(size, limits.member_bytes) > limits.total_bytes or _explodes(
            size, info, limits
        ):
            return MemberRefused(
                name, f"unpacks to more than is allowed (stopped at {size:,} bytes); not read"
            )
        if size > limits.member_bytes:
            return _large(source, parts, info, name, limits)
    budget.total += size
    return Member(name, b"".join(parts))


def _large(
    source: IO[bytes], parts: list[bytes], info: zipfile.ZipInfo, name: str, limits: ZipLimits
) -> Large | MemberRefused:
    """Hash and look at the rest of a member of which `parts` were read."""
    digest, contents, size = hashlib.sha256(), Contents(), 0
    for part in chain(parts, iter(lambda: source.read(_CHUNK), b""), [b""]):
        digest.update(part)
        contents.see(part)
        size += len(part)
        if size > limits.media_bytes or _explodes(size, info, limits):
            return MemberRefused(
                name, f"unpacks to more than is allowed (stopped at {size:,} bytes); not read"
            )
    return Large(name, size, digest.hexdigest(), contents.text and not contents.packed)


def _explodes(size: int, info: zipfile.ZipInfo, limits: ZipLimits) -> bool:
    """By actual size: what is declared may be a lie."""
    return size > limits.ratio_from and size > limits.ratio * max(info.compress_size, 1)


def _is_archive(name: str, head: bytes) -> bool:
    """A ZIP inside a ZIP. Office files are ZIPs too, but nobody's folder."""
    return head.startswith(b"PK\x03\x04") and not name.casefold().endswith(ENDINGS)
