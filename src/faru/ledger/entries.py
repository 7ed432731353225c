"""One entry: that somebody did something at some time, and the commitment to what it was about.

The payload (what it was about) is not in the entry. The entry holds SHA-256(salt ‖ payload), and payload and
salt live with their subject: so a person can be expunged and the log stays whole.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import rfc8785

from faru.ledger import verify
from faru.ledger.clock import ClockState
from faru.ledger.tags import Action

SALT_BYTES = 32
PUBLIC_SALT = bytes(SALT_BYTES)
"""The salt of the ledger's own entries (checkpoint.sign, ledger.mend): nothing in them is secret."""

_ACTOR = re.compile(r"[0-9a-f]{8,64}")
_ROLE = re.compile(r"[a-z_]{1,40}")
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class LedgerError(Exception):
    """The ledger can't be written, or refuses what it is asked to write. The act must not happen then."""


class LedgerBusy(LedgerError):
    """Another process seals this ledger now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry, checked. It has no sequence number: sealing gives it one, outside of it."""

    action: Action
    actor: str  # key id of who did it: 8 to 64 hexadecimal digits
    clock: ClockState
    id: str  # UUID version 7
    objects: tuple[str, ...]  # random ids (UUID version 4 or 7) of what it was done to
    payload_sha256: str
    role: str  # in which role: lower case letters and underlines
    time: datetime  # aware, UTC

    def __post_init__(self) -> None:
        if not _ACTOR.fullmatch(self.actor):
            raise LedgerError(f"An actor is a key id of 8 to 64 hexadecimal digits, not {self.actor!r}.")
        if not _ROLE.fullmatch(self.role):
            raise LedgerError(f"A role is written in small letters and underlines, not {self.role!r}.")
        for reference in (self.id, *self.objects):
            if not _is_random_id(reference):
                raise LedgerError(
                    f"An entry refers to things by random ids (UUID version 4 or 7), not by {reference!r}."
                )
        if self.time.tzinfo is None:
            raise LedgerError("An entry's time needs a zone.")

    def to_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785), without a line end: what the leaf hash covers."""
        return rfc8785.dumps(
            {
                "action": self.action.value,
                "actor": self.actor,
                "clock": self.clock.value,
                "id": self.id,
                "objects": list(self.objects),
                "payload_sha256": self.payload_sha256,
                "role": self.role,
                "time": format_time(self.time),
                "version": 1,
            }
        )

    @classmethod
    def from_bytes(cls, line: bytes) -> "Entry":
        """The entry from its bytes. Raises LedgerError where they are none."""
        if verify.ENTRY.fullmatch(line) is None:
            raise LedgerError("These bytes are not written in the form of an entry of the ledger.")
        form = json.loads(line)
        try:
            return cls(
                action=Action(form["action"]),
                actor=form["actor"],
                clock=ClockState(form["clock"]),
                id=form["id"],
                objects=tuple(form["objects"]),
                payload_sha256=form["payload_sha256"],
                role=form["role"],
                time=datetime.strptime(form["time"], _TIME).replace(tzinfo=UTC),
            )
        except ValueError as error:
            raise LedgerError(
                f"This entry says something that this version does not know: {error}."
            ) from error


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry with what the caller must keep beside the subject: without both nobody can open it again."""

    entry: Entry
    salt: bytes
    payload: bytes  # canonical JSON

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.entry.id


def format_time(time: datetime) -> str:
    """UTC with microseconds and a Z: always 27 characters, so that texts sort as times do."""
    return time.astimezone(UTC).strftime(_TIME).zfill(27)


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The payload as canonical JSON. Raises LedgerError for what JSON can't carry exactly."""
    try:
        return rfc8785.dumps(dict(payload))
    except ValueError as error:
        raise LedgerError(f"This payload can't be written as canonical JSON: {error}.") from error


def commit(payload: bytes, salt: bytes) -> str:
    """SHA-256(salt ‖ payload), hexadecimal."""
    if len(salt) != SALT_BYTES:
        raise LedgerError(f"A salt has {SALT_BYTES} bytes, not {len(salt)}.")
    return hashlib.sha256(salt + payload).hexdigest()


Salts = Callable[[int], bytes]
random_salt: Salts = os.urandom


def _is_random_id(text: str) -> bool:
    try:
        parsed = UUID(text)
    except ValueError:
        return False
    return str(parsed) == text and parsed.version in (4, 7)
