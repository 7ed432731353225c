"""A case file and an excerpt of the ledger in, one sealed ZIP out. The same input gives the same bytes.

The builder refuses what would not hold or must not leave: a chronology that the ledger does not bear out,
bytes that are not the referral's, a child's name.
"""

import base64
import contextlib
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from faru.dossier import bag, binding
from faru.dossier.byhand import readme
from faru.dossier.casefile import Attribution, CaseFile, ReferralPart
from faru.dossier.names import Guard
from faru.dossier.report import Seal, write_report
from faru.dossier.tables import tables
from faru.ledger import verify as ledger
from faru.ledger.keys import Signer, fingerprint_words
from faru.ledger.verify import LedgerExcerpt
from faru.vocabulary import SEALED

EXCERPT: Final = "ledger/excerpt.json"
VERIFIER: Final = Path(ledger.__file__)

_CASE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{3,63}")
_STAYS_AT_HOME: Final = frozenset({"RED", "AMBER+STRICT"})
"""TLP 2.0: RED is for the eyes of its recipients, AMBER+STRICT for their own organisation."""
_SUFFIX: Final = ((b"{", "json"), (b"[", "json"), (b"<", "xml"), (b"%PDF", "pdf"), (b"PK\x03\x04", "zip"))


class DossierRefused(Exception):
    """The case can't be sealed as it is. The message says where and what to mend."""


@dataclass(frozen=True, slots=True)
class Built:
    """A sealed dossier."""

    path: Path
    sha256: str  # of the ZIP
    fingerprint_words: tuple[str, ...]  # of the key that signed it
    absent_texts: int  # texts that stand in the tables because the report's fonts lack them


def build(case: CaseFile, excerpt: LedgerExcerpt, signer: Signer, out: Path) -> Built:
    """Build, sign and write the dossier to the file `out`; never over another one. Raises DossierRefused.

    `excerpt` holds every entry of the chronology laid open, against the checkpoint that dates the dossier;
    its ledger is signed by the same key.
    """
    data, absent = build_bytes(case, excerpt, signer)
    _write(out, data)
    return Built(out, hashlib.sha256(data).hexdigest(), fingerprint_words(signer.public), absent)


def build_bytes(case: CaseFile, excerpt: LedgerExcerpt, signer: Signer) -> tuple[bytes, int]:
    """The signed ZIP, and how many texts the report's fonts lack. Raises DossierRefused."""
    members, absent = bag_members(case, excerpt, signer)
    try:
        return bag.zip_bytes(members, folder(case), binding.sealed_at(excerpt)), absent
    except bag.TooLarge as error:
        raise DossierRefused(f"The dossier is too large: {error}") from error


def folder(case: CaseFile) -> str:
    """The name of the one folder in the ZIP."""
    return f"dossier-{case.case_id}"


def bag_members(case: CaseFile, excerpt: LedgerExcerpt, signer: Signer) -> tuple[dict[str, bytes], int]:
    """The signed bag by paths, and how many texts the report's fonts lack. Raises DossierRefused."""
    _check(case, excerpt, signer)
    case = sealed(case)
    guard = Guard(case.children)
    case, originals = _originals(case, guard)
    names = [name for name, _ in originals]
    seal = _seal(excerpt, signer)
    evidence = {f"evidence/{table.name}.csv": table.to_bytes() for table in tables(case, names)}
    texts = {
        **evidence,
        EXCERPT: ledger.write_excerpt(excerpt).encode(),
        "the case file": repr(case).encode(),
    }
    _no_child(texts, guard)
    pdf = write_report(case, names, seal)
    payload = {
        "report.pdf": pdf.bytes,
        **evidence,
        **{name: raw for name, raw in originals if name is not None and raw is not None},
        EXCERPT: texts[EXCERPT],
        "ledger/checkpoint.txt": excerpt.checkpoint.encode(),
        "ledger/key.pub": excerpt.public_key.encode(),
    }
    info = {
        "Source-Organization": case.unit,
        "External-Identifier": case.case_id,
        "External-Description": "Dossier of one case, sealed",
        "Bagging-Date": f"{seal.at:%Y-%m-%d}",
        "Payload-Oxum": bag.payload_oxum(payload),
    }
    tags = {
        "README.txt": readme(
            unit=case.unit, case=case.case_id, words=seal.words, fingerprint=seal.fingerprint
        ),
        "key.pub": signer.public.text().encode(),
        "key.pem": _pem(signer.public),
        "verify.py": VERIFIER.read_bytes(),
    }
    members = bag.bag(payload, info, tags)
    members[bag.SIGNATURE] = sign(members[bag.TAG_MANIFEST], signer)
    return members, len(pdf.missing_glyphs)


def sign(tag_manifest: bytes, signer: Signer) -> bytes:
    """Ed25519 over the bytes of the tag manifest, 64 bytes.

    It is the signature of a C2SP signed note whose text is the tag manifest: the key signs one kind of thing.
    """
    note = signer.sign_note(tag_manifest.decode("ascii"))
    return base64.b64decode(note.rstrip("\n").rpartition(" ")[2])[-64:]


def sealed(case: CaseFile) -> CaseFile:
    """The case with every address of a reported child's own written as "sealed"."""
    return replace(case, attributions=tuple(_sealed(one) for one in case.attributions))


def _sealed(one: Attribution) -> Attribution:
    if one.observation.child is None:
        return one
    observation = replace(one.observation, literal=SEALED, address=None, port=None, destination=None)
    rows = tuple(replace(row, subscriber=SEALED, address=SEALED) for row in one.rows)
    readings = tuple(replace(reading, subscribers=(SEALED,)) for reading in one.readings)
    skew = tuple(replace(step, subscribers=(SEALED,)) for step in one.skew)
    return replace(one, observation=observation, rows=rows, readings=readings, skew=skew, coverage=None)


def stays_because(part: ReferralPart) -> str | None:
    """Why the sender's bytes may not travel with the dossier; None where handling allows it."""
    if part.stays is not None:
        return part.stays
    if part.raw is None:
        return "The bytes were not given to the dossier."
    if part.children:
        who = ", ".join(part.children)
        return f"The referral speaks of a reported child ({who}): only its hash is listed."
    if (part.handling.tlp or "").upper() in _STAYS_AT_HOME:
        return f"The handling code TLP:{part.handling.tlp} keeps it in the unit: only its hash is listed."
    return None


Original = tuple[str, bytes] | tuple[None, None]


def _originals(case: CaseFile, guard: Guard) -> tuple[CaseFile, list[Original]]:
    """For each referral the name and bytes that travel, or neither; and the case with the reasons filled in.

    From here on the case holds no bytes of a referral.
    """
    parts: list[ReferralPart] = []
    files: list[Original] = []
    for number, part in enumerate(case.referrals, 1):
        why, raw = stays_because(part), part.raw
        if raw is not None and hashlib.sha256(raw).hexdigest() != part.identity.sha256:
            raise DossierRefused(
                f"Referral {number}: the bytes given are not those with the SHA-256 {part.identity.sha256}."
            )
        if why is None and raw is not None:
            label = guard.in_raw(raw)
            why = None if label is None else f"{label} is named in it: only its hash is listed."
        parts.append(replace(part, raw=None, stays=why, size=part.size if raw is None else len(raw)))
        if why is None and raw is not None:
            files.append((f"evidence/referrals/{number:03}-{part.identity.sha256[:16]}.{_suffix(raw)}", raw))
        else:
            files.append((None, None))
    return replace(case, referrals=tuple(parts)), files


def _suffix(raw: bytes) -> str:
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:8]
    return next((suffix for sign, suffix in _SUFFIX if start.startswith(sign)), "txt")


def _check(case: CaseFile, excerpt: LedgerExcerpt, signer: Signer) -> None:
    if not _CASE_ID.fullmatch(case.case_id):
        raise DossierRefused(f"The case id {case.case_id!r} is not 4 to 64 letters, digits and hyphens.")
    try:
        ZoneInfo(case.zone)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise DossierRefused(
            f"{case.zone!r} is no time zone of the IANA list: mend the unit's zone."
        ) from error
    problems = ledger.verify_excerpt(excerpt, trusted=signer.public)
    if problems:
        raise DossierRefused(f"The ledger's excerpt does not hold: {problems[0].sentence}")
    entries = binding.by_id(excerpt)
    for line, event in enumerate(case.chronology, 1):
        try:
            binding.check(event, entries)
        except binding.NotBound as error:
            raise DossierRefused(f"Line {line} of the chronology is not bound: {error}.") from error


def _no_child(texts: Mapping[str, bytes], guard: Guard) -> None:
    for place, content in texts.items():
        label = guard.in_text(content.decode("utf-8", "replace"))
        if label is not None:
            raise DossierRefused(
                f"A name or identifier of {label} stands in {place}: write {label} instead and build again."
            )


def _seal(excerpt: LedgerExcerpt, signer: Signer) -> Seal:
    head = ledger.read_checkpoint(excerpt.checkpoint)
    return Seal(
        at=binding.sealed_at(excerpt),
        origin=head.origin,
        size=head.size,
        root=head.root.hex(),
        fingerprint=signer.public.fingerprint,
        words=fingerprint_words(signer.public),
    )


def _pem(key: ledger.PublicKey) -> bytes:
    public = Ed25519PublicKey.from_public_bytes(key.raw)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write(out: Path, data: bytes) -> None:
    """Whole or not at all, and never over a different dossier."""
    try:
        if out.exists() and out.read_bytes() != data:
            raise DossierRefused(f"{out} holds another dossier, which stays. Give the new one another name.")
        out.parent.mkdir(parents=True, exist_ok=True)
        unfinished = out.with_name(out.name + ".unfinished")
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(out)
        with contextlib.ExitStack() as stack:
            handle = os.open(out.parent, os.O_RDONLY)
            stack.callback(os.close, handle)
            os.fsync(handle)
    except OSError as error:
        raise DossierRefused(f"{out} can't be written: {error}.") from error
