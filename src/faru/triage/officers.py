"""Officers' words on links: a joining is an edge, a parting switches edges off."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from faru.triage.links import (
    Act,
    Edge,
    EdgeState,
    LinkKind,
    OfficerEdge,
    Strength,
    edge_key,
    same_referral,
)
from faru.vocabulary import Identity


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
