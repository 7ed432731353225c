"""A country's pack: YAML files checked and built into the typed objects the engines take.

Packs are data. `load` gives a whole pack or says what is wrong with it; `check` says everything it finds.
"""

from faru.packs.check import check
from faru.packs.findings import Finding, PackFault, Severity
from faru.packs.load import load
from faru.packs.model import Confirmation, Contact, Letter, LetterKind, Offence, Pack, Purpose, Reason

__all__ = [
    "Confirmation",
    "Contact",
    "Finding",
    "Letter",
    "LetterKind",
    "Offence",
    "Pack",
    "PackFault",
    "Purpose",
    "Reason",
    "Severity",
    "check",
    "load",
]
