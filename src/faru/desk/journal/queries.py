"""What the ledger tells about things: timelines."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from faru.desk.accounts.models import User
from faru.desk.journal.models import Checkpoint, Entry, Pending
from faru.desk.journal.recording import opened
from faru.ledger.tags import Action

READS: Final = (
    Action.ACT_DENY,
    Action.ACT_FAIL,
    Action.ACT_REFUSE,
    Action.CASE_READ,
    Action.DOCUMENT_READ,
    Action.DOSSIER_READ,
    Action.LEAD_READ,
    Action.REFERRAL_READ,
    Action.REQUEST_READ,
    Action.SEARCH_RUN,
)
"""What changed nothing: the ledger keeps it, a timeline leaves it out."""

_WORDS: Final = {
    Action.FILE_RECEIVE.value: "A file was received.",
    Action.LEAD_RANK.value: "Ranked; its score changed.",
    Action.LETTER_KEY.value: "A letter was typed in.",
    Action.RAW_OPEN.value: "Bytes were opened as received.",
    Action.REFERRAL_RECEIVE.value: "A referral was received.",
    Action.VERDICT_REACH.value: "A verdict was reached.",
}
"""What an entry is told as whose payload has no sentence of its own, or is shredded."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a timeline tells it."""

    id: UUID
    at: datetime
    tag: str
    who: str  # display name, "" where the account is unknown
    role: str
    sentence: str  # never empty: the tag in words where the payload has none or is gone
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, the newest first, page by page."""

    rows: list[Told]
    older: UUID | None  # the entry before which the next page begins; None on the last one


def entry_id(text: str) -> UUID | None:
    """The entry that an address names; None where it names none: then a timeline begins at the newest."""
    try:
        return UUID(text)
    except ValueError:
        return None


def timeline(
    things: Iterable[UUID],
    *,
    limit: int = 50,
    before: UUID | None = None,
    without: Iterable[Action] = READS,
) -> Timeline:
    """What happened to these things, from before the entry `before`. Four queries, however many entries."""
    found = Entry.objects.filter(objects_of__thing__in=list(things))
    if before is not None:
        found = found.filter(id__lt=before)
    found = found.exclude(tag__in=[tag.value for tag in without]).distinct()
    rows = list(found.order_by("-id")[: limit + 1])
    older = rows[limit - 1].id if len(rows) > limit else None
    rows = rows[:limit]
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
                payload.get("sentence") or in_words(row.tag),
                payload,
            )
        )
    return Timeline(told, older)


def in_words(tag: str) -> str:
    """What a tag says where nothing else does: "lead.let_go" is "Lead: let go."."""
    noun, _dot, verb = tag.partition(".")
    return _WORDS.get(tag) or f"{noun.capitalize()}: {verb.replace('_', ' ')}."


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
