"""A referral: one alert as received from one sender."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from faru.vocabulary.accounts import Account, Role
from faru.vocabulary.children import ReportedChild, Sealed
from faru.vocabulary.files import FileRecord
from faru.vocabulary.incidents import IncidentType
from faru.vocabulary.instants import Instant
from faru.vocabulary.persons import PersonRecord

SourcePointer = NewType("SourcePointer", str)
"""Where a value stands in what was received: a JSON path, an XML path, a cell ("row 12, column 'ip'")."""


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What makes a referral that referral: the sender, the sender's number and the bytes themselves."""

    sender: str
    number: str  # "" where the sender gave none: then the bytes alone are the identity
    sha256: str


@dataclass(frozen=True, slots=True)
class Handling:
    """The sender's handling code: Traffic Light Protocol and caveats. The sender keeps control."""

    tlp: str | None = None  # "RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"; None: not stated
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """One clear sentence about a place in the input that was kept, but not as it stood."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of the input that was set aside whole. Its bytes are kept by whoever received them."""

    place: str
    sentence: str  # names file, place and mend
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One address at one time, as reported."""

    literal: str  # the address as written
    address: str | None  # canonical text of the address; None where `literal` is no address
    port: int | None  # source port, 1 to 65,535; None: not reported
    at: Instant | None
    event: str | None = None  # lower case: "login", "upload", "registration", ...
    role: Role = Role.UNKNOWN
    person: int | None = None  # index into persons; None for a file's or an incident's own
    child: int | None = None  # index into children: then every view prints the address as "sealed"
    file: int | None = None  # index into files
    possible_proxy: bool | None = None
    protocol: str | None = None
    destination: str | None = None


@dataclass(frozen=True, slots=True)
class FreeText:
    """Words that somebody typed. A structured child's name in them already reads "Child A"."""

    text: str
    place: SourcePointer
    language: str | None = None
    original: Sealed[str] | None = None  # the words as typed, where a child's name was taken out of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """One alert. Unknown is None and never "no"."""

    sender: str
    number: str | None
    sha256: str  # of the referral's own bytes, as received
    format: str
    platform: str | None = None  # the reporting company
    incident_type: IncidentType | None = None
    incident_type_text: str | None = None  # as written
    incident_at: Instant | None = None
    reported_at: Instant | None = None
    handling: Handling = Handling()
    priority: str | None = None  # the sender's priority letter, kept raw, never scored
    escalation: str | None = None  # the sender's own words for "look at this first"
    flags: tuple[str, ...] = ()  # sender's annotations as written, and Faru's own in snake_case
    refers_to: tuple[str, ...] = ()  # the sender's own numbers of other referrals
    observations: tuple[Observation, ...] = ()
    accounts: tuple[Account, ...] = ()
    files: tuple[FileRecord, ...] = ()
    persons: tuple[PersonRecord, ...] = ()
    children: tuple[ReportedChild, ...] = ()
    texts: tuple[FreeText, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)  # by their path; cleaned of children
    remarks: tuple[Remark, ...] = ()
    pointers: Mapping[str, str] = field(default_factory=dict)  # "observations[0].port" -> where it stands

    @property
    def identity(self) -> Identity:
        """Sender, number and bytes."""
        return Identity(self.sender, self.number or "", self.sha256)

    def where(self, path: str) -> SourcePointer | None:
        """Where the value at `path` ("files[2].name") stands in what was received."""
        place = self.pointers.get(path)
        return None if place is None else SourcePointer(place)
