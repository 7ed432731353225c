"""The words of links: edges between referrals, hubs, and what officers said.

Edges are the truth, leads follow from them. What a referral can be linked by: `holding`; how edges come of
it: `drawing`; how officers' words change them: `officers`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from faru.vocabulary import Identity


class Strength(StrEnum):
    """How firmly an edge binds."""

    STRONG = "strong"  # joins a lead
    MEDIUM = "medium"  # proposed, never in force by itself
    WEAK = "weak"  # shown, never joins


class LinkKind(StrEnum):
    """What two referrals share."""

    SENDER_REFERENCE = "sender_reference"  # the sender's own number of the other one
    PLATFORM_ACCOUNT = "platform_account"
    VERIFIED_EMAIL = "verified_email"
    VERIFIED_PHONE = "verified_phone"
    DEVICE = "device"
    LEASE = "lease"  # same address and overlapping lease, after attribution
    CONTACT = "contact"  # same e-mail address or phone number, not verified on both sides
    NAME = "name"  # same user name, profile address or payment account
    HASH = "hash"
    FREE_TEXT = "free_text"
    OFFICER = "officer"  # an officer says that they belong together


class EdgeState(StrEnum):
    """Whether an edge joins."""

    IN_FORCE = "in_force"
    PROPOSED = "proposed"  # waits for an officer
    SHOWN = "shown"  # worth seeing, never joins
    OFF = "off"  # switched off by an officer


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One link between two referrals, `a` before `b`."""

    a: Identity
    b: Identity
    kind: LinkKind
    value: str  # what they share; "sealed" where it is a child's
    strength: Strength
    state: EdgeState
    reason: str
    by: str | None = None  # the officer who joined, or who switched it off
    from_text: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Hub:
    """A value that more referrals share than the limit: it joins nothing."""

    kind: LinkKind
    value: str
    referrals: tuple[Identity, ...]


class Act(StrEnum):
    """What an officer did."""

    JOIN = "join"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerEdge:
    """An officer's word on two referrals; it survives every recomputation and every new version of them.

    Parting switches off the edges between the two of the named `kinds`; none named means all of them. Of two
    acts on the same two referrals the later one counts.
    """

    act: Act
    a: Identity
    b: Identity
    reason: str
    by: str
    at: datetime  # aware
    kinds: frozenset[LinkKind] = field(default_factory=frozenset)


def identity_key(identity: Identity) -> tuple[str, str, str]:
    """The order of identities, as a plain tuple: sorting thousands by it is several times as fast."""
    return identity.sender, identity.number, identity.sha256


def edge_key(edge: Edge) -> tuple[str, ...]:
    """The order of edges: by their referrals, then kind and value."""
    return (*identity_key(edge.a), *identity_key(edge.b), edge.kind, edge.value)


def same_referral(identity: Identity) -> tuple[str, str]:
    """What stays when a new version arrives: sender and number, or the bytes where there is no number."""
    return identity.sender, identity.number or f"sha256:{identity.sha256}"
