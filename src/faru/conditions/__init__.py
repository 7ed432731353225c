"""The one door to CEL: conditions over declared facts, checked before they run.

A pack writes conditions, an engine declares the facts they may read. What nobody reported stays unbound,
and a condition that hangs on it answers "unknown", which is never "no".
"""

from faru.conditions.cel import Condition, ConditionFault, Conditions
from faru.conditions.facts import Answer, Fact, FactType, FactValue

__all__ = ["Answer", "Condition", "ConditionFault", "Conditions", "Fact", "FactType", "FactValue"]
