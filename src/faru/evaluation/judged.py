"""A ranked lead beside the truth, and what a plainer order would look at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from faru.triage import RankedLead
from faru.vocabulary import Referral

_INDEX: Final = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Plain:
    """What can be seen of a lead without any rule: of several referrals the one that stands out most."""

    urgent: bool  # the sender asked that one of them be looked at first
    files: int  # files that were themselves reported, in the one with the most
    fields: int  # kinds of field filled, in the one with the most


@dataclass(frozen=True, slots=True)
class Judged:
    """One lead of a queue. It is in danger if a child is in danger behind any of its referrals."""

    lead: RankedLead
    plain: Plain
    arrived: datetime  # of its first referral
    in_danger: bool
    told: bool | None  # the danger shows somewhere in its referrals; None where there is none
    pages: bool  # one of its interrupts calls the supervisor


def look(members: Iterable[Referral]) -> Plain:
    """What stands out of a lead's referrals, of which there is at least one."""
    held = tuple(members)
    return Plain(
        urgent=any(bool(referral.escalation) for referral in held),
        files=max(_files(referral) for referral in held),
        fields=max(_fields(referral) for referral in held),
    )


def _files(referral: Referral) -> int:
    return sum(record.supplemental is not True for record in referral.files)


def _fields(referral: Referral) -> int:
    """Ten files with a hash fill one kind of field; a mail address and a phone number fill two."""
    fields = {_INDEX.sub("", path) for path in referral.pointers}
    return len(fields | {f"accounts.{account.kind}" for account in referral.accounts})
