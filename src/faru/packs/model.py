"""A pack as typed data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from faru.attribution.carriers import Carrier
from faru.policy import Calendar, Deadline, Policy, PolicyRole
from faru.triage.rulebook import RuleBook
from faru.vocabulary.permissions import Permission


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who vouches for a value, and since when."""

    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to call. A number that nobody has tried for twelve months leaves public pages."""

    id: str
    name: str
    phone: str | None = None
    email: str | None = None
    hours: str | None = None
    public: bool = False
    verified_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """An offence, [valid_from, valid_to) by the date of the conduct; `valid_to` None is open."""

    id: str
    family: str
    title: str
    statutory_title: str  # verbatim, whatever words the law uses
    valid_from: date
    valid_to: date | None
    elements: tuple[str, ...]
    checklist: tuple[tuple[str, str], ...]  # (id, sentence) of each kind of evidence
    at_least: int  # how many kinds the law asks for
    source: str
    confirmed: Confirmation | None

    def applies_on(self, day: date) -> bool:
        """Whether it was law on the day of the conduct."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Purpose(StrEnum):
    """An act that asks for a reason. A pack lists the reasons for each."""

    CLOSE_LEAD = "close_lead"
    WAIT_LEAD = "wait_lead"
    JOIN_LEADS = "join_leads"
    PART_LEADS = "part_leads"
    REVEAL_CHILD = "reveal_child"
    OPEN_RAW = "open_raw"
    OVERRIDE_RANK = "override_rank"
    CLEAR_INTERRUPT = "clear_interrupt"
    LET_GO = "let_go"
    REOPEN_LEAD = "reopen_lead"
    REFUSE_REQUEST = "refuse_request"
    CORRECT_NOTE = "correct_note"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to choose; its id is unique within its purpose."""

    id: str
    sentence: str


class LetterKind(StrEnum):
    """What a letter asks a carrier to do."""

    DISCLOSURE = "disclosure"  # hand records over
    PRESERVATION = "preservation"  # keep them


@dataclass(frozen=True, slots=True)
class Parallel:
    """The words of a letter in a second language, by the key its template asks for."""

    language: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to a carrier; `faru.packs.letters.render` prints it."""

    id: str
    title: str
    kind: LetterKind
    language: str
    template: Path  # a typst file; it reads files of its own folder only
    basis: str  # the legal basis, a sentence
    asks: tuple[str, ...]  # what the carrier must do, sentence by sentence
    confirmed: Confirmation | None  # None: nobody has confirmed the words, and the letter says so
    parallel: Parallel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything one country's unit works by."""

    root: Path
    digest: str  # sha256 over the names and bytes of all its files
    id: str
    name: str
    country: str  # ISO 3166 alpha-2
    version: str
    effective_from: date
    languages: tuple[str, ...]
    zone: str
    phone_prefix: str | None
    confirmed: Confirmation | None
    calendar: Calendar
    roles: tuple[PolicyRole, ...]
    permissions: Mapping[str, frozenset[Permission]]  # by role; every role has its own, perhaps empty
    reasons: Mapping[
        str, tuple[Reason, ...]
    ]  # by `Purpose`, in the order of the file; every purpose has some
    deadlines: tuple[Deadline, ...]
    policies: tuple[Policy, ...]
    offences: tuple[Offence, ...]
    carriers: tuple[Carrier, ...]
    contacts: tuple[Contact, ...]
    letters: tuple[Letter, ...]
    rulebook: RuleBook

    def policy(self, policy_id: str | None = None) -> Policy:
        """The policy with this id; without an id the pack's first. KeyError where there is none."""
        for policy in self.policies:
            if policy_id is None or policy.id == policy_id:
                return policy
        raise KeyError(policy_id)

    def letter(self, letter_id: str) -> Letter:
        """The letter with this id. KeyError where there is none."""
        for letter in self.letters:
            if letter.id == letter_id:
                return letter
        raise KeyError(letter_id)

    def letter_for(self, carrier: Carrier, kind: LetterKind) -> Letter | None:
        """The carrier's own letter where it is of this kind, else the pack's first of this kind."""
        fitting = [letter for letter in self.letters if letter.kind is kind]
        own = [letter for letter in fitting if letter.id == carrier.letter]
        return next(iter(own or fitting), None)
