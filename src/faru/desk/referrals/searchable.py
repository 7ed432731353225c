"""What of a referral can be searched for, and the normal form of each kind of value.

Exact search only. A reported child's values are not among them: they are opened with a reason, never found.
"""

from collections.abc import Iterator
from enum import StrEnum

from faru.desk import unit
from faru.loaders.addresses import read_address
from faru.vocabulary import AccountKind, Referral


class Kind(StrEnum):
    """Kinds of values, as the result page groups them."""

    NUMBER = "number"
    ADDRESS = "address"
    ACCOUNT = "account"
    EMAIL = "email"
    PHONE = "phone"
    HASH = "hash"
    NAME = "name"


_ACCOUNTS = {
    AccountKind.EMAIL: Kind.EMAIL,
    AccountKind.PHONE: Kind.PHONE,
}


def values_of(referral: Referral) -> Iterator[tuple[str, str]]:
    """(kind, normal form) of everything that may be found, of adults and things alone."""
    if referral.number:
        yield Kind.NUMBER, text(referral.number)
    for seen in referral.observations:
        if seen.child is None and seen.address:
            yield Kind.ADDRESS, seen.address
    for account in referral.accounts:
        kind = _ACCOUNTS.get(account.kind, Kind.ACCOUNT)
        normal = phone(account.value) if kind is Kind.PHONE else text(account.normal)
        if normal:
            yield kind, normal
    for file in referral.files:
        for value in file.hashes:
            if value.canonical is not None:
                yield Kind.HASH, value.canonical.hex()
    for person in referral.persons:
        names = [part for part in (person.first_name, person.middle_name, person.last_name) if part]
        if names:
            yield Kind.NAME, text(" ".join(names))
        if person.preferred_name:
            yield Kind.NAME, text(person.preferred_name)


def asked(query: str) -> list[tuple[str, str]]:
    """Every kind of value that a query may mean, each in its normal form."""
    words = text(query)
    found = [(Kind.NUMBER, words), (Kind.ACCOUNT, words), (Kind.EMAIL, words), (Kind.NAME, words)]
    if words.startswith("@"):
        found.append((Kind.ACCOUNT, words.removeprefix("@")))
    address = read_address(query.strip()).address
    if address is not None:
        found.append((Kind.ADDRESS, address))
    found += [(Kind.PHONE, digits) for digits in _dialled(phone(query))]
    plain = query.strip().lower().replace(" ", "").replace(":", "")
    if len(plain) >= 32 and all(sign in "0123456789abcdef" for sign in plain):
        found.append((Kind.HASH, plain))
    return [(kind.value, normal) for kind, normal in found if normal]


def _dialled(digits: str) -> list[str]:
    """How these digits may have been reported: as typed, without 00, with the country's prefix."""
    if not digits:
        return []
    prefix = phone(f"{unit.pack().phone_prefix or ''}0000")[:-4]
    return list(dict.fromkeys([digits, digits.removeprefix("00"), prefix + digits.removeprefix("0")]))


def text(value: str) -> str:
    """Case folded, with single blanks."""
    return " ".join(value.casefold().split())


def phone(value: str) -> str:
    """The digits alone; "" where there are fewer than five or anything but a number's signs stands there."""
    digits = "".join(sign for sign in value if sign.isdigit())
    strange = any(not (sign.isdigit() or sign in "+-(). \t") for sign in value.strip())
    return "" if strange or len(digits) < 5 else digits
