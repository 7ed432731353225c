"""Is this dossier as it was sealed, and does it say what the ledger says? Offline, and in plain words.

Nothing is written to disk, and nothing in the file is believed before it is checked: any bytes whatever
give a report, never an exception.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from faru.dossier import bag, binding
from faru.dossier.archive import Archive, Unopened, open_archive, read_archive
from faru.dossier.build import EXCERPT
from faru.dossier.casefile import Event
from faru.dossier.tables import read_table
from faru.ledger import verify as ledger
from faru.ledger.verify import LedgerExcerpt, PublicKey, Unreadable

NEEDED: Final = (
    "README.txt", "bag-info.txt", "bagit.txt", "data/evidence/chronology.csv", "data/evidence/referrals.csv",
    "data/ledger/checkpoint.txt", "data/ledger/excerpt.json", "data/ledger/key.pub", "data/report.pdf",
    "key.pem", "key.pub", bag.MANIFEST, bag.SIGNATURE, bag.TAG_MANIFEST, "verify.py",
)  # fmt: skip
NAMED: Final = 5
"""Files that one sentence names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer. None: there was nothing to compare with."""

    name: str
    holds: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found."""

    checks: tuple[Check, ...]
    key: PublicKey | None  # the key in the file
    key_trusted: bool | None  # None: no trusted key was given
    readable: bool = True  # False: it is no dossier at all

    @property
    def valid(self) -> bool:
        """It can be read and nothing was found that does not hold."""
        return self.readable and all(check.holds is not False for check in self.checks)


def verify(path: Path, trusted_key: PublicKey | None = None) -> Report:
    """Check a dossier; with `trusted_key` also that this key, and no other, signed it and its ledger."""
    try:
        archive = open_archive(path)
    except Unopened as error:
        return _unread(error, trusted_key)
    return _checked(archive, trusted_key)


def verify_bytes(data: bytes, name: str, trusted_key: PublicKey | None = None) -> Report:
    """Check a dossier that is in memory only; `name` is what sentences call it."""
    try:
        archive = read_archive(data, name)
    except Unopened as error:
        return _unread(error, trusted_key)
    return _checked(archive, trusted_key)


def _unread(error: Unopened, trusted_key: PublicKey | None) -> Report:
    trust = None if trusted_key is None else False
    return Report((Check("file", False, str(error)),), None, trust, readable=False)


def _checked(archive: Archive, trusted_key: PublicKey | None) -> Report:
    key = _key(archive)
    excerpt = _excerpt(archive)
    trusted = None if trusted_key is None else key == trusted_key
    checks = (
        _names(archive),
        _files(archive),
        _listed(archive, bag.MANIFEST, "manifest"),
        _listed(archive, bag.TAG_MANIFEST, "tag manifest"),
        _signature(archive, key),
        _trust(key, trusted_key),
        _packing(archive, excerpt),
        _ledger(archive, excerpt, key),
        _payloads(excerpt),
        _chronology(archive, excerpt),
        _originals(archive),
    )
    return Report(checks, key, trusted)


def _names(archive: Archive) -> Check:
    if archive.faults:
        return Check("names", False, _listing(archive.faults))
    return Check("names", True, "Every name in the ZIP is plain, stands once, and lies in one folder.")


def _files(archive: Archive) -> Check:
    missing = [name for name in NEEDED if name not in archive.members]
    if missing:
        return Check("files", False, f"Not in the file: {_listing(missing)}.")
    if archive.members["bagit.txt"] != bag.BAGIT:
        return Check("files", False, "bagit.txt does not say BagIt 1.0 in UTF-8: it was changed.")
    return Check("files", True, "Every part of a dossier is there.")


def _listed(archive: Archive, name: str, title: str) -> Check:
    """Every file of the manifest's half of the bag is in it with its hash, and no other."""
    payload = name == bag.MANIFEST
    there = {
        path: content
        for path, content in archive.members.items()
        if path.startswith("data/") == payload and path not in bag.UNLISTED
    }
    try:
        listed = bag.read_manifest(archive.members[name])
    except KeyError:
        return Check(title, False, f"{name} is missing: nothing says what belongs to this file.")
    except ValueError:
        return Check(title, False, f"{name} is not written as a manifest is: it was changed.")
    changed = [p for p in sorted(there) if p in listed and listed[p] != hashlib.sha256(there[p]).hexdigest()]
    clauses = (
        (changed, "changed"),
        ([path for path in listed if path not in there], "missing"),
        ([path for path in sorted(there) if path not in listed], "added, or listed under another name"),
    )
    found = [f"{what}: {_listing(paths)}" for paths, what in clauses if paths]
    if found:
        return Check(title, False, f"By {name}, {'; '.join(found)}.")
    return Check(title, True, f"All {len(listed)} files of {name} are there, unchanged, and no other.")


def _signature(archive: Archive, key: PublicKey | None) -> Check:
    signature, signed = (archive.members.get(name) for name in (bag.SIGNATURE, bag.TAG_MANIFEST))
    if key is None or signature is None or signed is None:
        return Check(
            "signature", False, "Without key.pub, signature and tag manifest nobody signed this file."
        )
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, signed)
    except (InvalidSignature, ValueError):
        sentence = (
            "The signature does not fit: the list of files was changed after sealing, or another key signed."
        )
        return Check("signature", False, sentence)
    return Check("signature", True, f"The key {key.fingerprint[:16]}… signed the list of files as it is.")


def _trust(key: PublicKey | None, trusted: PublicKey | None) -> Check:
    if trusted is None:
        sentence = "No key was given to compare with: compare the key's words with the unit by telephone."
        return Check("key", None, sentence)
    if key != trusted:
        found = "no key" if key is None else f"the key {key.fingerprint}"
        return Check("key", False, f"The file has {found}, not the trusted key {trusted.fingerprint}.")
    return Check("key", True, "The key in the file is the trusted key.")


def _packing(archive: Archive, excerpt: LedgerExcerpt | None) -> Check:
    """The ZIP is byte for byte what its members and the checkpoint's date make of it."""
    date = "Bagging-Date: "
    try:
        if excerpt is None:
            raise binding.NotBound("there is no excerpt")
        when = binding.sealed_at(excerpt)
        again = bag.zip_bytes(archive.members, archive.folder, when)
    except (binding.NotBound, bag.TooLarge, UnicodeEncodeError):
        return Check("packing", False, "The ledger's checkpoint gives no date, so the ZIP can't be compared.")
    info = archive.members.get("bag-info.txt", b"").decode("utf-8", "replace").splitlines()
    if again != archive.data:
        sentence = "The ZIP is not byte for byte as sealed: it was packed again, or something in it changed."
        return Check("packing", False, sentence)
    if f"{date}{when:%Y-%m-%d}" not in info:
        return Check("packing", False, "The bag's date is not that of the ledger's checkpoint.")
    return Check(
        "packing", True, f"The ZIP is byte for byte as sealed at the checkpoint of {binding.utc_text(when)}."
    )


def _ledger(archive: Archive, excerpt: LedgerExcerpt | None, key: PublicKey | None) -> Check:
    if excerpt is None:
        return Check("ledger", False, f"data/{EXCERPT} is missing, or is no excerpt of a ledger.")
    copies = {
        "data/ledger/checkpoint.txt": excerpt.checkpoint,
        "data/ledger/key.pub": excerpt.public_key,
        "key.pub": excerpt.public_key,
    }
    other = [name for name, text in copies.items() if archive.members.get(name) != text.encode()]
    if other:
        return Check("ledger", False, f"Not the same as in data/{EXCERPT}: {_listing(other)}.")
    problems = ledger.verify_excerpt(excerpt, trusted=key)
    if problems:
        return Check("ledger", False, _listing([problem.sentence for problem in problems]))
    size = ledger.read_checkpoint(excerpt.checkpoint).size
    sentence = (
        f"{len(excerpt.entries)} entries are in the ledger of {size:,} entries that the same key signed."
    )
    return Check("ledger", True, sentence)


def _payloads(excerpt: LedgerExcerpt | None) -> Check:
    entries = () if excerpt is None else excerpt.entries
    wrong = [
        f"entry {one.index}"
        for one in entries
        if one.payload is not None
        and (one.salt is None or not ledger.payload_holds(one.entry, one.salt, one.payload))
    ]
    if wrong or excerpt is None:
        return Check(
            "payloads", False, f"Payloads that are not what was entered: {_listing(wrong) or 'all'}."
        )
    opened = sum(one.payload is not None for one in entries)
    return Check(
        "payloads", True, f"{opened} of {len(entries)} entries are laid open, and are what was entered."
    )


def _chronology(archive: Archive, excerpt: LedgerExcerpt | None) -> Check:
    """Each line of the chronology is what its entry says."""
    entries = {} if excerpt is None else binding.by_id(excerpt)
    faults = []
    try:
        rows = read_table(archive.members.get("data/evidence/chronology.csv", b""))
        for number, row in enumerate(rows, 1):
            try:
                binding.check(Event(binding.parse_utc(row["at_utc"]), row["sentence"], row["entry"]), entries)
            except binding.NotBound as error:
                faults.append(f"line {number}: {error}")
    except (ValueError, KeyError) as error:
        return Check("chronology", False, f"The table of the chronology can't be read: {error}")
    if faults:
        return Check("chronology", False, f"The chronology is not bound to the ledger. {_listing(faults)}.")
    return Check("chronology", True, f"Each of the {len(rows)} lines says what its ledger entry says.")


def _originals(archive: Archive) -> Check:
    """The senders' bytes are those whose hash the table gives; what stays away says why."""
    try:
        rows = read_table(archive.members.get("data/evidence/referrals.csv", b""))
        listed = {f"data/{row['original']}": row["sha256"] for row in rows if row["original"]}
        silent = [row["line"] for row in rows if not row["original"] and not row["stays_because"]]
    except (ValueError, KeyError) as error:
        return Check("referrals", False, f"The table of the referrals can't be read: {error}")
    there = {name: c for name, c in archive.members.items() if name.startswith("data/evidence/referrals/")}
    wrong = [
        name
        for name in sorted({*listed, *there})
        if name not in there or listed.get(name) != hashlib.sha256(there[name]).hexdigest()
    ]
    if wrong or silent:
        what = [*wrong, *(f"line {line}, which gives no reason for its absence" for line in silent)]
        return Check(
            "referrals", False, f"Not the bytes that the table of referrals names: {_listing(what)}."
        )
    sentence = (
        f"{len(listed)} of {len(rows)} referrals are here as received; of the others the table has the hash."
    )
    return Check("referrals", True, sentence)


def _key(archive: Archive) -> PublicKey | None:
    try:
        return ledger.read_public_key(archive.members.get("key.pub", b"").decode("utf-8"))
    except (Unreadable, UnicodeDecodeError):
        return None


def _excerpt(archive: Archive) -> LedgerExcerpt | None:
    try:
        return ledger.read_excerpt(archive.members.get(f"data/{EXCERPT}", b"").decode("utf-8"))
    except (Unreadable, UnicodeDecodeError):
        return None


def _listing(parts: list[str] | tuple[str, ...]) -> str:
    more = len(parts) - NAMED
    text = "; ".join(part[:300] for part in parts[:NAMED])
    return f"{text}; and {more} more" if more > 0 else text
