"""What came in, what was read of it, and the leads that referrals join to."""

from faru.desk.referrals.models.interrupt import Interrupt
from faru.desk.referrals.models.lead import Counter, Edge, Lead, LeadState, OfficerEdge, Sheet
from faru.desk.referrals.models.link import LinkKey
from faru.desk.referrals.models.received import RawPart, ReceivedFile, SavedMap, SetAside
from faru.desk.referrals.models.referral import Arrival, Observation, Referral, ReportedChild

__all__ = [
    "Arrival",
    "Counter",
    "Edge",
    "Interrupt",
    "Lead",
    "LeadState",
    "LinkKey",
    "Observation",
    "OfficerEdge",
    "RawPart",
    "ReceivedFile",
    "Referral",
    "ReportedChild",
    "SavedMap",
    "SetAside",
    "Sheet",
]
