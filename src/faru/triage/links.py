"""Links between referrals: what they share, how strongly that binds, and what officers said about it.

Edges are the truth, leads follow from them. A value that too many share is a hub and joins nothing; what
stands in free text, in a file's hash or in a bare user name is shown and never joins. A child's value reads
"sealed".
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from itertools import combinations

from faru.triage.conduct_facts import file_keys
from faru.vocabulary import SEALED, Account, AccountKind, Identity, Referral, Role


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


class _Grade(IntEnum):
    TEXT = 0
    REPORTED = 1
    FIRM = 2


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
_REASONS = {
    LinkKind.SENDER_REFERENCE: "The sender names one report in the other, or the same report in both.",
    LinkKind.PLATFORM_ACCOUNT: "Both name the same account of the same platform.",
    LinkKind.VERIFIED_EMAIL: "Both name the same e-mail address, verified in both.",
    LinkKind.VERIFIED_PHONE: "Both name the same phone number, verified in both.",
    LinkKind.DEVICE: "Both name the same device.",
    LinkKind.CONTACT: "Both name the same e-mail address or phone number; it is not verified in both.",
    LinkKind.NAME: "Both name the same user name, profile or payment account.",
    LinkKind.HASH: "Both report the same file.",
    LinkKind.FREE_TEXT: "The same identifier stands in both, in free text in at least one of them.",
}
_SHORT_DEVICE = 12  # shorter device ids are told apart by platform: two platforms may both count from 1


@dataclass(frozen=True, slots=True)
class _Value:
    """One thing that a referral shares with whoever else has it."""

    key: tuple[object, ...]
    shown: str
    grade: _Grade
    account: AccountKind


@dataclass(slots=True)
class _Drawing:
    """Edges and hubs as they are found. Referrals are numbered in order of identity."""

    who: list[Identity]
    limit: int
    edges: list[Edge] = field(default_factory=list)
    hubs: list[Hub] = field(default_factory=list)

    def hub(self, kind: LinkKind, value: str, group: Iterable[int]) -> None:
        self.hubs.append(Hub(kind, value, tuple(self.who[place] for place in sorted(group))))

    def edge(self, pair: tuple[int, int], kind: LinkKind, value: str, strong: bool) -> None:
        strength, state = (
            (Strength.STRONG, EdgeState.IN_FORCE) if strong else (Strength.WEAK, EdgeState.SHOWN)
        )
        a, b = pair
        self.edges.append(
            Edge(
                self.who[a],
                self.who[b],
                kind,
                value,
                strength,
                state,
                _REASONS[kind],
                from_text=kind is LinkKind.FREE_TEXT,
            )
        )


def draw(referrals: Iterable[Referral], hub_limit: int) -> tuple[tuple[Edge, ...], tuple[Hub, ...]]:
    """All edges that the referrals themselves give, and the hubs, whatever the order of `referrals`."""
    ordered = sorted(referrals, key=lambda referral: identity_key(referral.identity))
    drawing = _Drawing([referral.identity for referral in ordered], hub_limit)
    groups: dict[tuple[object, ...], dict[int, _Value]] = {}
    references: dict[tuple[str, str], set[int]] = {}
    owners: dict[tuple[str, str], int] = {}
    files: dict[tuple[str, bytes], set[int]] = {}
    for place, referral in enumerate(ordered):
        if referral.number:
            owners[referral.sender, referral.number] = place
        for number in referral.refers_to:
            references.setdefault((referral.sender, number), set()).add(place)
        for value in _values(referral):
            members = groups.setdefault(value.key, {})
            before = members.get(place)
            if before is not None:  # a child's value stays sealed, whoever else has it
                shown = SEALED if SEALED in (before.shown, value.shown) else before.shown
                value = replace(value, shown=shown, grade=max(before.grade, value.grade))
            members[place] = value
        for record in referral.files:
            for key in file_keys(record):
                files.setdefault(key, set()).add(place)
    for reference, naming in references.items():
        owner = owners.get(reference)
        _join(drawing, naming if owner is None else naming | {owner}, LinkKind.SENDER_REFERENCE, reference[1])
    for members in groups.values():
        _share(drawing, members)
    _same_files(drawing, files)
    once = {edge_key(edge): edge for edge in drawing.edges}  # two sealed values look alike
    return tuple(once[key] for key in sorted(once)), tuple(sorted(set(drawing.hubs)))


def _values(referral: Referral) -> Iterator[_Value]:
    for account in referral.accounts:
        yield from _value(referral, account, account.value)
    for child in referral.children:
        for sealed in child.accounts:
            yield from _value(referral, sealed.open(), SEALED)


def _value(referral: Referral, account: Account, shown: str) -> Iterator[_Value]:
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
    grade = _Grade.TEXT if account.from_text else _Grade.FIRM if firm else _Grade.REPORTED
    if kind is AccountKind.SCREEN_NAME:
        normal = normal.casefold()
    yield _Value((kind, scope, normal), shown, grade, kind)


def identity_key(identity: Identity) -> tuple[str, str, str]:
    """The order of identities, as a plain tuple: sorting thousands by it is several times as fast."""
    return identity.sender, identity.number, identity.sha256


def edge_key(edge: Edge) -> tuple[str, ...]:
    """The order of edges: by their referrals, then kind and value."""
    return (*identity_key(edge.a), *identity_key(edge.b), edge.kind, edge.value)


def _join(drawing: _Drawing, group: Collection[int], kind: LinkKind, value: str) -> None:
    """Strong edges among all of `group`, or a hub where it is too large."""
    if len(group) > drawing.limit:
        drawing.hub(kind, value, group)
        return
    for pair in combinations(sorted(group), 2):
        drawing.edge(pair, kind, value, strong=True)


def _share(drawing: _Drawing, members: dict[int, _Value]) -> None:
    """Edges among those who share one identifier: strong where it is firm on both sides, else weak."""
    if len(members) < 2:
        return
    first = members[min(members)]  # the value as written in the smallest, whatever came first
    shown = SEALED if any(value.shown == SEALED for value in members.values()) else first.shown
    firm = {place for place, value in members.items() if value.grade is _Grade.FIRM}
    if firm:
        _join(drawing, firm, _STRONG[first.account], shown)
    if len(members) > drawing.limit:
        if len(firm) <= drawing.limit:
            drawing.hub(_WEAK.get(first.account, LinkKind.FREE_TEXT), shown, members)
        return
    for a, b in combinations(sorted(members), 2):
        grade = min(members[a].grade, members[b].grade)
        if grade is not _Grade.FIRM:
            kind = LinkKind.FREE_TEXT if grade is _Grade.TEXT else _WEAK[first.account]
            drawing.edge((a, b), kind, shown, strong=False)


def _same_files(drawing: _Drawing, files: dict[tuple[str, bytes], set[int]]) -> None:
    """One weak edge for two referrals with files in common, however many."""
    common: dict[tuple[int, int], tuple[str, bytes]] = {}
    for key, group in files.items():
        if len(group) > drawing.limit:
            drawing.hub(LinkKind.HASH, _hash_text(key), group)
        else:
            for pair in combinations(sorted(group), 2):
                common[pair] = min(key, common.get(pair, key))
    for pair, key in common.items():
        drawing.edge(pair, LinkKind.HASH, _hash_text(key), strong=False)


def _hash_text(key: tuple[str, bytes]) -> str:
    return f"{key[0]}:{key[1].hex()}"


def same_referral(identity: Identity) -> tuple[str, str]:
    """What stays when a new version arrives: sender and number, or the bytes where there is no number."""
    return identity.sender, identity.number or f"sha256:{identity.sha256}"


def with_officers(
    edges: Iterable[Edge],
    medium: Iterable[Edge],
    acts: Sequence[OfficerEdge],
    present: Iterable[Identity],
) -> tuple[tuple[Edge, ...], tuple[OfficerEdge, ...]]:
    """Edges with medium proposals and officers' acts applied, and the acts that wait for their referral.

    ValueError where an act's time has no zone.
    """
    edges, medium = tuple(edges), tuple(medium)
    if not medium and not acts:
        return edges, ()
    current = {same_referral(identity): identity for identity in present}
    known = set(current.values())
    result = {edge_key(edge): edge for edge in edges}
    for edge in medium:
        proposal = _between(edge, current)
        if proposal is not None and {proposal.a, proposal.b} <= known:
            proposal = replace(proposal, strength=Strength.MEDIUM, state=EdgeState.PROPOSED)
            result.setdefault(edge_key(proposal), proposal)
    waiting = []
    for act in sorted(acts, key=_moment):
        a, b = current.get(same_referral(act.a)), current.get(same_referral(act.b))
        if a is None or b is None:
            waiting.append(act)
            continue
        a, b = min(a, b), max(a, b)
        if act.act is Act.JOIN:
            joined = Edge(
                a, b, LinkKind.OFFICER, "", Strength.STRONG, EdgeState.IN_FORCE, act.reason, by=act.by
            )
            result[edge_key(joined)] = joined
            continue
        for slot, edge in result.items():
            if (edge.a, edge.b) == (a, b) and (not act.kinds or edge.kind in act.kinds):
                result[slot] = replace(edge, state=EdgeState.OFF, reason=act.reason, by=act.by)
    return tuple(result[key] for key in sorted(result)), tuple(waiting)


def _moment(act: OfficerEdge) -> tuple[datetime, str, Identity, Identity]:
    if act.at.tzinfo is None:
        raise ValueError(f"The time of an officer's act has no zone: {act.at.isoformat()}.")
    return act.at, act.act, act.a, act.b


def _between(edge: Edge, current: dict[tuple[str, str], Identity]) -> Edge | None:
    """The edge between the newest versions of its two referrals; None where one of them is not here."""
    a, b = current.get(same_referral(edge.a)), current.get(same_referral(edge.b))
    if a is None or b is None or a == b:
        return None
    return replace(edge, a=min(a, b), b=max(a, b))
