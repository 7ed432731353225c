"""The words every room speaks.

Frozen, typed values without I/O. What one engine must tell another is said in these words.
Terms and their meaning: the design's table of words, kept in `docs/architecture.md`.
"""

from faru.vocabulary.accounts import Account, AccountKind, Role
from faru.vocabulary.children import SEALED, ReportedChild, Sealed
from faru.vocabulary.files import Classification, FileRecord, HashValue
from faru.vocabulary.incidents import IncidentType
from faru.vocabulary.instants import Instant
from faru.vocabulary.outlook import AddressOutlook
from faru.vocabulary.persons import PersonRecord
from faru.vocabulary.referrals import (
    FreeText,
    Handling,
    Identity,
    Observation,
    Referral,
    Remark,
    SourcePointer,
    Unreadable,
)

__all__ = [
    "SEALED",
    "Account",
    "AccountKind",
    "AddressOutlook",
    "Classification",
    "FileRecord",
    "FreeText",
    "Handling",
    "HashValue",
    "Identity",
    "IncidentType",
    "Instant",
    "Observation",
    "PersonRecord",
    "Referral",
    "Remark",
    "ReportedChild",
    "Role",
    "Sealed",
    "SourcePointer",
    "Unreadable",
]
