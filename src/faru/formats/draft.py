"""A referral while it is being read: values are added with the place they stand at, then it is finished.

Finishing seals the reported children, cleans every text of them, mines what is left of the free text,
and keeps by its path whatever nobody read.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from faru.formats import wire
from faru.formats.options import ReadOptions
from faru.formats.tree import Node, Tree
from faru.formats.values import normal, port_number
from faru.loaders.addresses import read_address
from faru.loaders.refusals import Note
from faru.loaders.times import read_time
from faru.vocabulary import (
    SEALED,
    Account,
    AccountKind,
    FileRecord,
    Handling,
    IncidentType,
    Instant,
    Observation,
    PersonRecord,
    Remark,
    Role,
    Sealed,
)

_QUOTED: Final = re.compile(r"'.*'|\".*\"", re.DOTALL)
"""A literal value inside a sentence."""


_WORDS: Final = re.compile(r"[^\W\dT_]")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a value is: a person's, a reported child's, or nobody's (a file, the incident)."""

    role: Role = Role.UNKNOWN
    person: int | None = None
    child: int | None = None


NOBODY = Owner()


@dataclass(slots=True)
class ChildDraft:
    """A reported child while its block is read; `root` is the path of that block."""

    role: Role
    root: str
    person: PersonRecord
    age: int | None
    same_country: bool | None
    accounts: list[Sealed[Account]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    leaves: frozenset[str] = frozenset()  # the path of every value in the block
    known: set[Account] = field(default_factory=set)


@dataclass(slots=True)
class DraftText:
    """Words that somebody typed, before they are cleaned of children."""

    text: str
    place: str
    owner: Owner


class Draft:
    """Everything of one referral, in the order in which it was found."""

    def __init__(self, options: ReadOptions, tree: Tree, raw: bytes, notes: tuple[Note, ...] = ()) -> None:
        self.options, self.tree = options, tree
        self.sha256 = hashlib.sha256(raw).hexdigest()
        if options.own_bytes is not None:
            options.own_bytes(self.sha256, raw)
        self.platform: str | None = None
        self.number: str | None = None
        self.incident_type: IncidentType | None = None
        self.incident_type_text: str | None = None
        self.incident_at: Instant | None = None
        self.reported_at: Instant | None = None
        self.handling = Handling()
        self.priority: str | None = None
        self.escalation: str | None = None
        self.flags: list[str] = []
        self.refers_to: list[str] = []
        self.observations: list[Observation] = []
        self.accounts: list[Account] = []
        self._known: set[Account] = set()
        self.files: list[FileRecord] = []
        self.persons: list[PersonRecord] = []
        self.children: list[ChildDraft] = []
        self.remarks: list[Remark] = [Remark(note.place, note.sentence) for note in notes]
        self.pointers: dict[str, str] = {}
        self.texts: list[DraftText] = []

    def note(self, place: str, sentence: str) -> None:
        """A sentence about something that was kept; the input's name and the place are put before it."""
        self.remarks.append(Remark(place, f"{self.options.name}: {place}: {sentence}"))

    def point(self, path: str, node: Node | str | None) -> None:
        """Where the value at `path` stands."""
        if node is not None:
            self.pointers[path] = node if isinstance(node, str) else (node.leaf() or node).path

    def flag(self, flag: str, node: Node | str) -> None:
        """Add one flag, once."""
        if flag not in self.flags:
            self.point(f"flags[{len(self.flags)}]", node)
            self.flags.append(flag)

    def refer(self, number: str, node: Node | str) -> None:
        """Add one other report's number, once, and never the referral's own."""
        if number not in self.refers_to and number != self.number:
            self.point(f"refers_to[{len(self.refers_to)}]", node)
            self.refers_to.append(number)

    def text(self, text: str, place: str, owner: Owner = NOBODY) -> None:
        """Add free text that somebody typed."""
        self.texts.append(DraftText(text, place, owner))

    def time(self, node: Node | None, owner: Owner = NOBODY) -> Instant | None:
        """The time that stands at `node`, with remarks about what is open in it."""
        text = None if node is None else node.text()
        if node is None or text is None:
            return None
        instant = self.time_of(text, (node.leaf() or node).path, owner)
        if owner.child is not None and instant.precision_s == 0:
            node.unread()  # no time at all: whatever it is stays with the child
            return None
        if owner.child is not None and instant.utc is None and _WORDS.search(text):
            return replace(instant, original=SEALED)
        return instant

    def time_of(self, text: str, place: str, owner: Owner = NOBODY) -> Instant:
        """`text` as a time, read by what a person stated for this source and by nothing else."""
        instant, notes = read_time(text, zone=self.options.zone, day_first=self.options.day_first)
        self._notes(notes, place, owner)
        return instant

    def _notes(self, notes: tuple[str, ...], place: str, owner: Owner) -> None:
        for note in notes:
            self.note(place, note if owner.child is None else _QUOTED.sub(SEALED, note))

    def account(
        self,
        kind: AccountKind,
        node: Node | None,
        owner: Owner,
        *,
        platform: str | None = None,
        verified: bool | None = None,
        calling_code: str | None = None,
    ) -> None:
        """Add the identifier that stands at `node`, if one does."""
        value = None if node is None else node.text()
        if node is None or value is None:
            return
        account = Account(
            platform or self.platform,
            kind,
            value,
            normal(kind, value, calling_code),
            verified,
            owner.role,
            person=owner.person,
        )
        self.add_account(account, (node.leaf() or node).path, owner)

    def add_account(self, account: Account, place: str, owner: Owner) -> None:
        """Add an identifier, once, to the referral or to the child it belongs to."""
        if owner.child is not None:
            child = self.children[owner.child]
            if account not in child.known:
                child.known.add(account)
                self.point(f"children[{owner.child}].accounts[{len(child.accounts)}]", place)
                child.accounts.append(Sealed(account))
        elif account not in self._known:
            self._known.add(account)
            self.point(f"accounts[{len(self.accounts)}]", place)
            self.accounts.append(account)

    def observe(
        self,
        address: Node,
        *,
        port: Node | None = None,
        time: Node | None = None,
        event: Node | None = None,
        owner: Owner = NOBODY,
        file: int | None = None,
        possible_proxy: bool | None = None,
        protocol: str | None = None,
        destination: str | None = None,
    ) -> None:
        """Add the observation whose address stands at `address`, if one does."""
        literal = address.text()
        if literal is None:
            return
        place = (address.leaf() or address).path
        reading = read_address(literal)
        self._notes(reading.notes, place, owner)
        number = self._port(port, owner)
        event_text = None if event is None else event.text(keep_doubtful=True)
        known_event = wire.canonical(event_text, wire.EVENTS) if event_text else None
        if event is not None and owner.child is not None and known_event not in wire.EVENTS:
            event.unread()
            known_event = None
        observation = Observation(
            literal=literal,
            address=reading.address,
            port=number if number is not None else reading.port,
            at=self.time(time, owner),
            event=known_event.casefold() if known_event else None,
            role=owner.role,
            person=owner.person,
            child=owner.child,
            file=file,
            possible_proxy=possible_proxy,
            protocol=protocol,
            destination=destination,
        )
        parts = {"port": port if number is not None else address if reading.port else None}
        parts |= {"at": time if observation.at else None, "event": event if known_event else None}
        self.add_observation(observation, place, {k: v for k, v in parts.items() if v is not None})

    def add_observation(
        self, observation: Observation, place: str, parts: "dict[str, Node] | dict[str, str]"
    ) -> None:
        """Add an observation with the places of its parts."""
        index = len(self.observations)
        self.point(f"observations[{index}]", place)
        self.point(f"observations[{index}].address", place)
        for name, node in parts.items():
            self.point(f"observations[{index}].{name}", node)
        self.observations.append(observation)

    def _port(self, node: Node | None, owner: Owner) -> int | None:
        text = None if node is None else node.text()
        if node is None or text is None:
            return None
        number = port_number(text)
        if number is None:
            node.unread()
            shown = SEALED if owner.child is not None else repr(text)
            self.note(node.path, f"port {shown} is outside 1 to 65,535; no port is set, the value is kept")
        return number

    @property
    def day(self) -> date | None:
        """The day to reckon ages on: the incident's, else the report's, else the day of the reading."""
        for instant in (self.incident_at, self.reported_at):
            moment = None if instant is None else instant.utc or instant.local
            if moment is not None:
                return moment.date()
        return self.options.today
