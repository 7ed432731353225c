"""What the ledger tells about things: timelines."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from faru.desk.accounts.models import User
from faru.desk.journal.models import Checkpoint, Entry, Pending
from faru.desk.journal.recording import opened
from faru.ledger.tags import Action


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a timeline tells it."""

    id: UUID
    at: datetime
    tag: str
    who: str  # display name, "" where the account is unknown
    role: str
    sentence: str  # "" where the payload has none or is gone
    payload: dict[str, Any]


def timeline(things: Iterable[UUID], *, limit: int = 50, without: Iterable[Action] = ()) -> list[Told]:
    """What happened to these things, the newest first. Four queries, however many entries."""
    rows = list(
        Entry.objects.filter(objects_of__thing__in=list(things))
        .exclude(tag__in=[tag.value for tag in without])
        .distinct()
        .order_by("-id")[:limit]
    )
    contents = opened(row.id for row in rows)
    names = {
        user.id.hex: user.display_name
        for user in User.objects.filter(id__in={UUID(row.actor) for row in rows if len(row.actor) == 32})
    }
    told = []
    for row in rows:
        content = contents.get(str(row.id))
        payload = json.loads(content[1]) if content else {}
        told.append(
            Told(
                row.id,
                row.at,
                row.tag,
                names.get(row.actor, ""),
                row.role,
                payload.get("sentence", ""),
                payload,
            )
        )
    return told


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How the ledger stands."""

    size: int
    sealed_at: datetime | None
    waiting: int  # committed, not sealed


def state() -> LedgerState:
    """For the administration page."""
    last = Checkpoint.objects.order_by("-size").first()
    return LedgerState(last.size if last else 0, last.at if last else None, Pending.objects.count())
