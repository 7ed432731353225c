"""Triage: which lead first, and why.

Referrals become leads over strong links, rules of the pack put them on two axes that are never merged, and
each point comes with its rule, the value it saw and where that stands. No file, no database, no country here.
"""

from faru.triage.drawing import draw
from faru.triage.duplicates import Arrival, SameAs, Version, Versions, Viral
from faru.triage.engine import RankedLead, Ranking, rank, score
from faru.triage.leads import Lead, StillJoined, changed, group, regroup
from faru.triage.links import Act, Edge, EdgeState, Hub, LinkKind, OfficerEdge, Strength
from faru.triage.officers import with_officers
from faru.triage.rulebook import Axis, Band, Phrase, Rule, RuleBook
from faru.triage.scoring import FactSeen, Reason, ReasonState, RuleBookFault, compile_rules

__all__ = [
    "Act",
    "Arrival",
    "Axis",
    "Band",
    "Edge",
    "EdgeState",
    "FactSeen",
    "Hub",
    "Lead",
    "LinkKind",
    "OfficerEdge",
    "Phrase",
    "RankedLead",
    "Ranking",
    "Reason",
    "ReasonState",
    "Rule",
    "RuleBook",
    "RuleBookFault",
    "SameAs",
    "StillJoined",
    "Strength",
    "Version",
    "Versions",
    "Viral",
    "changed",
    "compile_rules",
    "draw",
    "group",
    "rank",
    "regroup",
    "score",
    "with_officers",
]
