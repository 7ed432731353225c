"""Checks a ledger of Faru: read this file in ten minutes, run it anywhere, trust nothing else.

    python verify.py FOLDER [--checkpoint FILE] [--key FILE]
    python verify.py --excerpt FILE [--key FILE]

It needs Python 3.11 and the package `cryptography`, and imports nothing of Faru. A ledger folder holds

    entries.jsonl     one entry a line; the sequence number of an entry is its line, counted from 0
    leaves.txt        sequence number (12 digits), space, leaf hash (hexadecimal)
    checkpoints.txt   signed notes, each followed by an empty line
    key.pub           the public key that signs them: name+key id+base64

Sources: RFC 9162 (Merkle tree), C2SP signed-note and tlog-checkpoint (checkpoints), RFC 8032 (Ed25519).
What can't be seen in the folder alone: a tail that was cut off, or a log rewritten and signed again with
the true key. Both show against a checkpoint kept elsewhere: that is what `--checkpoint` is for.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from operator import index
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENTRIES, LEAVES, CHECKPOINTS, KEY = "entries.jsonl", "leaves.txt", "checkpoints.txt", "key.pub"
SEALING = "checkpoint.sign"  # the last entry before each checkpoint: its time is the checkpoint's time
BEHIND = "behind"  # the state of a clock that stood before the last checkpoint, and says so
GRACE = timedelta(seconds=60)  # work may begin before a checkpoint and be recorded after it
MOST = 1000  # problems listed one by one

# An entry is canonical JSON (RFC 8785): keys in order, no white space. So one pattern is its whole form.
ENTRY = re.compile(
    rb'\{"action":"(?P<action>[a-z_]+\.[a-z_]+)","actor":"[0-9a-f]{8,64}","clock":"(?P<clock>[a-z]+)"'
    rb',"id":"(?P<id>[0-9a-f-]{36})","objects":\[(?:"[0-9a-f-]{36}",?)*(?<!,)\],"payload_sha256":"(?P<payload>[0-9a-f]{64})"'
    rb',"role":"[a-z_]{1,40}","time":"(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)"'
    rb',"version":1\}'
)
_HEAD = r"(?m)^([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n\n"  # origin, size, root, empty line
_SIGNATURE = r"— [^ \n]+ [^ \n]+\n"
_NOTE = re.compile(f"{_HEAD}(?:{_SIGNATURE})+")
_OWN_NOTE = re.compile(f"{_HEAD}{_SIGNATURE}\n")  # in the log's own file: one signature, an empty line
Seen = Callable[[str, int], None]
_NOTHING = bytes(32)  # stands for the hash of a line that can't be read


class Unreadable(Exception):
    """What was given is no ledger, no checkpoint or no key."""


# ---- 1. The Merkle tree (RFC 9162, section 2.1)


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry); the entry is its line without the line end."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """How many leaves stand in the left half of a tree: the largest power of two smaller than its size."""
    return 1 << (size - 1).bit_length() - 1


class Edge:
    """The tree's right edge: one hash for each complete subtree, largest first. Enough to grow the tree."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        self.size, self.hashes = size, list(hashes)

    def extend(self, leaves: bytes | bytearray) -> None:
        """More leaves, 32 bytes each: like counting in binary, where a carry joins two equal subtrees."""
        hashes, sha256, size = self.hashes, hashlib.sha256, self.size
        for place in range(0, len(leaves), 32):
            carry, bits = bytes(leaves[place : place + 32]), size
            while bits & 1:
                carry, bits = sha256(b"\x01" + hashes.pop() + carry).digest(), bits >> 1
            hashes.append(carry)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """The tree's hash; of the empty tree SHA-256 of nothing."""
        if not self.hashes:
            return hashlib.sha256(b"").digest()
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


def inclusion_holds(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf stands at `index` in the tree of `size` leaves with that root (section 2.1.3)."""

    def rebuilt(index: int, size: int, proof: Sequence[bytes]) -> bytes:
        if size == 1:
            if proof:
                raise ValueError("longer than the tree is high")
            return leaf
        *below, beside = proof  # raises ValueError where the proof is too short
        if index < split(size):
            return node_hash(rebuilt(index, split(size), below), beside)
        return node_hash(beside, rebuilt(index - split(size), size - split(size), below))

    try:
        return 0 <= index < size and rebuilt(index, size, proof) == root
    except ValueError:
        return False


def consistency_holds(size_1: int, root_1: bytes, size_2: int, root_2: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the first tree is the beginning of the second (section 2.1.4)."""

    def rebuilt(first: int, size: int, proof: Sequence[bytes], whole: bool) -> tuple[bytes, bytes]:
        """The old and the new hash of a part of which the first `first` leaves are old."""
        if first == size:
            (known,) = [*proof, root_1] if whole else proof  # raises ValueError for a wrong length
            return known, known
        *below, beside = proof
        if first <= split(size):
            old, new = rebuilt(first, split(size), below, whole)
            return old, node_hash(new, beside)
        old, new = rebuilt(first - split(size), size - split(size), below, False)
        return node_hash(beside, old), node_hash(beside, new)

    if size_1 == 0 <= size_2:
        return not proof and root_1 == Edge().root()
    try:
        return 0 < size_1 <= size_2 and rebuilt(size_1, size_2, proof, True) == (root_1, root_2)
    except ValueError:
        return False


# ---- 2. Keys and checkpoints (C2SP)


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 key and its name, which is also the log's origin."""

    name: str
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key)."""
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.raw).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the 32 key bytes, hexadecimal: what two offices compare."""
        return hashlib.sha256(self.raw).hexdigest()

    def text(self) -> str:
        """name+key id+base64(0x01 ‖ key), the line that stands in `key.pub`."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(bytes([1]) + self.raw)}\n"


@dataclass(frozen=True)
class Checkpoint:
    """The signed head of the log at one size."""

    origin: str
    size: int
    root: bytes
    note: str  # as signed, with its signature lines


def read_public_key(text: str) -> PublicKey:
    """The key of a `key.pub`; line ends around it don't matter. Raises Unreadable."""
    line = text.strip("\r\n")
    match = re.fullmatch(r"([^\s+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]{44})", line)
    key = PublicKey(match[1], base64.b64decode(match[2])[1:]) if match else None
    if key is None or key.text() != line + "\n":
        raise Unreadable("This is no public key (name+key id+base64), or a character of it was changed.")
    return key


def read_checkpoint(note: str) -> Checkpoint:
    """One signed note as a checkpoint; the signature is not checked yet. Raises Unreadable."""
    match = _NOTE.fullmatch(note)
    root = _from_base64(match[3]) if match else None
    if match is None or root is None:
        raise Unreadable("This is no checkpoint: origin, size, root, an empty line, a signature.")
    return Checkpoint(match[1], int(match[2]), root, note)


def read_checkpoints(text: str) -> list[Checkpoint]:
    """The notes of a file that holds one or several, with empty lines between them. Raises Unreadable."""
    notes = [read_checkpoint(match[0]) for match in _NOTE.finditer(text)]
    if not notes or _NOTE.sub("", text).strip("\n"):
        raise Unreadable("This file is empty or holds something that is no checkpoint (C2SP signed note).")
    return notes


def open_note(note: str, key: PublicKey) -> str | None:
    """The text of a signed note, if the key signed it; else None. Signatures of other keys are ignored."""
    text, gap, signatures = note.rpartition("\n\n")
    for line in signatures[:-1].split("\n") if gap and signatures.endswith("\n") else ():
        dash, name, encoded = (*line.split(" ", 2), "", "")[:3]
        signature = _from_base64(encoded) or b""
        if (dash, name, signature[:4]) == ("—", key.name, key.key_id):
            try:
                Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[4:], f"{text}\n".encode())
            except InvalidSignature:
                return None
            return f"{text}\n"
    return None


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _from_base64(text: str) -> bytes | None:
    """Strict: only the one spelling that the encoder would have written, else None."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if _base64(raw) == text else None


# ---- 3. A whole folder


@dataclass(frozen=True)
class Problem:
    """Something that does not hold. `first` and `last` are sequence numbers, both included."""

    sentence: str
    sequence: int | None = None  # None: only the interval is known, or it concerns no entry
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Report:
    """What was found. `key_trusted` and `expected_holds` are None where nothing was given to compare."""

    size: int
    root: bytes
    checkpoints: int
    key: PublicKey | None
    key_trusted: bool | None
    expected_holds: bool | None
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Nothing was found that does not hold."""
        return not self.problems


def verify_folder(
    folder: Path,
    *,
    expected: Sequence[Checkpoint] = (),
    trusted: PublicKey | None = None,
    living: bool = False,
    seen: Seen = lambda name, count: None,
) -> Report:
    """Check a ledger folder, against checkpoints kept elsewhere and a trusted key where these are given.

    `living`: somebody is writing to it now, so look no further than its last checkpoint.
    `seen` is told from time to time how many bytes of a file were read.
    Raises Unreadable where there is no ledger. Memory: about 70 bytes an entry.
    """
    missing = [name for name in (ENTRIES, LEAVES, CHECKPOINTS) if not (folder / name).is_file()]
    if len(missing) == 3:
        raise Unreadable(f"No ledger in {folder}: {ENTRIES}, {LEAVES} and {CHECKPOINTS} are expected there.")
    problems = [Problem(f"The file {name} is missing.") for name in missing]
    key, key_trusted = _key(folder / KEY, trusted, problems)
    marks = _own_checkpoints(_text(folder / CHECKPOINTS), key, problems)
    until = (marks[-1].size if marks else 0) if living else None
    entries = _read_entries(_lines(folder / ENTRIES, until, seen))
    leaves = _read_leaves(_lines(folder / LEAVES, until, seen))
    same, size = entries.hashes == leaves, len(entries.hashes) // 32
    sizes = {mark.size for mark in (*marks, *expected)}
    roots = _roots(entries.hashes, sizes)
    problems += _differences(entries.hashes, leaves, roots, roots if same else _roots(leaves, sizes), marks)
    if same:  # else a line that moved would be named a second time
        have, sealed = {mark.size for mark in marks if mark.size <= size}, entries.sealed
        problems += entries.problems
        problems += [_at(n - 1, f"The checkpoint of size {n} is missing.") for n in sorted(sealed - have)]
        problems += [_at(n - 1, f"The checkpoint of size {n} has no date.") for n in sorted(have - sealed)]
    against = list(_against(expected, roots, size, key))
    problems += against
    if len(problems) > MOST:
        problems[MOST:] = [Problem(f"And {len(problems) - MOST:,} more.")]
    remarks = [f"{entries.behind:,} entries say that their clock was behind."] if entries.behind else []
    if living:
        remarks.append(f"Somebody is writing to this ledger now: it was checked up to size {until}.")
    holds = not against if expected else None
    return Report(size, roots[size], len(marks), key, key_trusted, holds, tuple(problems), tuple(remarks))


def _key(
    path: Path, trusted: PublicKey | None, problems: list[Problem]
) -> tuple[PublicKey | None, bool | None]:
    """The key to check signatures with: the log's own if it can be read; and whether it is trusted."""
    own = trusted
    try:
        own = read_public_key(_text(path))
        if own.text() != _text(path):
            problems.append(Problem(f"{KEY}: a line end was changed."))
        elif trusted is not None and own != trusted:
            what = f"The log's key {own.fingerprint} is not the trusted key {trusted.fingerprint}."
            problems.append(Problem(what))
    except Unreadable as error:
        problems.append(Problem(f"{KEY}: {error}"))
    return own, None if trusted is None else own == trusted


def _own_checkpoints(text: str, key: PublicKey | None, problems: list[Problem]) -> list[Checkpoint]:
    """The log's checkpoints that hold by themselves, in order; what is wrong with the rest is a problem."""
    marks, faults, end, size = [], [], 0, 0
    for match in _OWN_NOTE.finditer(text):
        note, claimed, fault = match[0][:-1], int(match[2]), None
        if text[end : match.start()]:
            faults.append(Problem(f"{CHECKPOINTS}: after size {size} stands something that is none."))
        if key is not None and (match[1] != key.name or open_note(note, key) is None):
            fault = f"was changed, or is not signed by the key {key.fingerprint}"
        elif claimed <= size or _from_base64(match[3]) is None:
            fault = f"was moved or repeated: it stands after the one of size {size}"
        if fault:
            sentence = f"The checkpoint of size {claimed} {fault}."
            faults.append(_span(size, max(claimed - 1, size), sentence))
        else:
            marks.append(read_checkpoint(note))
            size = claimed
        end = match.end()
    if text[end:]:
        faults.append(Problem(f"{CHECKPOINTS}: after size {size} stands something that is none."))
    if len(faults) > 1 and not marks:
        faults = [Problem(f"{CHECKPOINTS}: none of them holds. The first: {faults[0].sentence}")]
    problems += faults
    return marks


@dataclass
class _Entries:
    hashes: bytearray  # 32 bytes a line
    sealed: set[int]  # sizes at which an entry says that a checkpoint was signed
    problems: list[Problem]  # form and time
    behind: int = 0  # entries that say themselves that their clock was behind


def _read_entries(lines: Iterator[bytes | None]) -> _Entries:
    """Hash every line, and check its form and its time.

    The order of the log is the order of sealing, so between two checkpoints times may go back. But an entry
    more than GRACE older than the checkpoint before it was backdated, unless it says its clock was behind.
    """
    found, floor, sealing = _Entries(bytearray(), set(), []), b"", b'{"action":"%s"' % SEALING.encode()
    for sequence, line in enumerate(lines):
        found.hashes += _NOTHING if line is None else leaf_hash(line)
        match = ENTRY.fullmatch(line or b"")
        if match is None:
            found.problems.append(_at(sequence, f"Entry {sequence} is not written as an entry is."))
            continue
        time = match["time"]
        if time < floor and match["clock"] == BEHIND.encode():
            found.behind += 1
        elif time < floor:
            what = f"its time {time.decode()} is before the checkpoint before it"
            found.problems.append(_at(sequence, f"Entry {sequence} is backdated: {what}."))
        if match[0].startswith(sealing):
            found.sealed.add(sequence + 1)
            try:
                floor = f"{datetime.fromisoformat(time.decode()) - GRACE:%Y-%m-%dT%H:%M:%S.%fZ}".encode()
            except (ValueError, OverflowError):
                found.problems.append(_at(sequence, f"Entry {sequence} has a time that no calendar has."))
    return found


def _read_leaves(lines: Iterator[bytes | None]) -> bytearray:
    """The hashes of the leaves file; _NOTHING for a line that is not exactly as it should be."""
    hashes = bytearray()
    for sequence, line in enumerate(lines):
        raw = _NOTHING
        if line is not None and len(line) == 77 and line.startswith(b"%012d " % sequence):
            try:
                raw = binascii.unhexlify(line[13:])
            except binascii.Error:
                raw = _NOTHING
            if raw.hex().encode() != line[13:]:  # in capital letters, say
                raw = _NOTHING
        hashes += raw
    return hashes


def _roots(hashes: bytearray, sizes: set[int]) -> dict[int, bytes]:
    """The root at each of the sizes that the log reaches, and at its end."""
    edge, end, roots = Edge(), len(hashes) // 32, {}
    for size in sorted({0, end} | {size for size in sizes if size < end}):
        edge.extend(hashes[edge.size * 32 : size * 32])
        roots[size] = edge.root()
    return roots


def _differences(
    entries: bytearray,
    leaves: bytearray,
    entry_roots: dict[int, bytes],
    leaf_roots: dict[int, bytes],
    marks: Sequence[Checkpoint],
) -> Iterator[Problem]:
    """Entries against leaves, line by line, and both against the checkpoints."""
    by_entries, by_leaves = (
        next((n for n, mark in enumerate(marks) if roots.get(mark.size) != mark.root), len(marks))
        for roots in (entry_roots, leaf_roots)
    )
    # Where entries and leaves differ, the checkpoints say which of the two to believe.
    leaves_hold = (by_leaves, len(entries)) >= (by_entries, len(leaves))
    truth, suspect, name = (leaves, entries, ENTRIES) if leaves_hold else (entries, leaves, LEAVES)
    if entries != leaves:
        yield from _walk(_split(truth), _split(suspect), name)
    size, hold, covered = len(truth) // 32, max(by_entries, by_leaves), marks[-1].size if marks else 0
    if size < covered:
        what = f"The log was cut: its last checkpoint has size {covered}, and after {size} entries it ends."
        yield _span(size, covered - 1, what)
    if hold < len(marks) and marks[hold].size <= size:
        low, high = marks[hold - 1].size if hold else 0, marks[hold].size
        what = f"Something was changed between size {low}, which holds, and the checkpoint of size {high}."
        yield _span(low, high - 1, what)
    if size > covered:
        what = "covered by no checkpoint: sealing was cut off there, or somebody added them"
        yield _span(covered, size - 1, f"Entries {covered} to {size - 1} are {what}.")


def _walk(truth: list[bytes], found: list[bytes], name: str) -> Iterator[Problem]:
    """Go along what was sealed and what is found, and say at each parting what happened. Linear time."""
    true_place = {line: i for i, line in enumerate(truth) if line != _NOTHING}
    found_place = {line: j for j, line in reversed(list(enumerate(found))) if line != _NOTHING}
    told: set[int] = set()  # sequence numbers already named, because their line stands too early
    passed: set[int] = set()  # lines already named, because they stand too late
    i = j = 0
    while i < len(truth) or j < len(found):
        if i in told:
            i += 1
        elif j in passed:
            j += 1
        elif i < len(truth) and j < len(found) and truth[i] == found[j]:
            i, j = i + 1, j + 1
        else:
            comes = found_place.get(truth[i], -1) - j if i < len(truth) else 0  # lines until entry i comes
            origin = true_place.get(found[j], -1) if j < len(found) else -1  # whose line stands here
            whose = f"a copy of entry {origin}" if origin >= 0 else "a line that was never sealed"
            if j == len(found) or (i < len(truth) and comes <= 0 < origin - i):
                yield _at(i, f"{name}: the line of entry {i} was dropped.")
                i += 1
            elif i == len(truth) or comes > 0 >= origin - i:
                yield _at(i, f"{name}: {whose} was inserted at entry {i}.")
                j += 1
            elif comes <= 0:
                yield _at(i, f"{name}: the line of entry {i} was changed: there stands {whose}.")
                i, j = i + 1, j + 1
            elif comes <= origin - i:
                yield _at(origin, f"{name}: the line of entry {origin} was moved to entry {i}.")
                told.add(origin)
                j += 1
            else:
                yield _at(i, f"{name}: the line of entry {i} was moved {comes} lines down.")
                passed.add(j + comes)
                i += 1


def _against(
    expected: Sequence[Checkpoint], roots: dict[int, bytes], size: int, key: PublicKey | None
) -> Iterator[Problem]:
    """The log against checkpoints that were kept elsewhere."""
    held = 0
    for mark in sorted(expected, key=lambda mark: mark.size):
        name = f"The expected checkpoint of size {mark.size}"
        if key is None or mark.origin != key.name or open_note(mark.note, key) is None:
            whose = f"this log's key {key.fingerprint}" if key else "a key that is known"
            yield Problem(f"{name} was changed, or is not signed by {whose}.")
        elif mark.size > size:
            what = f"larger than the log: it ends at size {size}, the entries after that are missing"
            yield _span(size, mark.size - 1, f"{name} is {what}.")
        elif roots[mark.size] != mark.root:
            what = f"the log was rewritten between size {held} and size {mark.size}"
            yield _span(held, mark.size - 1, f"{name} does not hold: {what}.")
        else:
            held = mark.size


def _at(sequence: int, sentence: str) -> Problem:
    return Problem(sentence, sequence, sequence, sequence)


def _span(first: int, last: int, sentence: str) -> Problem:
    return Problem(sentence, None, first, last)


def _split(hashes: bytearray) -> list[bytes]:
    return [bytes(hashes[place : place + 32]) for place in range(0, len(hashes), 32)]


def _text(path: Path) -> str:
    """A file's text, "" if it is missing; bytes that are no UTF-8 become U+FFFD, which nobody signed."""
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""


def _lines(path: Path, until: int | None, seen: Seen) -> Iterator[bytes | None]:
    """Each line without its line end; None for a last line that has none. No line if the file is missing."""
    if path.is_file():
        with path.open("rb") as file:
            for number, line in enumerate(islice(file, until)):
                if number % 10_000 == 0:
                    seen(path.name, file.tell())
                yield line[:-1] if line.endswith(b"\n") else None


# ---- 4. An excerpt: some entries with their proofs, as a dossier carries them


@dataclass(frozen=True)
class ProvenEntry:
    """One entry, its place, its inclusion proof and, where it is laid open, its salt and payload."""

    entry: bytes
    index: int
    proof: tuple[bytes, ...]
    salt: bytes | None = None
    payload: bytes | None = None


@dataclass(frozen=True)
class LedgerExcerpt:
    """Entries of one log against one checkpoint. `sealing` is the checkpoint's own entry, with its time."""

    checkpoint: str
    public_key: str
    sealing: ProvenEntry
    entries: tuple[ProvenEntry, ...]


def payload_holds(entry: bytes, salt: bytes, payload: bytes) -> bool:
    """Whether the entry speaks of this payload: it holds SHA-256(salt ‖ payload)."""
    match = ENTRY.fullmatch(entry)
    digest = hashlib.sha256(salt + payload).hexdigest().encode()
    return match is not None and len(salt) == 32 and match["payload"] == digest


def verify_excerpt(excerpt: LedgerExcerpt, *, trusted: PublicKey | None = None) -> tuple[Problem, ...]:
    """Everything that does not hold in an excerpt; empty when all holds."""
    try:
        key, head = read_public_key(excerpt.public_key), read_checkpoint(excerpt.checkpoint)
    except Unreadable as error:
        return (Problem(str(error)),)
    problems = []
    if trusted is not None and key != trusted:
        what = f"The log's key {key.fingerprint} is not the trusted key {trusted.fingerprint}."
        problems.append(Problem(what))
    if head.origin != key.name or open_note(excerpt.checkpoint, key) is None:
        what = f"was changed, or is not signed by the key {key.fingerprint}"
        problems.append(Problem(f"The checkpoint of size {head.size} {what}."))
    last = ENTRY.fullmatch(excerpt.sealing.entry)
    if last is None or last["action"] != SEALING.encode() or excerpt.sealing.index != head.size - 1:
        problems.append(Problem(f"The entry given as that of the checkpoint of size {head.size} is another."))
    for one in (*excerpt.entries, excerpt.sealing):
        given = (one.salt, one.payload)
        if ENTRY.fullmatch(one.entry) is None:
            problems.append(_at(one.index, f"Entry {one.index} is not written as an entry is."))
        if not inclusion_holds(leaf_hash(one.entry), one.index, head.size, one.proof, head.root):
            problems.append(_at(one.index, f"Entry {one.index} was changed or is not in the log."))
        if given != (None, None) and not payload_holds(one.entry, one.salt or b"", one.payload or b""):
            problems.append(_at(one.index, f"Entry {one.index} speaks of another payload than given."))
    return tuple(problems)


def write_excerpt(excerpt: LedgerExcerpt) -> str:
    """The excerpt as JSON, the same bytes each time. Proofs and salts are hexadecimal."""

    def plain(one: ProvenEntry) -> dict[str, Any]:
        form: dict[str, Any] = {"index": one.index, "entry": one.entry.decode()}
        form["proof"] = [part.hex() for part in one.proof]
        if one.salt is not None and one.payload is not None:
            form |= {"salt": one.salt.hex(), "payload": one.payload.decode()}
        return form

    document: dict[str, Any] = {"checkpoint": excerpt.checkpoint, "public_key": excerpt.public_key}
    document |= {"sealing": plain(excerpt.sealing), "entries": [plain(one) for one in excerpt.entries]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_excerpt(text: str) -> LedgerExcerpt:
    """An excerpt from its JSON. Raises Unreadable."""

    def proven(form: dict[str, Any]) -> ProvenEntry:
        salt = bytes.fromhex(form["salt"]) if "salt" in form else None
        payload = form["payload"].encode() if "payload" in form else None
        proof = tuple(bytes.fromhex(part) for part in form["proof"])
        return ProvenEntry(form["entry"].encode(), index(form["index"]), proof, salt, payload)

    try:
        form = json.loads(text)
        checkpoint, key = (form[name].encode().decode() for name in ("checkpoint", "public_key"))
        return LedgerExcerpt(checkpoint, key, proven(form["sealing"]), tuple(map(proven, form["entries"])))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"This is no excerpt of a ledger: {error!r}.") from error


# ---- 5. By hand


def main() -> int:
    """0: all holds; 1: something does not; 2: it can't be read."""
    parser = argparse.ArgumentParser(description="Check a ledger of Faru.")
    parser.add_argument("folder", type=Path, nargs="?", help="the ledger folder")
    parser.add_argument("--checkpoint", type=Path, help="a file with checkpoints that were kept elsewhere")
    parser.add_argument("--key", type=Path, help="the public key that you trust")
    parser.add_argument("--excerpt", type=Path, help="an excerpt of a ledger, as a dossier holds it")
    given = parser.parse_args()
    try:
        key = trusted = read_public_key(given.key.read_text("utf-8")) if given.key else None
        if given.excerpt:
            excerpt = read_excerpt(given.excerpt.read_text("utf-8"))
            problems, key = verify_excerpt(excerpt, trusted=trusted), read_public_key(excerpt.public_key)
            print(f"{len(excerpt.entries)} entries against this checkpoint:\n\n{excerpt.checkpoint}")
        elif given.folder:
            expected = read_checkpoints(given.checkpoint.read_text("utf-8")) if given.checkpoint else ()
            report = verify_folder(given.folder, expected=expected, trusted=trusted)
            problems, key = report.problems, report.key
            print(f"{report.size} entries, {report.checkpoints} checkpoints, root {_base64(report.root)}")
            print(*report.remarks, sep="\n", end="\n" * bool(report.remarks))
            print("No checkpoint was given: a cut tail would not show.\n" * (not expected), end="")
        else:
            raise Unreadable("Give a ledger folder, or an excerpt with --excerpt.")
    except (Unreadable, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print("Key", key.fingerprint if key else "unknown", "" if trusted else "(compare it with the unit)")
    print(*(problem.sentence for problem in problems), sep="\n", end="\n" * bool(problems))
    print("Something does not hold." if problems else "Everything holds.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
