"""What is sealed in a ledger folder, and what an unfinished write left behind it.

A write can be cut off anywhere, but only behind the last whole checkpoint. Such a rest is moved to the folder
`set-aside` with a sentence. Anything else that does not fit is damage: nothing is touched then, and opening
is refused, because cutting there could lose what was acknowledged.
"""

import base64
import hashlib
import os
import re
from array import array
from dataclasses import dataclass
from pathlib import Path

from faru.ledger import verify
from faru.ledger.entries import LedgerError
from faru.ledger.protocol import SetAside

FOLDER = "set-aside"
LEAF_LINE = 78  # 12 digits, a space, 64 hexadecimal digits, a line end
_LEAF = re.compile(rb"[0-9]{12} [0-9a-f]{64}\n")
_SIGNATURE_LENGTH = 92  # base64 of four bytes of key id and 64 of signature
_BASE64 = re.compile(r"[A-Za-z0-9+/]*=?\n?")


@dataclass(frozen=True, slots=True)
class Extent:
    """How far each file is sealed."""

    notes: tuple[str, ...]
    offsets: "array[int]"  # where each sealed entry begins, and where the last one ends
    lengths: dict[str, int]  # sealed bytes by file name


def read_extent(folder: Path) -> Extent:
    """What is sealed. Raises LedgerError where what is there can't come from an unfinished write."""
    raw = _read(folder / verify.CHECKPOINTS)
    notes, length = _whole_notes(raw)
    size = verify.read_checkpoint(notes[-1]).size if notes else 0
    offsets = _offsets(folder / verify.ENTRIES, size)
    leaves = folder / verify.LEAVES
    leaves_length = leaves.stat().st_size if leaves.exists() else 0
    if len(offsets) <= size or leaves_length < size * LEAF_LINE:
        raise _damage(folder, f"the last checkpoint has size {size}, and not all of its entries are there")
    rest = raw[length:]
    if rest and not _is_beginning_of_note(folder, rest, size, leaves):
        raise _damage(folder, f"{verify.CHECKPOINTS} holds something after size {size} that is no checkpoint")
    lengths = {
        verify.ENTRIES: offsets[size],
        verify.LEAVES: size * LEAF_LINE,
        verify.CHECKPOINTS: length,
    }
    return Extent(notes, offsets, lengths)


def set_aside_rest(folder: Path, extent: Extent) -> tuple[SetAside, ...]:
    """Move what stands behind the sealed part of each file into `set-aside`, durably, and cut it off."""
    rests: dict[str, bytes] = {}
    for name, length in extent.lengths.items():
        path = folder / name
        if path.exists() and path.stat().st_size > length:
            with path.open("rb") as file:
                file.seek(length)
                rests[name] = file.read()
    if not rests:
        return ()
    size = len(extent.offsets) - 1
    aside = folder / FOLDER
    aside.mkdir(exist_ok=True)
    number = 1 + max((int(path.name[:4]) for path in aside.iterdir() if path.name[:4].isdigit()), default=0)
    lines = rests.get(verify.ENTRIES, b"").count(b"\n")
    sentence = (
        f"A write was cut off after entry {size - 1}" if size else "The first write was cut off"
    ) + f": {lines} whole lines of entries, never acknowledged, were set aside as {number:04d}."
    names = []
    for name, data in (*rests.items(), ("why.txt", f"{sentence}\n".encode())):
        names.append(f"{number:04d}-{name}")
        _write(aside / names[-1], data)
    for place in (aside, folder):
        _sync(place, os.O_RDONLY)
    for name in rests:
        os.truncate(folder / name, extent.lengths[name])
        _sync(folder / name, os.O_RDWR)
    hashes = tuple(hashlib.sha256(data).hexdigest() for data in rests.values())
    return (SetAside(sentence, tuple(names[:-1]), hashes),)


def leaf_hashes(text: bytes, first: int) -> bytes:
    """The hashes of lines of the leaves file, 32 bytes each. Raises LedgerError at the first bad line."""
    hashes = bytearray()
    for number in range(-(-len(text) // LEAF_LINE)):
        line = text[number * LEAF_LINE : (number + 1) * LEAF_LINE]
        if not _LEAF.fullmatch(line) or int(line[:12]) != first + number:
            raise LedgerError(f"{verify.LEAVES} is damaged at entry {first + number}. Nothing was touched.")
        hashes += bytes.fromhex(line[13:-1].decode())
    return bytes(hashes)


def _whole_notes(raw: bytes) -> tuple[tuple[str, ...], int]:
    """The whole notes from the beginning on, and the number of bytes that they take."""
    notes: list[str] = []
    place = 0
    while True:
        middle = raw.find(b"\n\n", place)
        end = raw.find(b"\n\n", middle + 2) if middle >= 0 else -1
        if end < 0:
            return tuple(notes), place
        try:
            note = raw[place : end + 1].decode()
            verify.read_checkpoint(note)
        except (ValueError, verify.Unreadable):
            return tuple(notes), place
        notes.append(note)
        place = end + 2


def _offsets(path: Path, size: int) -> "array[int]":
    """Where the first `size` lines begin, and where the last of them ends; fewer if there are fewer."""
    offsets = array("Q", [0])
    if path.exists():
        with path.open("rb") as file:
            while len(offsets) <= size and (line := file.readline()).endswith(b"\n"):
                offsets.append(offsets[-1] + len(line))
    return offsets


def _is_beginning_of_note(folder: Path, rest: bytes, size: int, leaves: Path) -> bool:
    """Whether these bytes are how the next checkpoint would begin: its entries and leaves stand already."""
    edge = verify.Edge()
    try:
        edge.extend(leaf_hashes(_read(leaves), 0))
        origin = verify.read_public_key(_read(folder / verify.KEY).decode()).name
    except (ValueError, LedgerError, verify.Unreadable):
        return False
    if edge.size <= size:
        return False
    root = base64.b64encode(edge.root()).decode()
    head = f"{origin}\n{edge.size}\n{root}\n\n— {origin} ".encode()
    written = rest.rstrip(b"\x00")  # a file grown by a power cut ends in zeros
    if len(rest) >= len(head) + _SIGNATURE_LENGTH + 2:
        return False
    signature = written[len(head) :].decode("ascii", "replace")
    return head.startswith(written[: len(head)]) and bool(_BASE64.fullmatch(signature))


def _damage(folder: Path, what: str) -> LedgerError:
    return LedgerError(
        f"The ledger in {folder} is damaged: {what}. Nothing was touched. Ask `faru ledger verify` where it"
        " is, and put a backup beside it."
    )


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
