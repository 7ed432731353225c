"""Data keys: made with their subject, unwrapped when needed, kept unwrapped for a moment.

A page that shows fifty rows of fifty subjects asks for their keys in one query: `warm`.
"""

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from functools import cache
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from faru.desk import unit
from faru.desk.ids import new_id
from faru.desk.rows import insert_rows
from faru.desk.vault import crypto
from faru.desk.vault.models import UNIT_SUBJECT, DataKey, Subject, SubjectKind

KEPT: Final = 5_000
KEPT_S: Final = 60.0
"""A destroyed key is forgotten by every process within this time."""

_lock = threading.Lock()
_by_subject: "OrderedDict[UUID, tuple[float, UUID, AESGCM]]" = OrderedDict()


@cache
def wrapping_key() -> tuple[str, bytes]:
    """The unit's wrapping key and its short name."""
    key = unit.current().secret("vault.key")
    return hashlib.sha256(b"faru wrapping key" + key).hexdigest()[:16], key


def new_subject(kind: SubjectKind) -> Subject:
    """A subject with its key, saved."""
    subject, key = made(kind)
    subject.save(force_insert=True)
    key.save(force_insert=True)
    return subject


def made(kind: SubjectKind) -> tuple[Subject, DataKey]:
    """A subject and its key, not saved yet: something can be sealed before the transaction that notes it."""
    subject = Subject(kind=kind)
    return subject, DataKey(**_fresh(subject.id))


def new_subjects(kind: SubjectKind, count: int) -> list[Subject]:
    """Many subjects at once, saved."""
    subjects = [Subject(kind=kind) for _ in range(count)]
    insert_rows(subjects)
    insert_rows(DataKey(**_fresh(subject.id)) for subject in subjects)
    return subjects


def ensure_unit_subject() -> None:
    """The unit's own subject is there from the first start on."""
    _subject, made = Subject.objects.get_or_create(id=UNIT_SUBJECT, defaults={"kind": SubjectKind.UNIT})
    if made:
        DataKey.objects.create(**_fresh(UNIT_SUBJECT))


def _fresh(subject: UUID) -> dict[str, object]:
    name, wrapping = wrapping_key()
    key_id, key = new_id(), os.urandom(crypto.KEY)
    _keep(subject, key_id, AESGCM(key))
    return {
        "id": key_id,
        "subject_id": subject,
        "wrapped": crypto.wrap(wrapping, key, key_id, subject),
        "wrapping_key": name,
    }


def key_of(subject: UUID) -> tuple[UUID, AESGCM]:
    """A subject's key. Raises VaultFault where it was destroyed."""
    kept = _kept(subject)
    if kept is None:
        warm([subject])
        kept = _kept(subject)
    if kept is None and subject == UNIT_SUBJECT:
        ensure_unit_subject()
        kept = _kept(subject)
    if kept is None:
        raise crypto.VaultFault("The key of this subject was destroyed: what was sealed under it is gone.")
    return kept


def warm(subjects: Iterable[UUID | None]) -> None:
    """Unwrap the keys of these subjects, in one query for those that are not at hand."""
    wanted = {one for one in subjects if one is not None and _kept(one) is None}
    if not wanted:
        return
    for row in DataKey.objects.filter(subject_id__in=wanted):
        unlock(row)


def unlock(row: DataKey) -> None:
    """Have this key at hand for a moment, saved or not. Raises VaultFault where it does not open."""
    name, wrapping = wrapping_key()
    if row.wrapping_key != name:
        raise crypto.VaultFault("A key is wrapped by a wrapping key that is not here.")
    key = crypto.unwrap(wrapping, bytes(row.wrapped), row.id, row.subject_id)
    _keep(row.subject_id, row.id, AESGCM(key))


def forget() -> None:
    """Drop every unwrapped key of this process."""
    with _lock:
        _by_subject.clear()


def _kept(subject: UUID) -> tuple[UUID, AESGCM] | None:
    with _lock:
        found = _by_subject.get(subject)
        if found is None or found[0] < time.monotonic():
            return None
        return found[1], found[2]


def _keep(subject: UUID, key_id: UUID, key: AESGCM) -> None:
    with _lock:
        _by_subject[subject] = (time.monotonic() + KEPT_S, key_id, key)
        while len(_by_subject) > KEPT:
            _by_subject.popitem(last=False)
