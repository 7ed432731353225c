"""Every fact that a triage rule may read, with its type, its unit and the fields it comes from.

The documentation's table (docs/triage.md) is made from here; a pack's rules are checked against it.
"""

from faru.conditions import Conditions
from faru.triage.conduct_facts import CONDUCT
from faru.triage.danger_facts import DANGER
from faru.triage.declare import DeclaredFact, Scope
from faru.triage.text_facts import PHRASE_FACTS, SPOKEN
from faru.triage.work_facts import WORK

__all__ = ["FACTS", "PHRASE_FACTS", "DeclaredFact", "Scope", "conditions", "table"]

FACTS: dict[str, DeclaredFact] = {
    declared.fact.name: declared for declared in (*DANGER.facts, *SPOKEN.facts, *CONDUCT.facts, *WORK.facts)
}
"""Fact by name, in the order of the documentation."""


def conditions() -> Conditions:
    """A compiler for conditions over the triage facts."""
    return Conditions(declared.fact for declared in FACTS.values())


def table() -> str:
    """All facts as a Markdown table, as docs/triage.md shows it."""
    lines = ["| Fact | Type | Means | Comes from | How |", "|---|---|---|---|---|"]
    for name, declared in FACTS.items():
        kind = declared.fact.type.value
        if declared.fact.unit:
            kind = f"{kind}, {declared.fact.unit}"
        fields = ", ".join(f"`{field}`" for field in declared.fields)
        how = (
            declared.drawn if declared.scope is Scope.REFERRAL else f"per {declared.scope}: {declared.drawn}"
        )
        lines.append(f"| `{name}` | {kind} | {declared.fact.sentence} | {fields} | {how} |")
    return "\n".join(lines) + "\n"
