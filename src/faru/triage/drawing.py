"""From keys to edges. A key's edges depend on who holds it and on nothing else.

A value that too many share is a hub and joins nothing; what stands in free text, in a file's hash or in a
bare user name is shown and never joins.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

from faru.triage.holding import Grade, Held, Key, Sort, holding, shown
from faru.triage.links import Edge, EdgeState, Hub, LinkKind, Strength, edge_key, identity_key
from faru.vocabulary import Identity, Referral

Holders = Mapping[Identity, Held]

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


def draw(referrals: Iterable[Referral], hub_limit: int) -> tuple[tuple[Edge, ...], tuple[Hub, ...]]:
    """All edges that the referrals themselves give, and the hubs, whatever the order of `referrals`."""
    holders: dict[Key, dict[Identity, Held]] = {}
    for referral in referrals:
        for key, held in holding(referral).items():
            holders.setdefault(key, {})[referral.identity] = held
    edges: list[Edge] = []
    hubs: set[Hub] = set()
    files: dict[tuple[Identity, Identity], Key] = {}
    for key, who in holders.items():
        if len(who) < 2:
            continue
        if key.sort is Sort.FILE and len(who) <= hub_limit:
            for pair in combinations(sorted(who, key=identity_key), 2):
                files[pair] = min(key, files.get(pair, key))
            continue
        drawn, hub = edges_of(key, who, hub_limit)
        edges += drawn
        hubs |= {hub} if hub is not None else set()
    edges += [file_edge(pair, key) for pair, key in files.items()]
    once = {edge_key(edge): edge for edge in edges}  # two sealed values look alike
    return tuple(once[place] for place in sorted(once)), tuple(sorted(hubs))


def edges_of(key: Key, who: Holders, hub_limit: int) -> tuple[list[Edge], Hub | None]:
    """The edges of one key among all who hold it, and the hub that it is.

    A file's key is a hub or draws nothing here: of two referrals with files in common, however many, one
    edge tells (`file_edge`).
    """
    value = shown(key, any(held.sealed for held in who.values()))
    if key.sort is Sort.FILE:
        return [], _hub(key.firm_kind, value, who) if len(who) > hub_limit else None
    if key.sort is Sort.REFERENCE:
        if all(held.grade is not Grade.FIRM for held in who.values()):
            return [], None  # nobody names it but itself
        if len(who) > hub_limit:
            return [], _hub(key.firm_kind, value, who)
        return [_edge(pair, key.firm_kind, value, strong=True) for pair in _pairs(who)], None
    firm = [one for one, held in who.items() if held.grade is Grade.FIRM]
    edges = []
    if len(firm) <= hub_limit:
        edges = [_edge(pair, key.firm_kind, value, strong=True) for pair in _pairs(firm)]
    if len(who) > hub_limit:
        crowd, kind = (firm, key.firm_kind) if len(firm) > hub_limit else (who, key.weak_kind)
        return edges, _hub(kind, value, crowd)
    for a, b in _pairs(who):
        grade = min(who[a].grade, who[b].grade)
        if grade is not Grade.FIRM:
            kind = LinkKind.FREE_TEXT if grade is Grade.TEXT else key.weak_kind
            edges.append(_edge((a, b), kind, value, strong=False))
    return edges, None


def file_edge(pair: tuple[Identity, Identity], smallest: Key) -> Edge:
    """The one weak edge of two referrals (the smaller first) with files in common: it shows the smallest."""
    return _edge(pair, LinkKind.HASH, smallest.shown, strong=False)


def _pairs(who: Collection[Identity]) -> Iterable[tuple[Identity, Identity]]:
    return combinations(sorted(who, key=identity_key), 2)


def _hub(kind: LinkKind, value: str, who: Iterable[Identity]) -> Hub:
    return Hub(kind, value, tuple(sorted(who, key=identity_key)))


def _edge(pair: tuple[Identity, Identity], kind: LinkKind, value: str, *, strong: bool) -> Edge:
    strength, state = (Strength.STRONG, EdgeState.IN_FORCE) if strong else (Strength.WEAK, EdgeState.SHOWN)
    return Edge(*pair, kind, value, strength, state, _REASONS[kind], from_text=kind is LinkKind.FREE_TEXT)
