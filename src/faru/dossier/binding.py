"""What ties a line of the chronology to the ledger: the laid-open payload of its entry says the same.

A payload speaks in the chronology by its key "sentence"; "at" (ISO 8601 with a Z) is there where the thing
happened at another time than it was written down. Used by the builder and by the verifier.
"""

import json
from datetime import UTC, datetime
from typing import Any

from faru.dossier.casefile import Event
from faru.ledger import verify as ledger
from faru.ledger.verify import LedgerExcerpt, ProvenEntry

SENTENCE, AT = "sentence", "at"
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class NotBound(ValueError):
    """A line of the chronology that its entry does not bear out; the message is a clause ("its ...")."""


def events(excerpt: LedgerExcerpt) -> tuple[Event, ...]:
    """The chronology that the laid-open entries of an excerpt tell, by time.

    Entries whose payload has no sentence tell none. Raises NotBound for an entry without a readable time.
    """
    told = []
    for one in excerpt.entries:
        payload = _payload(one)
        sentence = payload.get(SENTENCE)
        if isinstance(sentence, str):
            told.append(Event(_at(one, payload), sentence, entry_id(one)))
    return tuple(sorted(told, key=lambda event: (event.at, event.entry)))


def check(event: Event, excerpt: dict[str, ProvenEntry]) -> None:
    """Raises NotBound where the event is not what its entry says."""
    one = excerpt.get(event.entry)
    if one is None:
        raise NotBound("its ledger entry is not in the file")
    if one.payload is None or one.salt is None:
        raise NotBound("its ledger entry is not laid open")
    if not ledger.payload_holds(one.entry, one.salt, one.payload):
        raise NotBound("its ledger entry speaks of another payload than the one in the file")
    payload = _payload(one)
    if payload.get(SENTENCE) != event.sentence:
        raise NotBound("its ledger entry says something else")
    if _at(one, payload) != event.at:
        raise NotBound("its ledger entry gives another time")


def by_id(excerpt: LedgerExcerpt) -> dict[str, ProvenEntry]:
    """The entries of an excerpt by their ids; what is not in the form of an entry is left out."""
    return {entry_id(one): one for one in excerpt.entries if ledger.ENTRY.fullmatch(one.entry)}


def entry_id(one: ProvenEntry) -> str:
    """The id of an entry. Raises NotBound where it is none."""
    return _group(one, "id").strip('"')


def sealed_at(excerpt: LedgerExcerpt) -> datetime:
    """The time of the checkpoint, UTC. Raises NotBound where the excerpt gives none."""
    return _entry_time(excerpt.sealing)


def parse_utc(text: str) -> datetime:
    """ISO 8601 with a Z to an aware time. Raises ValueError for anything else."""
    if not text.endswith("Z"):
        raise ValueError(f"{text!r} is not UTC with a Z.")
    moment = datetime.fromisoformat(text[:-1])
    if moment.tzinfo is not None:
        raise ValueError(f"{text!r} has two zones.")
    return moment.replace(tzinfo=UTC)


def utc_text(moment: datetime) -> str:
    """ISO 8601 with a Z, fractions only where there are any."""
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds" if plain.microsecond else "seconds") + "Z"


def _at(one: ProvenEntry, payload: dict[str, Any]) -> datetime:
    given = payload.get(AT)
    if not isinstance(given, str):
        return _entry_time(one)
    try:
        return parse_utc(given)
    except ValueError as error:
        raise NotBound(f"its ledger entry gives a time that can't be read ({given!r})") from error


def _payload(one: ProvenEntry) -> dict[str, Any]:
    if one.payload is None:
        return {}
    try:
        payload = json.loads(one.payload)
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _entry_time(one: ProvenEntry) -> datetime:
    try:
        return datetime.strptime(_group(one, "time"), _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise NotBound("its ledger entry has a time that no calendar has") from error


def _group(one: ProvenEntry, name: str) -> str:
    match = ledger.ENTRY.fullmatch(one.entry)
    if match is None:
        raise NotBound("its ledger entry is not written in the form of an entry")
    return match[name].decode("ascii")
