"""Leads: the connected components over the strong edges in force.

The result depends on the set of edges alone, never on the order in which referrals arrived. A lead's id comes
from its smallest referral, so that the same lead has the same id on every machine.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from faru.triage.links import (
    Act,
    Edge,
    EdgeState,
    OfficerEdge,
    Strength,
    edge_key,
    identity_key,
    same_referral,
)
from faru.vocabulary import Identity


@dataclass(frozen=True, slots=True)
class Lead:
    """Referrals joined by strong links in force, in order of identity."""

    id: str
    members: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class StillJoined:
    """Two referrals that an officer parted and that another path still joins: shown, and asked."""

    parting: OfficerEdge
    path: tuple[Edge, ...]  # a shortest one


def joins(edge: Edge) -> bool:
    """Whether an edge joins its two referrals into one lead."""
    return edge.strength is Strength.STRONG and edge.state is EdgeState.IN_FORCE


def lead_id(members: Iterable[Identity]) -> str:
    """The id of the lead with these members: "L-" and ten hexadecimal digits."""
    sender, number = same_referral(min(members, key=identity_key))
    digest = hashlib.sha256(f"{len(sender)}:{sender}{number}".encode("utf-8", "surrogatepass"))
    return f"L-{digest.hexdigest()[:10]}"


def group(identities: Iterable[Identity], edges: Iterable[Edge]) -> tuple[Lead, ...]:
    """All leads, in order of their smallest member. Edges to identities that are not given are left aside."""
    parent = {identity: identity for identity in identities}

    def root(identity: Identity) -> Identity:
        top = identity
        while parent[top] != top:
            top = parent[top]
        while parent[identity] != top:
            parent[identity], identity = top, parent[identity]
        return top

    for edge in edges:
        if joins(edge) and edge.a in parent and edge.b in parent:
            a, b = root(edge.a), root(edge.b)
            if a != b:
                parent[b] = a  # whichever: members are put in order below
    components: dict[Identity, list[Identity]] = {}
    for identity in sorted(parent, key=identity_key):
        components.setdefault(root(identity), []).append(identity)
    return tuple(Lead(lead_id(members), tuple(members)) for members in components.values())


def regroup(
    before: Iterable[Lead],
    around: Iterable[Identity],
    identities: Iterable[Identity],
    edges: Iterable[Edge],
) -> tuple[Lead, ...]:
    """All leads after a change, recomputed only where it can matter.

    `around` names the referrals that arrived or left and those whose joining edges changed (see `changed`),
    by an officer or because a value crossed the hub limit. Equal to `group(identities, edges)`.
    """
    before = tuple(before)
    now_there = set(identities)
    neighbours = _neighbours(edges, now_there)
    touched = set(around)
    for lead in before:
        if not touched.isdisjoint(lead.members):
            touched.update(lead.members)
    reach: set[Identity] = set()
    waiting = deque(touched & now_there)
    while waiting:
        identity = waiting.popleft()
        if identity not in reach:
            reach.add(identity)
            waiting.extend(edge.b if edge.a == identity else edge.a for edge in neighbours.get(identity, ()))
    fresh = group(reach, [edge for identity in reach for edge in neighbours.get(identity, ())])
    untouched = [
        lead for lead in before if touched.isdisjoint(lead.members) and reach.isdisjoint(lead.members)
    ]
    return tuple(sorted([*untouched, *fresh], key=lambda lead: lead.members[0]))


def changed(before: Iterable[Edge], after: Iterable[Edge]) -> set[Identity]:
    """The referrals around which joining edges came or went."""
    old = {edge for edge in before if joins(edge)}
    new = {edge for edge in after if joins(edge)}
    return {identity for edge in old ^ new for identity in (edge.a, edge.b)}


def still_joined(
    acts: Iterable[OfficerEdge], edges: Iterable[Edge], identities: Iterable[Identity]
) -> tuple[StillJoined, ...]:
    """For each parting in force the path that joins the two nevertheless, where there is one."""
    edges = tuple(edges)
    current = {same_referral(identity): identity for identity in identities}
    neighbours = _neighbours(edges, set(current.values()))
    found = []
    latest: dict[frozenset[tuple[str, str]], OfficerEdge] = {}
    for act in sorted(acts, key=lambda act: act.at):
        latest[frozenset((same_referral(act.a), same_referral(act.b)))] = act
    for act in latest.values():
        a, b = current.get(same_referral(act.a)), current.get(same_referral(act.b))
        if act.act is Act.PART and a is not None and b is not None:
            path = _path(a, b, neighbours)
            if path:
                found.append(StillJoined(act, path))
    return tuple(sorted(found, key=lambda item: (item.parting.at, item.parting.a, item.parting.b)))


def _neighbours(edges: Iterable[Edge], there: set[Identity]) -> dict[Identity, list[Edge]]:
    found: dict[Identity, list[Edge]] = {}
    for edge in edges:
        if joins(edge) and edge.a in there and edge.b in there:
            found.setdefault(edge.a, []).append(edge)
            found.setdefault(edge.b, []).append(edge)
    return found


def _path(a: Identity, b: Identity, neighbours: Mapping[Identity, list[Edge]]) -> tuple[Edge, ...]:
    """A shortest path over joining edges, the same one every time; () where there is none."""
    came: dict[Identity, Edge | None] = {a: None}
    waiting = deque([a])
    while waiting and b not in came:
        here = waiting.popleft()
        for edge in sorted(neighbours.get(here, ()), key=edge_key):
            there = edge.b if edge.a == here else edge.a
            if there not in came:
                came[there] = edge
                waiting.append(there)
    path: list[Edge] = []
    here = b
    while (edge_in := came.get(here)) is not None:
        path.append(edge_in)
        here = edge_in.a if edge_in.b == here else edge_in.b
    return tuple(reversed(path))
