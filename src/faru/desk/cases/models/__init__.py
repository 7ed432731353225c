"""A case and everything that is recorded of it. Records are only added; their worth is the policy's."""

from faru.desk.cases.models.case import Case, CaseReferral, Member
from faru.desk.cases.models.dossier import Dossier
from faru.desk.cases.models.paper import Document, DocumentVersion, Note
from faru.desk.cases.models.person import Person, PersonDetails, PersonKind
from faru.desk.cases.models.record import (
    Clock,
    EventHappened,
    Moved,
    SignOff,
    Skip,
    StatedFact,
    StepDone,
)

__all__ = [
    "Case",
    "CaseReferral",
    "Clock",
    "Document",
    "DocumentVersion",
    "Dossier",
    "EventHappened",
    "Member",
    "Moved",
    "Note",
    "Person",
    "PersonDetails",
    "PersonKind",
    "SignOff",
    "Skip",
    "StatedFact",
    "StepDone",
]
