"""What a planted story is, the addresses that stories keep to themselves, and the list of all six.

A story stands on addresses that no other row uses, so what its records prove is exact: who held what when is
written once, and tests read it back from the files by brute force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from faru.synthetic.alerts import Alert
from faru.synthetic.chance import Chance
from faru.synthetic.leases import Lease


@dataclass(frozen=True, slots=True)
class Story:
    """Alerts, record rows and what is true. `facts` go into truth.json as they stand."""

    name: str
    alerts: tuple[Alert, ...]
    leases: tuple[Lease, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


def reserved(seed: int) -> dict[str, str]:
    """The address that each story with records keeps for itself, by the story's name."""
    chance = Chance(seed, "reserved")
    lagoon = chance.some(range(20, 240), 2)
    return {
        "live_abuse": f"198.51.100.{chance.between(20, 110)}",
        "blackmail": f"192.0.2.{lagoon[0]}",
        "eleven_subscribers": f"203.0.113.{chance.between(20, 240)}",
        "utc_five_hours_off": f"192.0.2.{lagoon[1]}",
    }


def held(
    carrier: str,
    address: str,
    turns: Sequence[tuple[int, int | None, str]],
    ports: tuple[int, int] | None = None,
) -> tuple[Lease, ...]:
    """Rows for (start, end, subscriber) turns on one address or one port block of it."""
    low, high = ports if ports is not None else (None, None)
    return tuple(Lease(carrier, start, end, address, low, high, who) for start, end, who in turns)
