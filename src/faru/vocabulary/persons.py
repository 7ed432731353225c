"""People as reported. A reported child is never one of these: see `children`."""

from dataclasses import dataclass

from faru.vocabulary.accounts import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """An adult, or somebody whose age nobody stated. None means not reported, never "no"."""

    role: Role
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    preferred_name: str | None = None
    date_of_birth: str | None = None  # as written
    age: int | None = None  # stated, or from a date of birth that has one reading
    gender: str | None = None
    occupation: str | None = None
    relationship_to_child: str | None = None
    access_to_victim: bool | None = None
    access_to_children: bool | None = None
    access_to_firearms: bool | None = None
    convicted_sex_offender: bool | None = None
    account_compromised: bool | None = None
    account_disabled: bool | None = None
    third_party: bool | None = None
    addresses: tuple[str, ...] = ()  # postal, one line each
    country: str | None = None
    other: tuple[tuple[str, str], ...] = ()  # known fields that no engine reads, by the sender's name
