"""Writing an entry: its row, what it speaks of, its sealed payload, and its place in the line for sealing.

Always inside the transaction of the change it tells of. Where the entry can't be written nothing happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from faru.desk import clock
from faru.desk.ids import new_id
from faru.desk.journal import models
from faru.desk.rows import insert_rows
from faru.desk.vault.models import UNIT_SUBJECT
from faru.ledger.entries import SALT_BYTES, Entry, canonical, commit, random_salt
from faru.ledger.tags import Action


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was done, before it is an entry."""

    tag: Action
    about: tuple[UUID, ...]
    payload: Mapping[str, Any]
    subject: UUID = UNIT_SUBJECT


def write(actor: UUID, role: str, said: Iterable[Said]) -> list[UUID]:
    """Write entries, in order; their ids. Call it inside a transaction. Raises LedgerError."""
    rows, objects, payloads, pending = [], [], [], []
    for one in said:
        at, identity = clock.now(), new_id()
        payload, salt = canonical(one.payload), random_salt(SALT_BYTES)
        about = tuple(dict.fromkeys(one.about))
        entry = Entry(
            action=one.tag,
            actor=actor.hex,
            clock=clock.state(),
            id=str(identity),
            objects=tuple(str(thing) for thing in about),
            payload_sha256=commit(payload, salt),
            role=role,
            time=at,
        )
        rows.append(
            models.Entry(
                id=identity, at=at, tag=one.tag.value, actor=actor.hex, role=role, body=entry.to_bytes()
            )
        )
        objects += [models.EntryObject(entry_id=identity, thing=thing) for thing in about]
        payloads.append(models.Payload(id=identity, subject_id=one.subject, content=salt + payload))
        pending.append(models.Pending(entry_id=identity))
    insert_rows(rows)
    insert_rows(objects)
    insert_rows(payloads)
    insert_rows(pending)
    return [row.id for row in rows]


def opened(ids: Iterable[UUID]) -> dict[str, tuple[bytes, bytes]]:
    """Salt and payload by entry id, for those whose subject's key is still there."""
    from faru.desk.vault import crypto, keys

    rows = list(models.Payload.objects.filter(id__in=list(ids)))
    keys.warm(row.subject_id for row in rows)
    found = {}
    for row in rows:
        try:
            content = row.content
        except crypto.VaultFault:
            continue  # expunged: the entry stays, what it was about is gone
        found[str(row.id)] = (content[:SALT_BYTES], content[SALT_BYTES:])
    return found
