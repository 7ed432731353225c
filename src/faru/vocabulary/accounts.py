"""Accounts and other identifiers of people."""

from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    """What an identifier is."""

    USER_ID = "user_id"  # the platform's own id of the account
    SCREEN_NAME = "screen_name"
    DISPLAY_NAME = "display_name"
    EMAIL = "email"
    PHONE = "phone"
    PROFILE_URL = "profile_url"
    DEVICE_ID = "device_id"
    PAYMENT = "payment"  # a payment handle, such as $name
    GROUP = "group"
    CASE_NUMBER = "case_number"  # another agency's number
    OTHER = "other"


class Role(StrEnum):
    """Who somebody is in a referral."""

    REPORTED = "reported"  # the person or user reported
    RECIPIENT = "recipient"
    VICTIM = "victim"
    ASSOCIATED = "associated"  # an account linked to one of the above
    REPORTER = "reporter"  # the platform's own contact
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Account:
    """One identifier as reported."""

    platform: str | None
    kind: AccountKind
    value: str  # as reported
    normal: str  # folded for comparison: e-mail lower case, phone digits with +, id as it stands
    verified: bool | None  # None: not reported
    role: Role
    from_text: bool = False  # mined from free text: shown, never joins leads
    person: int | None = None  # index into the referral's persons
