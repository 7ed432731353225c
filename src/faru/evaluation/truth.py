"""The latent truth of an invented year: behind which referrals a child is in danger, and when each arrived.

The file lies apart from the alerts. Nothing that reads or ranks sees it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from faru.vocabulary import Identity

Key = tuple[str, str]
"""Sender and number (its hash where the sender gave none): the same for all versions of a referral."""


def key_of(identity: Identity) -> Key:
    """What the truth knows a referral by."""
    return identity.sender, identity.number or identity.sha256


@dataclass(frozen=True, slots=True)
class Fact:
    """What is true of one referral, whatever it says."""

    in_danger: bool
    told: bool | None  # the danger shows somewhere in the report; None where there is no danger
    arrived: datetime  # first arrival at the unit, aware


Truth = Mapping[Key, Fact]


def read_truth(path: Path) -> Truth:
    """Reads the truth of a generated year. Copies and later versions count as their first arrival."""
    facts: dict[Key, Fact] = {}
    for entry in json.loads(path.read_text(encoding="utf-8"))["referrals"]:
        key = (entry["sender"], entry["number"] or entry["sha256"])
        danger = bool(entry["in_danger"])
        arrived = datetime.fromisoformat(entry["received_at"])
        known = facts.get(key)
        if known is not None:
            danger, arrived = danger or known.in_danger, min(arrived, known.arrived)
        told = entry["shows"] not in (None, "nowhere") if danger else None
        facts[key] = Fact(danger, told, arrived)
    return facts
