"""What a referral can be linked by: identifiers, the sender's references, hashes of files.

Each is a key that is equal in whoever else holds it, so that links can be found by looking keys up, without
reading all that came in before. A child's value is a key like any other and prints as "sealed".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from faru.triage.conduct_facts import file_keys
from faru.triage.duplicates import reported_account
from faru.triage.links import LinkKind
from faru.vocabulary import SEALED, Account, AccountKind, Referral, Role

_SHORT_DEVICE = 12  # shorter device ids are told apart by platform: two platforms may both count from 1


class Sort(StrEnum):
    """What kind of thing a key is."""

    ACCOUNT = "account"
    REFERENCE = "reference"  # a number of the sender's
    FILE = "file"


class Grade(IntEnum):
    """How firmly a referral holds a key. Of a reference and of a file it says who holds it."""

    TEXT = 0  # mined from free text
    REPORTED = 1  # reported and not verified; of a reference: its own number; of a file: no account known
    FIRM = 2  # of a reference: the number of another one; of a file: an account is known


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One thing to be linked by."""

    sort: Sort
    parts: tuple[str, ...]

    @property
    def shown(self) -> str:
        """It as an edge prints it, in its normal form."""
        return ":".join(self.parts) if self.sort is Sort.FILE else self.parts[-1]

    @property
    def firm_kind(self) -> LinkKind:
        """The link between two that hold it firmly."""
        if self.sort is Sort.ACCOUNT:
            return _STRONG[AccountKind(self.parts[0])]
        return LinkKind.SENDER_REFERENCE if self.sort is Sort.REFERENCE else LinkKind.HASH

    @property
    def weak_kind(self) -> LinkKind:
        """The link between two of which one does not hold it firmly."""
        if self.sort is Sort.ACCOUNT:
            return _WEAK.get(AccountKind(self.parts[0]), LinkKind.FREE_TEXT)
        return self.firm_kind


@dataclass(frozen=True, slots=True)
class Held:
    """How one referral holds a key."""

    grade: Grade
    sealed: bool = False  # it is a child's: the value prints as "sealed" for everybody who holds it


_STRONG = {
    AccountKind.USER_ID: LinkKind.PLATFORM_ACCOUNT,
    AccountKind.EMAIL: LinkKind.VERIFIED_EMAIL,
    AccountKind.PHONE: LinkKind.VERIFIED_PHONE,
    AccountKind.DEVICE_ID: LinkKind.DEVICE,
}
_WEAK = {
    AccountKind.EMAIL: LinkKind.CONTACT,
    AccountKind.PHONE: LinkKind.CONTACT,
    AccountKind.SCREEN_NAME: LinkKind.NAME,
    AccountKind.PROFILE_URL: LinkKind.NAME,
    AccountKind.PAYMENT: LinkKind.NAME,
}


def holding(referral: Referral) -> dict[Key, Held]:
    """Every key that a referral holds, once: the firmest way counts, and one that is a child's seals it."""
    found: dict[Key, Held] = {}
    for key, held in _held(referral):
        before = found.get(key)
        if before is not None:
            held = Held(max(before.grade, held.grade), before.sealed or held.sealed)
        found[key] = held
    return found


def _held(referral: Referral) -> Iterator[tuple[Key, Held]]:
    for number in referral.refers_to:
        yield Key(Sort.REFERENCE, (referral.sender, number)), Held(Grade.FIRM)
    if referral.number:
        yield Key(Sort.REFERENCE, (referral.sender, referral.number)), Held(Grade.REPORTED)
    for account in referral.accounts:
        yield from _account(referral, account, sealed=False)
    for child in referral.children:
        for sealed in child.accounts:
            yield from _account(referral, sealed.open(), sealed=True)
    whose = Grade.FIRM if referral.files and reported_account(referral) is not None else Grade.REPORTED
    for record in referral.files:
        for algorithm, value in file_keys(record):
            yield Key(Sort.FILE, (algorithm, value.hex())), Held(whose)


def _account(referral: Referral, account: Account, *, sealed: bool) -> Iterator[tuple[Key, Held]]:
    """What an account shares; nothing for the platform's own contact and for values that say nothing."""
    kind, normal = account.kind, account.normal.strip()
    if account.role is Role.REPORTER or not normal or (kind not in _STRONG and kind not in _WEAK):
        return
    signs = {sign for sign in normal if sign.isalnum()}
    if not signs or (kind is not AccountKind.USER_ID and len(signs) == 1):
        return  # a device id of zeros belongs to every telephone that hides its own
    platform = (account.platform or referral.platform or "").casefold().strip()
    scope = ""
    if kind is AccountKind.USER_ID or (kind is AccountKind.DEVICE_ID and len(normal) < _SHORT_DEVICE):
        if not platform:
            return
        scope = platform
    firm = kind in (AccountKind.USER_ID, AccountKind.DEVICE_ID) or (
        kind in (AccountKind.EMAIL, AccountKind.PHONE) and account.verified is True
    )
    grade = Grade.TEXT if account.from_text else Grade.FIRM if firm else Grade.REPORTED
    if kind is AccountKind.SCREEN_NAME:
        normal = normal.casefold()
    yield Key(Sort.ACCOUNT, (kind.value, scope, normal)), Held(grade, sealed)


def shown(key: Key, sealed: bool) -> str:
    """A key as an edge prints it."""
    return SEALED if sealed else key.shown
