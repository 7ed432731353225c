"""An alert before any sender has written it down: who was seen where and when, and the truth about it.

Neutral between wire formats. What a platform tells, hides or garbles is its habit (`platforms`); the truth
goes to truth.json alone and never into an alert.
"""

from dataclasses import dataclass
from enum import StrEnum


class Shows(StrEnum):
    """Where a child's danger can be seen in the alert."""

    FIELD = "field"
    FREE_TEXT = "free_text"
    NOWHERE = "nowhere"


class Record(StrEnum):
    """What the carrier still knows of a sighting."""

    HELD = "held"
    EXPIRED = "expired"
    LOST = "lost"  # the time falls into a gap
    FOREIGN = "foreign"  # no carrier of the country had the address


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One login, upload or registration as it truly was. `at` is whole seconds, UTC."""

    address: str
    port: int | None
    at: int
    event: str
    carrier: str | None
    subscriber: str | None
    record: Record
    port_told: bool | None = None  # None: the platform's habit decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as a line of metadata. No file exists."""

    name: str
    md5: str
    sha1: str
    at: int
    tags: tuple[str, ...] = ()
    severity: str | None = None  # the industry's letter and digit
    viewed: bool | None = None
    camera: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or account in an alert. `traits` are facts by the neutral names that the writers know."""

    role: str  # "reported", "recipient", "victim"
    user_id: str | None
    screen_name: str | None
    first_name: str | None = None
    last_name: str | None = None
    age: int | None = None
    birth: str | None = None
    emails: tuple[tuple[str, bool | None], ...] = ()
    phones: tuple[tuple[str, bool | None], ...] = ()
    payment: str | None = None
    device: str | None = None
    town: str | None = None
    profile: str | None = None
    sightings: tuple[Sighting, ...] = ()
    traits: tuple[tuple[str, str | bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert of one platform, with the truth about it."""

    key: str  # ours; numbers are given when all alerts are known
    platform: str
    kind: str
    incident: str  # neutral name of the incident type
    incident_at: int
    received_at: int
    parties: tuple[Party, ...]
    uploads: tuple[Upload, ...] = ()
    chat: tuple[str, ...] = ()  # words that users typed
    notes: tuple[str, ...] = ()  # words that the platform's staff or machine added
    refers_to: tuple[str, ...] = ()  # keys of earlier alerts
    flags: tuple[str, ...] = ()
    escalation: str | None = None
    batched: bool = False
    in_danger: bool = False
    shows: Shows | None = None
    noise: tuple[str, ...] = ()
    story: str | None = None
    clock: str | None = None  # of the whole alert, against the platform's habit


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One form of words and what it stands for."""

    language: str
    words: str
    kind: str = ""
