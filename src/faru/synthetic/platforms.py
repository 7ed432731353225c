"""The invented platforms and the habits with which each of them writes its alerts.

Eight families on the police download's JSON and two on other wires. A habit is what an officer swears at:
no port, no zone, identifiers buried in a sentence, containers that are null or nested twice.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How one platform writes. `port` is how often it tells the source port."""

    name: str
    weight: int  # part of all alerts
    wire: str = "json"  # "json", "xml", "table"
    clock: str = "z"  # see `clocks`
    port: float = 0.0
    where: str = "captures"  # sightings stand in: "captures", "text", "log", "metadata", "registration"
    blank: str = "absent"  # an empty container is: "absent", "null", "na", "empty"
    nested_twice: bool = False
    people: str = "reportedPeople"  # name of the outer container
    bom: bool = False
    number_is_text: bool = True
    upper_hashes: bool = False
    tag_groups: int = 1
    padded_v6: bool = False
    truths: tuple[object, object] = (True, False)  # how yes and no are written
    indent: int | None = 2
    priors: str = "field"  # cross-references stand in: "field", "text"


PEARLGRAM: Final = Habits(name="Pearlgram", weight=22, clock="z_ms", port=0.9, tag_groups=2)
DRIFTBOX: Final = Habits(
    name="Driftbox", weight=12, where="metadata", clock="words", blank="null", number_is_text=False
)
PAYSHELL: Final = Habits(name="Payshell", weight=7, where="text", clock="words", blank="empty", priors="text")
HELLO_ATOLL: Final = Habits(
    name="Hello Atoll",
    weight=9,
    where="log",
    clock="space",
    port=0.5,
    blank="na",
    truths=("Yes", "No"),
    priors="text",
)
TIDECHAT: Final = Habits(
    name="Tidechat", weight=12, clock="bare_local", nested_twice=True, blank="na", port=0.3, indent=None
)
KANDU_PLAY: Final = Habits(
    name="Kandu Play", weight=9, clock="offset", port=0.6, bom=True, people="reportedPersons",
    blank="null", padded_v6=True, truths=("true", "false"),
)  # fmt: skip
SKIMMER: Final = Habits(
    name="Skimmer", weight=12, where="registration", clock="z", tag_groups=3, upper_hashes=True, blank="null"
)
LOOMWAVE: Final = Habits(name="Loomwave", weight=6, clock="minute", blank="absent", indent=None)
CORALIS: Final = Habits(name="Coralis", weight=6, wire="xml", clock="offset", port=0.8)
LANTERN: Final = Habits(name="Lantern", weight=5, wire="table", clock="day_first", port=0.7)

PLATFORMS: Final = (
    PEARLGRAM, DRIFTBOX, PAYSHELL, HELLO_ATOLL, TIDECHAT, KANDU_PLAY, SKIMMER, LOOMWAVE, CORALIS, LANTERN,
)  # fmt: skip
BY_NAME: Final = {habits.name: habits for habits in PLATFORMS}
